"""A channel with people in it, who press and say things to the real Quiz; the clock is the real Daily."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.card import Button, Card, FieldErrors, Form, Reply
from bot.model import Actor, Command, MessageRef, Place, Press, Submission
from bot.quiz import Quiz
from bot.store.door import Store
from bot.wording import messages
from bot.wording.phrases import read_aloud
from content.bank import Bank, load_bank
from scheduler.daily import Daily
from tests.standins.channel_log import ChannelLog

TUESDAY = datetime(2027, 1, 12, 7, 0, tzinfo=UTC)
HERE = Place("stand-in", "W1", "C1", name="#python")
ADA = Actor("stand-in", "W1", "ada", "Ada Bell", admin=False, may_set_up=True)
SAM = Actor("stand-in", "W1", "sam", "Sam Ito")
STRANGER = Actor("stand-in", "W2", "eve", "Eve", admin=True, may_set_up=True)

SETUP = "setup zone=Berlin time=9:30 reveal=16:00"


@lru_cache(maxsize=1)
def built_in() -> Bank:
    """The pack that comes with PyQuiz."""
    return load_bank()


class Room:
    """One channel at a time; ``now`` moves by ``sleep_until_next``."""

    def __init__(self, store: Store, bank: Bank | None = None) -> None:
        self.store = store
        self.now = TUESDAY
        self.bank = bank or built_in()
        self.log = ChannelLog()
        self.quiz = Quiz(store, self.bank)
        self.daily = Daily(store, self.bank, lambda: {"stand-in": self.log}, messages, lambda: self.now)

    async def say(self, text: str, who: Actor = ADA, place: Place = HERE) -> Reply:
        """Somebody types; what they see."""
        reply = await self.quiz.command(Command(who, place, text), self.now)
        assert isinstance(reply, Reply)
        return reply

    async def read(self, text: str, who: Actor = ADA, place: Place = HERE) -> str:
        """Somebody types; the words they see."""
        return read_aloud((await self.say(text, who, place)).card.blocks)

    async def press(
        self, button: str, who: Actor = ADA, place: Place = HERE, message: str | None = None
    ) -> Reply | Form:
        """Somebody presses a button by its id."""
        at = MessageRef(place, message) if message else None
        return await self.quiz.press(Press(who, place, button, (), at), self.now)

    async def press_label(self, card: Card, label: str, who: Actor = ADA) -> Reply:
        """Somebody presses a card's button by its label."""
        reply = await self.press(labelled(card, label).id, who)
        assert isinstance(reply, Reply)
        return reply

    async def fill(self, card: Card, label: str, who: Actor = ADA, **values: tuple[str, ...]) -> Reply | FieldErrors:
        """Somebody opens a form by its button and sends it."""
        form = await self.press(labelled(card, label).id, who)
        assert isinstance(form, Form)
        return await self.quiz.submit(Submission(who, HERE, form.id, values), self.now)

    async def beat(self) -> None:
        """Let the clock do all that is due."""
        for _ in range(3):
            await self.daily.tick(self.now)
            assert await self.daily.drain(timedelta(seconds=5))

    async def sleep_until_next(self) -> None:
        """Wait for the next thing the clock owes."""
        await self.beat()
        following = await self.daily.next_due(self.now)
        assert following is not None
        self.now = following
        await self.beat()

    async def question(self, who: Actor = ADA) -> Card:
        """Go on until a question is open, and look at it."""
        while "open until" not in await self.read("today", who):
            await self.sleep_until_next()
        return (await self.say("today", who)).card

    async def asked(self) -> Card:
        """Set the channel up and go on to its first question."""
        await self.say(SETUP)
        return await self.question()


def labels(reply: Reply) -> list[str]:
    """The buttons of a reply."""
    return [action.label for action in reply.card.actions]


def labelled(card: Card, label: str) -> Button:
    """A card's button by its label."""
    found = next(action for action in card.actions if action.label == label)
    assert isinstance(found, Button)
    return found


def only(bank: Bank, *kinds: str) -> Bank:
    """A bank with the questions of some kinds only."""
    packs = [
        replace(
            pack,
            topics=tuple(
                replace(topic, questions=tuple(q for q in topic.questions if q.kind in kinds)) for topic in pack.topics
            ),
        )
        for pack in bank.packs
    ]
    return Bank(packs)
