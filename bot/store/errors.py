"""What can be wrong with a database. Each docstring is the sentence people read; the exception carries its data."""

from __future__ import annotations

import inspect
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """The database cannot be used: {why}."""

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(str(self))

    def __str__(self) -> str:
        return (inspect.getdoc(type(self)) or "").format(**self.data)


class BadUrl(StoreError):
    """{url} names no database. Use sqlite:///path/to/file.db or postgresql://user:password@host/name."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class Taken(StoreError):
    """{path} is in use by another PyQuiz (process {pid}). One process owns a SQLite file: stop that one first."""

    def __init__(self, path: Path, pid: int | None) -> None:
        self.path, self.pid = path, pid
        super().__init__(path=path, pid="unknown" if pid is None else pid)


class NotWritable(StoreError):
    """{path} cannot be written: {why}. Give PyQuiz a folder and a file that it may write."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(path=path, why=why)


class NotADatabase(StoreError):
    """{path} is not a SQLite database, or it is damaged. Move it away, or restore a backup."""

    def __init__(self, path: str) -> None:
        super().__init__(path=path)


class Locked(StoreError):
    """The database {url} is locked by another program. Close that program, then try again."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class DiskFull(StoreError):
    """The disk that holds {url} is full. Nothing that was confirmed is lost; make room and it goes on."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class Unreachable(StoreError):
    """The database {url} does not answer: {why}."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(url=url, why=why)


class NewerSchema(StoreError):
    """{url} was written by a newer PyQuiz (its schema is {found}, this one knows {known}). Upgrade PyQuiz."""

    def __init__(self, url: str, found: str, known: str) -> None:
        self.found, self.known = found, known
        super().__init__(url=url, found=found, known=known)


class NotOurs(StoreError):
    """{url} already holds tables, none of them PyQuiz's. Give PyQuiz a database of its own."""

    def __init__(self, url: str) -> None:
        super().__init__(url=url)


class Closed(StoreError):
    """The database was closed: PyQuiz is stopping."""


class NoSecretKey(StoreError):
    """PYQUIZ_SECRET_KEY is not set, and what {adapter} wants to keep must be encrypted. Set it, then try again."""

    def __init__(self, adapter: str) -> None:
        super().__init__(adapter=adapter)


def explained(error: Exception, url: str) -> Exception:
    """The StoreError that a driver's exception amounts to; the exception itself where it is no matter of operation.

    ``url`` is the database's, without its password.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, url) or error
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Unreachable(url, _first_line(cause))
    return _of_postgresql(cause, url) or error


def _of_sqlite(cause: sqlite3.Error, url: str) -> StoreError | None:
    match getattr(cause, "sqlite_errorcode", 0) & 0xFF:  # the lower byte is the kind, the rest its detail
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Locked(url)
        case sqlite3.SQLITE_FULL:
            return DiskFull(url)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return NotWritable(Path(url), _first_line(cause))
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return NotADatabase(url)
        case sqlite3.SQLITE_IOERR:
            return Unreachable(url, _first_line(cause))
    return None


def _of_postgresql(cause: BaseException | None, url: str) -> StoreError | None:
    """Asked by names, so that whoever has SQLite alone never imports psycopg."""
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(cause).__mro__}
    if "psycopg.OperationalError" not in kinds:
        return None
    state = getattr(cause, "sqlstate", None) or ""
    if state == "53100":
        return DiskFull(url)
    # Transactions that got into each other's way (class 40) are no fault of the server's.
    return None if state.startswith("40") else Unreachable(url, _first_line(cause))


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
