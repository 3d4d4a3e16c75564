"""Where people stand in a channel, read from what is kept up as rounds close.

``bot.store.rebuilding`` computes what is kept from the log alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, case, func, select

from bot import scoring
from bot.model import Period, Player, RoundState, Standing, Streak
from bot.store.dialects import word
from bot.store.lines import PLAYER, ROUNDS, Line, Rounds, Who, how_many, own_line, top_lines
from bot.store.rebuilding import rebuild as rebuild
from bot.store.rows import a_player
from bot.store.tables import answers, channels, players, rounds, snapshots, streaks
from bot.work import Board, BoardRow, StreakBoard, StreakRow

TOP = 10
"""So many lines a page of a leaderboard shows."""

PAGES = 1_000
"""Nobody turns further."""


def board(
    conn: Connection,
    channel_id: int,
    period: Period,
    start: date,
    player_id: int | None,
    now: datetime,
    top: int = TOP,
    page: int = 0,
) -> Board:
    """A channel's leaderboard of the period that begins on ``start``: as of the last closing, whatever ``now`` is.
    ``page`` counts from 0, ``top`` lines each.

    The caller's own line comes with it wherever it stands, also where they were not seen for long.
    """
    asked = _ask(conn, channel_id, period, start)
    own, to_next = _own(conn, asked, player_id) if player_id is not None else (None, None)
    first = top * max(0, min(page, PAGES))
    lines = _top(conn, asked, first + top + 1)
    return Board(
        start=start,
        rows=lines[first : first + top],
        own=own,
        to_next=to_next,
        revealed=asked.held - asked.open,
        rounds=asked.held,
        page=first // top,
        more=len(lines) > first + top,
    )


def standing(conn: Connection, channel_id: int, period: Period, start: date, player_id: int) -> BoardRow | None:
    """One player's own line; None where they have none."""
    return _own(conn, _ask(conn, channel_id, period, start), player_id)[0]


def ranked(conn: Connection, channel_id: int, period: Period, start: date) -> int:
    """How many players are on a board."""
    asked = _ask(conn, channel_id, period, start)
    (count,) = how_many(asked.who).rows(conn, asked.values)
    return count.lines


@dataclass(frozen=True, slots=True)
class _Asked:
    """What there is to know of a board before its lines; ``held``: its rounds that count, ``open`` of them not yet."""

    values: Mapping[str, object]
    who: Who
    held: int
    open: int


def _ask(conn: Connection, channel_id: int, period: Period, start: date) -> _Asked:
    values = {"channel": channel_id, "period": period, "start": start, "end": scoring.end_of(period, start)}
    known = next(iter(ROUNDS[period].rows(conn, values)), Rounds())
    first, last = known.first or 1, known.last or 0
    return _Asked(
        values=values | {"unseen": last - scoring.UNSEEN_ROUNDS},
        who=Who(lately=not scoring.is_listed(first, last), left=known.left > 0),
        held=last - first + 1 - known.voided,
        open=known.open,
    )


def _own(conn: Connection, asked: _Asked, player_id: int) -> tuple[BoardRow | None, int | None]:
    """A player's line, and how many points are missing to the next place."""
    found = own_line(asked.who).rows(conn, {**asked.values, "player": player_id})
    if not found:
        return None, None
    ((line, place),) = found
    row = BoardRow(place.ahead + 1, _player(line), line.points, line.right, line.answered)
    return row, None if place.next_points is None else place.next_points - line.points


def _top(conn: Connection, asked: _Asked, top: int) -> tuple[BoardRow, ...]:
    lines = top_lines(asked.who).rows(conn, {**asked.values, "top": top})
    return scoring.rank(Standing(_player(line), line.points, line.right, line.answered) for line in lines)[:top]


def _player(line: Line) -> Player:
    return Player(line.id, line.workspace, line.person, line.name, bool(line.hidden))


# Streaks

_listed = and_(
    streaks.c.channel == bindparam("channel"),
    streaks.c.run > 0,
    streaks.c.last > channels.c.last_number - scoring.UNSEEN_ROUNDS,
)
_RUNS = (
    select()
    .add_columns(*(players.c[name] for name in PLAYER), streaks.c.run, streaks.c.best)
    .select_from(channels)
    .join(streaks, _listed)
    .join(players, players.c.id == streaks.c.player)
    .where(channels.c.id == bindparam("channel"), ~players.c.deleted, ~players.c.gone)
)


def rank_streaks(conn: Connection, channel_id: int, player_id: int | None = None, page: int = 0) -> StreakBoard:
    """Who has answered most rounds in a row, equal runs in order of best, then name; ``page`` counts from 0."""
    runs = ((a_player(row), row.run, row.best) for row in conn.execute(_RUNS, {"channel": channel_id}))
    lines = tuple(StreakRow(*line) for line in scoring.rank_runs(runs))
    first = TOP * max(0, min(page, (len(lines) - 1) // TOP))
    own = next((line for line in lines if line.player.id == player_id), None)
    return StreakBoard(lines[first : first + TOP], own, first // TOP, len(lines) > first + TOP)


_STREAK = select(*(streaks.c[field.name] for field in fields(Streak))).where(
    streaks.c.channel == bindparam("channel"), streaks.c.player == bindparam("player")
)


def streak(conn: Connection, channel_id: int, player_id: int) -> Streak | None:
    """A player's streak in a channel, as of its last round that is over; None before the first they answered."""
    row = conn.execute(_STREAK, {"channel": channel_id, "player": player_id}).first()
    return None if row is None else Streak(*row)


_right = case((answers.c.choice == rounds.c.key, 1), else_=0)
_STRENGTHS = (
    select(snapshots.c.topic, func.sum(_right), func.count())
    .select_from(rounds)
    .join(answers, and_(answers.c.round == rounds.c.id, answers.c.player == bindparam("player")))
    .join(snapshots, snapshots.c.digest == rounds.c.snapshot)
    .where(rounds.c.channel == bindparam("channel"), rounds.c.state == word(RoundState.CLOSED))
    .group_by(snapshots.c.topic)
)


def strengths(conn: Connection, player_id: int, channel_id: int) -> tuple[tuple[str, int, int], ...]:
    """What a player did on each topic in a channel's closed rounds: (topic, right, answered), in order of topic."""
    found = conn.execute(_STRENGTHS, {"player": player_id, "channel": channel_id})
    return tuple(sorted((topic, right, answered) for topic, right, answered in found))
