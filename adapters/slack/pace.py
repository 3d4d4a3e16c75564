"""Slack takes about one message a second in a channel: whoever comes sooner waits, and nobody else does."""

from __future__ import annotations

from collections import OrderedDict

SECOND = 1.0
"""Between two posts in one channel, by Slack's rate limit of chat.postMessage."""

BURST = 3
"""So many may come at once after a pause: Slack allows bursts, and a question's reveal and detail come together."""

REMEMBERED = 50_000
"""So many channels are remembered; whoever is forgotten was not posted to for long."""


class Pace:
    """When each channel may be posted to next: a bucket of ``BURST`` posts, filled again by one a second."""

    def __init__(self) -> None:
        self._free: OrderedDict[tuple[str, str], float] = OrderedDict()

    def wait(self, workspace: str, channel: str, now: float) -> float:
        """Take a turn in a channel: the seconds until it comes. ``now`` is a clock's that only goes forward."""
        key = (workspace, channel)
        turn = max(self._free.get(key, 0.0), now - (BURST - 1) * SECOND)
        self._free[key] = turn + SECOND
        self._free.move_to_end(key)
        if len(self._free) > REMEMBERED:
            self._free.popitem(last=False)
        return max(0.0, turn - now)
