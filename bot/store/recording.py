"""How a batch of answers gets into the log: one transaction, durable when it returns. The store's hottest path.

The statements are built from the tables, compiled once to the driver's own text and run on the driver itself. Within a
batch the later answer of a player to a round wins, and rows are written in key order, so that two replicas never wait
for each other in a circle. A press locks its round against closing while it reads that it is open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Protocol, TypeAlias, cast

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Select,
    String,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.sql.dml import Insert

from bot.model import RoundState, Streak
from bot.store.dialects import insert, word
from bot.store.tables import answers, rounds, streaks
from bot.work import AnswerOutcome, Draft, NoSuchRound, Recorded, RoundOver

Key: TypeAlias = tuple[int, int]
Found: TypeAlias = tuple[str | None, bool | None, str | None, str | None, Sequence[int | None]]
"""What the log knows of a draft: its round's state (None: no such round), whether its time is over, the choice and the
text it replaces, and the columns of the player's streak."""

_STREAK = (
    streaks.c.run,
    streaks.c.best,
    streaks.c.right_run,
    streaks.c.best_right,
    streaks.c.freezes,
    streaks.c.progress,
    streaks.c.first,
    streaks.c.last,
    streaks.c.ended,
    streaks.c.covered,
)


class Recorder(Protocol):
    """Writes batches of answers over one connection."""

    def record(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """What came of each draft; the batch is durable, or, where this raises, not written at all."""

    def lost(self) -> bool:
        """Whether the connection is gone."""


def recorder(connection: Connection) -> Recorder:
    """The recorder for a connection that is in no transaction."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return SqliteRecorder(driver, connection.dialect)
    return PostgresRecorder(connection)


def _latest(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts to write: one a player and round, in key order."""
    latest: dict[Key, Draft] = {(draft.round, draft.player): draft for draft in drafts}
    return [latest[key] for key in sorted(latest)]


def _outcomes(drafts: Sequence[Draft], found: dict[Key, Found]) -> list[AnswerOutcome]:
    """What each draft's waiter is told: a player's second answer of a batch replaces the first."""
    before: dict[Key, Draft] = {}
    outcomes: list[AnswerOutcome] = []
    for draft in drafts:
        key = (draft.round, draft.player)
        outcome = _outcome(found[key], before.get(key))
        if isinstance(outcome, Recorded):
            before[key] = draft
        outcomes.append(outcome)
    return outcomes


def _outcome(found: Found, before: Draft | None) -> AnswerOutcome:
    state, over, choice, text, streak = found
    if state is None:
        return NoSuchRound()
    if over or state != RoundState.OPEN:
        return RoundOver(RoundState(state), choice, text)
    if before is not None:
        choice, text = before.choice, before.text
    return Recorded(choice, None if streak[0] is None else Streak(*cast("Sequence[int]", streak)), text)


class SqliteRecorder:
    """A look and an upsert a draft, prepared once: the driver's loop is faster than any statement over many rows."""

    def __init__(self, driver: sqlite3.Connection, dialect: Dialect) -> None:
        self._cursor = driver.cursor()
        self._look, self._looked = _spelled(_look(), dialect, ("round", "player", "at"))
        self._keep, self._kept = _spelled(_keep(), dialect, ("round", "player", "choice", "text", "first_at", "at"))

    def record(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """See ``Recorder``."""
        execute = self._cursor.execute
        execute("BEGIN IMMEDIATE")
        try:
            latest = _latest(drafts)
            found = {(draft.round, draft.player): self._find(draft) for draft in latest}
            self._write([draft for draft in latest if _is_open(found[draft.round, draft.player])])
            execute("COMMIT")
        except BaseException:
            if self._cursor.connection.in_transaction:
                execute("ROLLBACK")
            raise
        return _outcomes(drafts, found)

    def _find(self, draft: Draft) -> Found:
        self._cursor.execute(self._look, self._looked((draft.round, draft.player, _text(draft.at))))
        row = self._cursor.fetchone()
        return _NOTHING if row is None else (row[0], row[1], row[2], row[3], row[4:])

    def _write(self, drafts: Sequence[Draft]) -> None:
        at = [_text(draft.at) for draft in drafts]
        rows = [(d.round, d.player, d.choice, d.text, t, t) for d, t in zip(drafts, at, strict=True)]
        self._cursor.executemany(self._keep, map(self._kept, rows))

    def lost(self) -> bool:
        """A file is never gone."""
        return False


_NOTHING: Found = (None, None, None, None, ())


def _is_open(found: Found) -> bool:
    return found[0] == RoundState.OPEN and not found[1]


def _text(at: datetime) -> str:
    """An instant as SQLAlchemy keeps it in SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _look() -> Select[tuple[object, ...]]:
    player = bindparam("player", type_=BigInteger)
    over = rounds.c.closes <= bindparam("at", type_=String)
    joined = rounds.outerjoin(answers, and_(answers.c.round == rounds.c.id, answers.c.player == player))
    joined = joined.outerjoin(streaks, and_(streaks.c.channel == rounds.c.channel, streaks.c.player == player))
    found = select(rounds.c.state, over, answers.c.choice, answers.c.text, *_STREAK)
    return found.select_from(joined).where(rounds.c.id == bindparam("round", type_=BigInteger))


def _keep() -> Insert:
    kept = insert(answers).values({each.name: bindparam(each.name) for each in answers.c})
    replaced = {name: kept.excluded[name] for name in ("choice", "text", "at")}
    return kept.on_conflict_do_update(index_elements=["round", "player"], set_=replaced)


class Picker(Protocol):
    """Puts a row into the order of a statement's parameters."""

    def __call__(self, row: tuple[object, ...], /) -> tuple[object, ...]: ...


def _spelled(
    statement: Select[tuple[object, ...]] | Insert, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Picker]:
    """A statement as the driver's text, with what puts a row of ``names`` into the order it wants."""
    compiled = statement.compile(dialect=dialect)
    return str(compiled), itemgetter(*(names.index(name) for name in compiled.positiontup or ()))


class PostgresRecorder:
    """The whole batch is one statement, and so one transaction and one round trip.

    The drafts travel as one JSON text: psycopg writes arrays element by element in Python.
    """

    def __init__(self, connection: Connection) -> None:
        from psycopg import Connection as Driver  # only where PostgreSQL is used

        driver = connection.connection.driver_connection
        assert isinstance(driver, Driver)
        self._driver = driver
        self._statement = str(_batch().compile(dialect=connection.dialect))

    def record(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """See ``Recorder``."""
        found: dict[Key, Found] = {}
        self._driver.autocommit = True
        try:
            latest = [(d.round, d.player, d.choice, d.text, d.at) for d in _latest(drafts)]
            rows = [dict(zip(_DRAFT, row, strict=True)) for row in latest]
            with self._driver.cursor() as cursor:
                cursor.execute(self._statement.encode(), {"drafts": orjson.dumps(rows).decode()}, prepare=True)
                for row in cursor:
                    found[row[0], row[1]] = (row[2], row[3], row[4], row[5], row[6:])
        finally:
            if not self._driver.closed:
                self._driver.autocommit = False
        return _outcomes(drafts, found)

    def lost(self) -> bool:
        """Whether the server is gone."""
        return bool(self._driver.closed)


_DRAFT = ("round", "player", "choice", "text", "at")


def _batch() -> Select[tuple[object, ...]]:
    columns = (
        column("round", BigInteger),
        column("player", BigInteger),
        column("choice", String),
        column("text", String),
        column("at", DateTime(timezone=True)),
    )
    given = func.json_to_recordset(cast_to(bindparam("drafts", type_=String), JSON)).table_valued(*columns)
    draft = select(given.render_derived(with_types=True)).cte("draft")
    held = select(rounds.c.id, rounds.c.channel, rounds.c.state, rounds.c.closes)
    held_rounds = held.where(rounds.c.id.in_(select(draft.c.round))).order_by(rounds.c.id)
    round_ = held_rounds.with_for_update(read=True).cte("held")
    over = round_.c.closes <= draft.c.at
    same = and_(answers.c.round == draft.c.round, answers.c.player == draft.c.player)
    before = select(answers).join_from(answers, draft, same).cte("before")
    written = select(draft.c.round, draft.c.player, draft.c.choice, draft.c.text, draft.c.at, draft.c.at.label("last"))
    taken = written.join_from(draft, round_, round_.c.id == draft.c.round).where(
        round_.c.state == word(RoundState.OPEN), ~over
    )
    kept = insert(answers).from_select(
        ["round", "player", "choice", "text", "first_at", "at"], taken.order_by(draft.c.round, draft.c.player)
    )
    replaced = {name: kept.excluded[name] for name in ("choice", "text", "at")}
    upsert = kept.on_conflict_do_update(index_elements=["round", "player"], set_=replaced)
    done = upsert.returning(literal_column("1")).cte("kept")
    joined = draft.outerjoin(round_, round_.c.id == draft.c.round)
    joined = joined.outerjoin(before, and_(before.c.round == draft.c.round, before.c.player == draft.c.player))
    joined = joined.outerjoin(streaks, and_(streaks.c.channel == round_.c.channel, streaks.c.player == draft.c.player))
    told = select(draft.c.round, draft.c.player, round_.c.state, over, before.c.choice, before.c.text, *_STREAK)
    return told.select_from(joined).add_cte(done)
