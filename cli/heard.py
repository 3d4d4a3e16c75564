"""The quiz as adapters get it: what people do is timed, and has an id by which it can be followed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from datetime import datetime
from time import perf_counter
from typing import TypeVar

from bot import trail
from bot.card import FieldErrors, Form, Reply
from bot.model import Command, Press, Submission
from bot.quiz import Quiz
from bot.store.door import Store
from cli.tallies import RECEIPT_BOUNDS, Durations, Tallies
from content.bank import Bank

T = TypeVar("T")

SLOW = 0.5
"""Seconds after which a receipt is worth a line: adapters defer then."""

log = logging.getLogger(__name__)


class Heard(Quiz):
    """The quiz that adapters get. A press pays two looks at a clock and a sum for it."""

    def __init__(self, store: Store, bank: Bank, tallies: Tallies) -> None:
        super().__init__(store, bank)
        self._tallies = tallies
        for what in ("press", "command", "submit"):
            tallies.receipts[what] = Durations(RECEIPT_BOUNDS)
            tallies.unanswered[what] = 0

    async def press(self, press: Press, now: datetime) -> Reply | Form:
        """A button was pressed."""
        about, began = trail.begin(), perf_counter()
        try:
            return await super().press(press, now)
        except Exception:
            self._tallies.unanswered["press"] += 1
            raise
        finally:
            self._over("press", press.actor.platform, perf_counter() - began)
            trail.end(about)

    async def command(self, command: Command, now: datetime) -> Reply | Form:
        """Something was typed."""
        return await self._timed("command", command.actor.platform, super().command(command, now))

    async def submit(self, submission: Submission, now: datetime) -> Reply | FieldErrors:
        """A form was sent."""
        return await self._timed("submit", submission.actor.platform, super().submit(submission, now))

    async def _timed(self, what: str, platform: str, work: Awaitable[T]) -> T:
        """As a press, which is spelled out for its speed."""
        about, began = trail.begin(), perf_counter()
        try:
            return await work
        except Exception:
            self._tallies.unanswered[what] += 1
            raise
        finally:
            self._over(what, platform, perf_counter() - began)
            trail.end(about)

    def _over(self, what: str, platform: str, took: float) -> None:
        self._tallies.receipts[what].add(took)
        if took > SLOW or log.isEnabledFor(logging.DEBUG):
            level = logging.INFO if took > SLOW else logging.DEBUG
            log.log(level, "Answered after %.3f s.", took, extra={"what": what, "platform": platform})
