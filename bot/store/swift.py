"""Statements for the busiest reads: built from the tables, compiled once, run on the driver itself.

SQLAlchemy's own way from a statement to its rows costs several times what SQLite needs to find them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Dialect, Select

Values: TypeAlias = Mapping[str, object]
"""A statement's parameters by name; one that is not given is NULL."""

Bind: TypeAlias = Callable[[object], object]
Found: TypeAlias = Sequence[object]
T = TypeVar("T")


class Swift(Generic[T]):
    """A SELECT whose rows come as the driver gives them (numbers and text, and SQLite's truth as 0 and 1), each made
    into a value by ``shape``, a NamedTuple's ``_make`` or the like."""

    def __init__(self, statement: Select[*tuple[object, ...]], shape: Callable[[Found], T]) -> None:
        self.statement = statement
        self._shape = shape
        self._spelled: dict[str, _Spelled] = {}

    def rows(self, conn: Connection, values: Values) -> list[T]:
        """Its rows for these parameters, read within the connection's transaction."""
        name = conn.dialect.name
        spelled = self._spelled.get(name) or self._spelled.setdefault(name, _Spelled(self.statement, conn.dialect))
        cursor = conn.connection.cursor()
        try:
            cursor.execute(spelled.text, spelled.parameters(values))
            return [self._shape(row) for row in cursor.fetchall()]
        finally:
            cursor.close()


class _Spelled:
    """A statement in the words of one database."""

    def __init__(self, statement: Select[*tuple[object, ...]], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        processors = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for bound, name in compiled.bind_names.items()
        }
        self.text = str(compiled)
        self._order = compiled.positiontup
        self._constants: dict[str, object] = {**compiled.params}
        self._written: dict[str, Bind] = {name: write for name, write in processors.items() if write is not None}

    def parameters(self, values: Values) -> Sequence[object] | Values:
        """The parameters as the driver wants them: in order where it counts them, else by name."""
        given = {**self._constants, **values}
        for name, write in self._written.items():
            given[name] = write(given[name])
        return given if self._order is None else [given[name] for name in self._order]
