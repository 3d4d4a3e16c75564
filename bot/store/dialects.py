"""The few things that SQLite and PostgreSQL spell differently, under one name each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    cast,
    column,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.store.keys import DayKey

DAY = 24 * 60 * 60
"""Seconds."""

insert = postgresql.insert
"""INSERT with ON CONFLICT. SQLite took PostgreSQL's syntax over, and SQLAlchemy writes this one for both."""


def word(value: StrEnum) -> ColumnElement[str]:
    """A word of an enum, written out: a partial index is used only where the statement itself names its condition."""
    return literal_column(f"'{value.value}'", String)


class _Each(FunctionElement[int]):
    name = "each"
    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_sqlite(element: _Each, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Each, "postgresql")
def _each_postgresql(element: _Each, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS JSON))"


def each_of(parameter: str) -> ColumnElement[int]:
    """The ids in one parameter (see ``ids``), as the column of a table to join."""
    return _Each(bindparam(parameter, type_=String)).table_valued(column("value", BigInteger)).c.value


def each(parameter: str) -> Select[tuple[int]]:
    """The ids in one parameter (see ``ids``), as a subquery: one statement text for any number of them."""
    return select(cast(each_of(parameter), BigInteger))


def ids(values: Iterable[int]) -> str:
    """The value of a parameter for ``each``."""
    return json.dumps(list(values))


class _Week(FunctionElement[date]):
    name = "week_start"
    type = DayKey()
    inherit_cache = True


@compiles(_Week, "sqlite")
def _week_sqlite(element: _Week, compiler: SQLCompiler, **kw: object) -> str:
    return _day(f"{compiler.process(element.clauses, **kw)}, '-6 days', 'weekday 1'")


@compiles(_Week, "postgresql")
def _week_postgresql(element: _Week, compiler: SQLCompiler, **kw: object) -> str:
    return f"CAST(date_trunc('week', {compiler.process(element.clauses, **kw)}) AS DATE)"


class _Month(FunctionElement[date]):
    name = "month_start"
    type = DayKey()
    inherit_cache = True


@compiles(_Month, "sqlite")
def _month_sqlite(element: _Month, compiler: SQLCompiler, **kw: object) -> str:
    return _day(f"{compiler.process(element.clauses, **kw)}, 'start of month'")


def _day(moment: str) -> str:
    return f"CAST(strftime('%s', {moment}) AS INTEGER) / {DAY}"


@compiles(_Month, "postgresql")
def _month_postgresql(element: _Month, compiler: SQLCompiler, **kw: object) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **kw)}) AS DATE)"


def week_start(day: ColumnElement[date]) -> ColumnElement[date]:
    """The Monday of a date's week, as a DayKey."""
    return _Week(day)


def month_start(day: ColumnElement[date]) -> ColumnElement[date]:
    """The first of a date's month, as a DayKey."""
    return _Month(day)


def greater(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """The greater of two numbers."""
    return case((one > other, one), else_=other)
