"""An index of topics by their words: by those of their names, and by the passages that speak of them.

A plain inverted index in memory. Over the built-in pack it takes about half the time of SQLite's FTS5 with its own
ranking, and ranks topics where that ranks passages; it is built once, in tens of milliseconds.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import defaultdict
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


class Index:
    """Topics by the words of their names and passages; rankings speak of topics by their position.

    The weights were chosen on thirty questions that people ask, over the built-in pack.
    """

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.vocabulary: set[str] = set()
        self._topic_of = array("I")
        self._weight = array("d")
        self._postings: dict[str, array[int]] = defaultdict(lambda: array("I"))
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._named: dict[str, set[int]] = defaultdict(set)
        self._sizes = [0] * len(topics)
        numbers = {topic.slug: number for number, topic in enumerate(topics)}
        for number, topic in enumerate(topics):
            self._name(number, " ".join((topic.title, topic.slug, *topic.aliases)))
            for text, about in _passages(topic):
                self._add(numbers.get(about, number), text)

    def __contains__(self, word: str) -> bool:
        """Whether any topic has this word, whatever its ending."""
        return stem(word) in self._counts

    def rank(self, asked: Iterable[str]) -> list[int]:
        """The topics that have any of these words, best first."""
        rarity = {form: self._rarity(form) for form in _forms(asked) if form in self._counts}
        whole = sum(rarity.values())
        scores: dict[int, float] = defaultdict(float)
        for form, worth in rarity.items():
            for topic, count in self._counts[form].items():
                scores[topic] += _BREADTH * worth * count / (count + self._sizes[topic] / 10)
            for topic in self._named.get(form, ()):
                scores[topic] += _NAME * worth
        for topic, found in self._by_topic(rarity, whole).items():
            best = heapq.nlargest(len(_PASSAGES), found)
            scores[topic] += sum(share * score for share, score in zip(_PASSAGES, best, strict=False))
        return sorted(scores, key=lambda topic: (-scores[topic], topic))

    def _rarity(self, form: str) -> float:
        """What a word tells: the fewer topics have it, the more."""
        worth = math.log(1 + len(self._sizes) / len(self._counts[form]))
        return worth * _VERY_WORD if form.startswith("=") else worth

    def _by_topic(self, rarity: Mapping[str, float], whole: float) -> dict[int, list[float]]:
        """The scores of passages, by the topic they are about."""
        passages: dict[int, float] = {}
        for form, worth in rarity.items():
            for number in self._postings.get(form, ()):
                passages[number] = passages.get(number, 0.0) + worth
        found: dict[int, list[float]] = defaultdict(list)
        for number, score in passages.items():
            # Squared: a passage with all of the words is worth more than several with one of them.
            found[self._topic_of[number]].append(score * score / whole * self._weight[number])
        return found

    def _name(self, topic: int, text: str) -> None:
        found = set(words(text))
        self.vocabulary |= found
        self._sizes[topic] += 1
        for form in {stem(word) for word in found}:
            self._named[form].add(topic)
            self._counts[form][topic] = self._counts[form].get(topic, 0) + 1

    def _add(self, topic: int, text: str) -> None:
        found = set(words(text))
        passage = len(self._topic_of)
        self._topic_of.append(topic)
        self._weight.append(1 / (_SHORTNESS + math.sqrt(len(found))))
        self._sizes[topic] += 1
        self.vocabulary |= found
        for form in _forms(found):
            self._postings[form].append(passage)
            self._counts[form][topic] = self._counts[form].get(topic, 0) + 1


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
