"""What the clock does at each beat: close, open, plan, claim, hand to senders. Rows say what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.picking import NOTHING_FITS, OPEN_ELSEWHERE
from bot.plan import make_plans
from bot.ports import Messenger
from bot.store import channels, deliveries, rounds
from bot.store.door import Store
from bot.store.shelf import forget_seen
from bot.work import Job, Plan, Unplanned, Unreadable
from content.bank import Bank
from scheduler.counts import Counts
from scheduler.lane import Lane
from scheduler.sender import REQUEST, Cards, Sender
from scheduler.witness import NOBODY, Witness

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
"""So long a claimed delivery is its claimer's."""

AT_ONCE = 50
"""So many requests run at once, a platform."""

BATCH = 500
"""So many rounds are closed or opened in one transaction."""

PLANS = 250
"""So many channels are planned in one go: planning reads histories, and sending goes before it."""

PASSES = 10
"""So often one tick plans again what it just planned: each day that was missed or is off takes one."""

LOOK_AGAIN = timedelta(minutes=5)
"""A platform that could not tell is asked again after this."""

PLAN_AGAIN = timedelta(minutes=1)
"""A channel for which nothing could be planned is tried again after this, or once it is set up anew."""

FORGET = timedelta(minutes=10)
"""So often the events of platforms are forgotten that need not be remembered any more."""


class Daily:
    """The clock's work in one process; any number of processes share a database.

    ``messengers`` says which platforms are up in this process; ``clock`` returns aware UTC. ``request`` is what a
    platform may take over one request, and ``lease`` what a claim lasts: no more is claimed than can be sent in it.
    ``witness`` is told what came of it.
    """

    def __init__(
        self,
        store: Store,
        bank: Bank,
        messengers: Callable[[], Mapping[str, Messenger]],
        cards: Cards,
        clock: Callable[[], datetime],
        *,
        lease: timedelta = LEASE,
        request: timedelta = REQUEST,
        at_once: int = AT_ONCE,
        witness: Witness = NOBODY,
    ) -> None:
        self._store = store
        self._bank = bank
        self._messengers = messengers
        self._lease = lease
        self._request = request
        self._at_once = at_once
        self._sender = Sender(store, cards, clock, request, witness)
        self._counts = Counts(store, cards, clock, request, witness)
        self._lanes: dict[str, Lane] = {}
        self._looked: dict[int, datetime] = {}
        self._unplannable: dict[tuple[int, int], datetime] = {}
        self._forgot: datetime | None = None

    async def tick(self, now: datetime) -> None:
        """Do what is due at ``now`` (aware, UTC) and return while senders still send.

        A step that fails keeps none of the others from their work; what failed is raised at the end, together.
        """
        failed: list[Exception] = []
        first = (self._close, self._recover, self._open, self._send)
        for step in (*first, self._plan, self._look, self._count, self._forget):
            try:
                await step(now)
            except Exception as error:
                failed.append(error)
        if failed:
            raise ExceptionGroup("some of what was due could not be done", failed)

    async def drain(self, grace: timedelta) -> bool:
        """Wait until everything in hand is sent; whether it was within ``grace``. What was not is given up: what was
        not yet on its way will be claimed again, what was is looked for."""
        given_up = await asyncio.gather(*(lane.drain(grace) for lane in self._lanes.values()))
        return not any(given_up)

    async def next_due(self, now: datetime) -> datetime | None:
        """When there will be something to do here, by what is planned at ``now``: ``now`` itself where there is
        already; None where nothing is planned. What is owed on platforms that are not up in this process is others'."""
        at = await self._store.read(deliveries.next_due, frozenset(self._messengers()))
        return at if at is None else max(at, now)

    async def _close(self, now: datetime) -> None:
        while True:
            closed = await self._store.write(rounds.close_due, now, BATCH)
            self._counts.over(closed)
            if len(closed) < BATCH:
                break
        await self._store.write(rounds.withdraw_late, now)

    async def _recover(self, now: datetime) -> None:
        await self._store.write(deliveries.recover, now)
        await self._store.write(rounds.settle_unknown, now)

    async def _open(self, now: datetime) -> None:
        while True:
            opening = await self._store.write(rounds.open_due, now, BATCH)
            if opening.opened + opening.skipped < BATCH:
                return

    async def _plan(self, now: datetime) -> None:
        for _ in range(PASSES):
            plans = await self._plan_some(now)
            if any(plan.slot.due <= now for plan in plans):
                await self._open(now)
            elif all(plan.question for plan in plans):
                return

    async def _plan_some(self, now: datetime) -> Sequence[Plan]:
        self._unplannable = {one: at for one, at in self._unplannable.items() if at > now}
        found = await self._store.read(channels.unplanned, now, PLANS + len(self._unplannable))
        fresh = {which(need): need for need in found if which(need) not in self._unplannable}
        wanted = [need for need in fresh.values() if isinstance(need, Unplanned)]
        for need in fresh.values():
            if isinstance(need, Unreadable):
                log.error("Channel %s cannot be read, so nothing is planned for it: %s", need.channel, need.why)
        plans = [plan for plan in await asyncio.to_thread(self._plans, wanted) if not _too_early(plan, now)]
        planned = {(plan.channel, plan.version) for plan in plans}
        self._unplannable |= dict.fromkeys(fresh.keys() - planned, now + PLAN_AGAIN)
        if plans:
            await self._store.write(channels.plan, plans, now)
        return plans

    def _plans(self, needs: Sequence[Unplanned]) -> Sequence[Plan]:
        try:
            return make_plans(needs, self._bank.questions)
        except Exception:  # one channel's, and no reason to leave the others without a plan
            return [plan for need in needs for plan in self._plan_alone(need)]

    def _plan_alone(self, need: Unplanned) -> Sequence[Plan]:
        try:
            return make_plans((need,), self._bank.questions)
        except Exception:
            log.exception("Nothing can be planned for channel %s.", need.channel.id)
            return ()

    async def _send(self, now: datetime) -> None:
        for platform, messenger in self._messengers().items():
            lane = self._lane(platform)
            if lane.room:
                claim = (now, frozenset({platform}), lane.room, self._lease)
                for job in await self._store.write(deliveries.claim, *claim):
                    lane.take(partial(self._sender.send, job, messenger), job.delivery.key)

    async def _look(self, now: datetime) -> None:
        """Look for what may have been sent, once its sender has certainly given up."""
        self._looked = {id_: at for id_, at in self._looked.items() if at > now}
        for platform, messenger in self._messengers().items():
            room = self._lane(platform).room
            limit = room + len(self._looked)
            older = self._lease + self._request
            lost = await self._store.read(deliveries.lost, now, frozenset({platform}), older, limit)
            for job in [job for job in lost if job.delivery.id not in self._looked][:room]:
                self._looked[job.delivery.id] = now + LOOK_AGAIN
                self._lane(platform).take(partial(self._look_for, job, messenger), job.delivery.key)

    async def _look_for(self, job: Job, messenger: Messenger) -> None:
        if await self._sender.look(job, messenger):
            self._looked.pop(job.delivery.id, None)

    async def _count(self, now: datetime) -> None:
        touched = frozenset(self._store.touched)
        self._store.touched.difference_update(touched)
        if touched:
            self._counts.answered(await self._store.read(rounds.platforms, touched))
        for platform, messenger in self._messengers().items():
            lane = self._lane(f"counts on {platform}")
            for round_id in self._counts.due(platform, now, lane.room):
                lane.take(partial(self._counts.edit, round_id, messenger), f"count:{round_id}")

    async def _forget(self, now: datetime) -> None:
        if self._forgot is None or now - self._forgot >= FORGET:
            await self._store.write(forget_seen, now)
            self._forgot = now

    def _lane(self, platform: str) -> Lane:
        """A platform's own lane: one that hangs holds up no other."""
        if platform not in self._lanes:
            in_turn = self._lease // self._request - 1
            self._lanes[platform] = Lane(self._at_once, self._at_once * max(1, in_turn))
        return self._lanes[platform]


def which(need: Unplanned | Unreadable) -> tuple[int, int]:
    """A channel as it was set up: saving it anew makes another of it."""
    return (need.channel if isinstance(need, Unreadable) else need.channel.id), need.version


def _too_early(plan: Plan, now: datetime) -> bool:
    """A day for which no question is left now is given up only when it comes: one may be free again by then."""
    return plan.question is None and plan.slot.skip in (NOTHING_FITS, OPEN_ELSEWHERE) and plan.slot.due > now
