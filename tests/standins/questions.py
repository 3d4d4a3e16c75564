"""Questions to play with: as many as wanted, of every kind, level and format, about nothing in particular."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content.question import Format, Kind, Lesson, Level, Option, Pack, Question, Topic

CATEGORIES = ("data model", "functions", "classes", "concurrency")
LEVELS = (Level.JUNIOR, Level.MID, Level.MID, Level.SENIOR)
KINDS = (Kind.CHOICE, Kind.CHOICE, Kind.SELECT, Kind.OUTPUT)
OPTIONS = 4

EMPTY = Lesson(answer=(), deep_dive=(), example=(), mistakes=(), production=(), follow_ups=(), why=())


def first(number: int) -> int:
    """The key that most tests use: it varies from question to question."""
    return number % OPTIONS


def make_question(
    number: int, topic: str, key: Callable[[int], int] = first, kinds: Sequence[Kind] = KINDS
) -> Question:
    """One question; ``key`` says which of the options written 0 to 3 is right (of a select also the one after it)."""
    kind = kinds[number % len(kinds)]
    right = {key(number)} if kind is not Kind.SELECT else {key(number), (key(number) + 1) % OPTIONS}
    return Question(
        id=f"{topic}/{number}",
        topic=topic,
        category=CATEGORIES[number % len(CATEGORIES)],
        kind=kind,
        level=LEVELS[(number // 2) % len(LEVELS)],
        difficulty=1 + number % 10,
        format=list(Format)[number % len(Format)],
        prompt=f"What about number {number}?",
        code=f"print({number})" if number % 3 else None,
        options=tuple(
            Option(f"`{number}{letter}`", i in right, f"because {letter}") for i, letter in enumerate("abcd")
        ),
        explanation=f"About {number}, in short.",
    )


def make_pack(
    topics: int = 10, each: int = 4, key: Callable[[int], int] = first, kinds: Sequence[Kind] = KINDS
) -> Pack:
    """A pack of ``topics`` × ``each`` questions."""
    return Pack("played", tuple(_topic(number, each, key, kinds) for number in range(topics)))


def _topic(number: int, each: int, key: Callable[[int], int], kinds: Sequence[Kind]) -> Topic:
    slug = f"topic-{number}"
    return Topic(
        slug=slug,
        title=f"Topic {number}",
        level=LEVELS[number % len(LEVELS)],
        difficulty=1 + number % 10,
        category=CATEGORIES[number % len(CATEGORIES)],
        aliases=(f"topic{number}",),
        references=(),
        lesson=EMPTY,
        questions=tuple(make_question(number * each + i, slug, key, kinds) for i in range(each)),
    )
