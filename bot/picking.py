"""Which question is next, and in which order its options stand. Pure; the same seed picks the same.

Each preference narrows what the ones before it left: no question again before all eligible ones were asked, then the
quarter asked longest ago > a new channel's first rounds from the starters > nothing that was practised lately > topics
of the last five rounds avoided > neighbouring rounds differ in format > the mix of levels, easiest on Mondays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from random import Random

from bot.model import Filters
from bot.work import History
from content.question import Kind, Level, Question

SHARES = {Level.JUNIOR: 0.30, Level.MID: 0.45, Level.SENIOR: 0.25}
"""The mix, from the easiest level up."""

TOPICS_APART = 5
"""A topic comes again after this many rounds."""

RESTED = 4
"""Once all were asked, the next is one of the fourth part that was asked longest ago: no question comes again before
three quarters of the others, and none later than after five quarters of them."""

MIXED = 20
"""Among repeats the mix of levels is that of the latest rounds, this many."""

STARTER_ROUNDS = 5
"""A new channel's first rounds, this many, are asked from the starters."""

NOTHING_FITS = "no question fits the levels, topics and Python version chosen here"
OPEN_ELSEWHERE = "every question left for this channel is open in another channel of the workspace"


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """There is no question to ask; ``reason`` says why, for the people of the channel."""

    reason: str


def fits(question: Question, filters: Filters) -> bool:
    """Whether a channel with these filters may be asked this question.

    A channel that did not say which Python it runs gets questions about any: their prompts name the version.
    """
    python = filters.python
    return (
        (not filters.levels or question.level in filters.levels)
        and (not filters.topics or question.topic in filters.topics)
        and (python is None or question.since is None or question.since <= python)
        and (python is None or question.until is None or python <= question.until)
    )


def eligible(pool: Sequence[Question], filters: Filters) -> Sequence[Question]:
    """The questions of ``pool`` that fit, in its order."""
    if not (filters.levels or filters.topics or filters.python):
        return pool
    return [question for question in pool if fits(question, filters)]


def left(pool: Sequence[Question], filters: Filters, history: History) -> int:
    """How many questions remain before the first one comes again."""
    return sum(question.id not in history.asked for question in eligible(pool, filters))


def pick(pool: Sequence[Question], filters: Filters, history: History, day: date, seed: str) -> Question | NothingLeft:
    """The question for the round of a local date."""
    wanted = eligible(pool, filters)
    fresh = [question for question in wanted if question.id not in history.asked]
    free = [question for question in fresh or wanted if question.id not in history.busy]
    if not free:
        return NothingLeft(OPEN_ELSEWHERE if wanted else NOTHING_FITS)
    if fresh:
        return _choose(free, filters, history, day, seed)
    return _choose(_rested(free, history), filters, replace(history, levels=_latest(wanted, history)), day, seed)


def order(question: Question, seed: str) -> tuple[int, ...]:
    """Place i shows the option written at position ``order[i]``; empty for an *output*, which shows none.

    It depends on how many options there are, never on which is right, and over seeds every place is as likely.
    """
    if question.kind is Kind.OUTPUT:
        return ()
    options = len(question.options)
    return tuple(Random(f"order {seed} {question.id}").sample(range(options), options))


def asked(history: History, question: Question) -> History:
    """What history says once this question was asked: what the store must come to as well.

    Levels count first askings only: among repeats the mix is that of the latest rounds.
    """
    number = history.rounds + 1
    first = question.id not in history.asked
    return replace(
        history,
        asked={**history.asked, question.id: number},
        topics=(question.topic, *history.topics)[:TOPICS_APART],
        formats=(question.format, *history.formats)[:TOPICS_APART],
        levels={**history.levels, question.level: history.levels.get(question.level, 0) + first},
        rounds=number,
    )


def _rested(free: list[Question], history: History) -> list[Question]:
    """The fourth part of these that was asked longest ago; of it only what has waited too long, where anything has."""
    oldest = sorted(free, key=lambda question: history.asked[question.id])[: -(-len(free) // RESTED)]
    late = history.rounds - len(free) * (RESTED + 1) // RESTED
    return [question for question in oldest if history.asked[question.id] <= late] or oldest


def _latest(wanted: Sequence[Question], history: History) -> Mapping[Level, int]:
    """How often each level was asked of late."""
    latest = nlargest(MIXED, wanted, key=lambda question: history.asked[question.id])
    return Counter(question.level for question in latest)


def _choose(found: list[Question], filters: Filters, history: History, day: date, seed: str) -> Question:
    if history.rounds < STARTER_ROUNDS:
        found = [question for question in found if question.starter] or found
    if history.practised:
        found = [question for question in found if question.id not in history.practised] or found
    found = _longest_unseen(found, history.topics[:TOPICS_APART])
    last = history.formats[:1]
    found = [question for question in found if question.format not in last] or found
    monday = filters.easy_mondays and day.isoweekday() == 1
    level = _level({question.level for question in found}, filters, history, monday)
    found = [question for question in found if question.level is level]
    if monday:
        easiest = min(question.difficulty for question in found)
        found = [question for question in found if question.difficulty == easiest]
    return Random(f"pick {seed}").choice(found)


def _longest_unseen(questions: list[Question], latest: Sequence[str]) -> list[Question]:
    """Without the latest topics; where that leaves nothing, with the one of them that was asked longest ago."""
    for seen in range(len(latest), 0, -1):
        avoided = frozenset(latest[:seen])
        found = [question for question in questions if question.topic not in avoided]
        if found:
            return found
    return questions


def _level(present: Set[Level], filters: Filters, history: History, monday: bool) -> Level:
    """The level furthest behind its share; on Mondays the easiest, unless that is a whole question ahead of its own."""
    wanted = [level for level in SHARES if not filters.levels or level in filters.levels]
    count = {level: history.levels.get(level, 0) for level in SHARES}
    fair = SHARES[wanted[0]] / sum(SHARES[level] for level in wanted)
    if monday and wanted[0] in present and count[wanted[0]] < fair * sum(count.values()) + 1:
        return wanted[0]
    return min((level for level in wanted if level in present), key=lambda level: (count[level] + 0.5) / SHARES[level])
