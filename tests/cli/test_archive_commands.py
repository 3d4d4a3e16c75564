"""`pyquiz export` and `import` at the command line: there and back, and one sentence where it cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from adapters.terminal.terminal import Terminal
from bot.card import Button, Reply
from bot.model import Actor, Command, Place, Press
from cli.compose import house
from cli.main import pyquiz
from content.bank import load_bank

HERE = Place("terminal", "office", "python", name="#python")
BOSS = Actor("terminal", "office", "p1", "Mei", may_set_up=True)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def played(tmp_path: Path) -> str:
    """A database in which a day was played."""
    url, clock = f"sqlite:///{tmp_path / 'played.db'}", Clock()
    async with house(url, load_bank(), clock.now) as composed:
        await composed.start([Terminal(Console(quiet=True))])
        await composed.quiz.command(Command(BOSS, HERE, "setup zone=UTC time=9:30 reveal=16:00"), clock.now())
        await composed.beat()
        for hour, minute in ((9, 30), (16, 0), (16, 0), (16, 0)):
            clock.at = clock.at.replace(hour=hour, minute=minute)
            await composed.beat()
            today = await composed.quiz.command(Command(BOSS, HERE, "today"), clock.now())
            if isinstance(today, Reply) and isinstance(today.card.actions[0], Button) and minute:
                await composed.quiz.press(Press(BOSS, HERE, today.card.actions[0].id), clock.now())
    return url


def run(*args: str) -> Result:
    return CliRunner().invoke(pyquiz, args)


def test_an_export_taken_back_exports_the_same(played: str, tmp_path: Path) -> None:
    """To the last byte: nothing is lost on the way."""
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    codes = [
        run("export", str(first), "--database", played).exit_code,
        run("import", str(first), "--database", copy).exit_code,
        run("export", str(second), "--database", copy).exit_code,
    ]
    kinds = {json.loads(line)["type"] for line in first.read_text().splitlines()}

    assert codes == [0, 0, 0]
    assert {"workspace", "channel", "round", "delivery"} <= kinds
    assert first.read_bytes() == second.read_bytes()


def test_an_export_goes_to_standard_output_where_no_file_is_named(played: str) -> None:
    """One JSON object a line, each with its type."""
    done = run("export", "--database", played)

    assert done.exit_code == 0
    assert all("type" in json.loads(line) for line in done.output.splitlines())


def test_there_is_nothing_to_export_before_the_first_start(tmp_path: Path) -> None:
    """And no empty database is left behind."""
    done = run("export", "--database", f"sqlite:///{tmp_path / 'none.db'}")

    assert done.exit_code == 1
    assert "there is nothing to export" in done.output
    assert list(tmp_path.iterdir()) == []


def test_an_import_wants_an_empty_database(played: str, tmp_path: Path) -> None:
    """What is there is not mixed with what comes."""
    run("export", str(tmp_path / "day.jsonl"), "--database", played)
    done = run("import", str(tmp_path / "day.jsonl"), "--database", played)

    assert done.exit_code == 1
    assert "Import into an empty one" in done.output


def test_a_damaged_line_is_named_and_nothing_is_taken(played: str, tmp_path: Path) -> None:
    """By its number, with what was wanted; the database stays empty."""
    file, copy = tmp_path / "day.jsonl", f"sqlite:///{tmp_path / 'copy.db'}"
    run("export", str(file), "--database", played)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], "{not json", *lines[3:]]) + "\n")
    done = run("import", str(file), "--database", copy)
    file.write_text("\n".join(lines) + "\n")

    assert done.exit_code == 1
    assert "line 3" in done.output
    assert run("import", str(file), "--database", copy).exit_code == 0


def test_a_file_that_cannot_be_written_leaves_nothing_behind(played: str, tmp_path: Path) -> None:
    """One sentence, exit code 1."""
    done = run("export", str(tmp_path / "no" / "such" / "folder.jsonl"), "--database", played)

    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_a_missing_export_is_one_sentence(tmp_path: Path) -> None:
    """And no database is made for it."""
    done = run("import", str(tmp_path / "none.jsonl"), "--database", f"sqlite:///{tmp_path / 'new.db'}")

    assert done.exit_code == 1
    assert "none.jsonl cannot be read" in done.output
    assert list(tmp_path.iterdir()) == []


def test_migrate_says_whether_there_was_anything_to_do(tmp_path: Path) -> None:
    """The first time it makes the tables, the second time it does nothing."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    said = [run("migrate", "--database", url).output for _ in range(2)]

    assert said[0] == "Migrated.\n"
    assert said[1].startswith("Nothing to do")


@pytest.mark.parametrize("name", ["export", "import"])
def test_a_database_that_is_none_is_one_sentence(name: str, tmp_path: Path) -> None:
    """With what is wanted instead."""
    (tmp_path / "x.jsonl").write_text("{}\n")
    done = run(name, str(tmp_path / "x.jsonl"), "--database", "mysql://host/x")

    assert done.exit_code == 2
    assert "found mysql://host/x; wanted sqlite:///folder/file or postgresql://" in done.output
