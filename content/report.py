"""What came of a check, as figures and as the JSON object that ``pyquiz check --format json`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

from content.check import Report
from content.markup import plain
from content.question import Format, Kind, Level, Question, Topic, Version

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of what there is. ``versioned``: questions that do not hold for every release. The last three name
    topics: with fewer than three questions, with one kind of question only, without a question for juniors."""

    topics: int
    questions: int
    kinds: Mapping[str, int]
    levels: Mapping[str, int]
    formats: Mapping[str, int]
    code: int
    starters: int
    versioned: int
    few_questions: tuple[str, ...]
    one_kind: tuple[str, ...]
    no_junior: tuple[str, ...]


def figures(topics: Sequence[Topic]) -> Figures:
    """The figures of these topics."""
    questions = [question for topic in topics for question in topic.questions]
    return Figures(
        topics=len(topics),
        questions=len(questions),
        kinds=_count(Kind, (question.kind for question in questions)),
        levels=_count(Level, (question.level for question in questions)),
        formats=_count(Format, (question.format for question in questions)),
        code=sum(question.code is not None for question in questions),
        starters=sum(question.starter for question in questions),
        versioned=sum(question.since is not None or question.until is not None for question in questions),
        few_questions=tuple(topic.slug for topic in topics if len(topic.questions) < 3),
        one_kind=tuple(topic.slug for topic in topics if len({question.kind for question in topic.questions}) < 2),
        no_junior=tuple(
            topic.slug for topic in topics if Level.JUNIOR not in {question.level for question in topic.questions}
        ),
    )


def as_object(report: Report) -> dict[str, object]:
    """The report as one JSON object; texts of prompts and options are inline Markdown, accepted outputs plain."""
    questions = [question for topic in report.topics for question in topic.questions]
    return {
        "topics": [_topic(topic) for topic in report.topics],
        "questions": [_question(question) for question in questions],
        "claims": {"run": report.run, "failed": report.failed, "not_run": report.not_run},
        "figures": {**asdict(figures(report.topics)), "unproven": list(report.unproven)},
        "errors": [asdict(problem) for problem in report.errors],
        "warnings": [asdict(problem) for problem in report.warnings],
    }


def _topic(topic: Topic) -> dict[str, object]:
    return {
        "slug": topic.slug,
        "title": topic.title,
        "level": topic.level.value,
        "difficulty": topic.difficulty,
        "category": topic.category,
        "aliases": list(topic.aliases),
        "questions": [question.id for question in topic.questions],
    }


def _question(question: Question) -> dict[str, object]:
    common = {
        "id": question.id,
        "topic": question.topic,
        "kind": question.kind.value,
        "level": question.level.value,
        "difficulty": question.difficulty,
        "format": question.format.value,
        "since": _release(question.since),
        "until": _release(question.until),
        "code": question.code is not None,
        "prompt": question.prompt,
    }
    if question.kind is Kind.OUTPUT:
        accepted = [plain(option.text) for option in question.options if option.right]
        return {**common, "options": [], "accepted": accepted}
    return {**common, "options": [option.text for option in question.options], "right": list(question.right)}


def _release(version: Version | None) -> str | None:
    return f"{version[0]}.{version[1]}" if version else None


def _count(kinds: type[E], found: Iterable[E]) -> dict[str, int]:
    """How often each occurs, in the order they are declared; none is left out."""
    counts = {kind.value: 0 for kind in kinds}
    for kind in found:
        counts[kind.value] += 1
    return counts
