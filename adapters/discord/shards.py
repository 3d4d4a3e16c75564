"""Shards, each held by a lease: of several processes exactly one hears a shard, and one hands over within seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from adapters.discord.rest import BROKEN
from adapters.discord.shard import Shard
from bot.ports import Shelf

log = logging.getLogger(__name__)

TERM = timedelta(seconds=12)
"""So long a shard is its holder's, unless it is renewed."""

RENEW = 3.0
"""Seconds between renewals, and between looks at shards that others hold."""

IDENTIFY = 5.0
"""Seconds that Discord wants between two shards that connect."""


@dataclass(slots=True)
class Held:
    """A shard that this process holds. ``until``: the loop's time by which it must be renewed or dropped."""

    client: Shard
    task: asyncio.Task[None]
    until: float


class Shards:
    """The shards of this process. ``make`` returns a new client of a shard, ``clock`` aware UTC."""

    def __init__(
        self,
        token: str,
        count: int,
        shelf: Shelf,
        make: Callable[[int, int], Shard],
        clock: Callable[[], datetime],
        renew: float = RENEW,
    ) -> None:
        self.count = count
        self._token = token
        self._shelf = shelf
        self._make = make
        self._clock = clock
        self._renew = renew
        self._held: dict[int, Held] = {}
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take what is free, and go on looking."""
        await self._round()
        self._keeper = asyncio.create_task(self._keep())

    async def hush(self) -> None:
        """Hear nothing more, and be able to answer what was heard still."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for held in self._held.values():
            await _silence(held)

    async def close(self) -> None:
        """Give back what is held: another process takes it at its next look."""
        await self.hush()
        for number in tuple(self._held):
            await self._drop(number)
            now = self._clock()
            await self._shelf.lease(_name(number), until=now, now=now)

    async def ready(self) -> None:
        """Wait until all that is held is connected."""
        await asyncio.gather(*(held.client.up.wait() for held in self._held.values()))

    @property
    def up(self) -> int:
        """How many are connected."""
        return sum(held.client.up.is_set() for held in self._held.values())

    @property
    def held(self) -> int:
        """How many are this process's."""
        return len(self._held)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._renew)
            try:
                await self._round()
            except Exception:
                log.exception("The shards' leases could not be renewed")
                await self._drop_expired()

    async def _round(self) -> None:
        """Renew what is held, take what is free, drop what is another's or has ended."""
        for number in range(self.count):
            loop, now = asyncio.get_running_loop(), self._clock()
            held = self._held.get(number)
            asked = loop.time()
            lease = await self._shelf.lease(_name(number), until=now + TERM, now=now)
            if held is not None and (lease is None or held.task.done()):
                await self._drop(number)
            elif held is not None:
                held.until = asked + TERM.total_seconds()
            elif lease is not None:
                await self._take(number, asked + TERM.total_seconds())

    async def _take(self, number: int, until: float) -> None:
        if self._held:
            await asyncio.sleep(IDENTIFY)
        client = self._make(number, self.count)
        self._held[number] = Held(client, asyncio.create_task(self._run(client)), until)

    async def _run(self, client: Shard) -> None:
        """Be connected until closed. What ends it is logged; the next round begins anew."""
        try:
            await client.start(self._token)
        except (discord.DiscordException, *BROKEN) as error:
            log.error("Shard %s of Discord ended: %s", client.number, error)

    async def _drop_expired(self) -> None:
        """A lease that could not be renewed in time may be another's by now."""
        now = asyncio.get_running_loop().time()
        for number in [number for number, held in self._held.items() if held.until <= now]:
            await self._drop(number)

    async def _drop(self, number: int) -> None:
        held = self._held.pop(number)
        try:
            await _silence(held)
        finally:
            await held.client.close()


async def _silence(held: Held) -> None:
    held.task.cancel()
    await asyncio.gather(held.task, return_exceptions=True)
    if held.client.ws is not None:
        with suppress(*BROKEN):
            await held.client.ws.close(code=1000)


def _name(number: int) -> str:
    return f"shard:{number}"
