"""Statements for the busiest reads: built from the tables, compiled once, run on the driver itself.

SQLAlchemy's own way from a statement to its rows costs several times what SQLite needs to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

Values: TypeAlias = Mapping[str, object]
"""A statement's parameters by name, as the driver takes them; see ``written``."""

Row: TypeAlias = Sequence[object]
T = TypeVar("T")
N = TypeVar("N", bound=tuple[object, ...])


class Swift(Generic[T]):
    """A SELECT whose rows come as the driver gives them (numbers and text, and SQLite's truth as 0 and 1), each made
    into a value by ``shape``."""

    def __init__(self, statement: Select[*tuple[object, ...]], shape: Callable[[Row], T]) -> None:
        self.statement = statement
        self._shape = shape
        self._texts: dict[str, str] = {}

    def rows(self, conn: Connection, values: Values) -> list[T]:
        """Its rows for these parameters (there may be more than it has), read in the connection's transaction."""
        text = self._texts.get(conn.dialect.name) or self._spelled(conn.dialect)
        driver = conn.connection.driver_connection
        assert driver is not None
        return list(map(self._shape, driver.execute(text, values)))

    def _spelled(self, dialect: Dialect) -> str:
        by_name = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
        compiled = self.statement.compile(dialect=by_name)
        unnamed = [name for bound, name in compiled.bind_names.items() if not bound.required]
        assert not unnamed, f"{unnamed} never change: write them out"
        return self._texts.setdefault(dialect.name, str(compiled))


def as_tuples(kind: type[N]) -> Callable[[Row], N]:
    """The shape of a NamedTuple: a row is made into one as it is, at half of what its own ``_make`` costs."""
    return partial(tuple.__new__, kind)


def written(kind: TypeEngine[T], value: T, dialect: Dialect) -> object:
    """A parameter as the driver takes it."""
    write = kind.dialect_impl(dialect).bind_processor(dialect)
    return value if write is None else write(value)
