"""Everything that is kept, as lines of JSON, and back. ``docs/export.md`` describes the lines.

Left out are what belongs to one process or follows from the rest: plans, locks, and the adapters' secrets.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from bot.store.errors import StoreError
from bot.store.fields import Wrong, shown
from bot.store.frozen import JSON, keep
from bot.store.kinds import KINDS, REFERRED, Kind, Record, Taken
from bot.store.rebuilding import write_asked

FORMAT = 1
"""The number of the format that is written and read."""

HEADER: Record = {"type": "pyquiz", "format": FORMAT}
"""The first line."""

BATCH = 500
"""Rows read or written at a time."""


class NotEmpty(StoreError):
    """There is something in this database already. Import into an empty one: what is there would get mixed up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken. ``line`` counts from 1; ``field`` is empty where it is about the whole line."""

    line: int
    field: str
    found: str
    wanted: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.field}" if self.field else f"line {self.line}"
        return f"{where}: found {self.found}, wanted {self.wanted}"


class BadArchive(StoreError):
    """Nothing was taken, because this is not what an export looks like:
    {faults}"""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(faults="\n".join(map(str, self.faults)))


MOST_FAULTS = 10
"""So many faults are told before reading on is pointless."""


def export(conn: Connection) -> Generator[Record, None, None]:
    """Everything that is kept, line by line, as of one moment.

    Rows are read as they are asked for. Wants a transaction in which nothing was read yet, and to be used up in it.
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    yield HEADER
    for kind in KINDS:
        with conn.execute(kind.statement(conn.dialect.name).execution_options(yield_per=BATCH)) as rows:
            yield from map(kind.write, rows)


def load(conn: Connection, lines: Iterable[bytes]) -> int:
    """Take an export into an empty database; how many lines it had. Every line is checked, and either all are taken or,
    where this raises (NotEmpty, BadArchive), none: to be done as one piece of work.
    """
    for kind in KINDS:
        if conn.execute(select(kind.table).limit(1)).first():
            raise NotEmpty
    reader = _Reader(conn)
    for number, line in enumerate(lines, start=1):
        reader.take(number, line)
    return reader.finish()


class _Reader:
    """Checks lines and keeps them in batches. After the first fault it only goes on checking."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._known: dict[str, set[int]] = {kind: set() for kind in REFERRED}
        self._faults: list[Fault] = []
        self._kind = KINDS[0]
        self._batch: list[tuple[int, Taken]] = []
        self._taken = 0

    def take(self, number: int, line: bytes) -> None:
        """Check a line, and keep it with the next batch."""
        try:
            record = _parsed(line)
            if number > 1:
                self._add(number, record)
            elif record != HEADER:
                raise BadArchive([Fault(1, "", shown(record), shown(HEADER))])
        except Wrong as wrong:
            self._fault(Fault(number, wrong.field, wrong.found, wrong.wanted))
        self._taken += 1

    def _add(self, number: int, record: Record) -> None:
        kind = _BY_NAME.get(str(record.get("type")))
        if kind is None:
            raise Wrong("type", shown(record.get("type")), "one of " + ", ".join(_BY_NAME))
        if kind is not self._kind or len(self._batch) == BATCH:
            self._flush()
        self._kind = kind
        self._remember(kind, record.get("id"))
        self._batch.append((number, kind.read(record, self._known)))

    def _remember(self, kind: Kind, id_: JSON) -> None:
        """Whatever else is wrong with a line: others may refer to it."""
        if kind.name in self._known and type(id_) is int:
            if id_ in self._known[kind.name]:
                raise Wrong("id", str(id_), f"an id that no {kind.name} above has")
            self._known[kind.name].add(id_)

    def _fault(self, fault: Fault) -> None:
        self._faults.append(fault)
        if len(self._faults) == MOST_FAULTS:
            raise BadArchive(self._faults)

    def _flush(self) -> None:
        if self._batch and not self._faults:
            keep(self._conn, [taken.question for _, taken in self._batch if taken.question])
            if self._keep([taken.row for _, taken in self._batch]):
                self._tell_culprits()
        self._batch = []

    def _tell_culprits(self) -> None:
        for number, taken in self._batch:
            refused = self._keep([taken.row])
            if refused:
                self._fault(Fault(number, "", f"what the database refuses: {refused}", f"another {self._kind.name}"))

    def _keep(self, rows: Sequence[Mapping[str, object]]) -> str | None:
        """Why the database refuses these rows; None where it takes them."""
        try:
            with self._conn.begin_nested():
                self._conn.execute(insert(self._kind.table), [dict(row) for row in rows])
        except (IntegrityError, DataError) as error:
            return str(error.orig).partition("\n")[0]
        return None

    def finish(self) -> int:
        """Keep what is left, and what follows from it; how many lines there were. Raises BadArchive."""
        if not self._taken:
            self._fault(Fault(1, "", "nothing", shown(HEADER)))
        self._flush()
        if self._faults:
            raise BadArchive(self._faults)
        for channel in sorted(self._known["channel"]):
            write_asked(self._conn, channel)
        _set_sequences(self._conn)
        return self._taken


_BY_NAME = {kind.name: kind for kind in KINDS}


def _parsed(line: bytes) -> Record:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        record = None
    if not isinstance(record, dict):
        raise Wrong("", shown(line.decode(errors="replace").strip()), "a JSON object")
    return record


def _set_sequences(conn: Connection) -> None:
    """PostgreSQL numbers new rows by sequences, which know nothing of ids that were given."""
    if conn.dialect.name != "postgresql":
        return
    for kind in KINDS:
        if "id" in kind.table.c:
            name = f"pg_get_serial_sequence('\"{kind.table.name}\"', 'id')"
            conn.exec_driver_sql(f'SELECT setval({name}, max(id)) FROM "{kind.table.name}" HAVING count(*) > 0')
