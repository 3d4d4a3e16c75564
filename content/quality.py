"""What makes a pack worse, not invalid: bias, give-aways, doubles, missing reasons, code that does not fit."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from content.markup import RunStyle, plain, runs
from content.names import Spot
from content.question import CodeBlock, Kind, Problem, Question, Topic
from content.reader import Reading
from content.reading.complaints import shorten
from content.reading.lesson import FOLLOW_UPS
from content.spelling import bare

CODE_COLUMNS = 60
CODE_LINES = 20
"""What fits a phone without scrolling sideways, and a screen."""

LONGEST_MOST = 0.35
"""The largest share of choice questions whose right option is the longest."""

FEW = 8
"""Fewer questions than this show no bias."""

SIMILAR = 90.0
"""From this likeness of two questions on, in per cent, they are doubles."""

_GIVE_AWAYS = re.compile(r"\b(?:all|none|both|any|either) of (?:the above|these|them)\b|\bboth [a-e] and [a-e]\b", re.I)
_ABSOLUTE = re.compile(r"\b(?:always|never|impossible|absolutely|invariably|under no circumstances)\b", re.I)


def find_faults(reading: Reading, slugs: frozenset[str]) -> list[Problem]:
    """The warnings of one pack; ``slugs`` are the topics that follow-ups may lead to."""
    questions = [question for topic in reading.topics for question in topic.questions]
    warnings = [*_position_bias(reading, questions), *_length_bias(reading, questions), *_doubles(reading, questions)]
    for topic in reading.topics:
        warnings += _lost_follow_ups(reading, topic, slugs)
        warnings += _wide_lesson(reading, topic)
        for question in topic.questions:
            warnings += _question_faults(reading.spots[question.id], question)
    return sorted(warnings, key=lambda problem: (problem.file, problem.line))


def reserved_aliases(reading: Reading, reserved: frozenset[str]) -> list[Problem]:
    """The aliases that are a command's name; people who type them would never reach the topic."""
    return [
        _problem(reading.spots[topic.slug], "aliases", alias, "a word that is no command", "this is a command's name")
        for topic in reading.topics
        for alias in (topic.slug, *topic.aliases)
        if alias in reserved or bare(alias) in reserved
    ]


def _question_faults(spot: Spot, question: Question) -> Iterator[Problem]:
    for option in question.options:
        if not option.reason:
            wanted = "why it is right, or the misconception behind it"
            yield _problem(spot, f"{question.id}.reason", option.text, wanted, "this option has no reason")
        if _GIVE_AWAYS.search(plain(option.text)):
            message = "this option gives itself away"
            yield _problem(spot, f"{question.id}.option", option.text, "an option that stands by itself", message)
    yield from _absolutes(spot, question)
    if question.code is not None:
        yield from _unfit(spot, f"{question.id}.code", question.code)


def _absolutes(spot: Spot, question: Question) -> Iterator[Problem]:
    """Absolute words are a hint where only wrong options have them."""
    absolute = [option for option in question.options if question.kind is not Kind.OUTPUT and _absolute(option.text)]
    if absolute and not any(option.right for option in absolute):
        message = "absolute words stand only in wrong options"
        yield _problem(spot, f"{question.id}.option", absolute[0].text, "the same wariness in every option", message)


def _absolute(text: str) -> bool:
    return any(run.style is not RunStyle.CODE and _ABSOLUTE.search(run.text) for run in runs(text))


def _position_bias(reading: Reading, questions: Sequence[Question]) -> Iterator[Problem]:
    """A position that is right oftener than chance allows (three standard deviations), by number of options."""
    for size in range(2, 6):
        group = [q for q in questions if q.kind is Kind.CHOICE and len(q.options) == size]
        if len(group) < FEW:
            continue
        position, count = Counter(q.right[0] for q in group).most_common(1)[0]
        most = len(group) / size + 3 * math.sqrt(len(group) * (1 / size) * (1 - 1 / size))
        if count > most:
            found = f"option {position + 1} is right in {count} of {len(group)} questions with {size} options"
            wanted = f"at most {math.floor(most)}"
            yield _problem(_whole(reading), "options", found, wanted, "right answers prefer one position")


def _length_bias(reading: Reading, questions: Sequence[Question]) -> Iterator[Problem]:
    choices = [question for question in questions if question.kind is Kind.CHOICE]
    longest = [question for question in choices if right_is_longest(question)]
    if len(choices) >= FEW and len(longest) > LONGEST_MOST * len(choices):
        found = f"{len(longest)} of {len(choices)}: {', '.join(question.id for question in longest)}"
        wanted = f"at most {math.floor(LONGEST_MOST * len(choices))}"
        message = "the right option is the longest too often"
        spot = _whole(reading)
        yield Problem(spot.file, spot.line, "options", found, wanted, message)


def right_is_longest(question: Question) -> bool:
    """Whether the one right option is longer than every other."""
    lengths = [(len(plain(option.text)), option.right) for option in question.options]
    right = max((length for length, is_right in lengths if is_right), default=0)
    return right > max((length for length, is_right in lengths if not is_right), default=0)


def _doubles(reading: Reading, questions: Sequence[Question]) -> Iterator[Problem]:
    texts = [_asked(question) for question in questions]
    for index, (question, text) in enumerate(zip(questions, texts, strict=True)):
        for other, other_text in zip(questions[:index], texts, strict=False):
            if fuzz.ratio(text, other_text, score_cutoff=SIMILAR):
                message = f"this asks what {other.id} asks"
                yield _problem(reading.spots[question.id], "id", question.id, "questions that differ", message)


def _asked(question: Question) -> str:
    """What tells a question from others: its code where it has one, since many only ask what that prints."""
    if question.code is not None:
        return f"{question.code}\n{plain(question.prompt)}"
    return "\n".join((plain(question.prompt), *sorted(plain(option.text) for option in question.options)))


def _lost_follow_ups(reading: Reading, topic: Topic, slugs: frozenset[str]) -> Iterator[Problem]:
    for follow_up in topic.lesson.follow_ups:
        if follow_up.topic is not None and follow_up.topic not in slugs:
            spot = reading.spots[f"{topic.slug}/{FOLLOW_UPS}"]
            message = "this leads to a topic that is not there"
            yield _problem(spot, FOLLOW_UPS, follow_up.topic, "the slug of a topic", message)


def _wide_lesson(reading: Reading, topic: Topic) -> Iterator[Problem]:
    lesson, spot = topic.lesson, reading.spots[topic.slug]
    lines = {claim.code: claim.line for claim in reading.claims if claim.file == spot.file and claim.question is None}
    for blocks in (lesson.answer, lesson.deep_dive, lesson.example, lesson.mistakes, lesson.production, lesson.why):
        for block in blocks:
            if isinstance(block, CodeBlock):
                where = Spot(spot.file, lines.get(block.text, spot.line))
                yield from _unfit(where, "code", block.text)


def _unfit(spot: Spot, field: str, code: str) -> Iterator[Problem]:
    lines = code.split("\n")
    widest = max(lines, key=len)
    if len(widest) > CODE_COLUMNS:
        found = f"{len(widest)} columns: {widest.strip()}"
        yield _problem(spot, field, found, f"at most {CODE_COLUMNS} columns", "this code is too wide")
    if len(lines) > CODE_LINES:
        yield _problem(spot, field, f"{len(lines)} lines", f"at most {CODE_LINES} lines", "this code is too long")


def _whole(reading: Reading) -> Spot:
    """Where to put what concerns a pack as a whole: its first file."""
    return min(reading.spots.values(), key=lambda spot: (spot.file, spot.line))


def _problem(spot: Spot, field: str, found: str, wanted: str, message: str) -> Problem:
    return Problem(spot.file, spot.line, field, shorten(found), wanted, message)
