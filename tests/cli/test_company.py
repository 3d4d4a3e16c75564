"""The simulated players: the same every time, and no hint of what is right in when they speak."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot import scoring
from bot.model import Round, RoundState
from cli.company import PLAYERS, turns, words
from content.question import Format, Kind, Level, Option, Question

MORNING = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


def question(kind: Kind, *options: tuple[str, bool]) -> Question:
    return Question(
        id="q",
        topic="t",
        category="c",
        kind=kind,
        level=Level.MID,
        difficulty=4,
        format=Format.PRINTS,
        prompt="What does this print?",
        code="print(1)",
        options=tuple(Option(text, right, "") for text, right in options),
        explanation="",
    )


CHOICE = question(Kind.CHOICE, ("a", True), ("b", False), ("c", False), ("d", False))
SELECT = question(Kind.SELECT, ("a", True), ("b", False), ("c", True))
OUTPUT = question(Kind.OUTPUT, ("`{1: 'c'}`", True), ("`TypeError`", False))


def round_of(asked: Question, number: int = 1, order: tuple[int, ...] = (2, 0, 3, 1)) -> Round:
    return Round(
        id=7,
        channel=1,
        date=date(2027, 1, 12),
        number=number,
        question=asked,
        order=order[: len(asked.options)],
        points=3,
        key=scoring.key(asked),
        opened=MORNING,
        closes=MORNING.replace(hour=16, minute=0),
        closed=None,
        state=RoundState.OPEN,
        spared=False,
        void_reason=None,
    )


def test_everybody_is_there_in_the_first_round() -> None:
    """The first reveal that anybody sees has people in it."""
    assert {turn.name for turn in turns(round_of(CHOICE))} == set(PLAYERS)


def test_a_round_is_always_played_the_same_way() -> None:
    """By its number and the player's name, and nothing else that may differ between two runs."""
    again = replace(round_of(CHOICE, 5), id=99)

    assert turns(round_of(CHOICE, 5)) == turns(again)


def test_the_company_is_neither_always_right_nor_always_there() -> None:
    """Boards and streaks need something to show."""
    played = [turn for number in range(1, 101) for turn in turns(round_of(CHOICE, number))]
    right = [turn for turn in played if turn.words == "b"]

    assert 240 < len(played) < 300
    assert 0.6 < len(right) / len(played) < 0.9


def test_who_speaks_when_does_not_depend_on_what_is_right() -> None:
    """Two packs that differ in nothing but the key look the same until the reveal."""
    other = question(Kind.CHOICE, ("a", False), ("b", True), ("c", False), ("d", False))
    for number in range(1, 50):
        one, two = turns(round_of(CHOICE, number)), turns(round_of(other, number))

        assert [(turn.name, turn.at) for turn in one] == [(turn.name, turn.at) for turn in two]


def test_all_speak_while_the_round_is_open() -> None:
    """On whole minutes, after it opened and well before it closes."""
    for number in range(1, 50):
        round_ = round_of(CHOICE, number)

        assert all(round_.opened < turn.at < round_.closes for turn in turns(round_))


@pytest.mark.parametrize(
    ("asked", "knows", "said"),
    [
        (CHOICE, True, "b"),
        (SELECT, True, "a b"),
        (SELECT, False, "a"),
        (OUTPUT, True, "{1: 'c'}"),
        (OUTPUT, False, "TypeError"),
    ],
)
def test_what_they_type_is_what_people_would_type(asked: Question, knows: bool, said: str) -> None:
    """Letters as displayed, outputs without their Markdown."""
    order = (2, 0, 1) if asked is SELECT else (2, 0, 3, 1)
    round_ = round_of(asked, order=order)

    assert words(round_, knows, 0) == said


def test_who_does_not_know_never_hits_by_accident() -> None:
    """A wrong guess is one of the wrong options, each at some time."""
    said = {words(round_of(CHOICE), False, guess) for guess in range(10)}

    assert said == {"a", "c", "d"}
