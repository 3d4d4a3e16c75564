"""The tasks in hand for one platform: so many at once, so many in all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot import trail

log = logging.getLogger(__name__)


class Lane:
    """Runs what it takes in its own tasks, ``at_once`` of them at a time; holds ``most`` in all."""

    def __init__(self, at_once: int, most: int) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def room(self) -> int:
        """How many more it may take."""
        return max(0, self._most - len(self._tasks))

    def take(self, work: Callable[[], Awaitable[None]], about: str = "") -> None:
        """Do this when its turn comes; an exception is logged, and is its own affair. ``about``: the id that all its
        lines carry."""
        task = asyncio.create_task(self._run(work, about))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, grace: timedelta) -> int:
        """Wait until nothing is in hand, at most ``grace``; then cancel the rest, and say how many those were."""
        if not self._tasks:
            return 0
        _, left = await asyncio.wait(self._tasks, timeout=grace.total_seconds())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

    async def _run(self, work: Callable[[], Awaitable[None]], about: str) -> None:
        trail.follow(about)
        try:
            async with self._turn:
                await work()
        except Exception:
            log.exception("Left where it stands; what it held is free again when its lease has run out.")
