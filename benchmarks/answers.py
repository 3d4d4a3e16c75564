"""P1, P2, P3: storing answers, one at a time and fifty at once, against the bare drivers doing the same."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import asyncpg

from benchmarks.measure import CPU, WALL, Row, in_turn
from benchmarks.stage import NOW, Opened, answered, opened, postgres_url, sqlite_file
from bot.model import Actor, Place, Press
from bot.work import Draft, Recorded
from cli.heard import Heard
from cli.tallies import Tallies

ONE_BY_ONE = 300
CROWD = 2000
AT_ONCE = 50

RAW_SCHEMA = """
CREATE TABLE round (id INTEGER PRIMARY KEY, state TEXT, closes TEXT);
CREATE TABLE answer (round INTEGER, player INTEGER, choice TEXT, first_at TEXT, at TEXT, PRIMARY KEY (round, player))
WITHOUT ROWID;
INSERT INTO round VALUES (1, 'open', '9999');
"""
RAW_KEEP = """INSERT INTO answer VALUES (1, ?, ?, ?, ?)
ON CONFLICT (round, player) DO UPDATE SET choice = excluded.choice, at = excluded.at"""


_passed = count()


def later() -> datetime:
    """An instant after all that were asked for before: SQLite skips the write that would change nothing."""
    return NOW + timedelta(microseconds=next(_passed))


def raw(path: Path, synchronous: str) -> sqlite3.Connection:
    """The least there could be: one table of rounds, one of answers, the bare driver."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.executescript(RAW_SCHEMA)
    return connection


def raw_press(connection: sqlite3.Connection, player: int, at: str) -> None:
    """Is the round open? Insert or change. One transaction."""
    connection.execute("BEGIN IMMEDIATE")
    state, closes = connection.execute("SELECT state, closes FROM round WHERE id = 1").fetchone()
    assert state == "open"
    assert closes > at
    connection.execute(RAW_KEEP, (player, "1", at, at))
    connection.execute("COMMIT")


async def measure() -> list[Row]:
    """All three goals, and ``Quiz.press`` beside them."""
    return [*await _one_at_a_time(), *await _fifty_at_once(), *await _on_postgresql()]


async def _one_at_a_time() -> list[Row]:
    with sqlite_file() as path:
        connection = raw(path.with_suffix(".raw"), "FULL")
        hop = ThreadPoolExecutor(1)
        loop = asyncio.get_running_loop()

        async def floor() -> None:
            for player in range(ONE_BY_ONE):
                await loop.run_in_executor(hop, raw_press, connection, player, later().isoformat())

        async with opened(f"sqlite:///{path}", ONE_BY_ONE) as on:
            verb, press = await _ways(on)

            async def ours() -> None:
                for player in range(ONE_BY_ONE):
                    await verb(player)

            async def pressed() -> None:
                for player in range(ONE_BY_ONE):
                    await press(player)

            bare, stored, whole = await in_turn(floor, ours, pressed, timer=CPU)
            assert await answered(on.store, on.round.id) == ONE_BY_ONE
    return [
        Row("P1", "one answer at a time, durable: CPU, store's verb", bare, stored, "s", 1.5),
        Row("P1", "… the whole Quiz.press against the verb", stored, whole, "s", 2.0),
    ]


async def _fifty_at_once() -> list[Row]:
    with sqlite_file() as path:
        connection = raw(path.with_suffix(".raw"), "NORMAL")

        async def floor() -> None:
            for player in range(CROWD):
                raw_press(connection, player, later().isoformat())

        async with opened(f"sqlite:///{path}", CROWD) as on:
            verb, press = await _ways(on)
            bare, stored, whole = await in_turn(floor, _crowd(verb), _crowd(press), timer=CPU)
            assert await answered(on.store, on.round.id) == CROWD
    return [
        Row("P2", "50 answers at once, FULL: CPU against raw NORMAL", bare, stored, "s", 1.0),
        Row("P2", "… the whole Quiz.press against the verb", stored, whole, "s", 2.0),
    ]


async def _on_postgresql() -> list[Row]:
    with postgres_url() as url:
        async with opened(url, CROWD) as on:
            pool = await asyncpg.create_pool(url, min_size=AT_ONCE, max_size=AT_ONCE)
            await pool.execute("CREATE TABLE raw_answer AS SELECT * FROM answer WITH NO DATA")
            await pool.execute("ALTER TABLE raw_answer ADD PRIMARY KEY (round, player)")
            keep = """INSERT INTO raw_answer (round, player, choice, first_at, at)
                SELECT id, $2, $3, $4, $4 FROM round WHERE id = $1 AND state = 'open' AND closes > $4
                ON CONFLICT (round, player) DO UPDATE SET choice = excluded.choice, at = excluded.at"""

            async def bare_press(number: int) -> None:
                await pool.execute(keep, on.round.id, on.players[number], "1", later())

            verb, press = await _ways(on)
            bare, stored, whole = await in_turn(_crowd(bare_press), _crowd(verb), _crowd(press), timer=WALL)
            assert await answered(on.store, on.round.id) == CROWD
            assert await pool.fetchval("SELECT count(*) FROM raw_answer") == CROWD
            await pool.close()
    return [
        Row(
            "P3",
            "PostgreSQL, 50 at once: answers/s against asyncpg",
            CROWD / bare,
            CROWD / stored,
            "/s",
            4.0,
            more=True,
        ),
        Row("P3", "… the whole Quiz.press against the verb: time", stored, whole, "s", 2.0),
    ]


def _crowd(press: Callable[[int], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Everybody presses, fifty at any time."""

    async def run() -> None:
        queue = iter(range(CROWD))

        async def one() -> None:
            for player in queue:
                await press(player)

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))

    return run


async def _ways(on: Opened) -> tuple[Callable[[int], Awaitable[None]], Callable[[int], Awaitable[None]]]:
    """The store's verb, and the press of a button as an adapter makes it."""
    face = Heard(on.store, on.bank, Tallies())
    place = Place("bench", "W1", "C1")

    async def verb(number: int) -> None:
        outcome = await on.store.record(Draft(on.round.id, on.players[number], "1", None, later()))
        assert isinstance(outcome, Recorded)

    async def press(number: int) -> None:
        who = Actor("bench", "W1", f"p{number}", f"P{number}")
        await face.press(Press(who, place, f"pq|answer|{on.round.id}|0"), later())

    return verb, press
