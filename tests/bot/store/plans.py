"""How a database means to read what it is asked: every statement that is run is noted, and explained afterwards.

What is noted is what the driver is given, whoever gives it: SQLAlchemy, or the store's own swift statements.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import psycopg
from sqlalchemy import Engine, create_engine, event

from bot.store.engine import locate
from bot.store.tables import Base

Asked: TypeAlias = tuple[str, object]
"""A statement and its parameters; SQLite's has them in its text already."""

Plan: TypeAlias = tuple[str, tuple[str, ...]]
"""A statement and the steps of its plan."""

FEW = 1000
"""Rows. Of a table that has fewer PostgreSQL rightly reads all."""

SIZES = "SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
"""As ANALYZE found them."""

GROW = f"""
UPDATE pg_class SET reltuples = reltuples * 100
WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace AND reltuples >= {FEW}
"""
"""PostgreSQL reads all of a table of thousands, and is right: it is asked how it would read hundreds of thousands."""

PARTIAL = {index.name for table in Base.metadata.tables.values() for index in table.indexes if index.dialect_kwargs}
"""Indexes of the few rows that are under way: all of one may be read."""


@contextmanager
def noted() -> Iterator[list[Asked]]:
    """What connections that are made meanwhile are asked."""
    found: list[Asked] = []

    class Noting(psycopg.Cursor[tuple[object, ...]]):
        def execute(self, query: str | bytes, params: object = None, **more: object) -> Noting:
            found.append((query.decode() if isinstance(query, bytes) else query, params))
            return super().execute(query, params, **more)

    def connected(driver: object, _: object) -> None:
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(lambda text: found.append((text, None)))
        else:
            driver.cursor_factory = Noting

    event.listen(Engine, "connect", connected)
    try:
        yield found
    finally:
        event.remove(Engine, "connect", connected)


def plans(url: str, asked: Iterable[Asked]) -> list[Plan]:
    """The plan of every statement that reads or writes rows, each once, without the steps that read a table of few."""
    read = {text: (text, params) for text, params in asked if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", text)}
    engine = create_engine(locate(url).url)
    explain = "EXPLAIN QUERY PLAN" if engine.name == "sqlite" else "EXPLAIN"
    few: set[str] = set()
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        if engine.name == "postgresql":
            few = {table for table, rows in cursor.execute(SIZES) if rows < FEW}
            cursor.execute(GROW)
        found = [(text, _steps(cursor, f"{explain} {text}", params)) for text, params in read.values()]
        cursor.close()
    engine.dispose()
    return [(text, tuple(step for step in steps if _table(step) not in few)) for text, steps in found]


def _table(step: str) -> str | None:
    on = re.search(r" on (\w+)", step)
    return on[1] if on else None


def _steps(cursor: object, text: str, params: object) -> tuple[str, ...]:
    cursor.execute(*((text,) if params is None else (text, params)))
    return tuple(str(row[-1]) for row in cursor.fetchall())


def scans(found: Iterable[Plan]) -> list[Plan]:
    """The plans that read a whole table, or a whole index that is not a partial one."""
    return [(text, steps) for text, steps in found if any(_whole(steps))]


def _whole(steps: Sequence[str]) -> Iterator[str]:
    made = {found[1] for step in steps if (found := re.search(r"(?:MATERIALIZE|CO-ROUTINE) (\w+)", step))}
    for step, after in zip(steps, (*steps[1:], ""), strict=False):
        index = re.search(r"(?:USING(?: COVERING)? INDEX|Scan(?: Backward)? using) (\w+)", step)
        if (index and index[1] in PARTIAL) or "VIRTUAL TABLE" in step or step == "SCAN CONSTANT ROW":
            continue
        if (scan := re.match(r"SCAN (\w+)", step)) and scan[1] not in made:
            yield step
        if (scan := re.search(r"Seq Scan on (\w+)", step)) and scan[1] in Base.metadata.tables:
            yield step
        if index and "Scan" in step and "Index Cond" not in after:
            yield step
