"""P11: finding a topic among ten thousand questions, exactly and misspelt, against bare FTS5."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace

from benchmarks.measure import CPU, Row, in_turn
from benchmarks.stage import BANK
from bot.quiz import SUGGESTIONS
from content.question import Block, Bullets, Lesson, Prose, Topic
from content.search import Finder

QUESTIONS = 10_000
LOOKS = 300
EXACT, MISSPELT, FREE = "metaclass", "metclas", "why is my list shared between calls"
BEGUN = "met"
WANTED = {EXACT: {"metaclasses"}, MISSPELT: {"metaclasses"}, FREE: {"args-kwargs", "mutable-defaults"}}
"""The topics that these mean; the last is asked of the lesson about default arguments, whatever it is called."""

_LONG = re.compile(r"[a-z]{4,}")
_KEPT = 0.3
"""So many of the longer words do all languages share."""


class Foreign:
    """Writes topics in a language of its own, which has words in common with the others but says something else."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)
        self._ending = "".join(self._random.choices("bcdfghjklmnpqrstvwxz", k=3))

    def text(self, text: str) -> str:
        """A text in that language."""
        return _LONG.sub(self._word, text.lower())

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        return word if self._random.random() < _KEPT else word[:3] + self._ending + word[3:]

    def topic(self, topic: Topic) -> Topic:
        """A topic in that language; none of its names is one of ours."""
        name = f"{self._ending}{topic.slug.replace('-', self._ending)}"
        questions = tuple(replace(question, prompt=self.text(question.prompt)) for question in topic.questions)
        aliases = tuple(f"{alias}{self._ending}" for alias in topic.aliases)
        return replace(
            topic, slug=name, title=name, aliases=aliases, lesson=self._lesson(topic.lesson), questions=questions
        )

    def _lesson(self, lesson: Lesson) -> Lesson:
        return Lesson(
            answer=self._blocks(lesson.answer),
            deep_dive=self._blocks(lesson.deep_dive),
            example=self._blocks(lesson.example),
            mistakes=self._blocks(lesson.mistakes),
            production=self._blocks(lesson.production),
            follow_ups=lesson.follow_ups,
            why=self._blocks(lesson.why),
        )

    def _blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Block:
        if isinstance(block, Bullets):
            return replace(block, items=tuple(map(self.text, block.items)))
        return replace(block, text=self.text(block.text)) if isinstance(block, Prose) else block


def library() -> list[Topic]:
    """Topics with at least ``QUESTIONS`` questions; ours come last."""
    found: list[Topic] = []
    many = len(BANK.questions)
    for number in range(-(-(QUESTIONS - many) // many)):
        found += map(Foreign(number).topic, BANK.topics)
    return [*found, *BANK.topics]


def bare_index(topics: list[Topic]) -> sqlite3.Connection:
    """The floor: a full text index over names and prompts, best topics first."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE topic USING fts5(slug, title, aliases, prompts, tokenize='porter')")
    rows = ((t.slug, t.title, " ".join(t.aliases), " ".join(q.prompt for q in t.questions)) for t in topics)
    connection.executemany("INSERT INTO topic VALUES (?, ?, ?, ?)", rows)
    return connection


def look(connection: sqlite3.Connection, text: str) -> list[str]:
    """The five best topics."""
    found = connection.execute("SELECT slug FROM topic WHERE topic MATCH ? ORDER BY rank LIMIT 5", (f'"{text}"',))
    return [slug for (slug,) in found]


async def measure() -> list[Row]:
    """The goal."""
    topics = library()
    assert sum(len(topic.questions) for topic in topics) >= QUESTIONS
    finder, connection = Finder(topics), bare_index(topics)
    finder.warm()

    def times(find: Callable[[str], object], text: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            for _ in range(LOOKS):
                find(text)

        return work

    assert "metaclasses" in look(connection, EXACT)
    bare, exact, misspelt, free, begun = await in_turn(
        times(lambda text: look(connection, text), EXACT),
        times(finder.find, EXACT),
        times(finder.find, MISSPELT),
        times(finder.find, FREE),
        times(lambda text: finder.suggest(text, SUGGESTIONS), BEGUN),
        timer=CPU,
    )
    first = [finder.find(text).nearest[0].slug in WANTED[text] for text in (EXACT, MISSPELT, FREE)]
    return [
        Row("P11", "search of 10,000 questions: exact against bare FTS5", bare / LOOKS, exact / LOOKS, "s", 1.3),
        Row("P11", "… misspelt against exact", exact / LOOKS, misspelt / LOOKS, "s", 3.0),
        Row("P11", "… in free words against exact", exact / LOOKS, free / LOOKS, "s"),
        Row("P11", f"… {SUGGESTIONS} suggestions for three letters against exact", exact / LOOKS, begun / LOOKS, "s"),
        Row("P11", "… the wanted topic is first, of three texts", len(first), sum(first), "texts", 1.0, more=True),
    ]
