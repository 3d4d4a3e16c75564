"""Two packs that differ only in which option is right: until the reveal nobody can tell which of them is played."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.card import Button, Reply
from bot.model import Actor, Command, Press, Submission
from bot.quiz import Quiz
from bot.store.door import Store
from content.bank import Bank
from content.question import Kind
from tests.standins.club import PLATFORM, WORKSPACE, Club, at, place
from tests.standins.questions import make_pack
from tests.standins.wire import as_bytes

PEOPLE = [Actor(PLATFORM, WORKSPACE, name, name.title()) for name in ("ada", "grace", "mei", "noor", "omar", "sam")]
SAID = ("", "today", "me", "streak", "leaderboard", "leaderboard month", "status", "topics", "help", "topic0")
"""What people may say before the reveal; practising one of them only opens its question."""


class Day:
    """One day with one pack. ``told`` is every byte that anybody was sent, in order."""

    def __init__(self, club: Club, quiz: Quiz) -> None:
        self.club = club
        self.quiz = quiz
        self.told: list[bytes] = []
        self._read = 0

    async def go_to(self, hour: int, minute: int = 0) -> None:
        """Let the clock do what it has to."""
        await self.club.reach(at(hour, minute))
        sent = self.club.log.sent[self._read :]
        self._read += len(sent)
        self.told += [as_bytes(message) for message in sent]

    async def everybody_answers(self) -> None:
        """Each in their own way, one of them twice."""
        for i, person in enumerate((*PEOPLE, PEOPLE[0])):
            await self._answer(person, i % 4)

    async def _answer(self, who: Actor, place_: int) -> None:
        message = self.club.log.messages[0]
        buttons = [action for action in message.versions[0].actions if isinstance(action, Button)]
        button = buttons[place_ % len(buttons)].id
        reply = await self.quiz.press(Press(who, place(), button), self.club.now)
        self.told.append(as_bytes(reply))
        if not isinstance(reply, Reply):
            field = reply.fields[0]
            values = (field.choices[place_].value,) if field.choices else (f"typed {place_}",)
            sent = Submission(who, place(), reply.id, {field.name: values})
            self.told.append(as_bytes(await self.quiz.submit(sent, self.club.now)))

    async def everybody_asks(self) -> None:
        """Everything there is to ask for."""
        for who in PEOPLE:
            for text in SAID:
                self.told.append(as_bytes(await self.quiz.command(Command(who, place(), text), self.club.now)))
            self.told.append(as_bytes(await self.quiz.home(who, self.club.now)))


async def play(path: Path, kind: Kind, right: int) -> tuple[list[bytes], list[bytes]]:
    """A day of a pack in which the option written at ``right`` is right; what was told before and after the reveal."""
    store = await Store.open(f"sqlite:///{path}")
    pack = make_pack(key=lambda _: right, kinds=(kind,))
    bank = Bank([pack])
    club = Club(store, bank)
    day = Day(club, Quiz(store, bank))
    await club.set_up()
    await day.go_to(9)
    await day.everybody_answers()
    await day.everybody_asks()
    await day.go_to(9, 10)
    await day.go_to(15, 59)
    await day.everybody_asks()
    before, day.told = day.told, []
    await day.go_to(16)
    await store.close()
    return before, day.told


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_byte_before_the_reveal_is_the_same(tmp_path: Path, kind: Kind) -> None:
    """Messages, count edits, receipts, boards and pages; the reveals alone differ."""
    first, first_reveal = await play(tmp_path / "first.db", kind, 0)
    second, second_reveal = await play(tmp_path / "second.db", kind, 2)

    assert len(first) > 100
    assert first == second
    assert first_reveal != second_reveal
