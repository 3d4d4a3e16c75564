"""A real process around the real clock, store and rules, that can be told at which step to drop dead.

The crash points live in here, in wrappers of the store and of the messenger; the product knows nothing of them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from ctypes import c_double
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Messenger, Refused, Sent, Unknown
from bot.store import players, rounds
from bot.store.door import Store
from bot.wording import messages
from bot.work import Draft, Recorded
from content.bank import Bank
from scheduler.daily import Daily
from scheduler.heartbeat import Heartbeat
from tests.standins.platform import Wire, die
from tests.standins.questions import make_pack

PLATFORM, WORKSPACE = "stand-in", "W1"


@dataclass(frozen=True)
class Orders:
    """How a process lives and dies. ``die_at`` are the points (``after sending question``) of which the first one
    reached is its last; it writes that one into ``grave``. ``lease`` and ``request`` are seconds."""

    url: str
    address: str
    grave: Path
    die_at: frozenset[str] = frozenset()
    lease: float = 60
    request: float = 10
    can_tell: bool = True


@dataclass
class Fate:
    """Where this process dies; ``kinds`` remembers what kind of delivery an id is."""

    orders: Orders
    kinds: dict[int, str] = field(default_factory=dict)

    def at(self, when: str, what: str, of: str = "") -> None:
        """Pass a point, or not."""
        point = f"{when} {what} {of}".strip()
        if point in self.orders.die_at:
            self.orders.grave.write_text(point)
            die()


class MortalStore:
    """The store, with a point before and after each verb; after those that find something only when they did."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, verb: Callable[..., object], *args: object) -> object:
        """A unit of work, unless death comes first."""
        kind = self._fate.kinds.get(args[0], "") if args and isinstance(args[0], int) else ""
        self._fate.at("before", verb.__name__, kind)
        result = await self._store.write(verb, *args)
        for job in result if verb.__name__ == "claim" else ():
            self._fate.kinds[job.delivery.id] = job.delivery.kind.value
            self._fate.at("after", "claim", job.delivery.kind.value)
        if (verb.__name__ != "claim" and result) or verb.__name__ in ("sent", "found"):
            self._fate.at("after", verb.__name__, kind)
        return result

    async def record(self, draft: Draft) -> object:
        """An answer, unless death comes first."""
        self._fate.at("before", "record")
        outcome = await self._store.record(draft)
        self._fate.at("after", "record")
        return outcome

    async def read(self, verb: Callable[..., object], *args: object) -> object:
        """Reads kill nobody, but tell what is looked for."""
        result = await self._store.read(verb, *args)
        for job in result if verb.__name__ == "lost" else ():
            self._fate.kinds[job.delivery.id] = job.delivery.kind.value
        return result


class MortalWire:
    """A messenger, with a point before the request and one between the platform's reply and us."""

    def __init__(self, wire: Messenger, fate: Fate) -> None:
        self._wire = wire
        self._fate = fate

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Post, if we live to."""
        kind = key.partition(":")[0]
        self._fate.at("before", "post", kind)
        outcome = await self._wire.post(to, card, key=key)
        self._fate.at("after", "post", kind)
        return outcome

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Edit, if we live to."""
        result = "Closed." in card.plain
        self._fate.at("before", "edit", "result" if result else "count")
        outcome = await self._wire.edit(at, card)
        self._fate.at("after", "edit", "result" if result else "count")
        return outcome

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Find, if we live to."""
        outcome = await self._wire.find(to, key=key, since=since)
        self._fate.at("after", "find", key.partition(":")[0])
        return outcome


def live(orders: Orders, offset: c_double) -> None:
    """Run until somebody kills us. The clock shows real time and ``offset`` seconds, which the test moves."""
    logging.disable(logging.CRITICAL)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=offset.value)

    asyncio.run(_live(orders, clock))


async def _live(orders: Orders, clock: Callable[[], datetime]) -> None:
    fate = Fate(orders)
    store = await Store.open(orders.url)
    async with aiohttp.ClientSession(orders.address) as session:
        wire = MortalWire(Wire(session, orders.can_tell), fate)
        daily = Daily(
            MortalStore(store, fate),
            Bank([make_pack()]),
            lambda: {PLATFORM: wire},
            messages,
            clock,
            lease=timedelta(seconds=orders.lease),
            request=timedelta(seconds=orders.request),
        )
        Heartbeat(daily.tick, clock, timedelta(milliseconds=50)).start()
        while True:
            async with session.post("/presses") as reply:
                pressed = await reply.json()
            await asyncio.gather(*(_press(store, fate, session, clock, *one) for one in pressed))
            await asyncio.sleep(0.02)


async def _press(
    store: Store,
    fate: Fate,
    session: aiohttp.ClientSession,
    clock: Callable[[], datetime],
    press: int,
    key: str,
    person: str,
    choice: str,
) -> None:
    found = re.fullmatch(r"question:(\d+):.*", key)
    assert found, key
    round_ = await store.read(rounds.open_round, int(found[1]))
    if round_ is None:
        return
    player = await store.write(players.player, PLATFORM, WORKSPACE, person, person, clock())
    fate.at("before", "record")
    outcome = await store.record(Draft(round_.id, player.id, choice, None, clock()))
    fate.at("after", "record")
    if isinstance(outcome, Recorded):
        await session.post("/receipt", json={"press": press})
