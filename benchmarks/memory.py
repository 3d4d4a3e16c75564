"""P13: the memory of an idle process over a large database, against the same over one channel."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.fill import fill_file
from benchmarks.measure import RUNS, Row
from benchmarks.stage import sqlite_file

CHANNELS, PLAYERS, DAYS = 10_000, 10, 10

IDLE = """
import asyncio, gc, sys
from datetime import timedelta
import psutil
from benchmarks.stage import BANK, NOW
from cli.compose import house

async def idle():
    async with house(sys.argv[1], BANK, lambda: NOW) as composed:
        for beat in range(20):
            await composed.daily.tick(NOW + timedelta(days=30, seconds=beat))
        gc.collect()
        print(psutil.Process().memory_info().rss)

asyncio.run(idle())
"""
"""Everything composed and some beats later, when all there is to plan is planned."""


def resident(path: Path) -> int:
    """Bytes that the process has in memory."""
    command = [sys.executable, "-c", IDLE, f"sqlite:///{path}"]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


async def measure() -> list[Row]:
    """The goal."""
    with sqlite_file() as path:
        large = path.with_name("large.sqlite3")
        assert await fill_file(path, 1, 1, 1) == 1
        assert await fill_file(large, CHANNELS, PLAYERS, DAYS) == CHANNELS * PLAYERS * DAYS
        sizes = [
            (await asyncio.to_thread(resident, path), await asyncio.to_thread(resident, large)) for _ in range(RUNS)
        ]
    one, many = (median(size) / 2**20 for size in zip(*sizes, strict=True))
    return [Row("P13", "memory: 10,000 channels and 1,000,000 answers against one channel", one, many, "MiB", 1.2)]
