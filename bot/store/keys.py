"""Keys of rows that are many: a period and its first date as small numbers.

A reveal writes three standings an answer, each in two trees that are ordered by these: as numbers they are half as long
and compared at once. In SQLite's shell, ``date(start * 86400, 'unixepoch')`` is the date.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, Dialect, Integer, SmallInteger, literal_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.model import Period
from bot.scoring import ALL_TIME

CODES = {Period.ALL: 0, Period.MONTH: 1, Period.WEEK: 2}
"""In the order of their words, so that rows stand as they did under those."""

_PERIODS = {code: period for period, code in CODES.items()}


class PeriodKey(TypeDecorator[Period]):
    """A period as its code."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Period | None, dialect: Dialect) -> int | None:
        """The code."""
        return None if value is None else CODES[value]

    def process_result_value(self, value: int | None, dialect: Dialect) -> Period | None:
        """The period."""
        return None if value is None else _PERIODS[value]


class DayKey(TypeDecorator[date]):
    """A date; SQLite, which has none, keeps the days since 1 January 1970, where all time is said to begin."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[int]:
        """PostgreSQL's own dates are numbers already."""
        return dialect.type_descriptor(Integer()) if dialect.name == "sqlite" else dialect.type_descriptor(Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | int | None:
        """The days, or the date."""
        return value if value is None or dialect.name != "sqlite" else (value - ALL_TIME).days

    def process_result_value(self, value: date | int | None, dialect: Dialect) -> date | None:
        """The date."""
        return ALL_TIME + timedelta(days=value) if isinstance(value, int) else value


def code(period: Period) -> ColumnElement[int]:
    """A period's code, written out in a statement."""
    return literal_column(str(CODES[period]), SmallInteger)
