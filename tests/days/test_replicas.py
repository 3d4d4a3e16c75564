"""Several processes on one database, killed at random; what the platform saw is held against the rows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.days import ledger
from tests.standins.club import at
from tests.standins.driver import Orders
from tests.standins.platform import Platform
from tests.standins.processes import Processes, a_platform

CHANNELS = 12
KILLS = 6
"""Each phase of the day sees so many of them, while the platform is slow enough to be caught in the middle."""

SLOW = 0.15
PEOPLE = 20
AT_REST = ledger.UNDER_WAY - {"unknown"}


async def _play(url: str, replicas: int, grave: Path, *, can_tell: bool = True) -> Platform:
    """One day of several channels; at every phase processes are killed at random and others take their place."""
    await ledger.set_up(url, CHANNELS)
    async with a_platform() as platform:
        processes = Processes(Orders(url, platform.address, grave, lease=2, request=1, can_tell=can_tell))
        platform.slowness = SLOW
        chance = Random(replicas)

        def rests() -> bool:
            return not ledger.under_way(url, ledger.UNDER_WAY if can_tell else AT_REST)

        try:
            processes.jump(at(9))
            for _ in range(replicas):
                processes.start()
            await blackout(processes, platform)
            await reap(processes, chance)
            await platform.until("a question", lambda: bool(platform.posts) and rests())
            pressing = asyncio.create_task(_press(platform))
            await reap(processes, chance)
            await pressing
            await platform.until("a receipt", lambda: bool(platform.receipts))
            processes.jump(at(16))
            await blackout(processes, platform)
            await reap(processes, chance)
            await platform.until("a reveal", lambda: bool(platform.posted("reveal")) and rests())
        finally:
            processes.end()
    return platform


async def blackout(processes: Processes, platform: Platform) -> None:
    """All of them die while messages are on their way, and start again."""
    await platform.until("a request", lambda: platform.busy > 0)
    for process in list(processes.running):
        processes.kill(process)
        processes.start()


async def reap(processes: Processes, chance: Random) -> None:
    """Some of them die at any moment, and others take their place."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        processes.kill(chance.choice(processes.running))
        processes.start()


async def _press(platform: Platform) -> None:
    for person in range(PEOPLE):
        for key in platform.posted("question"):
            platform.press(str(platform.posts.index(key)), f"p{person}", str(person % 4))
        await asyncio.sleep(0.05)


def _complete(platform: Platform, url: str) -> bool:
    """Every channel has its question with the result on it, its reveal and its detail; or no reveal where nobody's
    answer came through."""
    questions = platform.posted("question")
    answered = {key for key, _ in ledger.answers_in(url)}
    revealed = len(platform.posted("reveal")) == len(platform.posted("detail")) == len(answered)
    return len(questions) == CHANNELS and revealed and all("Closed." in platform.last_edit(key) for key in questions)


@pytest.mark.slow
async def test_one_process_killed_at_random_doubles_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """SQLite has one owner at a time."""
    platform = await _play(sqlite_url, 1, tmp_path / "grave")

    assert platform.doubled() == {}
    assert _complete(platform, sqlite_url)
    assert ledger.lost(platform, ledger.answers_in(sqlite_url)) == []
    assert platform.looked


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("replicas", [2, 4])
async def test_replicas_killed_at_random_double_and_lose_nothing(
    postgres_url: str, tmp_path: Path, replicas: int
) -> None:
    """Two or four processes share a PostgreSQL, and none of them knows of the others."""
    platform = await _play(postgres_url, replicas, tmp_path / "grave")

    assert platform.doubled() == {}
    assert _complete(platform, postgres_url)
    assert ledger.lost(platform, ledger.answers_in(postgres_url)) == []
    assert platform.looked


@pytest.mark.slow
async def test_on_a_platform_that_cannot_tell_nothing_is_doubled_either(sqlite_url: str, tmp_path: Path) -> None:
    """What nobody knows of stays unknown, and is never blindly repeated."""
    platform = await _play(sqlite_url, 1, tmp_path / "grave", can_tell=False)

    assert platform.doubled() == {}
    assert ledger.states(sqlite_url)["unknown"] + ledger.states(sqlite_url)["skipped"] > 0
    assert ledger.lost(platform, ledger.answers_in(sqlite_url)) == []
