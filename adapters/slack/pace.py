"""Slack takes about one message a second in a channel, and some hundred calls a minute of a workspace: whoever comes
sooner waits for a turn, and nobody else does."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TypeVar

SECOND = 1.02
"""Between two posts in one channel: Slack's rate limit of chat.postMessage, and a little for the way there."""

BURST = 2
"""So many may come at once after a pause: Slack allows short bursts, and a reveal and its detail come together. It is
one less than Slack is known to take: a second's room for what is late on its way."""

MINUTE = 60.5
POSTS = 300
"""Posts a minute in one workspace, where Slack says “several hundred”."""

EDITS = 50
"""Edits a minute in one workspace: chat.update is of Slack's third tier."""

PATIENCE = 3.0
"""Seconds that a turn is waited for on the spot; a request may take ten, waiting included."""

Key = TypeVar("Key")
Value = TypeVar("Value")

REMEMBERED = 50_000
"""So many channels, workspaces and turns are remembered; whoever is forgotten was not written to for long."""


class Pace:
    """Turns, by workspace and channel: ``a_minute`` of them in any minute of a workspace and, where ``by_channel``,
    ``BURST`` at once in a channel and then one a second. Times are a clock's that only goes forward."""

    def __init__(self, a_minute: int, *, by_channel: bool) -> None:
        self._a_minute = a_minute
        self._by_channel = by_channel
        self._free: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._made: OrderedDict[str, deque[float]] = OrderedDict()
        self._kept: OrderedDict[str, float] = OrderedDict()

    def wait(self, workspace: str, channel: str, key: str, now: float) -> float:
        """Take a turn: the seconds until it comes. One that is further off than ``PATIENCE`` is kept under ``key``, for
        whoever asks again with it."""
        turn = self._kept.pop(key, None)
        if turn is None:
            turn = self._take(workspace, channel, now)
        if turn - now > PATIENCE:
            _remember(self._kept, key, turn)
        return max(0.0, turn - now)

    def _take(self, workspace: str, channel: str, now: float) -> float:
        made = self._made.get(workspace) or deque(maxlen=self._a_minute)
        turn = max(now, made[0] + MINUTE) if len(made) == self._a_minute else now
        if self._by_channel:
            free = max(self._free.get((workspace, channel), 0.0), turn - (BURST - 1) * SECOND)
            _remember(self._free, (workspace, channel), free + SECOND)
            turn = max(turn, free)
        made.append(turn)
        _remember(self._made, workspace, made)
        return turn


def _remember(known: OrderedDict[Key, Value], key: Key, value: Value) -> None:
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
