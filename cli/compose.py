"""The one place that composes everything: store, bank, quiz, clock and platforms, and takes them down in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports import Adapter, Messenger
from bot.quiz import Quiz
from bot.store.door import Cipher, Store
from bot.store.shelf import StoreShelf
from bot.wording import messages
from cli.heard import Heard
from cli.tallies import Tallies
from content.bank import Bank
from scheduler.daily import Daily
from scheduler.heartbeat import Heartbeat

GRACE = timedelta(seconds=2.5)
"""What is in hand may take so long once the end is wanted. With the HTTP server's end before it and what closing takes
after it, a stop stays under the five seconds after which a container's engine kills (``stop_grace_period``)."""

KEPT = timedelta(seconds=1)
"""Of that, so much is kept for what people asked for: a platform that hangs over a message may take the rest."""

CLOSING = timedelta(seconds=0.5)
"""A platform's connections may take so long to close; those that do not end with the process."""

START_AGAIN = timedelta(minutes=1)
"""A platform that could not be started is tried again after this."""

SENDING = timedelta(seconds=10)
"""A beat by hand waits so long for what it sends."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class House:
    """Everything, composed. ``up`` are the adapters that have started, ``down`` those that could not yet, ``failed``
    is what the last tick raised. ``tallies`` is what is counted."""

    store: Store
    bank: Bank
    quiz: Quiz
    tallies: Tallies
    daily: Daily
    heartbeat: Heartbeat
    up: list[Adapter]
    failed: list[Exception]
    down: list[Adapter] = field(default_factory=list)

    async def start(self, adapters: Sequence[Adapter]) -> None:
        """Start adapters; one that fails is logged and left out, unless all do: then the first failure is raised."""
        failures = [error for adapter in adapters if (error := await self._start(adapter)) is not None]
        if failures and not self.up:
            raise failures[0]

    async def keep_starting(self, every: timedelta = START_AGAIN) -> None:
        """Try those that are down again and again, until all are up: a platform that could not be reached for a moment
        is not left out for good."""
        while self.down:
            await asyncio.sleep(every.total_seconds())
            for adapter in tuple(self.down):
                if await self._start(adapter) is None:
                    log.info("%s is up now.", adapter.name)

    async def _start(self, adapter: Adapter) -> Exception | None:
        try:
            await adapter.start(self.quiz, StoreShelf(self.store, adapter.name))
        except Exception as error:
            log.error("%s did not start: %s", adapter.name, error)
            if adapter not in self.down:
                self.down.append(adapter)
            return error
        if adapter in self.down:
            self.down.remove(adapter)
        self.up.append(adapter)
        return None

    async def beat(self) -> None:
        """One beat of the heart by hand, with all that it sends. Raises what the heartbeat only logs."""
        self.failed.clear()
        await self.heartbeat.beat()
        if self.failed:
            raise self.failed[0]
        await self.daily.drain(SENDING)


@asynccontextmanager
async def house(
    url: str, bank: Bank, clock: Callable[[], datetime], cipher: Cipher | None = None
) -> AsyncIterator[House]:
    """Open everything on the database at ``url``; in the end take it down: the clock first, then what is in hand, the
    platforms, the database. ``clock`` returns aware UTC."""
    store = await Store.open(url, cipher=cipher)
    up: list[Adapter] = []
    failed: list[Exception] = []

    def messengers() -> Mapping[str, Messenger]:
        return {adapter.name: adapter.messenger for adapter in up if adapter.health().ok}

    tallies = Tallies()
    daily = Daily(store, bank, messengers, messages, clock, witness=tallies)

    async def tick(now: datetime) -> None:
        try:
            await daily.tick(now)
            tallies.beats["well"] += 1
        except Exception as error:
            failed[:] = [error]
            tallies.beats["failed"] += 1
            raise

    heartbeat = Heartbeat(tick, clock)
    try:
        yield House(store, bank, Heard(store, bank, tallies), tallies, daily, heartbeat, up, failed)
    finally:
        end = asyncio.get_running_loop().time() + GRACE.total_seconds()
        await heartbeat.stop((GRACE - KEPT) / 2)
        await daily.drain(_left(end) - KEPT)
        await asyncio.gather(*(_stop(adapter, end) for adapter in up), return_exceptions=True)
        await store.close()


def _left(end: float) -> timedelta:
    return timedelta(seconds=max(0.0, end - asyncio.get_running_loop().time()))


async def _stop(adapter: Adapter, end: float) -> None:
    async with asyncio.timeout_at(end + CLOSING.total_seconds()):
        await adapter.stop(_left(end))
