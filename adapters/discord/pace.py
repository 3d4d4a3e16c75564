"""Discord takes fifty requests a second of a bot: whoever comes sooner waits its turn. Interactions are not counted."""

from __future__ import annotations

import asyncio

RATE = 47.8
"""Requests a second: a little under Discord's global limit of 50, for its second begins when it likes, and what a
shard asks for as it connects is not paced."""

BEFORE_FIRST = 0.2
"""Seconds before the first turn: logging in took some of this second's requests."""


class Pace:
    """Turns, in the order in which they were asked for, ``rate`` a second; of turns that were missed, because the loop
    was busy, one is made good."""

    def __init__(self, rate: float = RATE) -> None:
        self._between = 1 / rate
        self._free = asyncio.get_running_loop().time() + BEFORE_FIRST
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for a turn."""
        loop = asyncio.get_running_loop()
        async with self._line:
            if (wait := self._free - loop.time()) > 0:
                await asyncio.sleep(wait)
            self._free = max(self._free, loop.time() - self._between) + self._between
