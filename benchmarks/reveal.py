"""P10: ten thousand rounds that close in the same second, against one pass that only reads their answers."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from benchmarks.fill import BATCH, OPEN_FOR, all_sent, analyse, answer, plan, play, town
from benchmarks.measure import Row, in_turn
from benchmarks.stage import NOW, sqlite_file
from bot.model import Period, RoundState
from bot.scoring import ALL_TIME
from bot.store import boards, rounds
from bot.store.door import Store
from bot.store.tables import rounds as round_table
from bot.store.tables import standings, streaks

ROUNDS = 10_000
PLAYERS = 10

PASS = """SELECT round.channel, round.date, round.number, round.points, answer.player, answer.choice = round.key
FROM round JOIN answer ON answer.round = round.id WHERE round.state = 'open'"""
"""The floor: every answer joined to its round, fetched once by the bare driver."""


class Evening:
    """A town whose rounds are all answered and due to close."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self._raw = sqlite3.connect(path)
        self._day = 1
        self._due = NOW

    async def get_ready(self) -> None:
        """The next day is asked and answered."""
        self._due = await self.store.write(asked_and_answered, self._day)
        self._day += 1

    async def floor(self) -> None:
        """One pass."""
        assert len(self._raw.execute(PASS).fetchall()) == ROUNDS * PLAYERS

    async def close(self) -> None:
        """What the clock does, batch by batch."""
        while len(await self.store.write(rounds.close_due, self._due + OPEN_FOR, BATCH)) == BATCH:
            pass

    async def all_counted(self) -> None:
        """Every answer counts once, and counting one channel anew from its log gives the same rows."""
        days = self._day
        assert await self.store.read(tallied) == (days * ROUNDS * PLAYERS, days * ROUNDS * PLAYERS)
        before = await self.store.read(kept, 1)
        await self.store.write(boards.rebuild, 1)
        assert await self.store.read(kept, 1) == before


def asked_and_answered(conn: Connection, day: int) -> datetime:
    """Ask and answer a day; when it was due."""
    due = plan(conn, ROUNDS, day)
    while rounds.open_due(conn, due, BATCH).opened:
        pass
    all_sent(conn)
    assert answer(conn) == ROUNDS * PLAYERS
    return due


def tallied(conn: Connection) -> tuple[int, int]:
    """All that the all-time standings and the runs add up to."""
    counted = select(func.sum(standings.c.answered)).where(standings.c.period == Period.ALL)
    assert conn.scalar(select(func.count()).where(round_table.c.state == RoundState.OPEN)) == 0
    return conn.scalar(counted.where(standings.c.start == ALL_TIME)), conn.scalar(select(func.sum(streaks.c.run)))


def kept(conn: Connection, channel: int) -> tuple[object, ...]:
    """A channel's standings and streaks."""
    standing = select(standings).where(standings.c.channel == channel).order_by(*standings.primary_key.columns)
    streak = select(streaks).where(streaks.c.channel == channel).order_by(streaks.c.player)
    return (*conn.execute(standing).all(), *conn.execute(streak).all())


async def measure() -> list[Row]:
    """The goal."""
    with sqlite_file() as path:
        store = await Store.open(f"sqlite:///{path}")
        await store.write(town, ROUNDS, PLAYERS)
        await store.write(play, ROUNDS, 0)
        await store.write(analyse)
        evening = Evening(store, path)
        floor, ours = await in_turn(evening.floor, evening.close, before=evening.get_ready)
        await evening.all_counted()
        await store.close()
    return [Row("P10", "reveal of 10,000 rounds with 100,000 answers: CPU against one pass", floor, ours, "s", 8.0)]
