"""Databases to measure on: throw-away files and servers, a store over each, channels with open rounds in them."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bot.model import Actor, Filters, Place, Round, Schedule
from bot.picking import order
from bot.store import channels, rounds
from bot.store.door import Store
from bot.store.engine import locate
from bot.work import Plan, Slot
from content.bank import Bank, load_bank
from content.question import Kind
from tests.standins.postgres import ALONE, server

NOW = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)
CLOSES = NOW + timedelta(hours=7)
ADA = Actor("bench", "W1", "ada", "Ada", admin=True, may_set_up=True)
BANK = load_bank()


@contextmanager
def sqlite_file() -> Iterator[Path]:
    """The path of a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pyquiz-bench-") as folder:
        yield Path(folder) / "bench.sqlite3"


@contextmanager
def postgres_url() -> Iterator[str]:
    """The address of an empty database on a throw-away server, one that waits for its disk before it says that it kept
    something."""
    with server(ALONE) as address:
        name = f"bench_{secrets.token_hex(4)}"
        engine = create_engine(locate(address).url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        yield make_url(address).set(database=name).render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A store with a round that is open, and people in it by their ids."""

    store: Store
    bank: Bank
    round: Round
    players: tuple[int, ...]


@asynccontextmanager
async def opened(url: str, people: int, synchronous: str = "FULL") -> AsyncIterator[Opened]:
    """One channel with an open question and so many people."""
    store = await Store.open(url, synchronous=synchronous)
    try:
        question = next(q for q in BANK.questions if q.kind is Kind.CHOICE)
        place = Place("bench", "W1", "C1", name="#python")
        schedule = Schedule("UTC", time(8), time(15))
        channel = await store.write(channels.save_channel, place, schedule, Filters(), ADA, NOW - timedelta(hours=1))
        plan = Plan(channel.id, 0, Slot(NOW.date(), NOW, CLOSES), question, order(question, "bench"))
        round_ = await store.write(channels.ask_now, plan, NOW, NOW)
        assert round_ is not None
        players = [(await store.player("bench", "W1", f"p{i}", f"P{i}", NOW)).id for i in range(people)]
        yield Opened(store, BANK, round_, tuple(players))
    finally:
        await store.close()


async def answered(store: Store, round_id: int) -> int:
    """How many answers a round has: what was timed must have happened."""
    return (await store.read(rounds.answered, (round_id,)))[round_id]
