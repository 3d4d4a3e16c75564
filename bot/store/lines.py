"""The lines of a leaderboard: counted and read off one index.

A board is two statements: what there is to know of it, with the caller's own line, and its best lines. Only where a
period is so long that somebody may not have been seen for long (``lately``), or where somebody left the workspace, do
statements look for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot import scoring
from bot.model import Period, RoundState, Standing
from bot.store.dialects import word
from bot.store.swift import Row, Swift, as_tuples, written
from bot.store.tables import channels, players, rounds, standings

Lines: TypeAlias = FromClause[ReadOnlyColumnCollection[str, Column[int]]]
"""Standings under some name, or what there is to know of rounds."""

TALLY = ("points", "right", "answered")
PLAYER = ("id", "workspace", "external_id", "name", "hidden")

_line, _better, _own = standings.alias("line"), standings.alias("better"), standings.alias("own")
_theirs, _off = players.alias("theirs"), players.alias("off")


class Known(NamedTuple):
    """What there is to know of a board before its lines: the numbers of its period's first and last round, how many are
    void and how many open; how many people ``left`` the workspace; and where the caller stands, by the lines ``ahead``
    and the points of the nearest of them, as if nobody had left. After these come the fields of the caller's Standing.
    """

    first: int | None = None
    last: int | None = None
    voided: int = 0
    open: int = 0
    left: int = 0
    ahead: int = 0
    next_points: int | None = None


class Count(NamedTuple):
    """How many."""

    lines: int


class Place(NamedTuple):
    """How many lines are ahead of one, and the points of the nearest of them."""

    ahead: int
    next_points: int | None


def asked(conn: Connection, channel_id: int, period: Period, start: date, player_id: int | None) -> dict[str, object]:
    """What all statements below are asked; some want ``unseen``, ``limit`` or ``points`` as well."""
    return {**_span(conn.dialect, period, start), "channel": channel_id, "player": player_id}


@lru_cache(maxsize=1024)
def _span(dialect: Dialect, period: Period, start: date) -> Mapping[str, object]:
    day = rounds.c.date.type
    return {
        "period": written(standings.c.period.type, period, dialect),
        "start": written(standings.c.start.type, start, dialect),
        "since": written(day, start, dialect),
        "until": written(day, scoring.end_of(period, start), dialect),
    }


def _on_board(line: Lines, unseen: ColumnElement[int] | None) -> ColumnElement[bool]:
    """The board's lines, of players who answered one of the rounds after ``unseen``; see ``scoring.is_listed``."""
    keys = (line.c[name] == bindparam(name) for name in ("channel", "period", "start"))
    return and_(*keys, true() if unseen is None else line.c.last > unseen)


def _unseen(lately: bool) -> ColumnElement[int] | None:
    return bindparam("unseen", type_=Integer) if lately else None


_TEAM = select(channels.c.workspace).where(channels.c.id == bindparam("channel")).scalar_subquery()
_LEFT = and_(_off.c.workspace == _TEAM, text("(off.deleted OR off.gone)"))
_WHO_LEFT = select(func.count()).select_from(_off).where(_LEFT).scalar_subquery()
_is_own = and_(_on_board(_own, None), _own.c.player == bindparam("player"))


def _counted(where: ColumnElement[bool], line: Lines) -> ColumnElement[int]:
    return select(func.count()).select_from(line).where(where).scalar_subquery()


def _nearest(where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.min(_better.c.points)).where(where).scalar_subquery()


# What there is to know


def _how_many(state: RoundState) -> ColumnElement[int]:
    each = case((rounds.c.state == word(state), literal_column("1")), else_=literal_column("0"))
    return func.coalesce(func.sum(each), literal_column("0"))


_here = rounds.c.channel == bindparam("channel")
_within = (
    select(func.min(rounds.c.number).label("first"), func.max(rounds.c.number).label("last"))
    .add_columns(_how_many(RoundState.VOIDED).label("voided"), _how_many(RoundState.OPEN).label("open"))
    .where(_here, rounds.c.date >= bindparam("since"), rounds.c.date < bindparam("until"))
)
_few = select(func.count()).select_from(rounds).where(_here)
_ever = (
    select(literal_column("1", Integer).label("first"), channels.c.last_number.label("last"))
    .add_columns(_few.where(rounds.c.state == word(RoundState.VOIDED)).scalar_subquery().label("voided"))
    .add_columns(_few.where(rounds.c.state == word(RoundState.OPEN)).scalar_subquery().label("open"))
    .where(channels.c.id == bindparam("channel"))
)
_held_within, _held_ever = (cast("Lines", held.subquery("held")) for held in (_within, _ever))


def _known(held: Lines, unseen: ColumnElement[int] | None) -> Swift[tuple[Known, Standing | None]]:
    ahead = and_(_on_board(_better, unseen), _better.c.points > _own.c.points)
    return Swift(
        select(held.c.first, held.c.last, held.c.voided, held.c.open, _WHO_LEFT, _counted(ahead, _better))
        .add_columns(_nearest(ahead), *(_own.c[name] for name in TALLY), *(_theirs.c[name] for name in PLAYER))
        .select_from(held.outerjoin(_own, _is_own).outerjoin(_theirs, _theirs.c.id == _own.c.player)),
        _known_and_own,
    )


def _known_and_own(row: Row) -> tuple[Known, Standing | None]:
    return as_tuples(Known)(row[:7]), None if row[7] is None else as_tuples(Standing)(row[7:])


def _twenty_ago(held: Lines) -> ColumnElement[int]:
    return held.c.last - literal_column(str(scoring.UNSEEN_ROUNDS), Integer)


KNOWN = {
    Period.WEEK: _known(_held_within, None),
    Period.MONTH: _known(_held_within, _twenty_ago(_held_within)),
    Period.ALL: _known(_held_ever, _twenty_ago(_held_ever)),
}
"""What to know of a board of each period. A week is too short for anybody to be unseen in it. All of a channel's rounds
are numbered from 1; of the few that are open or void there is an index."""


# Lines


def _lines(where: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    return (
        select()
        .add_columns(*(_line.c[name] for name in TALLY), *(_theirs.c[name] for name in PLAYER))
        .join_from(_line, _theirs, _theirs.c.id == _line.c.player)
        .where(where, ~_theirs.c.deleted, ~_theirs.c.gone)
    )


@cache
def best_lines(lately: bool) -> Swift[Standing]:
    """``:limit`` lines, those with most points first, equals in no order."""
    best = _lines(_on_board(_line, _unseen(lately))).order_by(_line.c.points.desc())
    return Swift(
        best.limit(bindparam("limit", type_=Integer)).offset(literal_column("0", Integer)), as_tuples(Standing)
    )


@cache
def level_lines(lately: bool) -> Swift[Standing]:
    """Every line with exactly ``:points``."""
    level = and_(_on_board(_line, _unseen(lately)), _line.c.points == bindparam("points", type_=Integer))
    return Swift(_lines(level), as_tuples(Standing))


# Where somebody left: all is counted in the index alone, and who left is taken off that one by one


def _without_left(where: ColumnElement[bool], line: Lines) -> ColumnElement[int]:
    of_them = exists().where(where, line.c.player == _off.c.id).correlate(_own, _off)
    return _counted(where, line) - select(func.count()).select_from(_off).where(_LEFT, of_them).scalar_subquery()


@cache
def place_of_own(lately: bool) -> Swift[Place]:
    """Where ``:player`` stands among those who did not leave."""
    ahead = and_(_on_board(_better, _unseen(lately)), _better.c.points > _own.c.points)
    nearest = _nearest(and_(ahead, _better.c.player.not_in(select(_off.c.id).where(_LEFT))))
    return Swift(select(_without_left(ahead, _better), nearest).select_from(_own).where(_is_own), as_tuples(Place))


@cache
def how_many(lately: bool) -> Swift[Count]:
    """How many lines a board has."""
    return Swift(select(_without_left(_on_board(_line, _unseen(lately)), _line)), as_tuples(Count))
