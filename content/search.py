"""Finds the topic that somebody means: as typed, without ornaments, misspelt, or in free words."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.index import Index, NameIndex
from content.question import Topic
from content.spelling import Speller, bare, loose, stem, telling, tidy, words

NEAREST = 5
"""Topics that are offered at most."""

ASKED_MOST = 200
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a text may mean. ``exact``: the topic that it names. ``others``: topics that it names too when ornaments
    are left out (``str`` and ``__str__``). ``nearest``: at most five, best first; ``exact`` and ``others`` lead."""

    exact: Topic | None
    others: tuple[Topic, ...]
    nearest: tuple[Topic, ...]


class Finder:
    """Finds topics among these. Names are known at once; whatever reads every word of every topic (tens of
    milliseconds for the built-in pack) waits for the first text that is no name, or for ``warm``."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = tuple(topics)
        self._typed: dict[str, int] = {}
        self._bare: dict[str, list[int]] = defaultdict(list)
        self._loose: dict[str, list[int]] = defaultdict(list)
        for number, topic in enumerate(self._topics):
            for name in _names(topic):
                self._typed.setdefault(name, number)
                _once(self._bare[bare(name)], number)
                _once(self._loose[loose(name)], number)

    def warm(self) -> None:
        """Make ready what the first search would have to wait for; may run in a thread of its own."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property):
                getattr(self, name)

    @cached_property
    def _index(self) -> Index:
        return Index(self._topics)

    @cached_property
    def _by_name(self) -> NameIndex:
        return NameIndex((number, name) for name, number in self._typed.items())

    @cached_property
    def _whole(self) -> Speller:
        return Speller(self._typed)

    @cached_property
    def _gist(self) -> dict[str, list[int]]:
        """Topics by what their names say; the shortest name says it best (``gil`` before ``no-gil``)."""
        found: dict[str, list[int]] = defaultdict(list)
        for name in sorted(self._typed, key=len):
            _once(found[_gist(name)], self._typed[name])
        found.pop("", None)
        return dict(found)

    @cached_property
    def _words(self) -> Speller:
        return Speller(word for name in self._typed for word in words(name))

    @cached_property
    def _vocabulary(self) -> dict[tuple[str, int], list[str]]:
        """All words by their first letter and their length."""
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._index.vocabulary):
            found[word[0], len(word)].append(word)
        return dict(found)

    @cached_property
    def _beginnings(self) -> list[tuple[str, bool, str]]:
        """Names by their beginnings, without ornaments too, and by those of their later words, marked."""
        found = {(start, False, name) for name in self._typed for start in (name, bare(name))}
        found |= {(name[at + 1 :], True, name) for name in self._typed for at, sign in enumerate(name) if sign == " "}
        return sorted(found)

    def find(self, text: str) -> Found:
        """What this text may mean; never raises, and finds nothing in nothing."""
        asked = tidy(text[:ASKED_MOST])
        exact = self._exact(asked)
        named = self._bare.get(bare(asked), ()) if exact is not None else ()
        others = [number for number in named if number != exact]
        ranked = [] if exact is None else [exact, *others]
        for number in self._ranked(asked) if exact is None else self._by_name.rank(telling(asked)):
            if len(ranked) >= NEAREST:
                break
            _once(ranked, number)
        return Found(
            None if exact is None else self._topics[exact],
            tuple(self._topics[number] for number in others),
            tuple(self._topics[number] for number in ranked[:NEAREST]),
        )

    def suggest(self, prefix: str, limit: int) -> tuple[Topic, ...]:
        """Topics that somebody who has typed this far may mean: by the beginning of a name, then of a word in one."""
        asked = tidy(prefix[:ASKED_MOST])
        if not asked:
            return self._topics[:limit]
        found: list[int] = []
        for number in self._completions(asked):
            _once(found, number)
            if len(found) == limit:
                break
        if len(found) < limit:
            for topic in self.find(prefix).nearest:
                _once(found, self._typed[topic.slug])
        return tuple(self._topics[number] for number in found[:limit])

    def _exact(self, asked: str) -> int | None:
        """As typed; without ornaments, where a name is just that; by its words, where only one topic has them."""
        if asked in self._typed:
            return self._typed[asked]
        stripped = bare(asked)
        if stripped in self._typed:
            return self._typed[stripped]
        for numbers in (self._bare.get(stripped, ()), self._loose.get(loose(asked) or "?", ())):
            if len(numbers) == 1:
                return numbers[0]
        return None

    def _ranked(self, asked: str) -> Iterator[int]:
        """Topics by the code in the text that is their name (``==``), by names that say the same, by names that it may
        be a slip of; where there are none of these, by its words in their passages."""
        if not asked.isalpha():
            yield from (self._typed[token] for token in _code(asked) if token in self._typed)
        yield from self._gist.get(_gist(asked), ())
        near = self._whole.nearest(asked)
        for name in near:
            yield self._typed[name]
        yield from self._by_name.rank(telling(near[0])) if near else self._index.rank(self._corrected(telling(asked)))

    def _corrected(self, asked: Iterable[str]) -> Iterator[str]:
        """The words, where nobody uses one its nearest: first among the names of topics, then among all words."""
        for word in asked:
            if word in self._index:
                yield word
            elif near := self._words.nearest(word):
                yield from near[:2]
            elif len(word) > 3:
                yield from self._any_word(word)

    def _any_word(self, word: str) -> tuple[str, ...]:
        """The word that this is one slip from, if any; people rarely get the first letter wrong."""
        for length in (len(word), len(word) + 1, len(word) - 1):
            alike = self._vocabulary.get((word[0], length), ())
            if match := process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=1):
                return (match[0],)
        return ()

    def _completions(self, asked: str) -> Iterator[int]:
        """The shortest first: it is closest to what was typed."""
        found: list[tuple[bool, int, str]] = []
        for start, later, name in self._beginnings[bisect_left(self._beginnings, (asked,)) :]:
            if not start.startswith(asked):
                break
            found.append((later, len(name), name))
        return (self._typed[name] for _, _, name in sorted(found))


def _names(topic: Topic) -> tuple[str, ...]:
    """All that a topic is called. Aliases come first: its title may be another topic's alias."""
    return (topic.slug, *topic.aliases, tidy(topic.title))


def _code(text: str) -> Iterator[str]:
    """What stands in a text and is no plain word."""
    tokens = (token.strip("?!.,;:\"'") for token in text.split())
    return (token for token in tokens if not token.isalnum())


def _gist(text: str) -> str:
    """What a text says, whatever the order and the endings: “tuples and lists, please” is ``list vs tuple``."""
    return " ".join(sorted(map(stem, telling(text))))


def _once(numbers: list[int], number: int) -> None:
    if number not in numbers:
        numbers.append(number)
