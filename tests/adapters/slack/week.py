"""The week of three channels in two workspaces and fifteen people, played on Slack in all weathers."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from adapters.slack.keys import Keys
from bot.model import Place
from content.bank import Bank
from tests.adapters.slack.stage import Clock, staged
from tests.adapters.slack.test_oauth import install
from tests.days.fifteen import ASKED, CHANNELS, DAYS, HOURS, PEOPLE, SET_UP, Standings, choices, standings
from tests.standins.slack import Broken, Drop, Person, RateLimited, SlackStandIn

TROUBLE = (Drop(done=True), Drop(done=False), RateLimited(3), Broken(503), Broken(502, done=True))
PRESSES = 6
"""So often somebody presses, at most, who hears nothing."""


def place_of(channel: str) -> Place:
    """A channel's place, on Slack."""
    return Place("slack", CHANNELS[channel], f"C{channel.upper()}", name=f"#{channel}")


@dataclass
class Week:
    """The week while it is played on Slack: PyQuiz goes and comes, messages get lost, and people press again.

    ``before``: for each day all that PyQuiz sent after the reveals of the day before and before its own, in no order.
    ``told``: every event that was delivered more than once, and how many answers it got.
    """

    url: str
    slack: SlackStandIn
    clock: Clock
    keys: Callable[[SlackStandIn], Keys]
    bank: Bank
    seed: int
    before: list[list[str]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    restarts: int = 0
    unheard: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self._life = AsyncExitStack()
        self._people = {
            channel: {name: self.slack.person(name, channel, team=CHANNELS[channel]) for name in names}
            for channel, names in PEOPLE.items()
        }

    async def play(self) -> Standings:
        """All of it; the standings at its end."""
        await self._rise()
        try:
            await self._begin()
            for day in range(DAYS):
                begun = len(self.slack.calls), len(self.slack.acknowledged)
                for channel in CHANNELS:
                    await self._ask(day, channel)
                    await self._answer(day, channel)
                await self._time(day, 15, 59)
                await self._stage.quiet()
                self.before.append(sorted(self._sent(*begun)))
                await self._reveal(day)
            return await standings(self._stage.house.store, place_of, self.clock.at)
        finally:
            await self._life.aclose()

    async def _rise(self) -> None:
        life = staged(self.url, self.slack, self.clock, bank=self.bank, keys=self.keys(self.slack))
        self._stage = await self._life.enter_async_context(life)

    async def _restart(self) -> None:
        """Go down in order, with all that is in hand, and come again."""
        self.restarts += 1
        await self._life.aclose()
        await self._rise()

    async def _time(self, day: int, hour: int, minute: int = 0) -> None:
        if self._dice.random() < 0.25:
            await self._restart()
        await self._stage.at(hour, minute, day=day)

    async def _begin(self) -> None:
        for team, name in (("T1", "Ada"), ("T2", "Kim")):
            await install(self._stage, team, name)
        for channel, names in PEOPLE.items():
            await self._stage.set_up(self._people[channel][names[0]], channel, SET_UP.format(hour=HOURS[channel]))

    async def _ask(self, day: int, channel: str) -> None:
        self._trouble("chat.postMessage", "chat.update", "conversations.history", "users.info")
        for minute in (0, 2, 5, 8, 11, 16, 30):
            await self._time(day, HOURS[channel], minute)

    async def _reveal(self, day: int) -> None:
        self._trouble("chat.postMessage", "chat.update", "conversations.history", "conversations.replies")
        for minute in range(0, 60, 5):
            await self._time(day, 16, minute)
        await self._time(day, 17)

    async def _answer(self, day: int, channel: str) -> None:
        self.slack.faults.clear()
        for number, (name, place) in enumerate(choices(channel, day)):
            self._trouble("response_url")
            await self._press(self._people[channel][name], channel, place)
            if self._dice.random() < 0.3:
                await self._repeat(self._people[channel][name], f"Ev{day}{channel}{number}")
        who = self._people[channel][PEOPLE[channel][0]]
        for text in ASKED:
            await who.command(text, channel)
            await self._stage.quiet()

    async def _press(self, who: Person, channel: str, place: int) -> None:
        """Press until it is heard of; PyQuiz may go down between the press and its receipt."""
        for _ in range(PRESSES):
            before = len(who.private(channel))
            await self._stage.choose(who, channel, place)
            if self._dice.random() < 0.1:
                await self._restart()
            await self._stage.quiet()
            if heard := who.private(channel)[before:]:
                assert any(word in heard[-1] for word in ("You chose", "Changed", "Still")), heard
                return
            self.unheard += 1
        raise AssertionError(f"{who.id} never heard of their answer")

    async def _repeat(self, who: Person, event_id: str) -> None:
        """A direct message that Slack delivers three times, perhaps to different processes; its answers."""
        before = len(who.messages("dm"))
        event = {"type": "message", "channel_type": "im", "channel": f"D{who.id}", "user": who.id, "text": "help"}
        for number in range(3):
            retry = {"number": number, "reason": "http_timeout"} if number else {}
            await self.slack.event(who.team, {**event, "ts": self.slack.next_ts()}, event_id, **retry)
            if self._dice.random() < 0.2:
                await self._restart()
        await self._stage.quiet()
        self.told[event_id] = len(who.messages("dm")) - before

    def _trouble(self, *methods: str) -> None:
        """Perhaps something goes wrong with the next call of these methods."""
        for method in methods:
            if self._dice.random() < 0.5 and not self.slack.faults[method]:
                self.slack.faults[method].append(self._dice.choice(TROUBLE))

    def _sent(self, calls: int, acknowledged: int) -> Sequence[str]:
        """Each request to Slack since then, and each acknowledgement. How often the sdk connects is its own affair."""
        requests = [
            f"{call.method} {json.dumps(call.args, sort_keys=True)} {call.raw}"
            for call in self.slack.calls[calls:]
            if call.method not in ("apps.connections.open", "auth.test")
        ]
        answers = [json.dumps(answer) for answer in self.slack.acknowledged[acknowledged:]]
        return [text.replace(self.slack.address, "") for text in (*requests, *answers)]
