"""All that can be asked: the packs that loaded, their topics by slug and their questions by id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from content.cache import Cache, Kept
from content.names import doubles, taken_by
from content.question import Pack, Problem, Question, Topic

BUILT_IN = Path(__file__).parent / "packs" / "python"
"""The folder of the pack that comes with PyQuiz."""


class Bank:
    """The packs that are loaded. ``problems`` says what is wrong with those that were left out."""

    def __init__(self, packs: Sequence[Pack], problems: Sequence[Problem] = ()) -> None:
        self.packs = tuple(packs)
        self.problems = tuple(problems)
        self.topics: tuple[Topic, ...] = tuple(topic for pack in self.packs for topic in pack.topics)
        self.questions: tuple[Question, ...] = tuple(item for topic in self.topics for item in topic.questions)
        self._topics = {topic.slug: topic for topic in self.topics}
        self._questions = {question.id: question for question in self.questions}

    def topic(self, slug: str) -> Topic | None:
        """The topic with this slug."""
        return self._topics.get(slug)

    def question(self, question_id: str) -> Question | None:
        """The question with this id."""
        return self._questions.get(question_id)

    def topic_of(self, question: Question) -> Topic | None:
        """The topic that a question belongs to; None for a question of a pack that is gone."""
        return self._topics.get(question.topic)


def load_bank(folders: Sequence[Path] = (), *, cache: Path | None = None, built_in: Path | None = BUILT_IN) -> Bank:
    """The built-in pack (None: without it) and those in these folders, in this order; never raises for what is in them.

    A broken pack is left out whole and its problems kept; so is one that takes a name which an earlier pack has. A
    folder that is named twice counts once. ``cache`` is a folder in which what was read is kept for the next start.
    """
    store = Cache(cache) if cache is not None else None
    packs: list[Pack] = []
    problems: list[Problem] = []
    taken: dict[tuple[str, str], str] = {}
    for folder in _once([built_in, *folders] if built_in is not None else folders):
        kept, found = _load(folder, store)
        if kept is not None:
            found = tuple(doubles([(topic, kept.spots) for topic in kept.pack.topics], taken))
        problems += found
        if kept is not None and not found:
            packs.append(kept.pack)
            taken |= taken_by(kept.pack)
    return Bank(packs, problems)


def _once(folders: Sequence[Path]) -> list[Path]:
    first: dict[Path, Path] = {}
    for folder in folders:
        first.setdefault(folder.absolute(), folder)
    return list(first.values())


def _load(folder: Path, cache: Cache | None) -> tuple[Kept | None, tuple[Problem, ...]]:
    """The pack in a folder or its problems; out of the cache where that has it."""
    kept = cache.recall(folder) if cache else None
    if kept is not None:
        return kept, ()
    # Imported only here: the Markdown and YAML parsers cost more than a start with a warm cache.
    from content.reader import read_pack

    key = cache.key(folder) if cache else None
    reading = read_pack(folder)
    if reading.pack is None:
        return None, reading.problems
    kept = Kept(reading.pack, reading.spots)
    if cache is not None and key is not None:
        cache.keep(folder, key, kept)
    return kept, ()
