"""Composing: what fails alone stays alone, and what is expected is told in its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from adapters.terminal.terminal import Terminal
from bot.ports import Face, Health, Messenger, Route, Shelf
from bot.store.errors import DiskFull, Locked
from cli.compose import house
from cli.told import told
from cli.trouble import Trouble
from content.bank import load_bank

NOON = datetime(2027, 1, 12, 12, 0, tzinfo=UTC)


class Mute:
    """A platform that does not let anybody in."""

    name = "mute"

    def __init__(self) -> None:
        self.messenger: Messenger = Terminal(Console()).messenger

    async def start(self, face: Face, shelf: Shelf) -> None:
        raise ConnectionError("the platform hangs up")

    async def stop(self, grace: timedelta) -> None:
        raise AssertionError("what never started is not stopped")

    def health(self) -> Health:
        return Health(False, "Nobody answers.")

    def routes(self) -> Sequence[Route]:
        return ()


async def test_a_platform_that_fails_keeps_no_other_from_its_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in the log; the others run."""
    terminal = Terminal(Console())
    async with house(f"sqlite:///{tmp_path / 'a.db'}", load_bank(), lambda: NOON) as composed:
        await composed.start([Mute(), terminal])
        up = list(composed.up)

    assert up == [terminal]
    assert "mute did not start: the platform hangs up" in caplog.text
    assert terminal.health().ok is False


class Late(Mute):
    """A platform that lets nobody in at first."""

    name = "late"
    tries = 0

    async def start(self, face: Face, shelf: Shelf) -> None:
        self.tries += 1
        if self.tries < 3:
            raise ConnectionError("the platform hangs up")

    async def stop(self, grace: timedelta) -> None:
        pass


async def test_a_platform_that_could_not_be_reached_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Until it is up, while the others run."""
    caplog.set_level("INFO")
    terminal, late = Terminal(Console()), Late()
    async with house(f"sqlite:///{tmp_path / 'a.db'}", load_bank(), lambda: NOON) as composed:
        await composed.start([late, terminal])
        at_first = list(composed.down)
        await composed.keep_starting(timedelta(milliseconds=1))
        up, down = list(composed.up), list(composed.down)

    assert at_first == [late]
    assert (up, down) == ([terminal, late], [])
    assert "late is up now." in caplog.text


async def test_where_no_platform_starts_there_is_nothing_to_run(tmp_path: Path) -> None:
    """The reason is raised, and the database let go."""
    for _ in range(2):
        with pytest.raises(ConnectionError):
            async with house(f"sqlite:///{tmp_path / 'a.db'}", load_bank(), lambda: NOON) as composed:
                await composed.start([Mute()])


def test_trouble_with_the_database_is_told_in_its_sentence() -> None:
    """Alone, or in the group that a tick raises."""
    with pytest.raises(Trouble) as alone, told():
        raise DiskFull("x.db")
    with pytest.raises(Trouble) as grouped, told():
        raise ExceptionGroup("tick", [ExceptionGroup("", [Locked("x.db")]), DiskFull("x.db")])

    assert alone.value.message == str(DiskFull("x.db"))
    assert grouped.value.message == str(Locked("x.db"))


def test_a_bug_is_not_told_as_trouble() -> None:
    """Whoever mends it needs the traceback."""
    with pytest.raises(ExceptionGroup), told():
        raise ExceptionGroup("tick", [DiskFull("x.db"), ZeroDivisionError()])
