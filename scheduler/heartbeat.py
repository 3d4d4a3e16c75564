"""The one pulse of a process: an APScheduler job in memory that calls what it is given, and never gives up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # it ships no types
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]  # it ships no types

log = logging.getLogger(__name__)


class Heartbeat:
    """Calls ``tick(clock())`` every so often, one at a time; what is due is the tick's to find out.

    ``clock`` returns aware UTC and may be a pretended one; ``every`` is real time. Beats that were missed, because the
    loop was blocked or the last one took long, come as one. A tick that raises is logged, and the next one still comes.
    """

    def __init__(
        self,
        tick: Callable[[datetime], Awaitable[None]],
        clock: Callable[[], datetime],
        every: timedelta = timedelta(seconds=1),
    ) -> None:
        self._tick = tick
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._last: datetime | None = None
        # The defaults would drop work: a misfire is forgiven for one second only. Rows say what is due, so the
        # scheduler keeps nothing but its pulse, in memory, and two processes never share a job store.
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.beat,
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            id="heartbeat",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    @property
    def last(self) -> datetime | None:
        """When a tick last came to its end without an exception, by the clock (UTC); None before the first."""
        return self._last

    def start(self) -> None:
        """Begin to beat, at once; wants a running loop."""
        self._scheduler.start()

    async def stop(self, grace: timedelta | None = None) -> None:
        """No more beats; the one that is running comes to its end first. Where that takes longer than ``grace``, it is
        cancelled between two of its steps: what a tick leaves undone is the next one's, in whichever process."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if grace is None else grace.total_seconds()):
                await self._one_at_a_time.acquire()
                self._one_at_a_time.release()
        self._scheduler.shutdown(wait=False)  # cancels what is running
        await asyncio.sleep(0)  # APScheduler lets the loop do it

    async def beat(self) -> None:
        """One beat by hand, as the scheduler's own: what the playground does at each instant it jumps to."""
        async with self._one_at_a_time:
            now = self._clock()
            try:
                await self._tick(now)
            except Exception:
                log.exception("The tick of %s failed; the next one comes.", now.isoformat())
            else:
                self._last = now
