"""The week that every platform plays alike: three channels of two workspaces, fifteen people, and what each says; and
the same week in peace, typed at the terminal."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import StringIO

from rich.console import Console

from adapters.terminal.buttons import takes_text
from adapters.terminal.lines import Written
from adapters.terminal.terminal import Terminal
from bot.model import Period, Place
from bot.scoring import ALL_TIME
from bot.store import boards, channels
from bot.store.door import Store
from cli.compose import House, house
from content.bank import Bank
from tests.standins.hours import Clock, Hours

CHANNELS = {"python": "T1", "backend": "T1", "science": "T2"}
PEOPLE = {
    "python": ("Ada", "Grace", "Mei", "Noor", "Omar"),
    "backend": ("Priya", "Sam", "Lin", "Jo", "Ada"),
    "science": ("Kim", "Lou", "Max", "Nia", "Oz", "Pat"),
}
DAYS = 5
SET_UP = "setup zone=UTC time={hour}:00 reveal=16:00"
HOURS = {"python": 8, "backend": 9, "science": 10}
ASKED = ("today", "status", "topics", "help")
"""What people also say while a question is open: nothing of the days before is in it."""

Standing = tuple[str, int, int, int, int, int]
Standings = Mapping[str, Sequence[Standing]]


def choices(channel: str, day: int) -> Sequence[tuple[str, int]]:
    """Who answers what: the same in all weeks. Some miss a day, some change their mind."""
    dice = random.Random(f"{channel} {day}")
    said = [(name, dice.randrange(4)) for name in PEOPLE[channel] if dice.random() < 0.8]
    return [*said, *((name, dice.randrange(4)) for name, _ in said if dice.random() < 0.25)]


async def standings(store: Store, place_of: Callable[[str], Place], now: datetime) -> Standings:
    """Name, place, points, right, answered and streak of everybody, by channel."""
    found = {}
    for channel in CHANNELS:
        where = await store.read(channels.channel_at, place_of(channel))
        assert where is not None
        board = await store.read(boards.board, where.id, Period.ALL, ALL_TIME, None, now)
        rows = []
        for row in board.rows:
            streak = await store.read(boards.streak, where.id, row.player.id)
            assert streak is not None
            rows.append((row.player.name, row.place, row.points, row.right, row.answered, streak.run))
        found[channel] = rows
    return found


def place_at_terminal(channel: str) -> Place:
    """A channel's place, at the terminal."""
    return Place("terminal", CHANNELS[channel], f"C{channel.upper()}", name=f"#{channel}")


class Rooms(Hours):
    """The terminal's world: one of the three channels at a time, and time as it is set. Implements ``World``."""

    zone = "UTC"
    players: Sequence[str] = ()

    def __init__(self, composed: House, clock: Clock) -> None:
        super().__init__(clock, composed)
        self.place = place_at_terminal("python")

    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock.at

    async def until(self, at: datetime) -> None:
        """Let time pass."""
        await self.reach(at)

    async def upcoming(self) -> datetime | None:
        """When something happens next."""
        return await self.house.daily.next_due(self.clock.at)

    def embody(self, person: str) -> None:
        """Nobody is simulated here."""


async def at_the_terminal(url: str, bank: Bank) -> tuple[Standings, str]:
    """The week as it is typed, one person after the other, at the prompt: its standings, and all that was printed."""
    clock, printed = Clock(), StringIO()
    terminal = Terminal(Console(file=printed, width=100))
    async with house(url, bank, clock.now) as composed:
        rooms = Rooms(composed, clock)
        terminal.enter(rooms)
        await composed.start([terminal])

        async def type_(channel: str, *lines: str) -> None:
            rooms.place = place_at_terminal(channel)
            await terminal.play(Written(terminal.screen, lines), clock.at)

        for channel in CHANNELS:
            await type_(channel, SET_UP.format(hour=HOURS[channel]))
        for day in range(DAYS):
            for channel in CHANNELS:
                await rooms.at(HOURS[channel], 30, day=day)
                # What is typed answers the question that was asked last: this channel's, each has an hour of its own.
                shown = terminal.messenger.open
                words = "typed {}" if takes_text(shown.card) else "{}"
                for name, place in choices(channel, day):
                    said = words.format(place if takes_text(shown.card) else "abcd"[place])
                    await type_(channel, f":as {name}", said)
            await rooms.at(17, day=day)
        return await standings(composed.store, place_at_terminal, clock.at), printed.getvalue()
