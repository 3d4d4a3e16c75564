"""Where people stand in a channel, read from what is kept up as rounds close.

A board is read off one index, which also knows who was not seen for long. Who left a workspace are few: what the index
counts is corrected by them. Nothing here grows with the log.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot import scoring
from bot.model import Period, Player, RoundState, Standing, Streak
from bot.store.dialects import word
from bot.store.rebuilding import rebuild as rebuild
from bot.store.rows import a_player
from bot.store.tables import answers, channels, players, rounds, snapshots, standings, streaks
from bot.work import Board, BoardRow

TOP = 10
"""So many lines a leaderboard shows."""

Lines: TypeAlias = FromClause[ReadOnlyColumnCollection[str, Column[int]]]
"""A table under some name."""

_here = channels.alias("here")
_own, _caller = standings.alias("own"), players.alias("caller")
_line, _player = standings.alias("line"), players.alias("player_of_line")


def _board_of(line: Lines) -> ColumnElement[bool]:
    """Lines of the board that is asked for, whose players were seen lately; see ``scoring.is_listed``."""
    latest = select(channels.c.last_number).where(channels.c.id == bindparam("channel")).scalar_subquery()
    return and_(
        line.c.channel == bindparam("channel"),
        line.c.period == bindparam("period"),
        line.c.start == bindparam("start"),
        line.c.last > latest - scoring.UNSEEN_ROUNDS,
    )


def _is_here(player: Lines) -> ColumnElement[bool]:
    return and_(player.c.deleted.is_(False), player.c.gone.is_(False))


def _count(line: Lines, where: ColumnElement[bool]) -> ColumnElement[int]:
    """How many lines there are, read off the board's index, less those of players who left."""
    off = players.alias("off")
    left = (
        select(func.count())
        .select_from(off)
        .join(line, and_(line.c.player == off.c.id, where))
        .where(off.c.workspace == _here.c.workspace, text("(off.deleted OR off.gone)"))
    )
    return select(func.count()).select_from(line).where(where).scalar_subquery() - left.scalar_subquery()


# A board's head: how much of its period is out, how many are on it, and the caller's own line


def _at_edge(column: ColumnElement[int], *, first: bool) -> ScalarSelect[int]:
    """The number of the first or the last round of the period; rounds are numbered in order of their dates."""
    inside = select(column).where(
        rounds.c.channel == bindparam("channel"), rounds.c.date >= bindparam("start"), rounds.c.date < bindparam("end")
    )
    return inside.order_by(rounds.c.date if first else rounds.c.date.desc()).limit(1).scalar_subquery()


def _rounds_in(state: RoundState) -> ScalarSelect[int]:
    """How many rounds of the period are in a state that few rounds are in; each has an index of its own."""
    return (
        select(func.count())
        .select_from(rounds)
        .where(
            rounds.c.channel == bindparam("channel"),
            rounds.c.state == word(state),
            rounds.c.date >= bindparam("start"),
            rounds.c.date < bindparam("end"),
        )
        .scalar_subquery()
    )


_better, _ahead = standings.alias("better"), players.alias("ahead")
_has_more = and_(_board_of(_better), _better.c.points > _own.c.points)
_next_points = (
    select(_better.c.points)
    .join(_ahead, _ahead.c.id == _better.c.player)
    .where(_has_more, _is_here(_ahead))
    .order_by(_better.c.points)
    .limit(1)
    .scalar_subquery()
)
_OWN = (_own.c.points, _own.c.right, _own.c.answered)
_PLAYER = ("id", "workspace", "external_id", "name", "hidden")
_HEAD = (
    select()
    .add_columns(
        *(_caller.c[name] for name in _PLAYER),
        *_OWN,
        _count(_better, _has_more).label("above"),
        _next_points.label("next_points"),
        _count(_line, _board_of(_line)).label("players"),
        _at_edge(rounds.c.number, first=True).label("first_number"),
        _at_edge(rounds.c.number, first=False).label("last_number"),
        _rounds_in(RoundState.VOIDED).label("voided"),
        _rounds_in(RoundState.OPEN).label("open"),
    )
    .select_from(_here)
    .outerjoin(
        _own,
        and_(
            _own.c.channel == bindparam("channel"),
            _own.c.period == bindparam("period"),
            _own.c.start == bindparam("start"),
            _own.c.player == bindparam("player"),
        ),
    )
    .outerjoin(_caller, _caller.c.id == _own.c.player)
    .where(_here.c.id == bindparam("channel"))
)


def board(
    conn: Connection, channel_id: int, period: Period, start: date, player_id: int | None, now: datetime, top: int = TOP
) -> Board:
    """A channel's leaderboard of the period that begins on ``start``, with the caller's own line where they have one.

    ``now`` is not needed: only closed rounds are in what is kept.
    """
    asked = _asked(channel_id, period, start, player_id)
    head = conn.execute(_HEAD, asked).one()
    rows = _top(conn, asked, top)
    first, last = head.first_number or 0, head.last_number or -1
    held = last - first + 1 - head.voided
    own = _own_line(head)
    return Board(
        start=start,
        rows=rows,
        own=own,
        to_next=head.next_points - own.points if own and head.next_points is not None else None,
        players=head.players,
        revealed=held - head.open,
        rounds=held,
    )


def standing(conn: Connection, channel_id: int, period: Period, start: date, player_id: int) -> BoardRow | None:
    """One player's own line."""
    return _own_line(conn.execute(_HEAD, _asked(channel_id, period, start, player_id)).one())


def _asked(channel_id: int, period: Period, start: date, player_id: int | None) -> dict[str, object]:
    return {
        "channel": channel_id,
        "period": period,
        "start": start,
        "end": scoring.end_of(period, start),
        "player": player_id,
    }


def _own_line(head: Row[tuple[object, ...]]) -> BoardRow | None:
    if head.points is None:
        return None
    return BoardRow(head.above + 1, a_player(head), head.points, head.right, head.answered)


# A board's top

_cut = (
    select(_better.c.points)
    .join(_ahead, _ahead.c.id == _better.c.player)
    .where(_board_of(_better), _is_here(_ahead))
    .order_by(_better.c.points.desc())
    .offset(bindparam("before_last", type_=Integer))
    .limit(1)
    .scalar_subquery()
)
_TOP = (
    select()
    .add_columns(*(_player.c[name] for name in _PLAYER), _line.c.points, _line.c.right, _line.c.answered)
    .select_from(_player)
    .join(_line, _line.c.player == _player.c.id)
    .where(_board_of(_line), _is_here(_player), _line.c.points >= func.coalesce(_cut, 0))
)
"""Everybody with no fewer points than the last of the top: who of equals is shown, ``scoring.rank`` says."""


def _top(conn: Connection, asked: dict[str, object], top: int) -> tuple[BoardRow, ...]:
    found = conn.execute(_TOP, {**asked, "before_last": top - 1})
    return scoring.rank(Standing(a_player(row), row.points, row.right, row.answered) for row in found)[:top]


# Streaks

_listed = and_(
    streaks.c.channel == bindparam("channel"),
    streaks.c.run > 0,
    streaks.c.last > _here.c.last_number - scoring.UNSEEN_ROUNDS,
)
_RUNS = (
    select()
    .add_columns(*(_player.c[name] for name in _PLAYER), streaks.c.run, streaks.c.best)
    .select_from(_here)
    .join(streaks, _listed)
    .join(_player, _player.c.id == streaks.c.player)
    .where(_here.c.id == bindparam("channel"), _is_here(_player))
)


def rank_streaks(conn: Connection, channel_id: int, top: int = TOP) -> tuple[tuple[int, Player, int, int], ...]:
    """Who has answered most rounds in a row: (place, player, run, best), equal runs in order of best, then name."""
    return scoring.rank_runs(
        (a_player(row), row.run, row.best) for row in conn.execute(_RUNS, {"channel": channel_id})
    )[:top]


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
