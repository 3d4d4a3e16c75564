"""The week of three channels in two servers and fifteen people, played on Discord in all weathers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.model import Place
from content.bank import Bank
from tests.adapters.discord.stage import Clock, Stage, staged
from tests.adapters.discord.test_days import PATIENT
from tests.days.fifteen import ASKED, CHANNELS, DAYS, HOURS, PEOPLE, SET_UP, Standings, choices, standings
from tests.standins.discord import Broken, DiscordStandIn, Drop, RateLimited, Refuse

SERVERS = {"T1": ("north", 0), "T2": ("south", 1)}
"""The two workspaces: each server lives on a shard of its own."""

LOST = (Drop(done=True), Drop(done=False), Drop(done=False))
TROUBLE = (
    (Drop(done=True),),
    (Drop(done=False),),
    LOST,
    (Drop(done=False),) * 3,
    (RateLimited(0.05),),
    (Broken(503),),
    (Broken(503, done=True),),
)
OF_ANSWERS = (Drop(done=True), Drop(done=False), Broken(503))
PRESSES = 8
"""So often somebody presses, at most, who hears nothing."""


@dataclass
class Week:
    """The week while it is played on Discord by ``replicas`` processes: they go and come, connections break, messages
    get lost, and people press again. ``harsh``: processes may go down between a press and its receipt.

    ``before``: for each day all that PyQuiz sent after the reveals of the day before and before its own, in no order.
    """

    url: str
    discord: DiscordStandIn
    clock: Clock
    bank: Bank
    seed: int
    replicas: int = 1
    harsh: bool = True
    before: list[list[str]] = field(default_factory=list)
    restarts: int = 0
    shaken: int = 0
    unheard: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._lives: list[tuple[AsyncExitStack, Stage]] = []
        self.discord.shards = len(SERVERS)
        self.discord.gateway.apart = 0
        self.discord.rates = dict.fromkeys(self.discord.rates, (5, 0.5))
        for guild, shard in SERVERS.values():
            self.discord.guild(guild, shard)
        for channel in CHANNELS:
            self.discord.channel(channel, self._server(channel))
        self._people = {
            channel: {
                name: self.discord.person(name, self._server(channel), manager=name == names[0]) for name in names
            }
            for channel, names in PEOPLE.items()
        }

    def _server(self, channel: str) -> str:
        return SERVERS[CHANNELS[channel]][0]

    def place_of(self, channel: str) -> Place:
        """A channel's place."""
        there = self.discord.channel(channel, self._server(channel))
        return Place("discord", str(there.guild), str(there.id), name=f"#{channel}")

    async def play(self) -> Standings:
        """All of it; the standings at its end."""
        try:
            for _ in range(self.replicas):
                await self._rise()
            await self._heard()
            for channel, names in PEOPLE.items():
                await self._stage.set_up(self._people[channel][names[0]], channel, SET_UP.format(hour=HOURS[channel]))
            for day in range(DAYS):
                begun = len(self.discord.calls)
                for channel in CHANNELS:
                    await self._ask(day, channel)
                    await self._shake()
                    await self._answer(day, channel)
                await self._time(day, 15, 59)
                await self._quiet()
                self.before.append(sorted(self._sent(begun)))
                await self._reveal(day)
            return await standings(self._stage.house.store, self.place_of, self.clock.at)
        finally:
            while self._lives:
                await self._lives.pop()[0].aclose()

    # Processes

    @property
    def _stage(self) -> Stage:
        """The process whose clock beats; they take turns."""
        return self._lives[self.restarts % len(self._lives)][1]

    async def _rise(self) -> None:
        life = AsyncExitStack()
        stage = staged(self.url, self.discord, self.clock, bank=self.bank, times=PATIENT)
        self._lives.append((life, await life.enter_async_context(stage)))

    async def _restart(self) -> None:
        """One process goes down in order, with all that is in hand; another comes, and the shards change hands."""
        self.restarts += 1
        life, _ = self._lives.pop(0)
        await life.aclose()
        await self._rise()
        await self._heard()

    async def _heard(self) -> None:
        """Wait until every shard is heard by one process."""

        def connected() -> bool:
            return sorted(s.shard for s in self.discord.gateway.sessions if s.ws) == list(range(self.discord.shards))

        await self.discord.until(connected, "every shard heard once", 30)

    async def _quiet(self) -> None:
        for _, stage in self._lives:
            await stage.quiet()

    # Time and weather

    async def _time(self, day: int, hour: int, minute: int = 0) -> None:
        if self._dice.random() < 0.15:
            await self._restart()
        await self._stage.at(hour, minute, day=day)

    def _trouble(self, *names: str) -> None:
        """Perhaps something goes wrong with the next calls of these routes."""
        for name in names:
            if self._dice.random() < 0.5 and not self.discord.faults[name]:
                more = ((Refuse(429, 30046),),) if name == "edit" else ()
                self.discord.faults[name].extend(self._dice.choice((*TROUBLE, *more)))

    async def _shake(self) -> None:
        """The gateway drops everybody, or asks them to connect anew, or forgets their sessions."""
        gateway, what = self.discord.gateway, self._dice.random()
        before = gateway.identified + gateway.resumed
        self.shaken += 1
        if what < 0.4:
            await gateway.drop()
        elif what < 0.8:
            await gateway.ask_to_reconnect()
        else:
            await gateway.invalidate()
        again = before + self.discord.shards
        await self.discord.until(lambda: gateway.identified + gateway.resumed >= again, "all connected again", 30)
        await self._heard()

    # What happens in a day

    async def _ask(self, day: int, channel: str) -> None:
        self._trouble("post", "edit", "history")
        for minute in (0, 2, 5, 8, 11, 16, 30):
            await self._time(day, HOURS[channel], minute)

    async def _reveal(self, day: int) -> None:
        self._trouble("post", "edit", "history", "thread")
        for minute in range(0, 60, 5):
            await self._time(day, 16, minute)
        await self._time(day, 17)

    async def _answer(self, day: int, channel: str) -> None:
        self.discord.faults.clear()
        for number, (name, place) in enumerate(choices(channel, day)):
            await self._press(random.Random(f"{self.seed} {day} {channel} {number}"), name, channel, place)
        who = self._people[channel][PEOPLE[channel][0]]
        for text in ASKED:
            await self._stage.say(who, text, channel)

    async def _press(self, dice: random.Random, name: str, channel: str, place: int) -> None:
        """Press until it is heard of."""
        who = self._people[channel][name]
        for attempt in range(PRESSES):
            before = len(who.private(channel))
            broken = attempt == 0 and dice.random() < 0.3
            restarts = self.harsh and dice.random() < 0.1
            if broken:
                self.discord.faults["callback"].append(dice.choice(OF_ANSWERS))
            pressing = asyncio.create_task(self._stage.choose(who, channel, place))
            if restarts:
                await self._restart()
            await pressing
            await self._quiet()
            if heard := who.private(channel)[before:]:
                assert any(word in heard[-1] for word in ("You chose", "Changed", "Still")), heard
                return
            assert broken or restarts, f"{name} was not answered, and nothing had gone wrong"
            self.unheard += 1
        raise AssertionError(f"{name} never heard of their answer")

    def _sent(self, begun: int) -> Sequence[str]:
        """Each request to Discord since then. How often the library connects is its own affair."""
        return [
            f"{call.name} {sorted(call.names.items())} {call.query} {call.raw}"
            for call in self.discord.calls[begun:]
            if call.name not in ("me", "application", "gateway")
        ]
