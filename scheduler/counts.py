"""How many have answered, kept up on open questions: few edits, one at a time, and never after the result's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice

from bot.model import RoundState
from bot.ports import Messenger, Refused, Unknown
from bot.store import channels, deliveries, rounds
from bot.store.door import Store
from scheduler.sender import REQUEST, Cards
from scheduler.witness import NOBODY, Witness

log = logging.getLogger(__name__)

FIRST_MINUTE = timedelta(minutes=1)
OFTEN = timedelta(seconds=5)
"""Between two edits of a question in its round's first minute, while people watch it."""

SELDOM = timedelta(minutes=1)
"""Between two edits of it later on: platforms cap the edits of old messages."""


class Counts:
    """Remembers which rounds were answered since their question was last edited, and which may be edited again.

    Nothing of this is kept: after a restart the next answer brings the count up to date.
    """

    def __init__(
        self,
        store: Store,
        cards: Cards,
        clock: Callable[[], datetime],
        request: timedelta = REQUEST,
        witness: Witness = NOBODY,
    ) -> None:
        self._witness = witness
        self._store = store
        self._cards = cards
        self._clock = clock
        self._request = request
        self._answered: dict[int, str] = {}
        self._next: dict[int, datetime] = {}

    def answered(self, platforms: Mapping[int, str]) -> None:
        """These rounds got answers: each with its platform."""
        self._answered.update(platforms)

    def over(self, round_ids: Iterable[int]) -> None:
        """These rounds are closed: their questions are edited no more."""
        for round_id in round_ids:
            self._answered.pop(round_id, None)

    def due(self, platform: str, now: datetime, limit: int) -> tuple[int, ...]:
        """Up to ``limit`` rounds of a platform whose question may be edited now; they count as edited."""
        self._next = {round_id: at for round_id, at in self._next.items() if at > now}
        waiting = (id_ for id_, where in self._answered.items() if where == platform and id_ not in self._next)
        found = tuple(islice(waiting, limit))
        self.over(found)
        return found

    async def edit(self, round_id: int, messenger: Messenger) -> None:
        """Bring one question's count up to date; where somebody else is at it, the next time."""
        round_ = await self._store.read(rounds.round_, round_id)
        if round_ is None or round_.state is not RoundState.OPEN:
            return
        now = self._clock()
        self._next[round_id] = now + (OFTEN if now < round_.opened + FIRST_MINUTE else SELDOM)
        channel = await self._store.read(channels.channel, round_.channel)
        if channel is None:
            return
        platform = channel.place.platform
        # Held for longer than a request may take: an edit that was given up may still arrive before the hold ends,
        # and the result's edit waits for that.
        at = await self._store.write(deliveries.hold_edit, round_id, now, 2 * self._request)
        if at is None:
            self._answered[round_id] = platform
            return
        answered = await self._store.read(rounds.answered, (round_id,))
        card = self._cards.question_card(channel, round_, answered.get(round_id, 0))
        try:
            async with asyncio.timeout(self._request.total_seconds()):
                outcome = await messenger.edit(at, card)
        except Exception as error:
            log.warning("Editing the count of round %s ended in %r", round_id, error)
            self._witness.edited(platform, Unknown(repr(error)))
            self._answered[round_id] = platform
            return
        self._witness.edited(platform, outcome)
        if isinstance(outcome, Refused) and outcome.retry_after:
            self._next[round_id] = max(self._next[round_id], now + outcome.retry_after)
            self._answered[round_id] = platform
        await self._store.write(deliveries.release_edit, round_id, self._clock())
