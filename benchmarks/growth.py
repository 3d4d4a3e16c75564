"""``python -m benchmarks.growth``: what the hot verbs cost as a database grows, by channels and by answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.fill import BATCH, OPEN_FOR, PLATFORM, answer, fill_file, plan
from benchmarks.measure import RUNS
from benchmarks.stage import NOW, sqlite_file
from bot.model import Period
from bot.scoring import ALL_TIME
from bot.store import boards, deliveries, rounds
from bot.store.door import Store
from bot.work import Draft

DUE = 100
"""So many channels are due at once, however large the town is."""

PLAYERS = 10
LEASE = timedelta(minutes=1)

SIZES = ((100, 10), (1_000, 10), (10_000, 10), (10_000, 100), (100_000, 10))
"""Channels and closed rounds of each: 10^4 to 10^7 answers. The last two take minutes to fill."""

HEADINGS = ("channels", "answers", "file", "100 open", "100 claimed", "an answer", "100 close", "board", "idle beat")


async def cost(path: Path, days: int) -> Sequence[float]:
    """Seconds of processor time of what a day does in a hundred channels, of one answer, one board and an idle beat."""
    store = await Store.open(f"sqlite:///{path}", synchronous="NORMAL")
    found = [await one_day(store, day) for day in range(days, days + RUNS)]
    await store.close()
    return [median(column) for column in zip(*found, strict=True)]


async def one_day(store: Store, day: int) -> list[float]:
    """The same, once, on a day that has not been played."""
    due = await store.write(plan, DUE, day)
    opening = await timed(lambda: store.write(rounds.open_due, due, BATCH))
    claiming = await timed(lambda: store.write(deliveries.claim, due, frozenset({PLATFORM}), DUE, LEASE))
    await store.write(answer)
    round_ = await store.read(rounds.open_round, 1)
    assert round_
    answering = await timed(lambda: store.record(Draft(round_.id, 1, "1", None, due)))
    closing = await timed(lambda: store.write(rounds.close_due, due + OPEN_FOR, BATCH))
    looking = await timed(lambda: store.read(boards.board, 1, Period.ALL, ALL_TIME, 1, NOW))
    idle = await timed(lambda: store.write(rounds.open_due, due, BATCH))
    return [opening, claiming, answering, closing, looking, idle]


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds of processor time until what ``work`` returns is done."""
    begun = time.process_time()
    await work()
    return time.process_time() - begun


@click.command()
@click.option("--sizes", default=3, show_default=True, help=f"How many of {len(SIZES)} sizes, smallest first.")
def growth(sizes: int) -> None:
    """Print cost against size.

    Example: python -m benchmarks.growth --sizes 5
    """
    table = Table(*HEADINGS, box=None, padding=(0, 2, 0, 0))
    for many, days in track(SIZES[:sizes], "filling and measuring", console=Console(stderr=True), transient=True):
        with sqlite_file() as path:
            said = asyncio.run(fill_file(path, many, PLAYERS, days))
            costs = asyncio.run(cost(path, days))
            size = f"{path.stat().st_size / 2**20:,.0f} MiB"
        table.add_row(f"{many:,}", f"{said:,}", size, *(f"{value * 1000:.2f} ms" for value in costs))
    Console(width=120).print(table)


if __name__ == "__main__":
    growth()
