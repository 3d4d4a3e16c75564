"""The playground as a process: what it shows, how it goes on the next day, how it ends."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

PYQUIZ = (sys.executable, "-c", "from cli.main import main; main()")


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment without anybody's settings, with folders of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    root = Path(__file__).parent.parent.parent
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return {**kept, **home, "TZ": "Europe/Berlin", "COLUMNS": "80", "PYTHONPATH": str(root)}


def play(typed: str, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    """One run of `pyquiz run` without a terminal."""
    return subprocess.run(
        [*PYQUIZ, "run", *args], input=typed, env=env, cwd=env["HOME"], capture_output=True, text=True
    )


def question_of(shown: str) -> str:
    found = re.search(r"Python question \d+ · .*", shown)
    assert found
    return found[0]


def test_the_first_screen_and_the_end_of_input(surroundings: dict[str, str]) -> None:
    """Without any token `run` opens the playground; it ends with its input."""
    done = play("status\n", surroundings)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert re.match(r"PyQuiz playground  #python  \w{3} \d+ \w{3} 09:30, pretend clock, no network\.\n", done.stdout)
    assert "Python question 1 · " in done.stdout
    assert "0 answered · open until 16:00" in done.stdout
    assert "Ada, Grace and Omar (simulated) play too." in done.stdout
    assert "\ntoday > status\n" in done.stdout


def test_input_that_ends_within_a_form_ends_the_playground(surroundings: dict[str, str]) -> None:
    """The form is left as it was, and nobody waits for lines that will not come."""
    done = play("setup\nBerlin\n", surroundings)

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("Left as it was.")


def test_with_empty_input_it_shows_a_guided_day(surroundings: dict[str, str]) -> None:
    """The question, people answering, the reveal, the leaderboard, a topic; then it ends by itself."""
    done = play("", surroundings)

    assert done.returncode == 0, done.stderr
    assert "(only you)" in done.stdout
    assert "16:00  Question 1: the answer is " in done.stdout
    assert re.search(r"\d of 4 got it", done.stdout)
    assert re.search(r"#python this week", done.stdout)
    assert "Practice: metaclasses" in done.stdout
    assert done.stdout.count(" > ") >= 4


def test_the_next_run_goes_on_the_next_working_day(surroundings: dict[str, str]) -> None:
    """With what happened meanwhile told in short, and the next question."""
    first = play("b\n", surroundings)
    second = play("me\n", surroundings)

    assert "Question 1: the answer is " not in first.stdout
    assert "16:00  Question 1: the answer is " in second.stdout
    assert "Python question 2 · " in second.stdout
    assert second.stdout.index("Question 1") < second.stdout.index("PyQuiz playground")
    assert "09:30, pretend clock" in second.stdout


def test_the_same_days_are_played_the_same_way(surroundings: dict[str, str], tmp_path: Path) -> None:
    """Two playgrounds of the same lines show the same, to the last byte."""
    typed = "b\n:next\n:next\nleaderboard\n"
    shown = [play(typed, {**surroundings, "PYQUIZ_PLAYGROUND_FILE": str(tmp_path / f"{n}.db")}).stdout for n in "12"]

    assert shown[0] == shown[1]


def test_a_week_passes_at_a_word(surroundings: dict[str, str]) -> None:
    """Five questions and their answers, and the leaderboard at the end."""
    done = play(":week\nstreak\n", surroundings)

    assert done.returncode == 0, done.stderr
    assert [f"Question {n}: the answer is" in done.stdout for n in (1, 2, 3, 4, 5)] == [True] * 5


def test_somebody_elses_answer_is_somebody_elses(surroundings: dict[str, str]) -> None:
    """Ada is played by hand, and still there is one answer of hers."""
    done = play(":as ada\na\nb\n:next\n", surroundings)

    assert "Ada: today > b" in done.stdout
    assert re.search(r"\d of 3 got it|None of 3 got it", done.stdout), done.stdout


def start(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A playground that waits for more lines."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    heard = partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # whoever starts us may ignore Ctrl-C
    return subprocess.Popen([*PYQUIZ, "playground"], env=env, cwd=env["HOME"], bufsize=0, preexec_fn=heard, **pipes)


def say(running: subprocess.Popen[bytes], line: bytes, wanted: bytes) -> None:
    """Type a line and wait for what it brings."""
    assert running.stdin
    assert running.stdout
    running.stdin.write(line)
    wait_for(running.stdout.fileno(), wanted)


def test_a_second_process_says_who_has_the_file(surroundings: dict[str, str]) -> None:
    """One process owns a SQLite file."""
    with start(surroundings) as first:
        say(first, b"status\n", b"today > status")
        second = play("", surroundings)
        first.communicate(timeout=60)

    assert first.returncode == 0
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr
    assert second.stderr.count("\n") == 1


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_signals_end_it_cleanly(surroundings: dict[str, str], ending: signal.Signals, code: int) -> None:
    """Without a traceback, and nothing is lost: the next run goes on."""
    with start(surroundings) as running:
        say(running, b"b\n", rb"\(only you\)")
        running.send_signal(ending)
        code_found = running.wait(timeout=60)
        assert running.stderr
        said = running.stderr.read()

    assert code_found == code
    assert said.strip() == b""
    assert "Question 1: the answer is " in play("me\n", surroundings).stdout


def wait_for(descriptor: int, wanted: bytes) -> bytes:
    """What a process shows until that matches ``wanted``; fails where it ends before."""
    seen = b""
    while not re.search(wanted, seen, re.DOTALL):
        more = os.read(descriptor, 4096)
        assert more, f"ended without {wanted!r}: {seen.decode(errors='replace')}"
        seen += more
    return seen


@pytest.mark.parametrize(("key", "code"), [(b"\x03", 130), (b"\x04", 0), (b"", 0)])
def test_on_a_terminal_there_is_a_prompt_and_keys_end_it(surroundings: dict[str, str], key: bytes, code: int) -> None:
    """Ctrl-C ends with 130, Ctrl-D with 0, and so does SIGTERM (no key); a letter typed before is an answer."""
    master, slave = pty.openpty()
    env = {**surroundings, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    running = subprocess.Popen(
        [*PYQUIZ, "playground"], stdin=slave, stdout=slave, stderr=slave, env=env, cwd=env["HOME"]
    )
    os.close(slave)
    shown = wait_for(master, rb"today > ")
    os.write(master, b"b\r")
    shown += wait_for(master, rb"\(only you\).*today > ")
    if key:
        os.write(master, key)
    else:
        running.terminate()
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        try:
            shown += os.read(master, 4096)
        except OSError:
            break
    os.close(master)

    assert running.wait(timeout=30) == code
    assert b"Traceback" not in shown


def test_a_folder_that_cannot_be_made_is_one_sentence(surroundings: dict[str, str], tmp_path: Path) -> None:
    """It says what to do."""
    (tmp_path / "file").write_text("")
    done = play("", {**surroundings, "PYQUIZ_PLAYGROUND_FILE": str(tmp_path / "file" / "play.db")})

    assert done.returncode == 1
    assert done.stderr.startswith("pyquiz: ")
    assert done.stderr.count("\n") == 1


def test_a_token_that_cannot_be_right_is_no_reason_to_play(surroundings: dict[str, str]) -> None:
    """Whoever sets a token wants the bot, and is told why there is none."""
    done = play("", {**surroundings, "DISCORD_TOKEN": "secret-token"})

    assert done.returncode == 1
    assert "DISCORD_TOKEN" in done.stderr
    assert "secret-token" not in done.stderr
