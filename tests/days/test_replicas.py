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

CHANNELS = 3
KILLS = 5
"""A phase of the day sees so many of them."""

PEOPLE = 40


async def _play(url: str, replicas: int, grave: Path, *, can_tell: bool = True) -> Platform:
    """One day of several channels; at every phase processes are killed at random and others take their place."""
    await ledger.set_up(url, CHANNELS)
    async with a_platform() as platform:
        processes = Processes(Orders(url, platform.address, grave, lease=2, request=1, can_tell=can_tell))
        chance = Random(replicas)
        try:
            processes.jump(at(9))
            for _ in range(replicas):
                processes.start()
            await _reap(processes, chance)
            await platform.until("every question", lambda: len(platform.posted("question")) == CHANNELS)
            pressing = asyncio.create_task(_press(platform))
            await _reap(processes, chance)
            await pressing
            await platform.until("a receipt", lambda: bool(platform.receipts))
            processes.jump(at(16))
            await _reap(processes, chance)
            await platform.until("every detail", lambda: len(platform.posted("detail")) == CHANNELS)
            await platform.until("every result", lambda: all(_closed(platform)))
        finally:
            processes.end()
    return platform


async def _reap(processes: Processes, chance: Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        processes.kill(chance.choice(processes.running))
        processes.start()


async def _press(platform: Platform) -> None:
    for person in range(PEOPLE):
        for key in platform.posted("question"):
            platform.press(str(platform.posts.index(key)), f"p{person}", str(person % 4))
        await asyncio.sleep(0.05)


def _closed(platform: Platform) -> list[bool]:
    return ["Closed. The answer is" in platform.last_edit(key) for key in platform.posted("question")]


def _agrees(platform: Platform, url: str) -> None:
    """No message doubled, no receipted answer lost."""
    assert platform.doubled() == {}
    assert len(platform.posts) == 3 * CHANNELS
    assert ledger.lost(platform, ledger.answers_in(url)) == []


@pytest.mark.slow
async def test_one_process_killed_at_random_doubles_and_loses_nothing(tmp_path: Path) -> None:
    """SQLite has one owner at a time."""
    url = f"sqlite:///{tmp_path / 'pyquiz.db'}"
    platform = await _play(url, 1, tmp_path / "grave")

    _agrees(platform, url)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("replicas", [2, 4])
async def test_replicas_killed_at_random_double_and_lose_nothing(
    postgres_url: str, tmp_path: Path, replicas: int
) -> None:
    """Two or four processes share a PostgreSQL, and none of them knows of the others."""
    platform = await _play(postgres_url, replicas, tmp_path / "grave")

    _agrees(platform, postgres_url)
