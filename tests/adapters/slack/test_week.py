"""A week in three channels of two workspaces, fifteen people, and much that goes wrong: the same standings as the same
week without any Slack, one message per delivery, and nobody's receipted answer lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.card import Button, Reply
from bot.model import Actor, Command, Period, Place, Press, Submission
from bot.ports import Face, Health, Route, Shelf
from bot.store import boards, channels
from bot.store.door import Store
from cli.compose import house
from tests.adapters.slack.stage import MONDAY, Clock, Stage, questions, staged, with_oauth
from tests.adapters.slack.test_days import doubled
from tests.adapters.slack.test_oauth import install
from tests.days.ledger import states
from tests.standins.channel_log import ChannelLog
from tests.standins.slack import Broken, Drop, Person, RateLimited, SlackStandIn

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # the sdk's, of aiohttp's

CHANNELS = {"python": "T1", "backend": "T1", "science": "T2"}
PEOPLE = {
    "python": ("Ada", "Grace", "Mei", "Noor", "Omar"),
    "backend": ("Priya", "Sam", "Lin", "Jo", "Ada"),
    "science": ("Kim", "Lou", "Max", "Nia", "Oz", "Pat"),
}
DAYS = 5
SET_UP = "setup zone=UTC time={hour}:00 reveal=16:00"
HOURS = {"python": 8, "backend": 9, "science": 10}
STANDINGS = tuple[str, int, int, int, int, int]


def choices(channel: str, day: int) -> Sequence[tuple[str, int]]:
    """Who answers what: the same in both weeks. Some miss a day, some change their mind."""
    dice = random.Random(f"{channel} {day}")
    said = [(name, dice.randrange(4)) for name in PEOPLE[channel] if dice.random() < 0.8]
    return [*said, *((name, dice.randrange(4)) for name, _ in said if dice.random() < 0.25)]


async def standings(store: Store, now: object) -> dict[str, list[STANDINGS]]:
    """Place, points and streak of everybody, by channel."""
    found = {}
    for channel, team in CHANNELS.items():
        where = await store.read(channels.channel_at, Place("slack", team, f"C{channel.upper()}"))
        assert where is not None
        board = await store.read(boards.board, where.id, Period.ALL, boards.scoring.ALL_TIME, None, now)
        rows = []
        for row in board.rows:
            streak = await store.read(boards.streak, where.id, row.player.id)
            assert streak is not None
            rows.append((row.player.name, row.place, row.points, row.right, row.answered, streak.run))
        found[channel] = rows
    return found


class Plain:
    """A platform without a wire, under Slack's name."""

    name = "slack"

    def __init__(self) -> None:
        self.messenger = ChannelLog()

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Nothing to connect."""

    async def stop(self, grace: timedelta) -> None:
        """Nothing to disconnect."""

    def health(self) -> Health:
        """Always there."""
        return Health(True, "")

    def routes(self) -> Sequence[Route]:
        """None."""
        return ()


async def the_week_without_slack(url: str) -> dict[str, list[STANDINGS]]:
    """The same people say the same to the same core."""
    clock, plain = Clock(), Plain()
    async with house(url, questions(), clock.now) as composed:
        await composed.start([plain])
        for channel, team in CHANNELS.items():
            boss = _actor(PEOPLE[channel][0], team)
            place = Place("slack", team, f"C{channel.upper()}", name=f"#{channel}")
            await composed.quiz.command(Command(boss, place, SET_UP.format(hour=HOURS[channel])), clock.now())
        for day in range(DAYS):
            for channel, team in CHANNELS.items():
                await _until(composed, clock, day, HOURS[channel], 30)
                for name, place_ in choices(channel, day):
                    await _answer(composed.quiz, plain.messenger, channel, _actor(name, team), place_, clock)
            await _until(composed, clock, day, 17, 0)
        return await standings(composed.store, clock.now())


async def _until(composed: object, clock: Clock, day: int, hour: int, minute: int) -> None:
    await Stage(None, clock, None, composed).at(hour, minute, day=day)  # type: ignore[arg-type]  # its clock is all


async def _answer(quiz: Face, log: ChannelLog, channel: str, who: Actor, place_: int, clock: Clock) -> None:
    asked = [m for m in log.messages if m.place.channel == f"C{channel.upper()}" and m.kind == "question"][-1]
    buttons = [action for action in asked.versions[0].actions if isinstance(action, Button)]
    reply = await quiz.press(Press(who, asked.place, buttons[place_ % len(buttons)].id), clock.now())
    if not isinstance(reply, Reply):
        value = (str(place_),) if reply.fields[0].choices else (f"typed {place_}",)
        await quiz.submit(Submission(who, asked.place, reply.id, {"answer": value}), clock.now())


def _actor(name: str, team: str) -> Actor:
    return Actor("slack", team, f"U{name.upper()}", name, may_set_up=True)


class Weather:
    """What goes wrong, by the dice."""

    def __init__(self, slack: SlackStandIn, seed: int) -> None:
        self.slack = slack
        self.dice = random.Random(seed)
        self.answers = 0

    def change(self) -> None:
        """Order some trouble for the next messages: lost replies, lost requests, limits, broken gateways."""
        for method in ("chat.postMessage", "chat.update"):
            faults = (Drop(done=True), Drop(done=False), RateLimited(3), Broken(503), Broken(502, done=True))
            if self.dice.random() < 0.5 and not self.slack.faults[method]:
                self.slack.faults[method].append(self.dice.choice(faults))

    async def answer(self, stage: Stage, who: Person, channel: str, place: int) -> None:
        """Somebody answers, now and then twice at once, while a redelivered event goes by."""
        said = await stage.answer(who, channel, place)
        assert "closed" not in said, said
        self.answers += 1
        if self.dice.random() < 0.2:
            event = {"type": "app_home_opened", "user": who.id, "channel": "D1", "tab": "home"}
            for number in range(2):
                await self.slack.event(who.team, event, f"Ev{self.answers}", number=number, reason="timeout")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
async def test_a_week_of_trouble_ends_as_a_week_of_peace(tmp_path: object, clock: Clock, seed: int) -> None:
    """Restarts, 429s, lost requests and replies, redeliveries: nobody can tell from the standings."""
    url = f"sqlite:///{tmp_path}/slack.db"
    async with SlackStandIn(clock.seconds) as slack:
        weather = Weather(slack, seed)
        people = {
            channel: {name: slack.person(name, channel, team=CHANNELS[channel]) for name in names}
            for channel, names in PEOPLE.items()
        }
        async with staged(url, slack, clock, keys=with_oauth(slack)) as stage:
            for team, name in (("T1", "Ada"), ("T2", "Kim")):
                await install(stage, team, name)
            for channel, names in PEOPLE.items():
                await stage.set_up(people[channel][names[0]], channel, SET_UP.format(hour=HOURS[channel]))
        for day in range(DAYS):
            for channel in CHANNELS:
                async with staged(url, slack, clock, keys=with_oauth(slack)) as stage:
                    weather.change()
                    await stage.at(HOURS[channel], day=day)
                    for minute in (2, 5, 8, 11):
                        await stage.at(HOURS[channel], minute, day=day)
                async with staged(url, slack, clock, keys=with_oauth(slack)) as stage:
                    await stage.at(HOURS[channel], 30, day=day)
                    for name, place in choices(channel, day):
                        await weather.answer(stage, people[channel][name], channel, place)
            async with staged(url, slack, clock, keys=with_oauth(slack)) as stage:
                weather.change()
                for minute in range(0, 50, 5):
                    await stage.at(16, minute, day=day)
                await stage.at(17, day=day)
        async with staged(url, slack, clock, keys=with_oauth(slack)) as stage:
            with_slack = await standings(stage.house.store, clock.now())

    assert with_slack == await the_week_without_slack(f"sqlite:///{tmp_path}/plain.db")
    assert all(len(rows) == len(PEOPLE[channel]) for channel, rows in with_slack.items())
    assert doubled(slack) == {}
    assert set(states(url)) == {"sent"}, states(url)
    assert slack.not_acknowledged == []
    assert slack.pings == []
    assert clock.now() >= MONDAY + timedelta(days=4, hours=17)
