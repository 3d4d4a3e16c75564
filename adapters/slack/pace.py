"""Slack takes about one message a second in a channel: whoever comes sooner waits, and nobody else does."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

SECOND = 1.0
"""Between two posts in one channel, by Slack's rate limit of chat.postMessage."""

BURST = 3
"""So many may come at once after a pause: Slack allows bursts, and a result's reveal and detail come together."""

REMEMBERED = 50_000


class Pace:
    """When each channel may be posted to next: a bucket of ``BURST`` posts that fills by one a second."""

    def __init__(self) -> None:
        self._free: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def turn(self, workspace: str, channel: str) -> None:
        """Wait until this channel may be posted to."""
        now = asyncio.get_running_loop().time()
        key = (workspace, channel)
        free = max(self._free.get(key, 0.0), now - (BURST - 1) * SECOND)
        self._free[key] = free + SECOND
        self._free.move_to_end(key)
        if len(self._free) > REMEMBERED:
            self._free.popitem(last=False)
        if free > now:
            await asyncio.sleep(free - now)
