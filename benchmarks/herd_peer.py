"""One of several processes that all tick over one PostgreSQL database at the same instant."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from benchmarks.fill import analyse, plan, town
from benchmarks.stage import BANK, NOW
from bot.store.door import Store
from bot.wording import messages
from bot.work import Opening
from scheduler.daily import Daily

PROCESSES = 4
SPAWN = multiprocessing.get_context("spawn")

P = ParamSpec("P")
T = TypeVar("T")


class CountingStore(Store):
    """A store that remembers how many rounds it opened."""

    opened = 0

    async def write(self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """See ``Store``."""
        value = await super().write(verb, *args, **kwargs)
        if isinstance(value, Opening):
            self.opened += value.opened
        return value


def tick(url: str, due: datetime, ready: Barrier, told: Pipe) -> None:
    """Tell how many rounds this process opened."""
    told.send(asyncio.run(_tick(url, due, ready)))


async def _tick(url: str, due: datetime, ready: Barrier) -> int:
    store = await CountingStore.open(url)
    daily = Daily(store, BANK, dict, messages, lambda: NOW)
    await daily.tick(NOW.replace(year=2000))  # connections are made, statements compiled; nothing is due yet
    await asyncio.to_thread(ready.wait)
    await daily.tick(due)
    await store.close()
    return store.opened


async def share_of_busiest(url: str, herd: int) -> int:
    """How many of the herd's rounds the busiest of four processes opened; all of them are opened, each once."""
    store = await Store.open(url)
    await store.write(town, herd, 1)
    due = await store.write(plan, herd, 0)
    await store.write(analyse)
    await store.close()
    ready = SPAWN.Barrier(PROCESSES)
    pipes = [SPAWN.Pipe(duplex=False) for _ in range(PROCESSES)]
    peers = [SPAWN.Process(target=tick, args=(url, due, ready, there), daemon=True) for _, there in pipes]
    for peer in peers:
        peer.start()
    opened: list[int] = [await asyncio.to_thread(here.recv) for here, _ in pipes]
    for peer in peers:
        peer.join()
    assert sum(opened) == herd, opened
    return max(opened)
