"""An office with one channel: a house on a pretended clock, and a platform that answers what a test tells it to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.card import Button, Card, Reply
from bot.model import Actor, Command, MessageRef, Place, Press
from bot.ports import Absent, CannotTell, Face, Health, Messenger, Refused, Route, Sent, Shelf, Unknown
from cli.compose import House, house
from content.bank import Bank, load_bank
from content.question import Kind, Pack

ROOM = Place("post", "office", "c1", name="#quiz")
BOSS = Actor("post", "office", "p1", "Mei", may_set_up=True)
BEFORE = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)
NINE_THIRTY, FOUR = BEFORE + timedelta(minutes=30), BEFORE.replace(hour=16)


@cache
def bank_of_choices() -> Bank:
    """The choice questions of one topic."""
    topic = load_bank().topic("hashability")
    assert topic
    questions = tuple(question for question in topic.questions if question.kind is Kind.CHOICE)
    return Bank([Pack("few", (replace(topic, questions=questions),))])


class Post:
    """A platform that answers what the test tells it to: ``answers`` are used up first."""

    name = "post"

    def __init__(self) -> None:
        self.messenger: Messenger = self
        self.answers: list[Refused | Unknown | Exception] = []
        self.posted: list[Card] = []
        self.up = False

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.posted.append(card)
        return Sent(MessageRef(to, f"m{len(self.posted)}"))

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        return Sent(at)

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        return CannotTell("the post keeps no books")

    async def start(self, face: Face, shelf: Shelf) -> None:
        self.up = True

    async def stop(self, grace: timedelta) -> None:
        self.up = False

    def health(self) -> Health:
        return Health(self.up, "The post runs." if self.up else "The post is on strike.", 3 if self.up else 0)

    def routes(self) -> Sequence[Route]:
        return ()


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = BEFORE

    def now(self) -> datetime:
        return self.at


class Office:
    """A house that the test leads through its day."""

    def __init__(self, composed: House, post: Post, clock: Clock) -> None:
        self.house, self.post, self.clock = composed, post, clock

    async def at(self, at: datetime, beats: int = 1) -> None:
        """Let it be that time, with so many beats."""
        self.clock.at = at
        for _ in range(beats):
            await self.house.beat()

    async def says(self, text: str, who: Actor = BOSS) -> Reply:
        """Somebody types something in the channel."""
        reply = await self.house.quiz.command(Command(who, ROOM, text), self.clock.at)
        assert isinstance(reply, Reply)
        return reply

    async def presses(self, who: Actor = BOSS, letter: int = 0) -> Reply:
        """Somebody presses a letter of the latest question."""
        cards = [card for card in self.post.posted if card.actions]
        buttons = [action for action in cards[-1].actions if isinstance(action, Button)]
        reply = await self.house.quiz.press(Press(who, ROOM, buttons[letter].id), self.clock.at)
        assert isinstance(reply, Reply)
        return reply


@asynccontextmanager
async def office(url: str, bank: Bank | None = None) -> AsyncIterator[Office]:
    """A channel that is asked at 9:30 and answered at 16:00, in UTC."""
    clock, post = Clock(), Post()
    async with house(url, bank or bank_of_choices(), clock.now) as composed:
        on = Office(composed, post, clock)
        await composed.start([post])
        await on.says("setup zone=UTC time=9:30 reveal=16:00")
        await composed.beat()
        yield on
