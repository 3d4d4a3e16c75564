"""The pack that comes with PyQuiz: a year of working days, every claim executed, nothing that strictness would find."""

from __future__ import annotations

import pytest

from bot.commands import RESERVED
from content.bank import BUILT_IN, load_bank
from content.check import Report, check
from content.question import Kind, Level, Topic
from content.report import figures

TOPICS = load_bank().topics
QUESTIONS = [question for topic in TOPICS for question in topic.questions]


@pytest.fixture(scope="module")
def report() -> Report:
    """One check of the whole pack."""
    return check((BUILT_IN,), reserved=RESERVED)


@pytest.mark.slow
def test_the_pack_passes_the_strict_check(report: Report) -> None:
    """No error and no warning; every claim that this Python can show was run."""
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []
    assert report.failed == 0
    assert report.run > 2 * len(QUESTIONS)


def test_there_are_questions_for_a_year_of_working_days() -> None:
    """Of every kind and level, in the shares that were wanted."""
    found = figures(TOPICS)

    assert found.topics == 75
    assert found.questions >= 261
    assert found.kinds[Kind.OUTPUT] >= 60
    assert found.kinds[Kind.OUTPUT] <= 0.4 * found.questions
    assert found.kinds[Kind.SELECT] >= 30
    assert found.levels[Level.JUNIOR] >= 75
    assert found.levels[Level.MID] >= 110
    assert found.code >= 120
    assert found.starters >= 10


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_every_topic_can_be_practised(topic: Topic) -> None:
    """Three questions at least, of more than one kind, the first of them fair to a junior."""
    assert len(topic.questions) >= 3
    assert len({question.kind for question in topic.questions}) > 1
    assert topic.questions[0].level is Level.JUNIOR
