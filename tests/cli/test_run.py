"""`pyquiz run` before anything runs: who starts, who stays out and why, and everything that is wrong at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.run import prepare
from cli.trouble import Trouble
from tests.cli.test_platforms import install
from tests.cli.test_third_party import install as install_paper

ROOT = Path(__file__).parents[2]
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}
DISCORD = {"DISCORD_TOKEN": "a.b.secret"}


def start(folder: Path, *paths: Path, **given: str) -> subprocess.Popen[str]:
    """`pyquiz run` in a process of its own with these settings and no others."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYQUIZ_DATABASE_URL": f"sqlite:///{folder / 'run.db'}",
        "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT))),
        **given,
    }
    command = [sys.executable, "-c", "from cli.main import main; main()", "run"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Sets these settings and no others, in an empty folder."""

    def only(**given: str) -> dict[str, str]:
        monkeypatch.chdir(tmp_path)
        for name in [*os.environ]:
            if name.startswith(("PYQUIZ_", "SLACK_", "DISCORD_")):
                monkeypatch.delenv(name)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return given

    return only


def test_every_platform_whose_settings_are_there_starts(alone: Callable[..., dict[str, str]]) -> None:
    """And only those; the others miss what is named."""
    both = prepare(alone(**SLACK, **DISCORD))[1]
    one = prepare(alone(**DISCORD))[1]

    assert [adapter.name for adapter in both.adapters] == ["discord", "slack"]
    assert [adapter.name for adapter in one.adapters] == ["discord"]
    assert one.missing["slack"] == ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")


def test_all_that_is_wrong_is_refused_at_once(alone: Callable[..., dict[str, str]]) -> None:
    """Half a token pair, an unreadable key, a misspelt name, in one go; no secret said."""
    given = alone(
        SLACK_BOT_TOKEN="xoxb-1-secret",
        DISCORD_TOKEN="Bot secret",
        PYQUIZ_SECRET_KEY="much-too-short-secret",
        PYQUIZ_HTTP_PRT="80",
        PYQUIZ_LOG_FORMAT="xml",
    )
    with pytest.raises(Trouble) as refused:
        prepare(given)
    said = refused.value.message

    assert "SLACK_BOT_TOKEN is set without SLACK_APP_TOKEN" in said
    assert "DISCORD_TOKEN holds more than the token" in said
    assert "PYQUIZ_SECRET_KEY" in said
    assert "PYQUIZ_HTTP_PRT: found a name that is not known; wanted PYQUIZ_HTTP_PORT" in said
    assert "PYQUIZ_LOG_FORMAT: found xml; wanted auto, text or json" in said
    assert "secret" not in said.replace("PYQUIZ_SECRET_KEY", "")


def test_a_token_without_its_adapter_is_refused(
    alone: Callable[..., dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who set one does not want the playground, also where another platform would run."""
    monkeypatch.setattr("cli.run.PLATFORMS", {"pigeon": ("PIGEON_TOKEN",), "raven": ("RAVEN_TOKEN", "RAVEN_KEY")})
    lacks = 'adapter = lambda env: NotConfigured(missing=("RAVEN_KEY",))'
    install(tmp_path, "raven", f"from bot.ports import NotConfigured\n{lacks}", monkeypatch)
    with pytest.raises(Trouble) as refused:
        prepare(alone(PIGEON_TOKEN="coo", RAVEN_TOKEN="croak", **DISCORD))

    assert "PIGEON_TOKEN is set, but this PyQuiz has no adapter for Pigeon" in refused.value.message
    assert "raven: RAVEN_TOKEN is set without RAVEN_KEY" in refused.value.message


def test_wrong_settings_end_a_run_with_1_before_anything_is_made(tmp_path: Path) -> None:
    """No database, no traceback."""
    with start(tmp_path, SLACK_BOT_TOKEN="xoxb-1") as running:
        _, err = running.communicate(timeout=60)

    assert running.returncode == 1
    assert err.startswith("pyquiz: these settings cannot be used:")
    assert "Traceback" not in err
    assert not (tmp_path / "run.db").exists()


def test_a_run_names_who_starts_and_why_the_others_do_not(tmp_path: Path) -> None:
    """In its log, one line each."""
    install_paper(tmp_path)
    with start(tmp_path, tmp_path, PAPER_TOKEN="x") as running:
        said = until_up(running)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)

    assert "paper starts: its settings are there." in said
    assert "discord stays out: it wants DISCORD_TOKEN." in said
    assert "slack stays out: it wants SLACK_BOT_TOKEN and SLACK_APP_TOKEN." in said
    assert "terminal" not in said
    assert all(line.startswith("{") for line in said.splitlines())


def test_a_service_without_any_token_says_so(tmp_path: Path) -> None:
    """A container that forgot its settings shall not look like a game that ended."""
    with start(tmp_path, PYQUIZ_PLAYGROUND_FILE=str(tmp_path / "play.db"), PYQUIZ_HTTP_PORT="8080") as running:
        out, err = running.communicate(":quit\n", timeout=60)

    assert running.returncode == 0
    assert "PyQuiz playground" in out
    assert "no platform's token is set (discord wants DISCORD_TOKEN; slack wants" in err


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def until_up(running: subprocess.Popen[str]) -> str:
    """What it said until it was up."""
    assert running.stderr
    said = ""
    while "PyQuiz is up" not in said:
        line = running.stderr.readline()
        assert line, said
        said += line
    return said


def get(port: int, path: str) -> tuple[int, str]:
    """What the roof answers; by then it has beaten at least once."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            time.sleep(0.1)
    raise AssertionError(f"{path} is never ready")


def test_with_a_port_it_says_how_it_is_and_without_it_listens_nowhere(tmp_path: Path) -> None:
    """No adapter has routes here; the port is what asks for it."""
    install_paper(tmp_path)
    port = free_port()
    with start(tmp_path, tmp_path, PAPER_TOKEN="x", PYQUIZ_HTTP_PORT=str(port)) as running:
        said = until_up(running)
        ready, alive, metrics = get(port, "/readyz"), get(port, "/healthz"), get(port, "/metrics")
        running.send_signal(signal.SIGTERM)
        _, last = running.communicate(timeout=60)
    with start(tmp_path, tmp_path, PAPER_TOKEN="x") as silent:
        quiet = until_up(silent)
        silent.send_signal(signal.SIGINT)
        _, interrupted = silent.communicate(timeout=60)

    assert all("PyQuiz has stopped in order." in words for words in (last, interrupted))
    assert f"Listening on port {port}: /healthz, /readyz, /metrics." in said
    assert [status for status, _ in (ready, alive, metrics)] == [200, 200, 200]
    assert 'pyquiz_adapter_up{platform="paper"} 1.0' in metrics[1]
    assert "Listening" not in quiet
    assert (running.returncode, silent.returncode) == (0, 130)


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    """And what had started is stopped in order."""
    install_paper(tmp_path)
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        port = other.getsockname()[1]
        with start(tmp_path, tmp_path, PAPER_TOKEN="x", PYQUIZ_HTTP_PORT=str(port)) as running:
            out, err = running.communicate(timeout=60)

    assert running.returncode == 1
    assert f"port {port} cannot be used" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert out == "paper was stopped\n"
