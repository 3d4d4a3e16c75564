"""Discord takes fifty requests a second of a bot: whoever comes sooner waits its turn. Interactions are not counted."""

from __future__ import annotations

RATE = 48.5
"""Requests a second: 3 % under Discord's global limit of 50, for its second begins when it likes."""


class Pace:
    """When the next request may go: one every 1/``RATE`` seconds, and none saved up."""

    def __init__(self, rate: float = RATE) -> None:
        self._between = 1 / rate
        self._free = 0.0

    def wait(self, now: float) -> float:
        """Take a turn: the seconds until it comes. ``now`` is a clock's that only goes forward."""
        turn = max(self._free, now)
        self._free = turn + self._between
        return turn - now
