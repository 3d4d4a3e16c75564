"""Where the database is and how it is spoken to: addresses, connections, the lock on a SQLite file."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, IsolationLevel
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from bot.store.errors import BadUrl, NotWritable, Taken

READERS = 4
"""Read connections at most; each runs in a thread of its own."""

APPLICATION = "pyquiz"
"""What PostgreSQL's list of connections calls ours."""

CONNECT_SECONDS = 10
"""So long a PostgreSQL server may take to let us in."""

# Both kinds of engine hide parameters: an exception that is logged would show names and answers.

BUSY_SECONDS = 5.0
"""So long SQLite waits for another program's lock before it says so."""

WAL_PAGES = 4000
"""So many pages (of 4 KiB) SQLite gathers in its log before it writes them to their places: a morning touches the same
pages over and over."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database: its address for SQLAlchemy and, for SQLite, its file. ``name`` is fit for sentences."""

    url: URL
    path: Path | None

    @property
    def name(self) -> str:
        """The file, or the address without its password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)


def locate(url: str) -> Database:
    """The database that ``PYQUIZ_DATABASE_URL`` means: ``sqlite:///file``, a bare path, or a PostgreSQL address.

    ``postgresql://`` and ``postgres://`` mean psycopg 3 here. Raises BadUrl for anything else.
    """
    try:
        parsed = make_url(url if "://" in url else f"sqlite:///{url}")
    except (ArgumentError, ValueError):
        raise BadUrl(url) from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if parsed.database in (None, "", ":memory:"):
            raise BadUrl(url)
        path = Path(parsed.database or "").expanduser().absolute()
        return Database(URL.create("sqlite+pysqlite", database=str(path)), path)
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return Database(parsed.set(drivername="postgresql+psycopg"), None)
    raise BadUrl(url)


def writing(database: Database, synchronous: str) -> Engine:
    """An engine whose transactions write: on SQLite they take the lock at once, and a commit is on the disk.

    ``synchronous`` is SQLite's own word: FULL or NORMAL.
    """
    if database.path is None:
        return _postgresql(database, 1, "READ COMMITTED", "")
    engine = _sqlite(database, 1, f"PRAGMA synchronous={synchronous}", f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reading(database: Database) -> Engine:
    """An engine for reads; each transaction sees one state of the database."""
    if database.path is None:
        return _postgresql(database, READERS, "REPEATABLE READ", "-c default_transaction_read_only=on")
    engine = _sqlite(database, READERS, "PRAGMA query_only=ON")
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(database: Database, connections: int, isolation: IsolationLevel, options: str) -> Engine:
    return create_engine(
        database.url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level=isolation,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": APPLICATION,
            "options": f"-c timezone=UTC {options}",
        },
    )


def _sqlite(database: Database, connections: int, *pragmas: str) -> Engine:
    engine = create_engine(
        database.url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS, "isolation_level": None},
    )

    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA foreign_keys=ON", *pragmas):
            cursor.execute(statement)
        cursor.close()

    event.listen(engine, "connect", connected)
    return engine


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


class FileLock:
    """One process owns a SQLite file: a lock beside it, which names its holder and ends with the process."""

    def __init__(self, path: Path) -> None:
        """Take the lock; raises Taken where another process has it, NotWritable where it cannot be made."""
        self._file = _opened(path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = self._file.read().strip()
            self._file.close()
            raise Taken(path, int(holder) if holder.isdigit() else None) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next one have it. The lock file stays: removing it would race with the next one's opening."""
        self._file.close()


def holder(path: Path) -> int | None:
    """The process that seems to own a SQLite file, without touching its lock: a start just then must not fail of it."""
    try:
        written = path.with_name(path.name + ".lock").read_text(encoding="ascii").strip()
        process = int(written) if written.isdigit() else None
        if process is not None:
            os.kill(process, 0)
    except (OSError, ValueError):
        return None
    return process


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not os.access(path, os.W_OK):
            raise NotWritable(path, "it is read-only")
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        return os.fdopen(lock, "r+", encoding="ascii")
    except OSError as error:
        raise NotWritable(path, (error.strerror or str(error)).lower()) from None


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file, also while it is in use."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()
