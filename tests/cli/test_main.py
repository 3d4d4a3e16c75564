"""The command line itself: fast help that teaches, and three exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import COMMANDS, pyquiz

HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "apscheduler",
    "prompt_toolkit",
    "aiohttp",
    "slack_bolt",
    "discord",
    "pydantic",
)


def pyquiz_says(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *args], capture_output=True, text=True
    )


def command(name: str) -> click.Command:
    found = pyquiz.get_command(click.Context(pyquiz), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_teaches_with_an_example(name: str) -> None:
    """Whoever asks for help sees what to type."""
    text = command(name).get_help(click.Context(command(name), info_name=f"pyquiz {name}"))

    assert f"  pyquiz {name}" in text.partition("\n\n")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_each_command_says_of_itself(name: str) -> None:
    """The overview is written without importing anything, so its lines are held to the commands' own."""
    own = command(name).get_short_help_str(150)

    assert own.startswith(COMMANDS[name][1].rstrip("."))


def test_help_imports_nothing_heavy() -> None:
    """The overview comes at once."""
    code = "import sys\nfrom cli.main import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in done.stderr.split()}

    assert "Commands:" in done.stdout
    assert loaded & set(HEAVY) == set()


def test_wrong_usage_ends_with_2_and_says_what_there_is() -> None:
    """On stderr, with the way to help."""
    done = pyquiz_says("chekc")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "there are run, playground, check" in done.stderr


@pytest.mark.parametrize("name", ["migrate", "export", "import", "backup", "restore"])
def test_what_is_no_database_is_wrong_usage(name: str, tmp_path: Path) -> None:
    """A slip makes no file of its name."""
    there = tmp_path / "file"
    there.touch()
    args = [] if name == "migrate" else [str(there)]
    done = CliRunner().invoke(pyquiz, [name, *args, "--database", str(tmp_path / "slip")])

    assert done.exit_code == 2
    assert "wanted sqlite:///folder/file or postgresql://" in done.output
    assert sorted(tmp_path.iterdir()) == [there]


def test_expected_trouble_ends_with_1_and_one_sentence() -> None:
    """No traceback for what may happen to anybody."""
    done = pyquiz_says("check", "/no/such/pack")

    assert done.returncode == 1
    assert done.stderr.startswith("pyquiz: there is no /no/such/pack")
    assert done.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_accident() -> None:
    """`pyquiz check | head -1` ends without a traceback."""
    code = (
        "import os, sys\nfrom cli.main import main\nread, write = os.pipe()\nos.close(read)\nos.dup2(write, 1)\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True)

    assert "Traceback" not in done.stderr
