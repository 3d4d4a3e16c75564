"""An index of topics by their words: by those of their names, and by the passages that speak of them.

A plain inverted index in memory. Over the built-in pack it takes about half the time of SQLite's FTS5 with its own
ranking, and ranks topics where that ranks passages; it is built once, in tens of milliseconds.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from content.question import Block, Bullets, Prose, Topic
from content.spelling import stem, words

_NAME = 0.5
"""What it counts that a word stands in a topic's title or in an alias."""

_BREADTH = 2.0
"""What it counts that many of a topic's passages have a word; a tenth of them is half of all it can count."""

_PASSAGES = (15.0, 7.5, 3.75)
"""What the best, the second best and the third best passage of a topic count."""

_SHORTNESS = 16.0
"""Damps how much short passages are preferred."""

_VERY_WORD = 0.5
"""What the very word counts beside its stem."""

_READ = 40
"""So many topics are read passage by passage: those that have most of the words."""


class Index:
    """Topics by the words of their names and passages; rankings speak of topics by their position.

    The weights were chosen on thirty questions that people ask, over the built-in pack.
    """

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.vocabulary: set[str] = set()
        self._topics = len(topics)
        self._weight = array("d")
        self._first = array("I")
        self._postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._shares: dict[str, dict[int, float]] = defaultdict(dict)
        for number, (name, texts) in enumerate(_said(topics)):
            self._first.append(len(self._weight))
            self._add(number, name, texts)
        self._first.append(len(self._weight))

    def __contains__(self, word: str) -> bool:
        """Whether any topic has this word, whatever its ending."""
        return stem(word) in self._shares

    def rank(self, asked: Iterable[str]) -> list[int]:
        """The topics that have any of these words, best first."""
        worth = {form: self._worth(form) for form in _forms(asked) if form in self._shares}
        scores: dict[int, float] = {}
        for form, much in worth.items():
            for topic, share in self._shares[form].items():
                scores[topic] = scores.get(topic, 0.0) + much * share
        whole = sum(worth.values())
        best = sorted(scores, key=scores.__getitem__, reverse=True)[:_READ]
        for topic in best:
            scores[topic] += self._read(topic, worth) / whole
        return sorted(best, key=lambda topic: (-scores[topic], topic))

    def _worth(self, form: str) -> float:
        """What a word tells: the fewer topics have it, the more."""
        worth = math.log(1 + self._topics / len(self._shares[form]))
        return worth * _VERY_WORD if form.startswith("=") else worth

    def _read(self, topic: int, worth: Mapping[str, float]) -> float:
        """What a topic's best passages say of what is asked."""
        first, past = self._first[topic], self._first[topic + 1]
        found: dict[int, float] = {}
        for form, much in worth.items():
            if postings := self._postings.get(form):
                start = bisect_left(postings, first)
                for number in postings[start : bisect_left(postings, past, start)]:
                    found[number] = found.get(number, 0.0) + much
        # Squared: a passage with all of the words is worth more than several with one of them.
        best = sorted((score * score * self._weight[number] for number, score in found.items()), reverse=True)
        return sum(share * score for share, score in zip(_PASSAGES, best, strict=False))

    def _add(self, topic: int, name: str, texts: Sequence[str]) -> None:
        """A topic: its names are one passage more that has its words, but none that is read."""
        named = set(words(name))
        self.vocabulary |= named
        stems = {stem(word) for word in named}
        counts = Counter(stems)
        for text in texts:
            found = set(words(text))
            self.vocabulary |= found
            forms = _forms(found)
            counts.update(forms)
            for form in forms:
                self._postings[form].append(len(self._weight))
            self._weight.append(1 / (_SHORTNESS + math.sqrt(len(found))))
        tenth = (1 + len(texts)) / 10
        for form, count in counts.items():
            self._shares[form][topic] = _BREADTH * count / (count + tenth) + _NAME * (form in stems)


class NameIndex:
    """Topics by the words of their titles and aliases alone: a small index, for what is close to a name."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        postings: dict[str, set[int]] = defaultdict(set)
        for number, name in names:
            for word in words(name):
                postings[stem(word)].add(number)
        self._postings = {word: tuple(sorted(numbers)) for word, numbers in postings.items()}

    def rank(self, asked: Iterable[str]) -> list[int]:
        """The topics with any of these words in a name, those with most and rarest first."""
        scores: dict[int, float] = {}
        for word in asked:
            numbers = self._postings.get(stem(word), ())
            for number in numbers:
                scores[number] = scores.get(number, 0.0) + 1 / len(numbers)
        return sorted(scores, key=scores.__getitem__, reverse=True)


def _forms(found: Iterable[str]) -> set[str]:
    """The stems of words and, marked, the words themselves: the very word says more than another form of it."""
    forms: set[str] = set()
    for word in found:
        stemmed = stem(word)
        forms.add(stemmed)
        if stemmed != word:
            forms.add(f"={word}")
    return forms


def _said(topics: Sequence[Topic]) -> Iterator[tuple[str, list[str]]]:
    """Of each topic all that it is called, and the passages that speak of it, whichever topic they stand in."""
    texts: dict[str, list[str]] = {topic.slug: [] for topic in topics}
    for topic in topics:
        for text, about in _passages(topic):
            texts[about if about in texts else topic.slug].append(text)
    for topic in topics:
        yield " ".join((topic.title, topic.slug, *topic.aliases)), texts[topic.slug]


def _passages(topic: Topic) -> Iterator[tuple[str, str]]:
    """What is said at a stretch, with the topic that it is about: each question, each paragraph and item of the lesson.

    A follow-up that leads to another topic speaks of that one. Code is left out.
    """
    for question in topic.questions:
        options = (f"{option.text} {option.reason}" for option in question.options)
        yield " ".join((question.prompt, question.explanation, *options)), topic.slug
    lesson = topic.lesson
    for blocks in (lesson.answer, lesson.deep_dive, lesson.example, lesson.mistakes, lesson.production, lesson.why):
        for block in blocks:
            for text in _prose(block):
                yield text, topic.slug
    for follow_up in lesson.follow_ups:
        yield f"{follow_up.question} {follow_up.answer}", follow_up.topic or topic.slug


def _prose(block: Block) -> tuple[str, ...]:
    match block:
        case Prose(text):
            return (text,)
        case Bullets(items):
            return items
        case _:
            return ()
