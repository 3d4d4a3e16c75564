"""The lines of a leaderboard: counted and read off one index.

Mostly everybody who has points is on a board, and then its index alone says who stands where. Only where a period is so
long that somebody may not have been seen for long (``lately``), or where somebody left the workspace (``left``), do the
statements look for them: each exists in these variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.model import Period, RoundState
from bot.store.dialects import word
from bot.store.swift import Swift
from bot.store.tables import channels, players, rounds, standings

Lines: TypeAlias = FromClause[ReadOnlyColumnCollection[str, Column[int]]]
"""Standings under some name."""

TALLY = ("points", "right", "answered")
PLAYER = ("id", "workspace", "external_id", "name", "hidden")

_line, _better, _own = standings.alias("line"), standings.alias("better"), standings.alias("own")
_theirs, _off = players.alias("theirs"), players.alias("off")


class Line(NamedTuple):
    """A tally and its player: TALLY and PLAYER."""

    points: int
    right: int
    answered: int
    id: int
    workspace: int
    person: str
    name: str
    hidden: bool


class Place(NamedTuple):
    """How many lines are ahead of one, and the points of the nearest of them."""

    ahead: int
    next_points: int | None


class Count(NamedTuple):
    """How many."""

    lines: int


class Rounds(NamedTuple):
    """The rounds of a channel's period: the numbers of the first and the last, how many are void and how many open;
    and how many players ``left`` the workspace."""

    first: int | None = None
    last: int | None = None
    voided: int = 0
    open: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a board has to look for before it counts its lines: who was not seen ``lately``, and who ``left``."""

    lately: bool
    left: bool


def _on_board(line: Lines, who: Who) -> ColumnElement[bool]:
    """The board's lines, of players who answered one of the rounds after ``:unseen``; see ``scoring.is_listed``."""
    return and_(
        line.c.channel == bindparam("channel"),
        line.c.period == bindparam("period"),
        line.c.start == bindparam("start"),
        line.c.last > bindparam("unseen") if who.lately else true(),
    )


_TEAM = select(channels.c.workspace).where(channels.c.id == bindparam("channel")).scalar_subquery()
_LEFT = and_(_off.c.workspace == _TEAM, text("(off.deleted OR off.gone)"))


def _stays(line: Lines, who: Who) -> ColumnElement[bool]:
    return line.c.player.not_in(select(_off.c.id).where(_LEFT)) if who.left else true()


def _count(where: ColumnElement[bool], line: Lines, who: Who) -> ColumnElement[int]:
    """How many lines there are: counted in the index alone, and who left taken off that one by one."""
    counted = select(func.count()).select_from(line).where(where).scalar_subquery()
    if not who.left:
        return counted
    of_them = exists().where(where, line.c.player == _off.c.id).correlate(_own, _off)
    return counted - select(func.count()).select_from(_off).where(_LEFT, of_them).scalar_subquery()


def _points(where: ColumnElement[bool], order: ColumnElement[int], who: Who) -> Select[int]:
    """The points of the first such line in that order."""
    return select(_better.c.points).where(where, _stays(_better, who)).order_by(order).limit(1)


@cache
def own_line(who: Who) -> Swift[tuple[Line, Place]]:
    """The line of ``:player``, whether or not it counts, and where it stands."""
    ahead = and_(_on_board(_better, who), _better.c.points > _own.c.points)
    return Swift(
        select()
        .add_columns(*(_own.c[name] for name in TALLY), *(_theirs.c[name] for name in PLAYER))
        .add_columns(_count(ahead, _better, who), _points(ahead, _better.c.points, who).scalar_subquery())
        .join_from(_own, _theirs, _theirs.c.id == _own.c.player)
        .where(
            _own.c.channel == bindparam("channel"),
            _own.c.period == bindparam("period"),
            _own.c.start == bindparam("start"),
            _own.c.player == bindparam("player"),
        ),
        lambda row: (Line._make(row[:-2]), Place._make(row[-2:])),
    )


@cache
def top_lines(who: Who) -> Swift[Line]:
    """Every line from the best down to the ``:top``-th and who equals it, in no order.

    The best as an upper bound is for planners: with both bounds they expect few rows.
    """
    best = _points(_on_board(_better, who), _better.c.points.desc(), who)
    last_of_top = best.offset(bindparam("top", type_=Integer) - 1).scalar_subquery()
    return Swift(
        select()
        .add_columns(*(_line.c[name] for name in TALLY), *(_theirs.c[name] for name in PLAYER))
        .join_from(_line, _theirs, _theirs.c.id == _line.c.player)
        .where(_on_board(_line, who), ~_theirs.c.deleted, ~_theirs.c.gone)
        .where(_line.c.points.between(func.coalesce(last_of_top, 0), best.scalar_subquery())),
        Line._make,
    )


@cache
def how_many(who: Who) -> Swift[Count]:
    """How many lines a board has."""
    return Swift(select().add_columns(_count(_on_board(_line, who), _line, who)), Count._make)


_WHO_LEFT = select(func.count()).select_from(_off).where(_LEFT).scalar_subquery()


def _how_many(state: RoundState) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((rounds.c.state == word(state), 1), else_=0)), 0)


_few = select(func.count()).select_from(rounds).where(rounds.c.channel == bindparam("channel"))
_ever = (
    select(literal(1), channels.c.last_number)
    .add_columns(_few.where(rounds.c.state == word(RoundState.VOIDED)).scalar_subquery())
    .add_columns(_few.where(rounds.c.state == word(RoundState.OPEN)).scalar_subquery(), _WHO_LEFT)
    .where(channels.c.id == bindparam("channel"))
)
_within = (
    select(func.min(rounds.c.number), func.max(rounds.c.number))
    .add_columns(_how_many(RoundState.VOIDED), _how_many(RoundState.OPEN), _WHO_LEFT)
    .where(rounds.c.channel == bindparam("channel"))
    .where(rounds.c.date >= bindparam("start"), rounds.c.date < bindparam("end"))
)
ROUNDS = {
    Period.WEEK: Swift(_within, Rounds._make),
    Period.MONTH: Swift(_within, Rounds._make),
    Period.ALL: Swift(_ever, Rounds._make),
}
"""What a board must know before its lines. All of a channel's rounds are numbered from 1; of the few that are open or
void there is an index."""
