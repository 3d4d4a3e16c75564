"""So many at once, so many in all, and nobody's failure is another's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from scheduler.lane import Lane

SECONDS = timedelta(seconds=10)


async def test_what_fails_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    """A delivery that breaks is its own affair."""
    lane, ran = Lane(1, 10), []

    async def fails() -> None:
        raise RuntimeError("lost the database")

    async def works() -> None:
        ran.append("works")

    lane.take(fails)
    lane.take(works)
    await lane.drain(SECONDS)

    assert ran == ["works"]
    assert "lost the database" in caplog.text


async def test_room_is_what_may_still_be_taken() -> None:
    """Three in all, whatever runs at once."""
    lane, gate = Lane(1, 3), asyncio.Event()
    for _ in range(2):
        lane.take(gate.wait)
    room = lane.room
    gate.set()
    await lane.drain(SECONDS)

    assert (room, lane.room) == (1, 3)


async def test_draining_gives_up_what_takes_longer_than_its_grace() -> None:
    """And says how many those were: one was running, one had not had its turn."""
    lane = Lane(1, 3)
    for _ in range(2):
        lane.take(asyncio.Event().wait)

    assert await lane.drain(timedelta(milliseconds=20)) == 2
    assert lane.room == 3


async def test_draining_lets_what_is_quick_come_to_its_end() -> None:
    """Nothing is given up that can be done."""
    lane, done = Lane(1, 3), []

    async def quick() -> None:
        await asyncio.sleep(0)
        done.append(1)

    for _ in range(3):
        lane.take(quick)

    assert await lane.drain(SECONDS) == 0
    assert len(done) == 3
