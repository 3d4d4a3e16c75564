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
    ScalarSelect,
    and_,
    bindparam,
    case,
    exists,
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
from bot.store.swift import Swift
from bot.store.tables import answers, channels, players, rounds, snapshots, standings, streaks
from bot.work import Board, BoardRow

TOP = 10
"""So many lines a leaderboard shows."""

Lines: TypeAlias = FromClause[ReadOnlyColumnCollection[str, Column[int]]]
"""A table under some name."""

_here = channels.alias("here")
_own, _caller = standings.alias("own"), players.alias("caller")
_line, _player = standings.alias("line"), players.alias("player_of_line")
_off = players.alias("off")
_who_left = and_(
    _off.c.workspace == select(channels.c.workspace).where(channels.c.id == bindparam("channel")).scalar_subquery(),
    text("(off.deleted OR off.gone)"),
)
_TALLY = ("points", "right", "answered")
_PLAYER = ("id", "workspace", "external_id", "name", "hidden")


def _board_of(line: Lines) -> ColumnElement[bool]:
    """Lines of the board that is asked for, whose players were seen lately; see ``scoring.is_listed``."""
    latest = select(channels.c.last_number).where(channels.c.id == bindparam("channel")).scalar_subquery()
    return and_(
        line.c.channel == bindparam("channel"),
        line.c.period == bindparam("period"),
        line.c.start == bindparam("start"),
        line.c.last > latest - scoring.UNSEEN_ROUNDS,
    )


def _left(player: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a player left the workspace or was deleted."""
    return player.in_(select(_off.c.id).where(_who_left))


# A board's head: how much of its period is out, and the caller's own line


def _at_edge(*, first: bool) -> ScalarSelect[int]:
    """The number of the first or the last round of the period; rounds are numbered in order of their dates."""
    by_date = rounds.c.date if first else rounds.c.date.desc()
    return select(rounds.c.number).where(_in_period).order_by(by_date).limit(1).scalar_subquery()


def _rounds_in(state: RoundState) -> ScalarSelect[int]:
    """How many rounds of the period are in a state that few rounds are in."""
    return select(func.count()).select_from(rounds).where(_in_period, rounds.c.state == word(state)).scalar_subquery()


_in_period = and_(
    rounds.c.channel == bindparam("channel"), rounds.c.date >= bindparam("start"), rounds.c.date < bindparam("end")
)
_better = standings.alias("better")
_ahead = and_(_board_of(_better), _better.c.points > _own.c.points)
_left_ahead = and_(_who_left, exists().where(_ahead, _better.c.player == _off.c.id).correlate(_own, _off))
_HEAD = Swift(
    select()
    .add_columns(
        _at_edge(first=True),
        _at_edge(first=False),
        _rounds_in(RoundState.VOIDED),
        _rounds_in(RoundState.OPEN),
        select(func.count()).select_from(_better).where(_ahead).scalar_subquery(),
        select(func.count()).select_from(_off).where(_left_ahead).scalar_subquery(),
        select(_better.c.points)
        .where(_ahead, ~_left(_better.c.player))
        .order_by(_better.c.points)
        .limit(1)
        .scalar_subquery(),
        *(_own.c[name] for name in _TALLY),
        *(_caller.c[name] for name in _PLAYER),
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
    """A channel's leaderboard of the period that begins on ``start``, with the caller's own line where they have one."""
    asked = _asked(channel_id, period, start, player_id)
    rows = _top(conn, asked, top)
    first, last, voided, open_, *own = _HEAD.rows(conn, asked)[0]
    held = last - first + 1 - voided if first else 0
    line, to_next = _own_line(own)
    return Board(start=start, rows=rows, own=line, to_next=to_next, players=0, revealed=held - open_, rounds=held)


def standing(conn: Connection, channel_id: int, period: Period, start: date, player_id: int) -> BoardRow | None:
    """One player's own line."""
    _, _, _, _, *own = _HEAD.rows(conn, _asked(channel_id, period, start, player_id))[0]
    return _own_line(own)[0]


def _asked(channel_id: int, period: Period, start: date, player_id: int | None) -> dict[str, object]:
    return {
        "channel": channel_id,
        "period": period,
        "start": start,
        "end": scoring.end_of(period, start),
        "player": player_id,
    }


def _own_line(head) -> tuple[BoardRow | None, int | None]:
    ahead, left_ahead, next_points, points, right, answered, *player = head
    if points is None:
        return None, None
    line = BoardRow(ahead - left_ahead + 1, _a_player(player), points, right, answered)
    return line, None if next_points is None else next_points - points


def _a_player(row) -> Player:
    id, workspace, external_id, name, hidden = row
    return Player(id, workspace, external_id, name, bool(hidden))


# A board's top

_cut = (
    select(_better.c.points)
    .where(_board_of(_better), ~_left(_better.c.player))
    .order_by(_better.c.points.desc())
    .offset(bindparam("before_last", type_=Integer))
    .limit(1)
    .scalar_subquery()
)
_TOP = Swift(
    select()
    .add_columns(*(_line.c[name] for name in _TALLY), *(_player.c[name] for name in _PLAYER))
    .select_from(_line)
    .join(_player, _player.c.id == _line.c.player)
    .where(_board_of(_line), _line.c.points >= func.coalesce(_cut, 0), ~_player.c.deleted, ~_player.c.gone)
)
"""Everybody with no fewer points than the last of the top: who of equals is shown, ``scoring.rank`` says."""


def _top(conn: Connection, asked: dict[str, object], top: int) -> tuple[BoardRow, ...]:
    found = _TOP.rows(conn, {**asked, "before_last": top - 1})
    return scoring.rank(
        Standing(_a_player(player), points, right, answered) for points, right, answered, *player in found
    )[:top]


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
    .where(_here.c.id == bindparam("channel"), ~_player.c.deleted, ~_player.c.gone)
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
