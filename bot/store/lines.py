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
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    select,
    text,
    true,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.model import RoundState
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

    first: int | None
    last: int | None
    voided: int
    open: int
    left: int


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


def _number(by_date: ColumnElement[object]) -> ScalarSelect[int]:
    inside = and_(rounds.c.date >= bindparam("start"), rounds.c.date < bindparam("end"))
    found = select(rounds.c.number).where(rounds.c.channel == bindparam("channel"), inside)
    return found.order_by(by_date).limit(1).scalar_subquery()


def _in_state(state: RoundState) -> ScalarSelect[int]:
    """How many rounds of the period are in a state that few are in; found by number, so that its own index serves."""
    few = and_(rounds.c.channel == bindparam("channel"), rounds.c.state == word(state))
    inside = rounds.c.number.between(_edges.c.first, _edges.c.last)
    return select(func.count()).select_from(rounds).where(few, inside).scalar_subquery()


_edges = select(_number(rounds.c.date).label("first"), _number(rounds.c.date.desc()).label("last")).subquery("edges")
ROUNDS = Swift(
    select()
    .add_columns(_edges.c.first, _edges.c.last, _in_state(RoundState.VOIDED), _in_state(RoundState.OPEN))
    .add_columns(select(func.count()).select_from(_off).where(_LEFT).scalar_subquery()),
    Rounds._make,
)
"""What a board must know before its lines. Rounds are numbered in order of their dates."""
