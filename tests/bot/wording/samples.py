"""A channel, a question of each kind, a round and a tally to write cards about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.model import Actor, Channel, ChannelState, Filters, Place, Player, Round, RoundState, Schedule
from bot.scoring import key, points
from bot.work import Tally
from content.question import Format, Kind, Level, Option, Question

OPENED = datetime(2027, 1, 12, 8, 30, tzinfo=UTC)
CLOSES = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)

ADA = Actor("slack", "T1", "U1", "Ada Bell")

CHANNEL = Channel(
    id=7,
    workspace=1,
    place=Place("slack", "T1", "C1", name="#python"),
    schedule=Schedule("Europe/Berlin"),
    filters=Filters(),
    language="en",
    state=ChannelState.ACTIVE,
    reason="",
    paused_until=None,
    paused_by=None,
    managers=(ADA,),
    last_number=42,
    next_date=date(2027, 1, 13),
    next_due=datetime(2027, 1, 13, 8, 0, tzinfo=UTC),
)

CHOICE = Question(
    id="hashability-one-key",
    topic="hashability",
    category="data model",
    kind=Kind.CHOICE,
    level=Level.MID,
    difficulty=4,
    format=Format.PRINTS,
    prompt="What does this print?",
    code='print({1: "a", True: "b"})',
    options=(
        Option("`{1: 'a', True: 'b'}`", False, "Two spellings, but one key."),
        Option("`{1: 'b'}`", True, "`1` and `True` are one key, and the last value wins."),
        Option("`{True: 'b'}`", False, "The first key object stays."),
    ),
    explanation="A dict asks `==` and `hash`, never the type.",
)

SELECT = replace(
    CHOICE,
    id="hashability-which",
    kind=Kind.SELECT,
    format=Format.CONCEPT,
    prompt="Which can be a key?",
    code=None,
    options=(
        Option("`(1, 2)`", True, "A tuple of hashables is hashable."),
        Option("`[1, 2]`", False, "Lists change, so they have no hash."),
        Option("`frozenset()`", True, "It cannot change."),
    ),
)

OUTPUT = replace(
    CHOICE,
    id="hashability-typed",
    kind=Kind.OUTPUT,
    options=(
        Option("`{1: 'b'}`", True, "One key, last value."),
        Option("`{1: 'a'}`", False, "The last value wins, not the first."),
    ),
)


def round_of(question: Question, order: tuple[int, ...] | None = None) -> Round:
    """An open round, number 42."""
    places = () if question.kind is Kind.OUTPUT else tuple(range(len(question.options)))
    return Round(
        id=81,
        channel=7,
        date=date(2027, 1, 12),
        number=42,
        question=question,
        order=places if order is None else order,
        points=points(question.level),
        key=key(question),
        opened=OPENED,
        closes=CLOSES,
        closed=None,
        state=RoundState.OPEN,
        spared=False,
        void_reason=None,
    )


def player(number: int, name: str) -> Player:
    """Somebody of the workspace."""
    return Player(number, 1, f"U{number}", name, False)


TALLY = Tally(
    answered=18,
    right=14,
    choices={"0": 2, "1": 14, "2": 2},
    solvers=tuple(
        player(i, name) for i, name in enumerate(("Ada", "Grace", "Mei", "Noor", "Omar", "Priya", "Sam", "Zoe"))
    ),
    hidden_solvers=6,
    milestones=((player(1, "Grace"), 50),),
)
