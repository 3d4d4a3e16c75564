"""The one thread that writes: it takes what is queued, commits it together, and only then tells who waits.

Presses go first in every turn, all of them in one transaction. Other work is grouped too, each piece in a savepoint of
its own, and a group ends as soon as a press is waiting: slow work holds presses up by itself at most, never by its
queue. Batches form by themselves under load; alone, nothing waits for anything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock, Thread

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.exc import DBAPIError

from bot.store.errors import Closed, Unreachable, explained
from bot.store.recording import Recorder, recorder
from bot.work import AnswerOutcome, Draft, Recorded

BATCH = 1000
"""Answers in one transaction, at most."""

GROUP = 32
"""Pieces of work in one transaction, at most."""

Settle = Callable[[], None]
"""Tells a waiter what came of it; runs in the loop."""


class Work:
    """``run`` does the work and returns what tells its waiter once it is durable; ``fail`` tells that it failed."""

    def __init__(self, run: Callable[[Connection], Settle], fail: Callable[[Exception], Settle]) -> None:
        self.run = run
        self.fail = fail


class _Group:
    """The work of one transaction: what was begun, and what tells its waiters once it is committed."""

    def __init__(self, *, again: bool = False) -> None:
        self.again = again
        self.begun: list[Work] = []
        self.settled: list[Settle] = []
        self.committing = False

    @property
    def takes_more(self) -> bool:
        return len(self.begun) < GROUP

    def begin_one(self, queue: deque[Work]) -> None:
        """Where not even the transaction could be begun, one piece of work is told so."""
        if not self.begun and queue:
            self.begun.append(queue.popleft())


class Writer:
    """Owns the write connection. Made and closed in any thread; ``put`` and ``record`` belong to the loop's."""

    def __init__(self, engine: Engine, name: str, touched: set[int]) -> None:
        """``name`` is the database's, for sentences; ``touched`` takes the ids of answered rounds, in the loop."""
        self._engine = engine
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._touched = touched
        self._connection: Connection | None = None
        self._recorder: Recorder | None = None
        self._drafts: deque[tuple[Draft, asyncio.Future[AnswerOutcome]]] = deque()
        self._work: deque[Work] = deque()
        self._closing = False
        self._door = Lock()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="pyquiz-writer", daemon=True)
        self._thread.start()

    def record(self, draft: Draft) -> asyncio.Future[AnswerOutcome]:
        """Queue an answer; the future is done after the commit that made it durable."""
        future: asyncio.Future[AnswerOutcome] = self._loop.create_future()
        with self._door:
            self._refuse_when_closing()
            self._drafts.append((draft, future))
        if len(self._drafts) <= 1:  # else the writer was woken for an earlier one that it has not taken yet
            self._wake.put(None)
        return future

    def put(self, work: Work) -> None:
        """Queue a piece of work."""
        with self._door:
            self._refuse_when_closing()
            self._work.append(work)
        self._wake.put(None)

    def close(self) -> None:
        """Take nothing more, finish what is queued, and end. Blocks; may be called twice."""
        with self._door:
            self._closing = True
        self._wake.put(None)
        self._thread.join()

    def _refuse_when_closing(self) -> None:
        if self._closing:
            raise Closed

    def _run(self) -> None:
        while self._wait():
            drafts = self._take_drafts()
            if drafts:
                self._settle(self._record(drafts))
            if self._work:
                self._settle(self._group())
        self._disconnect()

    def _wait(self) -> bool:
        """Whether there is something to do; sleeps until then. Wakings may be more than the work they announced."""
        while not (self._drafts or self._work):
            if self._closing:
                return False
            self._wake.get()
        return True

    def _take_drafts(self) -> list[tuple[Draft, asyncio.Future[AnswerOutcome]]]:
        return [self._drafts.popleft() for _ in range(min(BATCH, len(self._drafts)))]

    def _settle(self, settled: Sequence[Settle]) -> None:
        def all_of_them() -> None:
            for settle in settled:
                settle()

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(all_of_them)

    # Presses

    def _record(self, queued: Sequence[tuple[Draft, asyncio.Future[AnswerOutcome]]]) -> list[Settle]:
        drafts = [draft for draft, _ in queued]
        outcomes: Sequence[AnswerOutcome | Exception]
        try:
            outcomes = self._record_all(drafts)
        except Exception as error:
            alone = len(drafts) == 1 or isinstance(error, Unreachable)
            outcomes = [error] * len(drafts) if alone else [self._record_alone(draft) for draft in drafts]
        return [lambda: self._tell(queued, outcomes)]

    def _tell(
        self,
        queued: Sequence[tuple[Draft, asyncio.Future[AnswerOutcome]]],
        outcomes: Sequence[AnswerOutcome | Exception],
    ) -> None:
        for (draft, future), outcome in zip(queued, outcomes, strict=True):
            if isinstance(outcome, Recorded):
                self._touched.add(draft.round)
            if future.done():  # its waiter was cancelled; the answer is kept all the same
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _record_alone(self, draft: Draft) -> AnswerOutcome | Exception:
        try:
            return self._record_all([draft])[0]
        except Exception as error:
            return error

    def _record_all(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        """One transaction. An answer may be repeated, so a lost connection is mended and the batch sent again."""
        try:
            return self._recording().record(drafts)
        except Exception as error:
            if self._lost():
                return self._once_more(drafts)
            raise self._explain(error) from error

    def _once_more(self, drafts: Sequence[Draft]) -> Sequence[AnswerOutcome]:
        try:
            return self._recording().record(drafts)
        except Exception as error:
            raise self._explain(error) from error

    def _recording(self) -> Recorder:
        connection = self._connected()
        if self._recorder is None:
            self._recorder = recorder(connection)
        return self._recorder

    # Everything else

    def _group(self) -> list[Settle]:
        """One transaction. Until its commit nothing has happened, so over a lost connection it is done again, once."""
        group = _Group()
        settled = self._try(group)
        if settled is None:
            self._work.extendleft(reversed(group.begun))
            settled = self._try(_Group(again=True))
        return settled or []

    def _try(self, group: _Group) -> list[Settle] | None:
        """Do some of the work; None where it may be done again."""
        try:
            with self._connected().begin() as transaction:
                while self._work and group.takes_more and not (group.begun and self._drafts):
                    self._do(self._work.popleft(), group)
                group.committing = True
                transaction.commit()
        except Exception as error:
            lost = self._lost()
            if lost and not group.again and not group.committing:
                return None
            group.begin_one(self._work)
            return [work.fail(self._explain(error)) for work in group.begun]
        return group.settled

    def _do(self, work: Work, group: _Group) -> None:
        alone = not group.begun and not self._work
        group.begun.append(work)
        if alone:  # the whole transaction is its own: what a savepoint costs is a copy of every page it changes
            group.settled.append(work.run(self._connected()))
            return
        savepoint = self._connected().begin_nested()
        try:
            settle = work.run(self._connected())
            savepoint.commit()
        except Exception as error:
            if self._recording_lost() or not _undone(savepoint):
                raise
            settle = work.fail(self._explain(error))
        group.settled.append(settle)

    # The connection

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _lost(self) -> bool:
        """Whether the connection is gone; then the next use makes a new one."""
        connection = self._connection
        if connection is None:
            return True
        if not self._recording_lost():
            return False
        if not connection.invalidated:
            connection.invalidate()
        self._disconnect()
        return True

    def _recording_lost(self) -> bool:
        invalidated = self._connection is not None and self._connection.invalidated
        return invalidated or (self._recorder is not None and self._recorder.lost())

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._recorder = None

    def _explain(self, error: Exception) -> Exception:
        return explained(error, self._name)


def _undone(savepoint: NestedTransaction) -> bool:
    """Undo one piece of work; False where the database has already given the whole transaction up (a full disk)."""
    try:
        savepoint.rollback()
    except DBAPIError:
        return False
    return True
