"""Shards, each held by a lease: of several processes exactly one hears a shard, and one hands over within seconds."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from adapters.discord.count import Agreed, Count
from adapters.discord.rest import BROKEN
from adapters.discord.shard import Shard, Turn
from adapters.discord.times import Times
from bot.ports import Lease, Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Openings:
    """How Discord lets shards connect: so many of them ``at_once``, none within the next ``wait`` seconds."""

    at_once: int = 1
    wait: float = 0.0


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
        count: Count,
        openings: Openings,
        shelf: Shelf,
        make: Callable[[int, int, Turn], Shard],
        clock: Callable[[], datetime],
        times: Times,
    ) -> None:
        self._token = token
        self._count = count
        self._agreed = Agreed(count.wanted, None)
        self._at_once = openings.at_once
        self._from = asyncio.get_running_loop().time() + openings.wait
        self._shelf = shelf
        self._make = make
        self._clock = clock
        self._times = times
        self._held: dict[int, Held] = {}
        self._lines: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._latest: dict[int, float] = {}
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take what is free, and go on looking."""
        await self._count.propose()
        await self._round()
        self._keeper = asyncio.create_task(self._keep())

    async def hush(self) -> None:
        """Hear nothing more, and be able to answer what was heard still."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await asyncio.gather(*(_silence(held) for held in self._held.values()))

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
    def count(self) -> int:
        """How many there are in all."""
        return self._agreed.count

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
            await asyncio.sleep(self._times.renew)
            try:
                await self._round()
            except Exception:
                log.exception("The shards' leases could not be renewed")
                await self._drop_expiring()

    async def _round(self) -> None:
        """Renew what is held, take what is free, drop what is another's or has ended."""
        loop = asyncio.get_running_loop()
        if await self._is_recounted():
            return
        for number in range(self.count):
            held, asked = self._held.get(number), loop.time()
            if held is None and loop.time() < self._from:
                continue
            lease = await self._lease(number)
            if held is not None and (lease is None or held.task.done()):
                await self._drop(number)
            elif held is not None:
                held.until = asked + self._times.term
            elif lease is not None:
                self._take(number, asked + self._times.term)

    async def _is_recounted(self) -> bool:
        """Whether all shards are to be let go, or left alone still, for their number has changed."""
        agreed = await self._count.agreed()
        if agreed.count != self.count:
            log.info("Discord's shards are %s from now on, and were %s.", agreed.count, self.count)
            for number in tuple(self._held):
                await self._drop(number)
                now = self._clock()
                await self._shelf.lease(_name(number), until=now, now=now)
        self._agreed = agreed
        return agreed.since is not None and self._clock() < agreed.since + timedelta(seconds=self._times.term)

    async def _lease(self, number: int) -> Lease | None:
        """Renew or take a lease; raises TimeoutError where the database takes too long to say."""
        now = self._clock()
        async with asyncio.timeout(self._times.term / 4):
            return await self._shelf.lease(_name(number), until=now + timedelta(seconds=self._times.term), now=now)

    def _take(self, number: int, until: float) -> None:
        client = self._make(number, self.count, self._turn)
        self._held[number] = Held(client, asyncio.create_task(self._run(client)), until)

    async def _run(self, client: Shard) -> None:
        """Be connected until closed. What ends it is logged; the next round begins anew."""
        try:
            await self._turn(client.number)
            await client.start(self._token)
        except (discord.DiscordException, *BROKEN) as error:
            log.error("Shard %s of Discord ended: %s", client.number, error)
        except Exception:
            log.exception("Shard %s of Discord broke", client.number)

    async def _turn(self, number: int) -> None:
        """Wait until a shard may connect: of each line one in so many seconds, whichever process asks."""
        loop, apart, line = asyncio.get_running_loop(), self._times.identify, number % self._at_once
        async with self._lines[line]:
            await asyncio.sleep(max(0.0, self._latest.get(line, -apart) + apart - loop.time()))
            while True:
                if await self._is_free(line):
                    break
                await asyncio.sleep(apart / 10)
            self._latest[line] = loop.time()

    async def _is_free(self, line: int) -> bool:
        now = self._clock()
        until = now + timedelta(seconds=self._times.identify)
        return await self._shelf.lease(f"identify:{line}", until=until, now=now) is not None

    async def _drop_expiring(self) -> None:
        """A lease that cannot be renewed may be another's by the time of the look after the next."""
        soon = asyncio.get_running_loop().time() + self._times.renew + self._times.term / 4
        for number in [number for number, held in self._held.items() if held.until < soon]:
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
    held.client.up.clear()
    if held.client.ws is not None:
        with suppress(*BROKEN):
            await held.client.ws.close(code=1000)


def _name(number: int) -> str:
    return f"shard:{number}"
