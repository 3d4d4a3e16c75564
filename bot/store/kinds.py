"""The kinds of lines that an export has: which table each is kept in, and what of it is written.

A frozen question stands in the lines that asked it. Left out are plans (they are made anew), who is editing a message
just now, and whatever adapters keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import BigInteger, Column, ColumnElement, Row, Select, Table, case, collate, func, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlmodel import AutoString

from bot.store import tables
from bot.store.copies import read_question, write_question
from bot.store.fields import Codec, Wrong, codec, shown
from bot.store.frozen import JSON, digest
from content.question import Question

Record: TypeAlias = dict[str, JSON]
"""One line of an export."""

Kept: TypeAlias = Table[ReadOnlyColumnCollection[str, Column[object]]]
"""A table."""

Known: TypeAlias = Mapping[str, set[int]]
"""The ids of the lines read so far, by kind."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a line and the column behind it. ``refers``: the kind of line whose id it holds."""

    name: str
    codec: Codec
    optional: bool
    refers: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A line that can be kept: its row, and the question that must be frozen for it."""

    row: Mapping[str, object]
    question: Question | None


class Kind:
    """One kind of line."""

    def __init__(self, name: str, table: Kept, *, order: Sequence[str] = (), out: Sequence[str] = ()) -> None:
        self.name = name
        self.table = table
        self.frozen = "snapshot" in table.c
        left_out = {*out, "snapshot", "question"} if self.frozen else {*out}
        self._columns = [column for column in table.c if column.name not in left_out]
        self.fields = tuple(_field(column) for column in self._columns)
        self._order = [table.c[column] for column in order] or list(table.primary_key.columns)

    def statement(self, dialect: str) -> Select[*tuple[object, ...]]:
        """All rows, in an order that every database agrees on."""
        found = select().add_columns(*(_PLANLESS.get(column, column).label(column.name) for column in self._columns))
        if self.frozen:
            found = found.add_columns(tables.snapshots.c.body.label("frozen")).join_from(self.table, tables.snapshots)
        return found.order_by(*(_plain_order(column, dialect) for column in self._order))

    def write(self, row: Row[*tuple[object, ...]]) -> Record:
        """A row of that statement as a line."""
        values = row._mapping
        record: Record = {"type": self.name}
        for field in self.fields:
            value = values[field.name]
            record[field.name] = None if value is None else field.codec.write(value)
        if self.frozen:
            record["question"] = write_question(values["frozen"])
        return record

    def read(self, record: Mapping[str, JSON], known: Known) -> Taken:
        """What a line says. Raises Wrong for its first field that cannot be."""
        names = [field.name for field in self.fields] + (["question"] if self.frozen else [])
        for name in record:
            if name != "type" and name not in names:
                raise Wrong(name, shown(record[name]), "no such field here")
        row = {field.name: _value(field, record, known) for field in self.fields}
        if not self.frozen:
            return Taken(row, None)
        question = read_question(record.get("question"))
        row |= {"question": question.id, "snapshot": digest(question)}
        return Taken(row, question)


def _value(field: Field, record: Mapping[str, JSON], known: Known) -> object:
    if field.name not in record:
        raise Wrong(field.name, "nothing", field.codec.wanted)
    value = record[field.name]
    if value is None and field.optional:
        return None
    try:
        found = field.codec.read(value)
    except ValueError:
        raise Wrong(field.name, shown(value), field.codec.wanted + (" or null" if field.optional else "")) from None
    if field.refers is not None and found not in known[field.refers]:
        raise Wrong(field.name, shown(value), f"the id of a {field.refers} in a line above")
    return found


def _field(column: Column[object]) -> Field:
    return Field(column.name, codec(column), bool(column.nullable), _refers(column))


def _refers(column: Column[object]) -> str | None:
    return column.name if isinstance(column.type, BigInteger) and column.name in REFERRED else None


def _plain_order(column: ColumnElement[object], dialect: str) -> ColumnElement[object] | ColumnElement[str]:
    """Text by its code points, as SQLite orders it; PostgreSQL would follow its own language."""
    free_text = isinstance(column.type, AutoString) and dialect == "postgresql"
    return collate(column, "C") if free_text else column


REFERRED = ("workspace", "person", "channel", "player", "round")
"""Kinds that others refer to by id, in columns of the same names."""

_here = tables.channels.c
_PLANLESS: Mapping[ColumnElement[object], ColumnElement[object]] = {
    _here.plan_at: func.coalesce(_here.plan_at, case((_here.next_due.is_not(None), _here.after)))
}
"""A channel that has a plan will want one once that is left out."""

_PLAN = [column.name for column in _here if column.name.startswith("next_")]

KINDS = (
    Kind("workspace", tables.workspaces),
    Kind("person", tables.persons),
    Kind("channel", tables.channels, out=_PLAN),
    Kind("manager", tables.managers, order=["channel", "since", "person"]),
    Kind("skip", tables.overrides),
    Kind("player", tables.players),
    Kind("away", tables.aways),
    Kind("round", tables.rounds, out=["edit_lease"]),
    Kind("answer", tables.answers),
    Kind("delivery", tables.deliveries),
    Kind("correction", tables.corrections),
    Kind("practice", tables.practices),
    Kind("review", tables.reviews),
    Kind("report", tables.reports),
    Kind("suggestion", tables.suggestions),
    Kind("standing", tables.standings),
    Kind("streak", tables.streaks),
)
"""In the order in which they are written: what is referred to comes first."""
