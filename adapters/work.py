"""What a platform was told is in hand is finished before the process ends. Knows no platform."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from bot import trail

log = logging.getLogger(__name__)


class Work:
    """Everything that was acknowledged and is not done yet: platforms' libraries forget their listeners as they close.

    ``platform`` is its name, as people write it, for the log.
    """

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do this, whatever becomes of the request that asked for it; an exception is logged. All its lines in the log
        carry one id."""
        task = asyncio.create_task(work, context=trail.inherited())
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Something that was asked for on %s failed.", self._platform, exc_info=error)

    async def idle(self) -> None:
        """Wait until all is done, what is begun meanwhile too."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, grace: timedelta) -> int:
        """Wait until all is done, at most ``grace``; then cancel the rest, and say how many those were."""
        loop = asyncio.get_running_loop()
        end = loop.time() + grace.total_seconds()
        while self._tasks and loop.time() < end:
            await asyncio.wait(self._tasks, timeout=end - loop.time())
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)
