"""One delivery on its way to a platform: marked as sending, sent, and what came of it marked in turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.card import Card
from bot.model import Channel, ChannelState, DeliveryKind, MessageRef, Place, Round
from bot.ports import Absent, CannotTell, Messenger, Refused, Sent, Unknown
from bot.store import deliveries, rounds
from bot.store.door import Store
from bot.store.errors import StoreError
from bot.work import Job, Tally
from scheduler.witness import NOBODY, Witness

log = logging.getLogger(__name__)

REQUEST = timedelta(seconds=10)
"""So long a platform may take over one request; what it did with it is unknown then."""

EDIT_AGAIN = timedelta(seconds=30)
"""An edit of which nobody knows what became is made again after this: the same edit twice is one edit."""

MARK_AGAIN = (0.5, 2.0, 5.0)
"""Seconds after which it is tried again to keep what came of a request, in turn."""

SKEW = timedelta(minutes=5)
"""A platform's clock may be this far from ours."""


IN_THREAD = (DeliveryKind.REVEAL, DeliveryKind.DETAIL, DeliveryKind.CORRECTION)
"""Kinds that hang below their round's question; of these only the reveal is a message of the channel as well."""


def _of(job: Job) -> dict[str, object]:
    """What the log's lines about a delivery say of it, beside their sentence."""
    attempt = job.delivery.attempts
    return {"kind": job.delivery.kind.value, "platform": job.channel.place.platform, "attempt": attempt}


class Cards(Protocol):
    """What the clock says, as cards: ``bot.wording.messages``."""

    def question_card(self, channel: Channel, round_: Round, answered: int, /) -> Card:
        """The open question."""

    def result_card(self, channel: Channel, round_: Round, tally: Tally, /) -> Card:
        """The question's own message once its round is over."""

    def reveal_card(self, channel: Channel, round_: Round, tally: Tally, /) -> Card:
        """The answer."""

    def detail_card(self, channel: Channel, round_: Round, tally: Tally, /) -> Card:
        """The reveal's thread."""

    def note_card(self, channel: Channel, body: str, /) -> Card:
        """Something managers should know."""


class NoCard(LookupError):
    """Nothing is written for this delivery: its round is gone, or its kind is not known here."""


def address(job: Job) -> Place:
    """Where a delivery goes: its channel, the thread of the message it hangs under, or the person it is for.

    A reveal is the channel's second message of the day, so the whole channel sees it; the rest stays in the thread.
    """
    place = job.channel.place
    if job.delivery.person:
        return replace(place, channel=None, person=job.delivery.person, name="")
    if job.delivery.kind not in IN_THREAD:
        return place
    return replace(place, parent=job.parent, broadcast=job.delivery.kind is DeliveryKind.REVEAL)


class Sender:
    """Takes one job at a time; many run at once. ``clock`` returns aware UTC."""

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
        self._request = request.total_seconds()

    async def send(self, job: Job, messenger: Messenger) -> None:
        """Take a claimed delivery as far as it goes.

        Marking it as sending is the last commit before the network: if this process dies after that, nobody repeats
        the delivery before it was looked for. Where marking fails, somebody else has it or it is not owed any more.
        What is raised before that (a card that cannot be written) leaves it claimed, to be tried anew after its lease.
        """
        card = await self._card(job)
        if await self._store.write(deliveries.sending, job.delivery.id, job.fence, self._clock()):
            outcome = await self._request_of(job, card, messenger)
            await self._mark(job, outcome)
            self._tell(job, outcome)
        else:
            log.info("Left alone: it is not owed any more, or somebody else has it.", extra=_of(job))

    def _tell(self, job: Job, outcome: Sent | Refused | Unknown) -> None:
        """What came of it, in the log and to whoever counts."""
        now = self._clock()
        self._witness.delivered(job, outcome, now)
        match outcome:
            case Sent():
                lag = (now - job.delivery.due).total_seconds()
                log.info("Sent, %.1f s after it was due.", lag, extra=_of(job))
            case Refused(reason, None, gone):
                log.warning("Refused%s: %s.", ", for its place is gone" if gone else "", reason, extra=_of(job))
            case Refused(reason, retry_after):
                log.info("Refused for now, to be tried again in %s: %s.", retry_after, reason, extra=_of(job))
            case Unknown(reason):
                log.warning("Nobody knows whether it arrived: %s.", reason, extra=_of(job))

    async def look(self, job: Job, messenger: Messenger) -> bool:
        """Look for a delivery of which nobody knows whether it arrived; whether the platform could tell."""
        now = self._clock()
        if job.delivery.kind is DeliveryKind.RESULT:
            await self._store.write(deliveries.absent, job.delivery.id, now, job.fence)
            return True
        match await self._find(job, messenger):
            case Sent(message):
                await self._store.write(deliveries.found, job.delivery.id, message.id, self._clock())
                log.info("Found where it was to go: it had arrived.", extra=_of(job))
            case Absent():
                again = await self._store.write(deliveries.absent, job.delivery.id, self._clock(), job.fence)
                log.info("Not found; %s.", "it is due again" if again else "it is too late for it", extra=_of(job))
            case CannotTell():
                return False
        return True

    async def _find(self, job: Job, messenger: Messenger) -> Sent | Absent | CannotTell:
        try:
            async with asyncio.timeout(self._request):
                return await messenger.find(address(job), key=job.delivery.key, since=job.delivery.due - SKEW)
        except Exception as error:
            log.warning("Looking for %s failed: %r", job.delivery.key, error)
            return CannotTell(repr(error))

    async def _card(self, job: Job) -> Card:
        tally = None
        if job.round is not None and job.delivery.kind is not DeliveryKind.QUESTION:
            tally = await self._store.read(rounds.tally, job.round.id)
        return self._written(job, tally)

    def _written(self, job: Job, tally: Tally | None) -> Card:
        if job.delivery.kind is DeliveryKind.NOTE:
            return self._cards.note_card(job.channel, job.delivery.body or "")
        if job.round is not None and job.delivery.kind is DeliveryKind.QUESTION:
            return self._cards.question_card(job.channel, job.round, job.answered)
        if job.round is not None and tally is not None:
            write = {
                DeliveryKind.RESULT: self._cards.result_card,
                DeliveryKind.REVEAL: self._cards.reveal_card,
                DeliveryKind.DETAIL: self._cards.detail_card,
            }.get(job.delivery.kind)
            if write:
                return write(job.channel, job.round, tally)
        raise NoCard(job.delivery.key)

    async def _request_of(self, job: Job, card: Card, messenger: Messenger) -> Sent | Refused | Unknown:
        edits = job.delivery.kind is DeliveryKind.RESULT
        if edits and job.parent is None:
            return Refused("the question's message is not known")
        try:
            async with asyncio.timeout(self._request):
                if edits and job.parent:
                    return await messenger.edit(MessageRef(job.channel.place, job.parent), card)
                return await messenger.post(address(job), card, key=job.delivery.key)
        except Exception as error:
            log.warning("Sending %s ended in %r", job.delivery.key, error)
            reason = f"no answer from the platform: {error!r}"
            return Refused(reason, retry_after=EDIT_AGAIN) if edits else Unknown(reason)

    async def _mark(self, job: Job, outcome: Sent | Refused | Unknown) -> None:
        """Keep what came of it, patiently: while the database is away nobody else knows."""
        for pause in MARK_AGAIN:
            try:
                return await self._keep(job, outcome)
            except StoreError as error:
                log.warning("What came of %s could not be kept, trying again: %s", job.delivery.key, error)
                await asyncio.sleep(pause)
        return await self._keep(job, outcome)

    async def _keep(self, job: Job, outcome: Sent | Refused | Unknown) -> None:
        now, id_, fence = self._clock(), job.delivery.id, job.fence
        match outcome:
            case Sent(message):
                await self._store.write(deliveries.sent, id_, fence, message.id, now)
            case Refused(reason, retry_after, gone):
                # A person who left takes no channel along, and what is gone already is no news.
                stops = gone and job.delivery.person is None and job.channel.state is not ChannelState.GONE
                retry_at = None if retry_after is None else now + retry_after
                await self._store.write(deliveries.refused, id_, fence, reason, retry_at, stops, now)
            case Unknown(reason):
                await self._store.write(deliveries.unknown, id_, fence, reason, now)
