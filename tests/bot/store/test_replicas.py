"""Several processes share one PostgreSQL: whatever they race for, each thing is done once."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.model import DeliveryKind
from bot.store import channels, deliveries, rounds
from bot.store.door import Store
from bot.store.migrate import upgrade
from bot.work import Draft, Plan, Recorded
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
        got += [round_.id for round_ in closed]
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
    verbs: dict[str, Callable[[str], object]] = {"open": _open_and_claim, "close": _close, "press": _press}
    return asyncio.run(verbs[work](url))  # type: ignore[arg-type]  # each is a coroutine function


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


def _all_sent(connection) -> None:
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


async def test_a_closing_waits_for_presses_under_way(postgres_url: str) -> None:
    """A press locks its round while it reads that it is open: everything counted was committed before."""
    store, other = await Store.open(postgres_url), await Store.open(postgres_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    outcomes = [await store.record(Draft(round_.id, ada.id, round_.key, None, at(10)))]
    pressing = [store.record(Draft(round_.id, ada.id, str(i), None, at(15, 59))) for i in range(50)]
    closing = other.write(rounds.close_due, at(16) + timedelta(seconds=1), 10)

    results = await asyncio.gather(closing, *pressing)

    outcomes += results[1:]
    kept = [outcome for outcome in outcomes if isinstance(outcome, Recorded)]
    tally = await store.read(rounds.tally, round_.id)
    stands = await store.record(Draft(round_.id, ada.id, "9", None, at(10)))
    await store.close()
    await other.close()
    assert kept
    assert tally is not None
    assert tally.choices == {stands.stands: 1}


async def test_replicas_migrate_in_turn(postgres) -> None:
    """Four processes start on an empty database at once; all of them find it whole."""
    server: Server = postgres
    with server.database() as url, SPAWN.Pool(REPLICAS) as pool:
        done = await asyncio.to_thread(pool.map, upgrade, [url] * REPLICAS)

    assert sorted(done) == [False, False, False, True]
