"""Slack's rate limits, kept by method and workspace over a sliding minute, and for posts by channel besides."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from tests.standins.slack.town import Json

MINUTE = 60.0
TIER_3, TIER_4 = 50, 100
"""Calls a minute of one method in one workspace."""

WORKSPACE_POSTS = 300
"""Messages a minute in one workspace: Slack says “several hundred”."""

SECOND = 1.0
BURST = 3
"""Messages that may come at once into a channel; the rest one a second."""

PER_MINUTE = {
    "chat.postMessage": WORKSPACE_POSTS,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "conversations.info": TIER_3,
    "users.conversations": TIER_3,
    "chat.postEphemeral": TIER_4,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
}


class TooMany(Exception):
    """A call over a limit: the whole seconds after which it may be made again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        super().__init__(f"in {self.seconds} s")


class Rates:
    """What was called when. What came too soon does not count."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._free: dict[tuple[str, str], float] = defaultdict(float)

    def take(self, method: str, team: str, args: Json, now: float) -> None:
        """Count a call. Raises TooMany where it is one too many."""
        limit = PER_MINUTE.get(method)
        if limit is None:
            return
        made = self._made[method, team]
        while made and made[0] <= now - MINUTE:
            made.popleft()
        if len(made) >= limit:
            raise TooMany(made[0] + MINUTE - now)
        if method == "chat.postMessage":
            self._post(team, str(args.get("channel", "")), now)
        made.append(now)

    def _post(self, team: str, channel: str, now: float) -> None:
        turn = max(self._free[team, channel], now - (BURST - 1) * SECOND)
        if turn > now:
            raise TooMany(turn - now)
        self._free[team, channel] = turn + SECOND
