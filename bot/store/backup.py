"""All of a database in one file, and back: a SQLite file with PyQuiz's own tables, whatever it came from.

An export is for reading and leaves out what one installation alone can use; a backup holds every row of every table,
what adapters keep (encrypted as it is) among them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from bot.store.engine import APPLICATION, Database, FileLock, copy, locate, reading, writing
from bot.store.errors import NotWritable, StoreError, explained
from bot.store.migrate import HEAD, current, migrated, schema
from bot.store.tables import Base, answers, channels, rounds

BATCH = 2000
"""Rows read and written at a time."""


class NothingThere(StoreError):
    """There is nothing in {url} yet that could be backed up."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class OtherSchema(StoreError):
    """{url} has another PyQuiz's schema ({found}, not {known}). Make the backup with the version that wrote it, or
    bring it up to date with `pyquiz migrate` first."""

    def __init__(self, url: str, found: str) -> None:
        super().__init__(url=url, found=found, known=HEAD)


class NoBackup(StoreError):
    """{path} is no backup of PyQuiz: it has to be a file that `pyquiz backup` wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(path=path)


class NoFile(StoreError):
    """There is no file {path}."""

    def __init__(self, path: Path) -> None:
        super().__init__(path=path)


class InUse(StoreError):
    """A PyQuiz is connected to {url} ({count} connections). Stop it first: what it does meanwhile would be lost."""

    def __init__(self, url: str, count: int) -> None:
        super().__init__(url=url, count=count)


class Occupied(StoreError):
    """{url} already holds something. `pyquiz restore --replace` puts the backup in its place."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup holds, as far as people want to know."""

    channels: int
    rounds: int
    answers: int


def save(url: str, file: Path) -> Held:
    """Write one moment of a database into ``file``, in its place only once it is whole. The bot may be running.

    Raises NothingThere, OtherSchema, NotWritable, or what the database says.
    """
    database = locate(url)
    if current(url) is None:
        raise NothingThere(database.name)
    with _part(file) as part:
        with _explained(database):
            if database.path is not None:
                copy(database.path, part)
            else:
                _copy_rows(database, locate(str(part)))
        _one_file(part)
        return _held(part)


def restore(file: Path, url: str, *, replace: bool = False) -> Held:
    """Put a backup into an empty database, or (``replace``) in the place of what is there; no PyQuiz may be running on
    it. A SQLite file that was there is kept beside itself as ``<file>.before-restore``. A backup of an older version is
    brought up to date on the way.

    Raises NoFile, NoBackup, Taken, InUse, Occupied, NewerSchema, or what the database says.
    """
    database = locate(url)
    held = _readable(file)
    if database.path is not None:
        _put_file(file, database, database.path, replace=replace)
    else:
        _put_rows(file, database, replace=replace)
    return held


# Into a SQLite file


def _put_file(file: Path, database: Database, path: Path, *, replace: bool) -> None:
    lock = FileLock(path)
    try:
        with _part(path) as part:
            copy(file, part)
            _bring_up_to_date(part)
            if path.exists() and _rows_in(database):
                if not replace:
                    raise Occupied(database.name)
                kept = path.with_name(f"{path.name}.before-restore")
                kept.unlink(missing_ok=True)
                copy(path, kept)  # with what still lies in its log
            for beside in ("-wal", "-shm"):
                path.with_name(path.name + beside).unlink(missing_ok=True)
    finally:
        lock.release()


def _bring_up_to_date(file: Path) -> None:
    before = set(file.parent.glob(f"{file.name}.before-*"))
    migrated(locate(str(file)))
    for made in set(file.parent.glob(f"{file.name}.before-*")) - before:
        made.unlink()  # the backup itself is the copy
    _one_file(file)


# Into and out of PostgreSQL


def _put_rows(file: Path, database: Database, *, replace: bool) -> None:
    with _explained(database):
        migrated(database)
        with TemporaryDirectory(prefix="pyquiz-") as folder:
            part = Path(folder) / "restoring"
            copy(file, part)
            _bring_up_to_date(part)
            _copy_rows(locate(str(part)), database, replace=replace)


def _copy_rows(source: Database, target: Database, *, replace: bool = False) -> None:
    """Every row of every table, in one transaction on either side."""
    migrated(target)
    old, new = reading(source), writing(target, "OFF")
    try:
        with old.begin() as there, new.begin() as here:
            found = schema(there)
            if found != HEAD:
                raise OtherSchema(source.name, str(found))
            _make_room(here, target, replace=replace)
            for table in Base.metadata.sorted_tables:
                rows = there.execute(select(table).execution_options(yield_per=BATCH))
                for batch in rows.mappings().partitions():
                    here.execute(insert(table), [dict(row) for row in batch])
            _number_on(here)
    finally:
        _dispose(old, new)


def _make_room(conn: Connection, target: Database, *, replace: bool) -> None:
    if conn.dialect.name == "postgresql":
        others = conn.execute(_OTHERS, {"name": APPLICATION}).scalar_one()
        if others:
            raise InUse(target.name, others)
    if not _any_rows(conn):
        return
    if not replace:
        raise Occupied(target.name)
    for table in reversed(Base.metadata.sorted_tables):
        conn.execute(table.delete())


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
)


def _number_on(conn: Connection) -> None:
    """PostgreSQL numbers new rows by sequences, which know nothing of ids that were given."""
    if conn.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
            conn.exec_driver_sql(f'SELECT setval({sequence}, max(id)) FROM "{table.name}" HAVING count(*) > 0')


# What is there


def _any_rows(conn: Connection) -> bool:
    return any(conn.execute(select(table).limit(1)).first() for table in Base.metadata.sorted_tables)


def _rows_in(database: Database) -> bool:
    """Whether anything would be lost. What cannot be read is somebody's too."""
    engine = reading(database)
    try:
        with engine.begin() as connection:
            return schema(connection) != HEAD or _any_rows(connection)
    except DBAPIError:
        return True
    finally:
        engine.dispose()


def _held(file: Path) -> Held:
    engine = reading(locate(str(file)))
    try:
        with engine.begin() as connection:
            counts = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (channels, rounds, answers)
            ]
    finally:
        engine.dispose()
    _one_file(file)
    return Held(*counts)


def _readable(file: Path) -> Held:
    """Only looks: neither its folder nor the file itself need be writable."""
    if not file.exists():
        raise NoFile(file)
    if not file.is_file():
        raise NoBackup(file)
    try:
        with sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True) as connection:
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
            healthy = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED]
        connection.close()
    except sqlite3.DatabaseError:
        raise NoBackup(file) from None
    if not healthy:
        raise NoBackup(file)
    return Held(*counts)


_COUNTED = ("channel", "round", "answer")


# Files


@contextmanager
def _part(file: Path) -> Iterator[Path]:
    """A file that only its owner may read, and that takes its name once it is whole."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield part
        os.replace(part, file)
    except OSError as error:
        raise NotWritable(file, (error.strerror or str(error)).lower()) from None
    finally:
        with suppress(OSError):
            for beside in ("", "-wal", "-shm", "-journal", ".lock"):
                part.with_name(part.name + beside).unlink(missing_ok=True)


def _one_file(path: Path) -> None:
    """No log beside it: what is copied elsewhere is copied whole."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise explained(error, database.name) from error


def _dispose(*engines: Engine) -> None:
    for engine in engines:
        engine.dispose()
