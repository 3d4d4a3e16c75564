"""What this process counts while it works: plain numbers, because a press must not pay for them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate

from bot.calendar import LATE
from bot.ports import Refused, Sent, Unknown
from bot.work import Job

RECEIPT_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds: a platform gives up after three, and past half a second an adapter defers."""

LAG_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, LATE.total_seconds(), 3600.0)
"""Seconds: within LATE a delivery is on time."""


class Durations:
    """A histogram: how many took at most each of ``bounds`` seconds."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Each bound with how many took at most as long, as Prometheus wants it."""
        names = [*map(str, self._bounds), "+Inf"]
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))


class Tallies:
    """Everything that is counted, by what tells it apart. Belongs to the loop's thread. Is the clock's ``Witness``."""

    def __init__(self) -> None:
        self.deliveries: Counter[tuple[str, str, str]] = Counter()
        self.late: Counter[tuple[str, str]] = Counter()
        self.lag: dict[str, Durations] = defaultdict(lambda: Durations(LAG_BOUNDS))
        self.errors: Counter[tuple[str, str]] = Counter()
        self.receipts: dict[str, Durations] = defaultdict(lambda: Durations(RECEIPT_BOUNDS))
        self.unanswered: Counter[str] = Counter()
        self.beats: Counter[str] = Counter(well=0, failed=0)

    def delivered(self, job: Job, outcome: Sent | Refused | Unknown, at: datetime) -> None:
        """What came of sending a delivery."""
        platform, kind = job.channel.place.platform, job.delivery.kind.value
        self.deliveries[platform, kind, outcome_of(outcome)] += 1
        self.edited(platform, outcome)
        if isinstance(outcome, Sent):
            lag = at - job.delivery.due
            self.lag[platform].add(max(0.0, lag.total_seconds()))
            self.late[platform, kind] += lag > LATE

    def edited(self, platform: str, outcome: Sent | Refused | Unknown) -> None:
        """What came of any request, where it was no success."""
        if not isinstance(outcome, Sent):
            self.errors[platform, error_of(outcome)] += 1


OUTCOMES = ("sent", "later", "refused", "unknown")
ERRORS = ("later", "refused", "gone", "unknown")


def outcome_of(outcome: Sent | Refused | Unknown) -> str:
    """One of OUTCOMES."""
    match outcome:
        case Sent():
            return "sent"
        case Unknown():
            return "unknown"
    return "refused" if outcome.retry_after is None else "later"


def error_of(outcome: Refused | Unknown) -> str:
    """One of ERRORS."""
    return "gone" if isinstance(outcome, Refused) and outcome.gone else outcome_of(outcome)
