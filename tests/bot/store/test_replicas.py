"""Several processes share one PostgreSQL: whatever they race for, each thing is done once."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, create_engine

from bot.model import DeliveryKind, RoundState
from bot.store import channels, deliveries, rounds
from bot.store.door import Store
from bot.store.engine import locate
from bot.store.migrate import upgrade
from bot.work import Draft, Plan, Recorded, RoundOver
from tests.bot.store.desk import LEASE, PLATFORM, QUESTIONS, Desk, at, slot
from tests.conftest import Server

pytestmark = pytest.mark.postgres

REPLICAS = 4
CHANNELS = 60
SPAWN = multiprocessing.get_context("spawn")


async def _channels(url: str) -> None:
    """Channels, each of its own workspace, that are due at nine."""
    store = await Store.open(url)
    desk = Desk(store)
    found = [await desk.channel(f"C{i}", team=f"T{i}") for i in range(CHANNELS)]
    plans = [Plan(channel.id, 1, slot(), QUESTIONS[i % 40]) for i, channel in enumerate(found)]
    await store.write(channels.plan, plans, at(7))
    await store.close()


async def _open_and_claim(url: str) -> list[object]:
    store = await Store.open(url)
    got: list[object] = []
    opened = 1
    while opened:
        opened = (await store.write(rounds.open_due, at(9), 7)).opened
        got += [("opened", None)] * opened
        jobs = await store.write(deliveries.claim, at(9), frozenset({PLATFORM}), 5, LEASE)
        got += [("claimed", job.delivery.key) for job in jobs]
    while jobs := await store.write(deliveries.claim, at(9), frozenset({PLATFORM}), 5, LEASE):
        got += [("claimed", job.delivery.key) for job in jobs]
    await store.close()
    return got


async def _close(url: str) -> list[object]:
    store = await Store.open(url)
    got: list[object] = []
    while closed := await store.write(rounds.close_due, at(16), 7):
        got += closed
    await store.close()
    return got


async def _press(url: str) -> list[object]:
    """Everybody presses in every round, in orders of their own."""
    store = await Store.open(url)
    drafts = [Draft(round_id, 1 + i % 5, str(i), None, at(10)) for i in range(100) for round_id in (3, 1, 2)]
    outcomes = await asyncio.gather(*(store.record(draft) for draft in drafts))
    await store.close()
    return [type(outcome).__name__ for outcome in outcomes]


def _run(work: str, url: str) -> Sequence[object]:
    return asyncio.run({"open": _open_and_claim, "close": _close, "press": _press}[work](url))


def _race(work: str, url: str) -> list[object]:
    with SPAWN.Pool(REPLICAS) as pool:
        shares = pool.starmap(_run, [(work, url)] * REPLICAS)
    return [one for share in shares for one in share]


async def test_each_round_is_opened_claimed_and_closed_once(postgres_url: str) -> None:
    """By whichever process comes first."""
    await _channels(postgres_url)

    began = Counter(await asyncio.to_thread(_race, "open", postgres_url))
    store = await Store.open(postgres_url)
    sent = await Desk(store).deliveries(DeliveryKind.QUESTION)
    await store.write(_all_sent)
    await store.close()
    ended = Counter(await asyncio.to_thread(_race, "close", postgres_url))

    claims = {key: times for (what, key), times in began.items() if what == "claimed"}
    assert began["opened", None] == CHANNELS
    assert claims == {delivery.key: 1 for delivery in sent}
    assert len(claims) == CHANNELS
    assert set(ended.values()) == {1}
    assert len(ended) == CHANNELS


def _all_sent(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE delivery SET state = 'sent', message = key")


async def test_racing_presses_of_replicas_all_get_in(postgres_url: str) -> None:
    """In opposite orders, and without waiting for each other in a circle."""
    store = await Store.open(postgres_url)
    desk = Desk(store)
    for i in range(3):
        await desk.shown(await desk.channel(f"C{i}"), 0, QUESTIONS[i])
    for i in range(5):
        await desk.player(f"U{i}")

    told = await asyncio.to_thread(_race, "press", postgres_url)

    counted = await store.read(rounds.answered, [1, 2, 3])
    await store.close()
    assert Counter(told) == {Recorded.__name__: REPLICAS * 300}
    assert counted == {1: 5, 2: 5, 3: 5}


async def test_a_press_waits_for_a_closing_under_way(postgres_url: str) -> None:
    """It locks its round while it reads that it is open: it is in the closing's count, or it is told that it is not."""
    store = await Store.open(postgres_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    player = await desk.player()
    closing = create_engine(locate(postgres_url).url)
    with closing.begin() as connection:
        connection.exec_driver_sql("SELECT id FROM round FOR UPDATE")
        connection.exec_driver_sql("UPDATE round SET state = 'closed', closed = closes")
        pressing = asyncio.ensure_future(store.record(Draft(round_.id, player.id, "0", None, at(10))))
        while not (pressing.done() or await asyncio.to_thread(_waits, connection)):
            pass

    outcome = await pressing
    closing.dispose()
    answered = await store.read(rounds.answered, [round_.id])
    await store.close()

    assert outcome == RoundOver(RoundState.CLOSED, None)
    assert answered == {}


def _waits(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())


async def test_a_closing_counts_presses_under_way(postgres_url: str) -> None:
    """Whoever had a receipt is in the tally."""
    store, other = await Store.open(postgres_url), await Store.open(postgres_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    people = [await desk.player(f"U{i}") for i in range(50)]
    presses = [store.record(Draft(round_.id, player.id, "0", None, at(10))) for player in people]

    _, *outcomes = await asyncio.gather(other.write(rounds.close_due, at(16), 10), *presses)

    tally = await store.read(rounds.tally, round_.id)
    await store.close()
    await other.close()
    assert tally is not None
    assert tally.answered == sum(isinstance(outcome, Recorded) for outcome in outcomes)


async def test_replicas_migrate_in_turn(postgres: Server) -> None:
    """Four processes start on an empty database at once; all of them find it whole."""
    with postgres.database() as url, SPAWN.Pool(REPLICAS) as pool:
        done = await asyncio.to_thread(pool.map, upgrade, [url] * REPLICAS)

    assert sorted(done) == [False, False, False, True]
