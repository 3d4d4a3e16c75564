"""Channels with people in them, around the real store, rules and clock; the platform is a ``ChannelLog``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.model import Actor, Channel, Filters, Place, Player, Round, Schedule
from bot.scoring import canonical
from bot.store import channels, players, rounds
from bot.store.door import Store
from bot.wording import messages
from bot.work import AnswerOutcome, Draft
from content.bank import Bank
from content.question import Kind
from scheduler.daily import Daily
from tests.standins.channel_log import ChannelLog
from tests.standins.questions import make_pack

PLATFORM, WORKSPACE = "stand-in", "W1"
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
IN_UTC = Schedule("UTC", time(9), time(16))
ANY = Filters()


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 0) -> datetime:
    """A time of day (UTC) on Monday 12 January 2026, or so many days after it."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute, seconds=second)


def place(channel: str = "C1", workspace: str = WORKSPACE, platform: str = PLATFORM) -> Place:
    """A channel's place."""
    return Place(platform, workspace, channel, name=f"#{channel}")


ADA = Actor(PLATFORM, WORKSPACE, "ada", "Ada", admin=True, may_set_up=True)


class Club:
    """One process's clock over a store. ``log`` is what its platform shows; more platforms can be put in ``up``."""

    def __init__(self, store: Store, bank: Bank | None = None, cards: object = messages) -> None:
        self.store = store
        self.now = MONDAY
        self.log = ChannelLog()
        self.up = {PLATFORM: self.log}
        self.cards = cards
        self.bank = bank or Bank([make_pack()])
        self.daily = self.clock()

    def clock(self, **limits: object) -> Daily:
        """Another process's Daily over the same store, or this one's after a restart."""
        return Daily(self.store, self.bank, lambda: self.up, self.cards, lambda: self.now, **limits)

    async def set_up(
        self, channel: str = "C1", schedule: Schedule = IN_UTC, filters: Filters = ANY, **where: str
    ) -> Channel:
        """Ada sets a channel up, now."""
        to = place(channel, **where)
        ada = replace(ADA, platform=to.platform, workspace=to.workspace)
        return await self.store.write(channels.save_channel, to, schedule, filters, ada, self.now)

    async def tick(self, now: datetime | None = None) -> None:
        """One tick, and what it handed to senders."""
        self.now = now or self.now
        await self.daily.tick(self.now)
        await self.daily.drain(timedelta(seconds=30))

    async def reach(self, now: datetime) -> None:
        """Tick at every instant at which there is something to do, up to ``now``, and at ``now``."""
        while (due := await self.daily.next_due(self.now)) is not None and due <= now:
            await self.settle(due)
        await self.settle(now)

    async def settle(self, now: datetime) -> None:
        """Tick at ``now`` until nothing more is due: a sent reveal owes its detail."""
        await self.tick(now)
        for _ in range(20):
            due = await self.daily.next_due(self.now)
            if due is None or due > self.now:
                return
            await self.tick()
        raise AssertionError(f"the clock never comes to rest at {now}")

    async def player(self, person: str, workspace: str = WORKSPACE) -> Player:
        """Somebody of a workspace."""
        return await self.store.write(players.player, PLATFORM, workspace, person, person.title(), self.now)

    async def has_open_round(self, channel: Channel) -> bool:
        """Whether something is open there."""
        return await self.store.read(rounds.open_round, channel.id) is not None

    async def open_round(self, channel: Channel) -> Round:
        """The channel's open round; there must be one."""
        found = await self.store.read(rounds.open_round, channel.id)
        assert found is not None
        return found

    async def answer(self, channel: Channel, person: str, right: bool = True) -> AnswerOutcome:
        """Somebody answers the open question of a channel, rightly or not."""
        round_ = await self.open_round(channel)
        player = await self.player(person, channel.place.workspace)
        return await self.store.record(Draft(round_.id, player.id, choice_of(round_, right), None, self.now))


def choice_of(round_: Round, right: bool) -> str:
    """A canonical answer to a round, right or wrong."""
    question = round_.question
    if question.kind is Kind.OUTPUT:
        return canonical(question, round_.order, question.options[question.right[0]].text if right else "no idea")
    wanted: Iterable[int] = question.right if right else [next(i for i in range(9) if i not in question.right)]
    return canonical(question, round_.order, [round_.order.index(i) for i in wanted])
