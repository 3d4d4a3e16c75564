"""Real processes under real kills: starts drivers, ends them, and moves the clock they all go by."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ctypes import c_double
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess

from tests.standins.driver import Orders, live
from tests.standins.platform import Platform

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["tests.standins.driver", "tests.standins.service", "pytest"])
KILLED = -9


@dataclass
class Processes:
    """Processes that ``live`` over one database and one platform. Their clock is real time plus ``offset`` seconds."""

    orders: Orders
    live: Callable[[Orders, c_double], None] = live
    running: list[BaseProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.offset = SPAWN.RawValue("d", 0.0)

    def now(self) -> datetime:
        """What their clock shows."""
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset.value, UTC)

    def jump(self, to: datetime) -> None:
        """Set their clock."""
        self.offset.value = (to - datetime.now(UTC)).total_seconds()

    def start(self, **orders: object) -> BaseProcess:
        """One more process."""
        process = SPAWN.Process(target=self.live, args=(replace(self.orders, **orders), self.offset), daemon=True)
        process.start()
        self.running.append(process)
        return process

    def kill(self, process: BaseProcess) -> None:
        """SIGKILL."""
        process.kill()
        process.join()
        self.running.remove(process)

    def end(self) -> None:
        """SIGKILL to all of them."""
        for process in list(self.running):
            self.kill(process)


async def dead(process: BaseProcess) -> int | None:
    """Its exit code, once it is dead."""
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


@asynccontextmanager
async def a_platform() -> AsyncIterator[Platform]:
    """A platform that listens."""
    platform = Platform()
    await platform.start()
    try:
        yield platform
    finally:
        await platform.stop()
