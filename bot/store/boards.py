"""Where people stand in a channel, read from what is kept up as rounds close.

A board is read off one index, which also knows who was not seen for long; who left a workspace is few, and taken off
what the index counts. Nothing here grows with the log. ``bot.store.rebuilding`` computes what is kept from the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

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
"""Standings under some name."""

_PLAYER = ("id", "workspace", "external_id", "name", "hidden")
_TALLY = ("points", "right", "answered")
_here, _off = channels.alias("here"), players.alias("off")
_line, _better, _own = standings.alias("line"), standings.alias("better"), standings.alias("own")
_theirs, _caller = players.alias("theirs"), players.alias("caller")

# The lines of a board: who counts on it

_in_period = and_(
    rounds.c.channel == bindparam("channel"), rounds.c.date >= bindparam("start"), rounds.c.date < bindparam("end")
)


def _number(*, first: bool) -> ScalarSelect[int]:
    """The number of the first or the last round of the period; rounds are numbered in order of their dates."""
    by_date = rounds.c.date if first else rounds.c.date.desc()
    return select(rounds.c.number).where(_in_period).order_by(by_date).limit(1).scalar_subquery()


def _on_board(line: Lines) -> ColumnElement[bool]:
    """The lines of the asked board whose players were seen lately, as of its last round; see ``scoring.is_listed``."""
    return and_(
        line.c.channel == bindparam("channel"),
        line.c.period == bindparam("period"),
        line.c.start == bindparam("start"),
        line.c.last > _number(first=False) - scoring.UNSEEN_ROUNDS,
    )


_team = select(channels.c.workspace).where(channels.c.id == bindparam("channel")).scalar_subquery()
_left = and_(_off.c.workspace == _team, text("(off.deleted OR off.gone)"))


def _count(where: ColumnElement[bool], line: Lines) -> ColumnElement[int]:
    """How many lines there are, counted in the board's index, less those of players who left."""
    counted = select(func.count()).select_from(line).where(where).scalar_subquery()
    of_them = exists().where(where, line.c.player == _off.c.id).correlate(_own, _off)
    left = select(func.count()).select_from(_off).where(_left, of_them).scalar_subquery()
    return counted - left


def _stays(line: Lines) -> ColumnElement[bool]:
    return line.c.player.not_in(select(_off.c.id).where(_left))


def _points(
    where: ColumnElement[bool], order: ColumnElement[int], skip: ColumnElement[int] | None = None
) -> ScalarSelect[int]:
    found = select(_better.c.points).where(where, _stays(_better)).order_by(order).limit(1)
    return found.offset(skip).scalar_subquery()


# A board's head: how much of its period is out, and the caller's own line


def _rounds_in(state: RoundState) -> ScalarSelect[int]:
    return select(func.count()).select_from(rounds).where(_in_period, rounds.c.state == word(state)).scalar_subquery()


_ahead = and_(_on_board(_better), _better.c.points > _own.c.points)
_owns = and_(
    _own.c.channel == bindparam("channel"),
    _own.c.period == bindparam("period"),
    _own.c.start == bindparam("start"),
    _own.c.player == bindparam("player"),
)
_HEAD = Swift(
    select()
    .add_columns(_number(first=True), _number(first=False), _rounds_in(RoundState.VOIDED), _rounds_in(RoundState.OPEN))
    .add_columns(_count(_ahead, _better), _points(_ahead, _better.c.points).scalar_subquery())
    .add_columns(*(_own.c[name] for name in _TALLY), *(_caller.c[name] for name in _PLAYER))
    .select_from(_here.outerjoin(_own, _owns).outerjoin(_caller, _caller.c.id == _own.c.player))
    .where(_here.c.id == bindparam("channel"))
)


class _Line(NamedTuple):
    """A tally with its player, in the order of _TALLY and _PLAYER."""

    points: int
    right: int
    answered: int
    id: int
    workspace: int
    person: str
    name: str
    hidden: bool

    def player(self) -> Player:
        return Player(self.id, self.workspace, self.person, self.name, bool(self.hidden))


class _Head(NamedTuple):
    """A row of _HEAD; what follows ``next_points`` is the caller's line, or NULL all along."""

    first: int | None
    last: int | None
    voided: int
    open: int
    ahead: int
    next_points: int | None


_HEAD_COLUMNS = len(_Head._fields)


def _head(conn: Connection, asked: Mapping[str, object]) -> tuple[_Head, _Line | None]:
    """The head of a board and the caller's line, if they have one."""
    found = _HEAD.rows(conn, asked)
    if not found:
        return _Head(None, None, 0, 0, 0, None), None
    head, own = found[0][:_HEAD_COLUMNS], found[0][_HEAD_COLUMNS:]
    return _Head._make(head), None if own[0] is None else _Line._make(own)


def board(
    conn: Connection, channel_id: int, period: Period, start: date, player_id: int | None, now: datetime, top: int = TOP
) -> Board:
    """A channel's leaderboard of the period that begins on ``start``: as of the last closing, whatever ``now`` is.

    The caller's own line comes with it wherever it stands, also where they were not seen for long.
    """
    asked = _asked(channel_id, period, start, player_id)
    head, own = _head(conn, asked)
    held = 0 if head.first is None or head.last is None else head.last - head.first + 1 - head.voided
    return Board(
        start=start,
        rows=_top(conn, asked, top),
        own=_own_row(head, own) if own else None,
        to_next=head.next_points - own.points if own and head.next_points is not None else None,
        revealed=held - head.open,
        rounds=held,
    )


def standing(conn: Connection, channel_id: int, period: Period, start: date, player_id: int) -> BoardRow | None:
    """One player's own line; None where they have none."""
    head, own = _head(conn, _asked(channel_id, period, start, player_id))
    return _own_row(head, own) if own else None


def _own_row(head: _Head, own: _Line) -> BoardRow:
    return BoardRow(head.ahead + 1, own.player(), own.points, own.right, own.answered)


def _asked(channel_id: int, period: Period, start: date, player_id: int | None) -> dict[str, object]:
    end = scoring.end_of(period, start)
    return {"channel": channel_id, "period": period, "start": start, "end": end, "player": player_id}


_RANKED = Swift(
    select().add_columns(_count(_on_board(_line), _line)).select_from(_here).where(_here.c.id == bindparam("channel"))
)


def ranked(conn: Connection, channel_id: int, period: Period, start: date) -> int:
    """How many players are on a board."""
    ((players_on_it,),) = _RANKED.rows(conn, _asked(channel_id, period, start, None))
    return int(str(players_on_it))


# A board's top

_last_of_top = _points(_on_board(_better), _better.c.points.desc()).offset(bindparam("before_it", type_=Integer))
_TOP = Swift(
    select()
    .add_columns(*(_line.c[name] for name in _TALLY), *(_theirs.c[name] for name in _PLAYER))
    .join_from(_line, _theirs, _theirs.c.id == _line.c.player)
    .where(
        _on_board(_line),
        _line.c.points >= func.coalesce(_last_of_top.scalar_subquery(), 0),
        ~_theirs.c.deleted,
        ~_theirs.c.gone,
    )
)
"""Everybody with no fewer points than the top's last line: who of equals is shown, ``scoring.rank`` says."""


def _top(conn: Connection, asked: Mapping[str, object], top: int) -> tuple[BoardRow, ...]:
    lines = map(_Line._make, _TOP.rows(conn, {**asked, "before_it": top - 1}))
    return scoring.rank(Standing(line.player(), line.points, line.right, line.answered) for line in lines)[:top]


# Streaks

_listed = and_(
    streaks.c.channel == bindparam("channel"),
    streaks.c.run > 0,
    streaks.c.last > _here.c.last_number - scoring.UNSEEN_ROUNDS,
)
_RUNS = (
    select()
    .add_columns(*(_theirs.c[name] for name in _PLAYER), streaks.c.run, streaks.c.best)
    .select_from(_here)
    .join(streaks, _listed)
    .join(_theirs, _theirs.c.id == streaks.c.player)
    .where(_here.c.id == bindparam("channel"), ~_theirs.c.deleted, ~_theirs.c.gone)
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
