"""`pyquiz backup` and `pyquiz restore` at the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import pyquiz
from tests.cli.office import NINE_THIRTY, office


def run(*args: str) -> Result:
    return CliRunner().invoke(pyquiz, args)


async def test_there_and_back_while_the_bot_runs(sqlite_url: str, tmp_path: Path) -> None:
    """It says what it holds; a second database exports the same."""
    file, copy = tmp_path / "pyquiz.backup", f"sqlite:///{tmp_path / 'copy.db'}"
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY)
        await on.presses()
        made = run("backup", str(file), "--database", sqlite_url)
    restored = run("restore", str(file), "--database", copy)

    assert (made.exit_code, made.output) == (0, f"{file} holds 1 channel, 1 round, 1 answer.\n")
    assert (restored.exit_code, restored.output) == (0, "Restored: 1 channel, 1 round, 1 answer.\n")
    assert run("export", "--database", copy).output == run("export", "--database", sqlite_url).output


async def test_what_cannot_be_done_is_one_sentence_and_1(sqlite_url: str, tmp_path: Path) -> None:
    """Nothing there, no backup, something there already, a bot that runs, a folder that is not there."""
    file = tmp_path / "pyquiz.backup"
    nothing = run("backup", str(file), "--database", f"sqlite:///{tmp_path / 'none.db'}")
    async with office(sqlite_url):
        run("backup", str(file), "--database", sqlite_url)
        running = run("restore", str(file), "--replace", "--database", sqlite_url)
    done = {
        "nothing in": nothing,
        "There is no file": run("restore", str(tmp_path / "none"), "--database", sqlite_url),
        "is no backup": run("restore", __file__, "--database", sqlite_url),
        "already holds something": run("restore", str(file), "--database", sqlite_url),
        "is in use by another PyQuiz": running,
        "cannot be written": run("backup", str(tmp_path / "no" / "folder"), "--database", sqlite_url),
    }

    assert {says: result.exit_code for says, result in done.items()} == dict.fromkeys(done, 1)
    assert [says for says, result in done.items() if says not in result.output or result.output.count("\n") > 2] == []


async def test_there_and_back_through_pipes(sqlite_url: str, tmp_path: Path) -> None:
    """As out of a container and into one; what is said of it goes beside the file, not into it."""
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY)
        made = run("backup", "-", "--database", sqlite_url)
    restored = CliRunner().invoke(pyquiz, ["restore", "-", "--database", copy], input=made.stdout_bytes)

    assert (made.exit_code, made.stderr) == (0, "The backup holds 1 channel, 1 round, 0 answers.\n")
    assert (restored.exit_code, restored.output) == (0, "Restored: 1 channel, 1 round, 0 answers.\n")
    assert run("export", "--database", copy).output == run("export", "--database", sqlite_url).output


def test_wrong_usage_ends_with_2() -> None:
    """A file has to be named."""
    assert run("backup").exit_code == run("restore").exit_code == 2
