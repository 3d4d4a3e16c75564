"""A desk in front of the store: a channel is set up, asked, answered and told by hand, one verb at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.model import Actor, Channel, Delivery, DeliveryKind, Filters, Place, Player, Round, Schedule
from bot.store import channels, deliveries, rounds
from bot.store.door import Store
from bot.store.rows import a_delivery
from bot.store.tables import deliveries as delivery_table
from bot.work import AnswerOutcome, Draft, Job, Opening, Plan, Slot
from content.question import Question
from tests.standins.questions import make_pack

PLATFORM = "slack"
ADA = Actor(PLATFORM, "T1", "U1", "Ada")
UTC_DAY = Schedule("UTC", time(9), time(16))
MONDAY = date(2026, 1, 12)
QUESTIONS = [question for topic in make_pack().topics for question in topic.questions]
LEASE = timedelta(minutes=1)


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 0) -> datetime:
    """An instant on Monday 12 January 2026, or so many days later."""
    return datetime.combine(MONDAY, time(hour, minute, second), UTC) + timedelta(days=day)


def slot(day: int = 0, skip: str | None = None, reveal: int = 16) -> Slot:
    """Asked at nine, told at sixteen."""
    return Slot(MONDAY + timedelta(days=day), at(9, day=day), at(reveal, day=day), skip)


class Desk:
    """``store`` with what tests do to it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def channel(
        self, name: str = "C1", *, team: str = "T1", schedule: Schedule = UTC_DAY, now: datetime | None = None
    ) -> Channel:
        """A channel that was just set up."""
        place = Place(PLATFORM, team, name, name=f"#{name}")
        return await self.store.write(channels.save_channel, place, schedule, Filters(), ADA, now or at(7))

    async def fresh(self, channel: Channel) -> Channel:
        """The channel as it is now."""
        found = await self.store.read(channels.channel, channel.id)
        assert found is not None
        return found

    async def plan(self, channel: Channel, on: Slot, question: Question | None = QUESTIONS[0]) -> int:
        """Plan a slot by hand; how many plans were taken."""
        need = await self.store.read(channels.need, channel.id, on.due)
        order = tuple(range(len(question.options))) if question else ()
        plan = Plan(channel.id, need.version, on, question, order)
        return await self.store.write(channels.plan, [plan], at(7))

    async def open(
        self, channel: Channel, day: int = 0, question: Question = QUESTIONS[0], now: datetime | None = None
    ) -> Round:
        """Plan and open a day's round."""
        await self.plan(channel, slot(day), question)
        await self.store.write(rounds.open_due, now or at(9, day=day))
        found = await self.store.read(rounds.open_round, channel.id)
        assert found is not None
        return found

    async def show(self, round_: Round, now: datetime | None = None) -> None:
        """The platform takes the round's question."""
        job = await self.take(DeliveryKind.QUESTION, now or round_.opened)
        await self.store.write(deliveries.sending, job.delivery.id, job.fence, now or round_.opened)
        await self.store.write(deliveries.sent, job.delivery.id, job.fence, f"m{round_.id}", now or round_.opened)

    async def shown(self, channel: Channel, day: int = 0, question: Question = QUESTIONS[0]) -> Round:
        """A round whose question is in the channel."""
        round_ = await self.open(channel, day, question)
        await self.show(round_)
        return round_

    async def take(self, kind: DeliveryKind, now: datetime, lease: timedelta = LEASE) -> Job:
        """Claim what is due; the one delivery of this kind."""
        jobs = await self.claim(now, lease)
        (job,) = [job for job in jobs if job.delivery.kind is kind]
        return job

    async def claim(self, now: datetime, lease: timedelta = LEASE, limit: int = 100) -> Sequence[Job]:
        """Claim what is due."""
        return await self.store.write(deliveries.claim, now, frozenset({PLATFORM}), limit, lease)

    async def player(self, person: str = "U1", team: str = "T1") -> Player:
        """Somebody."""
        return await self.store.player(PLATFORM, team, person, person.title(), at(7))

    async def answer(
        self, round_: Round, person: str = "U1", *, right: bool = True, now: datetime | None = None
    ) -> AnswerOutcome:
        """Somebody answers."""
        player = await self.player(person)
        choice = round_.key if right else "9"
        return await self.store.record(Draft(round_.id, player.id, choice, None, now or at(10, day=_day(round_))))

    async def close(self, *, day: int = 0, late: timedelta = timedelta()) -> Sequence[Round]:
        """Close what is to be closed at a day's end."""
        ended = await self.store.write(rounds.close_due, at(16, day=day) + late)
        found = [await self.store.read(rounds.round_, id_) for id_ in ended]
        return tuple(round_ for round_ in found if round_ is not None)

    async def play(self, channel: Channel, day: int, *people: str, wrong: Sequence[str] = ()) -> Round:
        """A whole round: who answered, and who of them wrongly."""
        round_ = await self.shown(channel, day, QUESTIONS[day])
        for person in people:
            await self.answer(round_, person, right=person not in wrong)
        (closed,) = await self.close(day=day)
        return closed

    async def open_due(self, now: datetime) -> Opening:
        """Open what is due."""
        return await self.store.write(rounds.open_due, now)

    async def deliveries(self, kind: DeliveryKind | None = None) -> Sequence[Delivery]:
        """All deliveries, or those of one kind, in the order in which they came to be owed."""

        def rows(connection: Connection) -> Sequence[Delivery]:
            found = connection.execute(sa.select(delivery_table).order_by(delivery_table.c.id))
            return [a_delivery(row) for row in found if kind in (None, row.kind)]

        return await self.store.read(rows)

    async def count(self, table: sa.Table) -> int:
        """How many rows a table has."""
        return await self.store.read(lambda connection: _count(connection, table))


def _count(connection: Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _day(round_: Round) -> int:
    return (round_.date - MONDAY).days
