"""How a batch of answers gets into the log: one transaction, durable when it returns. The store's hottest path.

The statements are built from the tables, compiled once to the driver's own text and run on the driver itself. Within a
batch the later answer of a player to a round wins, and rows are written in key order, so that two replicas never wait
for each other in a circle. A press locks its round against closing while it reads that it is open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeAlias, cast

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.sql.dml import Insert

from bot.model import RoundState, Streak
from bot.store.dialects import each_of, ids, insert, word
from bot.store.tables import answers, rounds, streaks
from bot.work import AnswerOutcome, Draft, NoSuchRound, Recorded, RoundOver

Key: TypeAlias = tuple[int, int]
Found: TypeAlias = tuple[str | None, datetime | None, str | None, str | None, Streak | None]
"""What the log knows of a draft: its round's state (None: no such round) and closing instant, the choice and the text
that stand, and the player's streak."""

_OPEN = RoundState.OPEN.value
_NOTHING: Found = (None, None, None, None, None)
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


def _outcomes(drafts: Iterable[Draft], found: dict[Key, Found]) -> tuple[list[AnswerOutcome], dict[Key, Draft]]:
    """What each draft's waiter is told, and the drafts that stand: a player's later one replaces their earlier one."""
    told: list[AnswerOutcome] = []
    stands: dict[Key, Draft] = {}
    for draft in drafts:
        key = (draft.round, draft.player)
        state, closes, choice, text, streak = found.get(key, _NOTHING)
        if key in stands:
            choice, text = stands[key].choice, stands[key].text
        if state is None or closes is None:
            told.append(NoSuchRound())
        elif state != _OPEN or draft.at >= closes:
            told.append(RoundOver(RoundState(state), choice, text))
        else:
            stands[key] = draft
            told.append(Recorded(choice, streak, text))
    return told, stands


def _streak(columns: Sequence[int | None]) -> Streak | None:
    return None if columns[0] is None else Streak(*cast("Sequence[int]", columns))


class SqliteRecorder:
    """A look a round, an upsert a player: the driver's own loops are faster than any statement over all rows."""

    def __init__(self, driver: sqlite3.Connection, dialect: Dialect) -> None:
        self._cursor = driver.cursor()
        self._look = _spelled(_look(), dialect, "players", "round")
        self._keep = _spelled(_keep(), dialect, "round", "player", "choice", "text", "first_at", "at")

    def record(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """See ``Recorder``."""
        execute = self._cursor.execute
        execute("BEGIN IMMEDIATE")
        try:
            outcomes, stands = _outcomes(drafts, self._find(drafts))
            self._cursor.executemany(self._keep, [_row(stands[key]) for key in sorted(stands)])
            execute("COMMIT")
        except BaseException:
            if self._cursor.connection.in_transaction:
                execute("ROLLBACK")
            raise
        return outcomes

    def _find(self, drafts: Iterable[Draft]) -> dict[Key, Found]:
        players: dict[int, set[int]] = {}
        for draft in drafts:
            players.setdefault(draft.round, set()).add(draft.player)
        found: dict[Key, Found] = {}
        for round_, those in players.items():
            self._cursor.execute(self._look, (ids(those), round_))
            rows = self._cursor.fetchall()
            closes = _instant(rows[0][2]) if rows else None
            for row in rows:
                streak = None if row[5] is None else _streak(row[5:])
                found[round_, row[0]] = (row[1], closes, row[3], row[4], streak)
        return found

    def lost(self) -> bool:
        """A file is never gone."""
        return False


def _row(draft: Draft) -> tuple[object, ...]:
    at = _text(draft.at)
    return (draft.round, draft.player, draft.choice, draft.text, at, at)


def _text(at: datetime) -> str:
    """An instant as SQLAlchemy keeps it in SQLite."""
    in_utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds").removesuffix("+00:00")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _look() -> Select[tuple[object, ...]]:
    player = each_of("players")
    same = and_(answers.c.round == rounds.c.id, answers.c.player == player)
    theirs = and_(streaks.c.channel == rounds.c.channel, streaks.c.player == player)
    found = select(player, rounds.c.state, rounds.c.closes, answers.c.choice, answers.c.text, *_STREAK)
    joined = found.join_from(rounds, player.table, true())
    joined = joined.outerjoin(answers, same).outerjoin(streaks, theirs)
    return joined.where(rounds.c.id == bindparam("round", type_=BigInteger))


def _keep() -> Insert:
    kept = insert(answers).values({each.name: bindparam(each.name) for each in answers.c})
    replaced = {name: kept.excluded[name] for name in ("choice", "text", "at")}
    return kept.on_conflict_do_update(index_elements=["round", "player"], set_=replaced)


def _spelled(statement: Select[tuple[object, ...]] | Insert, dialect: Dialect, *names: str) -> str:
    """A statement as the driver's text; it takes its parameters in this order."""
    compiled = statement.compile(dialect=dialect)
    assert compiled.positiontup == list(names), compiled.positiontup
    return str(compiled)


class PostgresRecorder:
    """The whole batch is one statement, and so one transaction and one round trip.

    The drafts travel as one JSON text: psycopg writes arrays element by element in Python.
    """

    def __init__(self, connection: Connection) -> None:
        from psycopg import Connection as Driver  # only where PostgreSQL is used

        driver = connection.connection.driver_connection
        assert isinstance(driver, Driver)
        self._driver = driver
        self._statement = str(_batch().compile(dialect=connection.dialect)).encode()

    def record(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """See ``Recorder``."""
        found: dict[Key, Found] = {}
        rows = [(i, d.round, d.player, d.choice, d.text, d.at) for i, d in enumerate(drafts)]
        self._driver.autocommit = True
        try:
            given = orjson.dumps([dict(zip(_DRAFT, row, strict=True)) for row in rows]).decode()
            for row in self._driver.execute(self._statement, {"drafts": given}, prepare=True):
                found[row[0], row[1]] = (row[2], row[3], row[4], row[5], _streak(row[6:]))
        finally:
            if not self._driver.closed:
                self._driver.autocommit = False
        return _outcomes(drafts, found)[0]

    def lost(self) -> bool:
        """Whether the server is gone."""
        return bool(self._driver.closed)


_DRAFT = ("nth", "round", "player", "choice", "text", "at")


def _batch() -> Select[tuple[object, ...]]:
    columns = (
        column("nth", Integer),
        column("round", BigInteger),
        column("player", BigInteger),
        column("choice", String),
        column("text", String),
        column("at", DateTime(timezone=True)),
    )
    given = func.json_to_recordset(cast_to(bindparam("drafts", type_=String), JSON)).table_valued(*columns)
    draft = select(given.render_derived(with_types=True)).cte("draft")
    locked = select(rounds.c.id, rounds.c.channel, rounds.c.state, rounds.c.closes)
    locked = locked.where(rounds.c.id.in_(select(draft.c.round))).order_by(rounds.c.id)
    round_ = locked.with_for_update(read=True).cte("held")
    key = (draft.c.round, draft.c.player)
    back = func.row_number().over(partition_by=key, order_by=draft.c.nth.desc())
    in_time = (
        select(draft, back.label("back"))
        .join_from(draft, round_, round_.c.id == draft.c.round)
        .where(round_.c.state == word(RoundState.OPEN), draft.c.at < round_.c.closes)
        .subquery("in_time")
    )
    last = in_time.c
    taken = select(last.round, last.player, last.choice, last.text, last.at, last.at.label("again"))
    taken = taken.where(last.back == literal_column("1")).order_by(last.round, last.player)
    kept = insert(answers).from_select(["round", "player", "choice", "text", "first_at", "at"], taken)
    replaced = {name: kept.excluded[name] for name in ("choice", "text", "at")}
    upsert = kept.on_conflict_do_update(index_elements=["round", "player"], set_=replaced)
    # All parts of one statement see the log as it was before: what is joined here is what stood until now.
    before = and_(answers.c.round == draft.c.round, answers.c.player == draft.c.player)
    theirs = and_(streaks.c.channel == round_.c.channel, streaks.c.player == draft.c.player)
    joined = draft.outerjoin(round_, round_.c.id == draft.c.round).outerjoin(answers, before).outerjoin(streaks, theirs)
    told = select(*key, round_.c.state, round_.c.closes, answers.c.choice, answers.c.text, *_STREAK)
    return told.select_from(joined).add_cte(upsert.returning(literal_column("1")).cte("kept"))
