"""The one door to the database: everything asynchronous asks the store, and all SQL behind it is synchronous."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.model import Player
from bot.store import players
from bot.store.engine import READERS, Database, FileLock, locate, reading, writing
from bot.store.errors import Closed, explained
from bot.store.migrate import migrated
from bot.store.writer import Settle, Work, Writer
from bot.work import AnswerOutcome, Draft

P = ParamSpec("P")
T = TypeVar("T")

REMEMBERED_PLAYERS = 8192
"""So many accounts are kept in memory, so that a press needs no look-up."""


class Cipher(Protocol):
    """What encrypts at rest."""

    def encrypt(self, data: bytes) -> bytes:
        """The bytes to keep."""

    def decrypt(self, token: bytes) -> bytes:
        """The bytes that were given."""


class Store:
    """One database. ``touched`` holds the ids of rounds answered since somebody last took them out of it."""

    def __init__(self, database: Database, synchronous: str, cipher: Cipher | None, lock: FileLock | None) -> None:
        """Use ``Store.open``."""
        self.cipher = cipher
        self.touched: set[int] = set()
        self._database = database
        self._lock = lock
        self._read_engine: Engine = reading(database)
        self._write_engine: Engine = writing(database, synchronous)
        self._readers = ThreadPoolExecutor(READERS, "pyquiz-reader")
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(self._write_engine, database.name, self.touched)
        self._players: OrderedDict[tuple[str, str, str], Player] = OrderedDict()
        self._closed = False

    @classmethod
    async def open(cls, url: str, synchronous: str = "FULL", cipher: Cipher | None = None) -> Self:
        """Open a database, make its folder and bring its schema up to date. Raises a StoreError where that fails.

        ``synchronous`` is SQLite's: FULL makes every receipt survive a power cut, NORMAL a crash of this process.
        """
        database = locate(url)
        lock = await asyncio.to_thread(_prepare, database)
        return cls(database, synchronous, cipher, lock)

    async def write(self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do ``verb`` in the writer's thread and return once it is durable; what it raises undoes it alone."""
        future: asyncio.Future[T] = self._loop.create_future()

        def run(connection: Connection) -> Settle:
            value = verb(connection, *args, **kwargs)
            return lambda: None if future.done() else future.set_result(value)

        def fail(error: Exception) -> Settle:
            return lambda: None if future.done() else future.set_exception(error)

        self._writer.put(Work(run, fail))
        return await future

    async def read(self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do ``verb`` on a read connection, off the loop; it sees one state of the database."""
        if self._closed:
            raise Closed

        def run() -> T:
            try:
                with self._read_engine.begin() as connection:
                    return verb(connection, *args, **kwargs)
            except DBAPIError as error:
                raise explained(error, self._database.name) from error

        return await self._loop.run_in_executor(self._readers, run)

    def record(self, draft: Draft) -> asyncio.Future[AnswerOutcome]:
        """Write an answer into the log if its round still takes answers; done after the durable commit."""
        return self._writer.record(draft)

    async def player(self, platform: str, workspace: str, person: str, name: str, now: datetime) -> Player:
        """The account that speaks, made where it is new, renamed where its name changed."""
        key = (platform, workspace, person)
        known = self._players.get(key)
        if known is None or known.name != name:
            known = await self.write(players.player, platform, workspace, person, name, now)
            self._players[key] = known
            if len(self._players) > REMEMBERED_PLAYERS:
                self._players.popitem(last=False)
        self._players.move_to_end(key)
        return known

    async def close(self) -> None:
        """Take nothing more, finish what is queued, let go of the database."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._write_engine.dispose()
        if self._lock:
            self._lock.release()


def _prepare(database: Database) -> FileLock | None:
    lock = FileLock(database.path) if database.path else None
    try:
        migrated(database)
    except BaseException:
        if lock:
            lock.release()
        raise
    return lock
