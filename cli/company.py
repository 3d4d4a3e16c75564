"""The simulated players: they answer each round at their own time, well or less well, through the same Face as
everybody, and the same way whenever a round is played again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.terminal.answering import Shown, answer
from bot.card import Reply
from bot.model import Actor, Command, Place, Round
from bot.ports import Face
from content.markup import runs
from content.question import Kind, Question

LETTERS = "abcde"


@dataclass(frozen=True, slots=True)
class Habit:
    """How often somebody is right, and how often they take part at all, from 0 to 1."""

    right: float
    there: float


PLAYERS: Mapping[str, Habit] = {"Ada": Habit(0.8, 0.97), "Grace": Habit(0.85, 0.95), "Omar": Habit(0.6, 0.85)}


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody will say in a round, and when. When and whether do not depend on which option is right."""

    name: str
    at: datetime
    words: str


def turns(round_: Round) -> tuple[Turn, ...]:
    """Who answers this round, when and what; in order of time. In the first round everybody is there."""
    found = []
    for name, habit in PLAYERS.items():
        dice = random.Random(f"{round_.number} {name}")
        there, share = dice.random(), dice.uniform(0.05, 0.7)
        knows, guess = dice.random() < habit.right, dice.randrange(1000)
        if round_.number == 1 or there < habit.there:
            at = round_.opened + (round_.closes - round_.opened) * share
            found.append(Turn(name, at.replace(second=0, microsecond=0), words(round_, knows, guess)))
    return tuple(sorted(found, key=lambda turn: (turn.at, turn.name)))


def words(round_: Round, knows: bool, guess: int) -> str:
    """What somebody types who knows the answer, or does not."""
    question, order = round_.question, round_.order
    if question.kind is Kind.OUTPUT:
        return _output(question, knows, guess)
    right = [order.index(written) for written in question.right]
    if knows:
        places = right
    elif question.kind is Kind.SELECT:
        places = right[1:]
    else:
        others = [place for place in range(len(order)) if place not in right]
        places = [others[guess % len(others)]]
    return " ".join(LETTERS[place] for place in sorted(places))


def _output(question: Question, knows: bool, guess: int) -> str:
    wrong = [option for option in question.options if not option.right]
    option = question.options[question.right[0]] if knows or not wrong else wrong[guess % len(wrong)]
    return "".join(run.text for run in runs(option.text))


class Company:
    """Lets the simulated players speak when their time has come."""

    def __init__(self, face: Face, place: Place) -> None:
        self._face = face
        self._place = place
        self._done: set[tuple[int, str]] = set()
        self._embodied: set[str] = set()

    def embody(self, person: str) -> None:
        """Somebody plays this one by hand from now on."""
        self._embodied.add(person)

    def next(self, round_: Round | None, now: datetime) -> datetime | None:
        """When somebody will speak next."""
        return min((max(turn.at, now) for turn in self._left(round_)), default=None)

    async def speak(self, round_: Round | None, now: datetime) -> None:
        """Everybody whose time has come answers the card that ``today`` shows them."""
        for turn in self._left(round_):
            if round_ is not None and turn.at <= now:
                self._done.add((round_.id, turn.name))
                who = Actor(self._place.platform, self._place.workspace, turn.name.casefold(), turn.name)
                came = await self._face.command(Command(who, self._place, "today"), now)
                if isinstance(came, Reply):
                    await answer(self._face, Shown(came.card), who, self._place, turn.words, now)

    def _left(self, round_: Round | None) -> Sequence[Turn]:
        if round_ is None:
            return ()
        left = (turn for turn in turns(round_) if turn.name.casefold() not in self._embodied)
        return [turn for turn in left if (round_.id, turn.name) not in self._done]
