"""``python -m benchmarks``: measures, with a progress bar, and prints one table."""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.measure import Row

SUBJECTS = ("answers", "herd", "reveal", "board", "search", "start", "memory", "slack", "discord")


@click.command()
@click.option("--only", type=click.Choice(SUBJECTS), help="Measure one subject.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench(only: str | None, as_json: bool) -> None:
    """Measure PyQuiz against floors that the same run measures.

    Example: python -m benchmarks --only answers
    """
    rows: list[Row] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        wanted = [only] if only else list(SUBJECTS)
        for subject in bar.track(wanted, description="measuring"):
            rows += asyncio.run(import_module(f"benchmarks.{subject}").measure())
    if as_json:
        click.echo(json.dumps([_object(row) for row in rows], indent=2))
    else:
        Console(width=max(110, Console().width)).print(_table(rows))
    sys.exit(0 if all(row.met is not False for row in rows) else 1)


def _object(row: Row) -> dict[str, object]:
    return {
        "goal": row.name,
        "what": row.what,
        "floor": row.floor,
        "ours": row.ours,
        "unit": row.unit,
        "ratio": row.ratio,
        "wanted": row.goal,
        "met": row.met,
    }


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "what", "floor", "ours", "ratio", "goal", ""):
        table.add_column(heading, justify="left" if heading in ("", "what") else "right")
    for row in rows:
        wanted = "" if row.goal is None else f"{'≥' if row.more else '≤'} {row.goal:g}×"
        met = {True: "met", False: "MISSED", None: ""}[row.met]
        table.add_row(
            row.name,
            row.what,
            _figure(row.floor, row.unit),
            _figure(row.ours, row.unit),
            f"{row.ratio:.2f}×",
            wanted,
            met,
        )
    return table


def _figure(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"
    return f"{value:,.0f} {unit}"


if __name__ == "__main__":
    bench()
