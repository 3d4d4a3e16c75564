"""``python -m benchmarks.fill``: makes a database with so many channels, players and rounds, by playing days in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

import click
from rich.progress import track
from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, insert, literal, select, update

from benchmarks.stage import BANK, NOW
from bot.calendar import window_end
from bot.model import ChannelState, DeliveryState, Filters, RoundState, Schedule
from bot.picking import order
from bot.store import rounds
from bot.store.door import Store
from bot.store.frozen import digest, keep
from bot.store.rows import schedule_columns, write_order
from bot.store.tables import answers, channels, deliveries, players, workspaces
from bot.store.tables import rounds as round_table
from content.question import Kind, Question

TEAM = 5
"""So many channels a workspace has."""

PLATFORM = "bench"
OPEN_FOR = timedelta(hours=7)
BATCH = 500


def town(conn: Connection, many: int, people: int) -> None:
    """So many channels that are asked at eight (UTC), and so many players in each workspace; nothing is planned."""
    schedule = schedule_columns(Schedule("UTC", time(8), time(15)), Filters())
    teams = range(1, -(-many // TEAM) + 1)
    _insert(conn, workspaces, [{"id": i, "platform": PLATFORM, "external_id": f"W{i}", "created": NOW} for i in teams])
    fixed = {"state": ChannelState.ACTIVE, "after": NOW - timedelta(days=1), "created": NOW, **schedule}
    rows = ({"id": i, "workspace": _team(i), "external_id": f"C{i}", "name": f"#c{i}", **fixed} for i in _ids(many))
    _insert(conn, channels, rows)
    everybody = ((team, i, (team - 1) * people + i + 1) for team in teams for i in range(people))
    named = ({"id": id_, "workspace": team, "external_id": f"p{i}", "name": f"P{i}"} for team, i, id_ in everybody)
    _insert(conn, players, ({**row, "created": NOW} for row in named))


def _insert(conn: Connection, table: Table, rows: Iterable[dict[str, object]]) -> None:
    if listed := list(rows):
        conn.execute(insert(table), listed)


def _ids(many: int) -> range:
    return range(1, many + 1)


def _team(channel: int) -> int:
    return (channel - 1) // TEAM + 1


_CHOICES = tuple(question for question in BANK.questions if question.kind is Kind.CHOICE)


def planned(channel: int, day: int) -> Question:
    """A channel's question for a day: another one for each channel of a workspace."""
    return _CHOICES[(channel % TEAM + day * TEAM) % len(_CHOICES)]


def plan(conn: Connection, many: int, day: int) -> datetime:
    """Give the first ``many`` channels their plan for a day; returns when it is due."""
    due = NOW + timedelta(days=day)
    closes = due + OPEN_FOR
    asked = [(channel, planned(channel, day)) for channel in _ids(many)]
    keep(conn, {question for _, question in asked})
    shared = {"next_date": due.date(), "next_due": due, "next_closes": closes, "next_window": window_end(due, closes)}
    names = ("next_snapshot", "next_question", "next_order")
    statement = update(channels).where(channels.c.id == bindparam("channel"))
    statement = statement.values(**shared, plan_at=None, **{name: bindparam(name) for name in names})
    shown = {question.id: write_order(order(question, f"bench:{day}")) for _, question in asked}
    rows = [(channel, digest(question), question.id, shown[question.id]) for channel, question in asked]
    conn.execute(statement, [dict(zip(("channel", *names), row, strict=True)) for row in rows])
    return due


def answer(conn: Connection, right_of: int = 2) -> int:
    """Everybody answers every open round of their workspace, one in ``right_of`` rightly; how many answers."""
    at = literal(NOW, answers.c.at.type)
    said = (
        select(round_table.c.id, players.c.id, _choice(right_of), at, at)
        .join_from(round_table, players, players.c.workspace == round_table.c.workspace)
        .where(round_table.c.state == RoundState.OPEN)
        .order_by(round_table.c.id, players.c.id)
    )
    columns = ["round", "player", "choice", "first_at", "at"]
    return conn.execute(insert(answers).from_select(columns, said, include_defaults=False)).rowcount


def _choice(right_of: int) -> ColumnElement[str]:
    return case((players.c.id % right_of == 0, round_table.c.key), else_="9")


def all_sent(conn: Connection) -> None:
    """Nothing is on its way any more."""
    conn.execute(update(deliveries).where(deliveries.c.state == DeliveryState.DUE).values(state=DeliveryState.SENT))


def play(conn: Connection, many: int, day: int) -> int:
    """One day in every channel, from the question to the closing, by the store's own verbs; how many answers."""
    due = plan(conn, many, day)
    while rounds.open_due(conn, due, BATCH).opened:
        pass
    all_sent(conn)
    said = answer(conn)
    while rounds.close_due(conn, due + OPEN_FOR, BATCH):
        pass
    all_sent(conn)
    return said


def analyse(conn: Connection) -> None:
    """Statistics, as a database that has lived has them."""
    conn.exec_driver_sql("ANALYZE")


@click.command()
@click.argument("url")
@click.option("--channels", "many", default=1000, show_default=True, help="Channels, five a workspace.")
@click.option("--players", "people", default=10, show_default=True, help="Players a workspace; all of them answer.")
@click.option("--rounds", "days", default=10, show_default=True, help="Closed rounds a channel.")
def fill(url: str, many: int, people: int, days: int) -> None:
    """Fill the new database at URL.

    Example: python -m benchmarks.fill /tmp/big.sqlite3 --channels 10000 --players 10 --rounds 10
    """
    click.echo(f"{asyncio.run(_fill(url, many, people, days, shown=True)):,} answers")


async def _fill(url: str, many: int, people: int, days: int, *, shown: bool = False) -> int:
    store = await Store.open(url, synchronous="NORMAL")
    await store.write(town, many, people)
    said = 0
    for day in track(range(days), "days", transient=True, disable=not shown):
        said += await store.write(play, many, day)
    await store.write(analyse)
    await store.close()
    return said


async def fill_file(path: Path, many: int, people: int, days: int) -> int:
    """Fill a new SQLite file; how many answers are in it."""
    return await _fill(f"sqlite:///{path}", many, people, days)


if __name__ == "__main__":
    fill()
