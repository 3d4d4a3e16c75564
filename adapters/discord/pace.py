"""Discord takes fifty requests a second of a bot: whoever comes sooner waits its turn. Interactions are not counted."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from heapq import heappop, heappush

MOST = 49
"""Requests in any second: one less than Discord's global limit, for what a shard asks as it connects is not paced."""

SECOND = 1.0

LOGIN = 3
"""Requests that logging in took of the first second."""

SAMPLES = 50
"""Round trips to be seen before the shortest is trusted."""

CREDIT = 4
"""So many turns that were missed, because the loop was busy, are made good."""


class Pace:
    """Turns, in the order in which they were asked for, evenly over the second.

    Discord counts a request somewhere between its sending and its answer. So it counts here until a second after its
    answer, less the shortest round trip of those seen (nothing before there were some): whatever is held up on the way,
    Discord sees no more than ``most`` in a second.
    """

    def __init__(self, most: int = MOST, begun: int = LOGIN) -> None:
        self._most = most
        self._between = SECOND / most
        self._line = asyncio.Lock()
        self._answered = asyncio.Event()
        self._under_way = 0
        self._counts_until: list[float] = [asyncio.get_running_loop().time() + SECOND] * min(begun, most)
        self._shortest = math.inf
        self._seen = 0
        self._free = 0.0

    async def turn(self) -> None:
        """Wait for a turn. Whoever has one must say when it is ``over``."""
        loop = asyncio.get_running_loop()
        async with self._line:
            while not self._has_room(loop.time()):
                await self._change(loop.time())
            if (wait := self._free - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._free = max(self._free, loop.time() - CREDIT * self._between) + self._between
            self._under_way += 1

    def over(self, answered: float, took: float | None = None) -> None:
        """A request was answered, or given up, at ``answered``, and ``took`` so long from when it was written."""
        self._under_way -= 1
        if took is not None:
            self._seen += 1
            self._shortest = min(self._shortest, took)
        spared = self._shortest if self._seen > SAMPLES else 0.0
        heappush(self._counts_until, answered - spared + SECOND)
        self._answered.set()

    def _has_room(self, now: float) -> bool:
        while self._counts_until and self._counts_until[0] <= now:
            heappop(self._counts_until)
        return self._under_way + len(self._counts_until) < self._most

    async def _change(self, now: float) -> None:
        """Wait until a request is answered, or one counts no more."""
        self._answered.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._counts_until[0] - now if self._counts_until else None):
                await self._answered.wait()
