"""P9: a leaderboard, the ten best and the caller's own rank, against two look-ups in its index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, select

from benchmarks.fill import analyse, play, town
from benchmarks.measure import CPU, Row, in_turn
from benchmarks.stage import NOW, sqlite_file
from bot.model import Period, Standing
from bot.scoring import ALL_TIME, rank, start_of
from bot.store import boards
from bot.store.door import Store
from bot.store.keys import CODES
from bot.store.tables import players, standings
from bot.work import Board

LOOKS = 200
CHANNEL, CALLER = 3, 7
PLAYERS, DAYS = 20, 10
SMALL, LARGE = 50, 5000
"""Channels: 10,000 and 1,000,000 answers."""

TOP = """SELECT points, "right", answered, player.id, player.workspace, player.external_id, player.name, player.hidden
FROM standing JOIN player ON player.id = standing.player
WHERE channel = ? AND period = ? AND start = ? ORDER BY points DESC LIMIT 10"""
RANK = """SELECT points, "right", answered, (SELECT count(*) FROM standing AS better
WHERE better.channel = own.channel AND better.period = own.period AND better.start = own.start
AND better.points > own.points)
FROM standing AS own WHERE channel = ? AND period = ? AND start = ? AND player = ?"""


class Wall:
    """A database with standings, read by the product and by the bare driver."""

    def __init__(self, store: Store, path: Path, period: Period) -> None:
        self.store = store
        self._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._period = period
        self._start = ALL_TIME if period is Period.ALL else start_of(period, NOW.date())

    async def floor(self) -> None:
        """Two look-ups, so often."""
        await self.store.read(self._look_up)

    def _look_up(self, conn: Connection) -> None:
        with closing(self._raw.cursor()) as cursor:
            asked = (CHANNEL, CODES[self._period], (self._start - ALL_TIME).days)
            for _ in range(LOOKS):
                assert len(cursor.execute(TOP, asked).fetchall()) == 10
                assert cursor.execute(RANK, (*asked, CALLER)).fetchone()

    async def ours(self) -> None:
        """The leaderboard, so often."""
        await self.store.read(self._boards)

    def _boards(self, conn: Connection) -> Board:
        for _ in range(LOOKS):
            board = boards.board(conn, CHANNEL, self._period, self._start, CALLER, NOW)
        return board

    async def same_ranks(self) -> None:
        """Ranking every standing by the rules gives the same lines."""
        board = await self.store.read(self._boards)
        assert [(row.place, row.player.id, row.points) for row in board.rows] == await self.store.read(self._ranks)

    def _ranks(self, conn: Connection) -> list[tuple[int, int, int]]:
        found = select(standings, players.c.name).join_from(standings, players, players.c.id == standings.c.player)
        here = (standings.c.channel == CHANNEL, standings.c.period == self._period, standings.c.start == self._start)
        lines = (
            Standing(row.points, row.right, row.answered, row.player, 1, "", row.name, False)
            for row in conn.execute(found.where(*here))
        )
        return [(row.place, row.player.id, row.points) for row in rank(lines)[: boards.TOP]]


async def filled(path: Path, many: int) -> Store:
    """A database in which so many channels have played."""
    store = await Store.open(f"sqlite:///{path}", synchronous="NORMAL")
    await store.write(town, many, PLAYERS)
    for day in range(DAYS):
        await store.write(play, many, day)
    await store.write(analyse)
    return store


async def measure() -> list[Row]:
    """The goals, for the week, which is what people see first, and for all time."""
    rows: list[Row] = []
    with sqlite_file() as path:
        file = path.with_name("large.sqlite3")
        small, large = await filled(path, SMALL), await filled(file, LARGE)
        for period, called in ((Period.WEEK, "the week's"), (Period.ALL, "all time's")):
            few, many = Wall(small, path, period), Wall(large, file, period)
            bare, here, there = await in_turn(few.floor, few.ours, many.ours, timer=CPU)
            await few.same_ranks()
            await many.same_ranks()
            looks = [seconds / LOOKS for seconds in (bare, here, there)]
            rows += [
                Row("P9", f"{called} board: CPU against two look-ups", looks[0], looks[1], "s", 1.5),
                Row("P9", "… of 1,000,000 answers against of 10,000", looks[1], looks[2], "s", 1.3),
            ]
        await small.close()
        await large.close()
    return rows
