"""The pulse of a process: it goes on whatever happens."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.jobstores.memory import MemoryJobStore

from scheduler.heartbeat import Heartbeat

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
FAST = timedelta(milliseconds=20)


class Ticks:
    """What a heartbeat calls; remembers with which instants, and lets a test wait for the nth."""

    def __init__(self) -> None:
        self.at: list[datetime] = []
        self._came = asyncio.Condition()

    async def __call__(self, now: datetime) -> None:
        async with self._came:
            self.at.append(now)
            self._came.notify_all()

    async def reach(self, number: int) -> None:
        async with self._came, asyncio.timeout(10):
            await self._came.wait_for(lambda: len(self.at) >= number)


def block(seconds: int) -> None:
    """Hold the loop: on purpose, for that is what is tested."""
    time.sleep(seconds)


async def test_the_tick_is_told_the_time_of_the_given_clock() -> None:
    """A pretend clock is as good as a real one."""
    ticks = Ticks()
    heart = Heartbeat(ticks, lambda: NINE, FAST)
    heart.start()
    await ticks.reach(2)
    await heart.stop()

    assert set(ticks.at) == {NINE}


async def test_a_beat_by_hand_is_a_beat_like_any_other() -> None:
    """The playground jumps from instant to instant through the same door."""
    ticks = Ticks()
    instants = iter([NINE, NINE + timedelta(hours=7)])
    heart = Heartbeat(ticks, lambda: next(instants))
    await heart.beat()
    await heart.beat()

    assert ticks.at == [NINE, NINE + timedelta(hours=7)]
    assert heart.last == NINE + timedelta(hours=7)


async def test_after_a_tick_that_fails_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    """A database that was away for a moment stops nothing, and the failure is told."""
    ticks = Ticks()

    async def tick(now: datetime) -> None:
        await ticks(now)
        if len(ticks.at) == 1:
            raise RuntimeError("the database was away")

    heart = Heartbeat(tick, lambda: NINE, FAST)
    heart.start()
    await ticks.reach(3)
    await heart.stop()

    assert "the database was away" in caplog.text


async def test_only_a_tick_that_succeeds_counts_as_a_beat() -> None:
    """Readiness asks for the last beat: a process whose every tick fails is not ready."""

    async def tick(now: datetime) -> None:
        raise RuntimeError("the database is away")

    heart = Heartbeat(tick, lambda: NINE)
    await heart.beat()

    assert heart.last is None


async def test_a_loop_blocked_for_three_seconds_still_beats_afterwards() -> None:
    """APScheduler's default would drop a beat that comes more than a second late (trap 5)."""
    ticks = Ticks()
    heart = Heartbeat(ticks, lambda: datetime.now(UTC), timedelta(seconds=60))
    heart.start()
    block(seconds=3)
    await ticks.reach(1)
    await heart.stop()

    assert len(ticks.at) == 1


async def test_a_beat_by_hand_waits_for_the_one_that_is_running() -> None:
    """Two ticks of one process never overlap."""
    ticks, gate = Ticks(), asyncio.Event()

    async def tick(now: datetime) -> None:
        await ticks(now)
        await gate.wait()

    heart = Heartbeat(tick, lambda: NINE, timedelta(seconds=30))
    by_hand = [asyncio.create_task(heart.beat()) for _ in range(3)]
    await ticks.reach(1)
    started = len(ticks.at)
    gate.set()
    await asyncio.gather(*by_hand)

    assert started == 1


async def test_stopping_lets_the_running_beat_come_to_its_end() -> None:
    """Shutting APScheduler down cancels what runs; a tick must not be cut in the middle."""
    gate, ended = asyncio.Event(), asyncio.Event()
    ticks = Ticks()

    async def tick(now: datetime) -> None:
        await ticks(now)
        await gate.wait()
        ended.set()

    heart = Heartbeat(tick, lambda: NINE, timedelta(seconds=30))
    heart.start()
    await ticks.reach(1)
    stopping = asyncio.create_task(heart.stop())
    asyncio.get_running_loop().call_later(0.05, gate.set)
    await stopping

    assert ended.is_set()


async def test_stopping_does_not_wait_for_ever_where_it_is_told_how_long() -> None:
    """A database that hangs would keep the process until it is killed, and everything after the clock with it."""
    ticks, cancelled = Ticks(), asyncio.Event()

    async def tick(now: datetime) -> None:
        await ticks(now)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    heart = Heartbeat(tick, lambda: NINE, timedelta(seconds=30))
    heart.start()
    await ticks.reach(1)
    await heart.stop(timedelta(milliseconds=10))

    async with asyncio.timeout(10):
        await cancelled.wait()


async def test_nothing_but_a_store_in_memory_holds_the_job() -> None:
    """Two processes must not share a job store (trap 3): rows say what is due."""
    heart = Heartbeat(Ticks(), lambda: NINE)
    heart.start()
    scheduler = heart._scheduler
    stores = [type(store) for store in scheduler._jobstores.values()]
    (job,) = scheduler.get_jobs()
    await heart.stop()

    assert stores == [MemoryJobStore]
    assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
