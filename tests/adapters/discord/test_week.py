"""A week in three channels of two servers, fifteen people, and much that goes wrong: the same standings as the same
week without any Discord, one message per delivery, and nobody's receipted answer lost."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.card import Button, Reply
from bot.model import Actor, Command, Period, Place, Press, Submission
from bot.ports import Face, Health, Route, Shelf
from bot.store import boards, channels
from bot.store.door import Store
from cli.compose import House, house
from tests.adapters.discord.stage import Clock, Stage, questions, staged
from tests.adapters.discord.test_days import doubled
from tests.days.ledger import states
from tests.standins.channel_log import ChannelLog
from tests.standins.hours import MONDAY
from tests.standins.discord import Broken, DiscordStandIn, Drop, Person, RateLimited, Refuse

CHANNELS = {"python": "north", "backend": "north", "science": "south"}
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


async def standings(store: Store, places: Mapping[str, Place], now: object) -> dict[str, list[STANDINGS]]:
    """Place, points and streak of everybody, by channel."""
    found = {}
    for channel, place in places.items():
        where = await store.read(channels.channel_at, place)
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
    """A platform without a wire, under Discord's name."""

    name = "discord"

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


async def the_week_without_discord(
    url: str, places: Mapping[str, Place], people: Mapping[str, Mapping[str, Person]]
) -> dict[str, list[STANDINGS]]:
    """The same people say the same to the same core."""
    clock, plain = Clock(), Plain()
    async with house(url, questions(), clock.now) as composed:
        await composed.start([plain])
        for channel, names in PEOPLE.items():
            boss = _actor(people[channel][names[0]], places[channel])
            await composed.quiz.command(Command(boss, places[channel], SET_UP.format(hour=HOURS[channel])), clock.now())
        for day in range(DAYS):
            for channel in CHANNELS:
                await _until(composed, clock, day, HOURS[channel], 30)
                for name, place_ in choices(channel, day):
                    who = _actor(people[channel][name], places[channel])
                    await _answer(composed.quiz, plain.messenger, places[channel], who, place_, clock)
            await _until(composed, clock, day, 17, 0)
        return await standings(composed.store, places, clock.now())


async def _until(composed: House, clock: Clock, day: int, hour: int, minute: int) -> None:
    await Stage(None, clock, None, composed).at(hour, minute, day=day)  # type: ignore[arg-type]  # its clock is all


async def _answer(quiz: Face, log: ChannelLog, where: Place, who: Actor, place_: int, clock: Clock) -> None:
    asked = [m for m in log.messages if m.place.channel == where.channel and m.kind == "question"][-1]
    buttons = [action for action in asked.versions[0].actions if isinstance(action, Button)]
    reply = await quiz.press(Press(who, asked.place, buttons[place_ % len(buttons)].id), clock.now())
    if not isinstance(reply, Reply):
        value = (str(place_),) if reply.fields[0].choices else (f"typed {place_}",)
        await quiz.submit(Submission(who, asked.place, reply.id, {"answer": value}), clock.now())


def _actor(who: Person, where: Place) -> Actor:
    return Actor("discord", where.workspace, who.id, who.user.name, may_set_up=True)


class Weather:
    """What goes wrong, by the dice."""

    TROUBLE = (
        (Drop(done=True),),
        (Drop(done=False),),
        (Drop(done=True), Drop(done=False), Drop(done=False)),
        (Drop(done=False),) * 3,
        (RateLimited(0.05),),
        (Broken(503),),
        (Broken(503, done=True),),
    )

    def __init__(self, discord: DiscordStandIn, seed: int) -> None:
        self.discord = discord
        self.dice = random.Random(seed)

    def change(self) -> None:
        """Order some trouble for the next messages: lost replies, lost requests, limits, broken gateways."""
        for name in ("post", "edit", "thread"):
            if self.dice.random() < 0.5 and not self.discord.faults[name]:
                more = ((Refuse(429, 30046),),) if name == "edit" else ()
                self.discord.faults[name].extend(self.dice.choice((*self.TROUBLE, *more)))

    async def shake(self) -> None:
        """The gateway drops everybody, or asks them to connect anew; now and then it forgets their session."""
        what = self.dice.random()
        if what < 0.4:
            await self.discord.gateway.drop()
        elif what < 0.8:
            await self.discord.gateway.ask_to_reconnect()
        else:
            before = self.discord.gateway.identified
            await self.discord.gateway.invalidate()
            await self.discord.until(lambda: self.discord.gateway.identified > before, "a new session", 20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
async def test_a_week_of_trouble_ends_as_a_week_of_peace(tmp_path: object, clock: Clock, seed: int) -> None:
    """Restarts, drops, resumes, invalid sessions, 429s, 5xx, lost requests and replies: nobody can tell from the
    standings."""
    url = f"sqlite:///{tmp_path}/discord.db"
    async with DiscordStandIn(clock.seconds) as discord:
        weather, places = Weather(discord, seed), {}
        for name, guild in CHANNELS.items():
            there = discord.channel(name, guild)
            places[name] = Place("discord", str(there.guild), str(there.id), name=f"#{name}")
        people = {
            channel: {name: discord.person(name, CHANNELS[channel], manager=name == names[0]) for name in names}
            for channel, names in PEOPLE.items()
        }
        async with staged(url, discord, clock) as stage:
            for channel, names in PEOPLE.items():
                await stage.set_up(people[channel][names[0]], channel, SET_UP.format(hour=HOURS[channel]))
        for day in range(DAYS):
            for channel in CHANNELS:
                async with staged(url, discord, clock) as stage:
                    weather.change()
                    await stage.at(HOURS[channel], day=day)
                    for minute in (2, 5, 8, 11):
                        await stage.at(HOURS[channel], minute, day=day)
                async with staged(url, discord, clock) as stage:
                    await stage.at(HOURS[channel], 30, day=day)
                    await weather.shake()
                    for name, place in choices(channel, day):
                        said = await stage.answer(people[channel][name], channel, place)
                        assert "closed" not in said, said
            async with staged(url, discord, clock) as stage:
                weather.change()
                for minute in range(0, 50, 5):
                    await stage.at(16, minute, day=day)
                await stage.at(17, day=day)
        async with staged(url, discord, clock) as stage:
            with_discord = await standings(stage.house.store, places, clock.now())

    assert with_discord == await the_week_without_discord(f"sqlite:///{tmp_path}/plain.db", places, people)
    assert all(len(rows) == len(PEOPLE[channel]) for channel, rows in with_discord.items())
    assert doubled(discord) == {}
    assert set(states(url)) <= {"sent", "refused"}, states(url)
    assert discord.interactions.late == []
    assert discord.interactions.doubled == []
    assert discord.pings == []
    assert clock.now() >= MONDAY + timedelta(days=4, hours=17)
