"""Measuring: floor and ours in turn, so that a machine whose speed drifts treats both alike; medians are compared."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

RUNS = 5
"""So often each side is measured; the first run of each warms up and is not counted."""

Timer = Callable[[], float]

CPU: Timer = time.process_time
"""Seconds of processor time of all threads of this process."""

WALL: Timer = time.perf_counter
"""Seconds on the wall."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: ``goal`` is None for a figure that is only reported; ``more`` is better where it says so."""

    name: str
    what: str
    floor: float
    ours: float
    unit: str
    goal: float | None = None
    more: bool = False

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the floor."""
        return self.ours / self.floor

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.more else self.ratio <= self.goal


async def seconds(work: Callable[[], Awaitable[None]], timer: Timer) -> float:
    """How long one run of ``work`` takes."""
    started = timer()
    await work()
    return timer() - started


async def in_turn(
    *works: Callable[[], Awaitable[None]],
    timer: Timer = CPU,
    runs: int = RUNS,
    before: Callable[[], Awaitable[None]] | None = None,
) -> list[float]:
    """The median seconds of each work, measured one after the other, round by round; ``before`` each round, untimed,
    everything is made ready."""
    found: list[list[float]] = [[] for _ in works]
    for run in range(runs + 1):
        if before:
            await before()
        for number, work in enumerate(works):
            taken = await seconds(work, timer)
            if run:
                found[number].append(taken)
    return [median(each) for each in found]
