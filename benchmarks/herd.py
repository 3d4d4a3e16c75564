"""P6, P7: ten thousand channels that are due in the same second, against one pass that only reads them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, delete, func, select

from benchmarks.fill import analyse, plan, town
from benchmarks.herd_peer import share_of_busiest
from benchmarks.measure import RUNS, Row, in_turn
from benchmarks.stage import BANK, NOW, postgres_url, sqlite_file
from bot.store.door import Store
from bot.store.tables import deliveries, rounds
from bot.wording import messages
from scheduler.daily import Daily

HERD = 10_000
TOWN = 200_000
HELD = 0.010
"""The loop may be held so long, seconds."""

PASS = """SELECT channel.id, channel.workspace, workspace.platform, next_date, next_due, next_closes, next_window,
next_order, last_number, snapshot.digest, snapshot.question, snapshot.points, snapshot.key
FROM channel JOIN workspace ON workspace.id = channel.workspace JOIN snapshot ON snapshot.digest = next_snapshot
WHERE next_due <= ? ORDER BY next_due, channel.id"""
"""The floor: everything that a round and its delivery are written from, read once by the bare driver."""


class Herd:
    """A store with so many channels, of which ``HERD`` are due at once, and the clock over them."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self.daily = Daily(store, BANK, dict, messages, lambda: NOW)
        self.due = NOW
        self._day = 0
        self._raw = sqlite3.connect(path)

    async def get_ready(self) -> None:
        """Forget what was opened; everything is due once more, on the next day."""
        self.due = await self.store.write(again, self._day)
        self._day += 1

    async def floor(self) -> None:
        """One pass."""
        found = self._raw.execute(PASS, (self.due.strftime("%Y-%m-%d %H:%M:%S.%f"),)).fetchall()
        assert len(found) == HERD

    async def tick(self) -> None:
        """One tick of the clock."""
        await self.daily.tick(self.due)

    async def all_asked(self) -> None:
        """None was missed and none doubled."""
        assert await self.store.read(asked) == (HERD, HERD, HERD, HERD)


def again(conn: Connection, day: int) -> datetime:
    """Forget rounds and deliveries; the herd is due on another day."""
    conn.execute(delete(deliveries))
    conn.execute(delete(rounds))
    return plan(conn, HERD, day)


def asked(conn: Connection) -> tuple[int, int, int, int]:
    """Rounds and their channels, questions owed and their rounds."""
    opened = select(func.count(), func.count(rounds.c.channel.distinct()))
    owed = select(func.count(), func.count(deliveries.c.round.distinct()))
    return (*conn.execute(opened.select_from(rounds)).one(), *conn.execute(owed.select_from(deliveries)).one())


async def herd(path: Path, many: int) -> Herd:
    """A town of ``many`` channels in a SQLite file."""
    store = await Store.open(f"sqlite:///{path}")
    await store.write(town, many, 1)
    await store.write(again, 0)
    await store.write(analyse)
    return Herd(store, path)


async def measure() -> list[Row]:
    """Both goals."""
    with sqlite_file() as path:
        small, large = await herd(path, HERD), await herd(path.with_name("large.sqlite3"), TOWN)

        async def ready() -> None:
            await asyncio.gather(small.get_ready(), large.get_ready())

        floor, ours, of_many = await in_turn(small.floor, small.tick, large.tick, before=ready)
        await asyncio.gather(small.all_asked(), large.all_asked())
        await small.get_ready()
        held = await longest_hold(small.tick)
        await asyncio.gather(small.store.close(), large.store.close())
    busiest = median([await shared_out() for _ in range(RUNS)])
    return [
        Row("P6", "10,000 channels due at once: CPU against one SELECT pass", floor, ours, "s", 8.0),
        Row("P6", "… the loop's longest hold, against 10 ms", HELD, held, "s", 1.0),
        Row("P7", "the same due of 200,000 against of 10,000: CPU", ours, of_many, "s", 2.0),
        Row("P7", "four processes on PostgreSQL: the busiest's share", HERD, busiest, "rounds", 0.35),
    ]


async def shared_out() -> int:
    """The busiest process's rounds, on a database of their own: who wakes first differs from run to run."""
    with postgres_url() as url:
        return await share_of_busiest(url, HERD)


async def longest_hold(work: Callable[[], Awaitable[None]]) -> float:
    """The most processor time (seconds) that the loop's thread spent between two turns: others' noise is left out."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - begun)

    watcher = asyncio.create_task(watch())
    await work()
    watcher.cancel()
    return longest
