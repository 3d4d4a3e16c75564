"""Which question is next: each rule of precedence, a year of rounds, and the order of options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.model import Filters
from bot.picking import (
    NOTHING_FITS,
    OPEN_ELSEWHERE,
    SHARES,
    STARTER_ROUNDS,
    TOPICS_APART,
    NothingLeft,
    asked,
    eligible,
    left,
    order,
    pick,
)
from bot.work import History
from content.question import Format, Kind, Level, Option, Question

UNHURRIED = settings(deadline=None)
MONDAY, TUESDAY = date(2026, 1, 12), date(2026, 1, 13)
LEVELS = tuple(SHARES)
ANYTHING = Filters()


def question(number: int, **values: object) -> Question:
    """A question that differs from the others by its number, and by what the test says."""
    written: dict[str, object] = {
        "id": f"q{number}",
        "topic": f"topic{number}",
        "category": "data model",
        "kind": Kind.CHOICE,
        "level": Level.MID,
        "difficulty": 5,
        "format": Format.CONCEPT,
        "prompt": "Which one?",
        "code": None,
        "options": tuple(Option(letter, letter == "a", "") for letter in "abcd"),
        "explanation": "",
    }
    return Question(**(written | values))  # type: ignore[arg-type]  # names are checked by every test that uses one


def bank(size: int, seed: int = 0) -> tuple[Question, ...]:
    """A pool in the mix that a channel wants, three questions a topic, with difficulty that follows the level."""
    random = Random(seed)
    levels = [level for level, share in SHARES.items() for _ in range(round(share * size))]
    random.shuffle(levels)
    return tuple(
        question(
            number,
            topic=f"topic{number // 3}",
            level=level,
            format=random.choice(list(Format)),
            difficulty=LEVELS.index(level) * 3 + random.randint(1, 4),
            starter=number % 25 == 0,
        )
        for number, level in enumerate(levels)
    )


def picked(pool: Sequence[Question], filters: Filters, history: History, day: date, seed: str) -> Question:
    """The question picked; there must be one."""
    found = pick(pool, filters, history, day, seed)
    assert isinstance(found, Question)
    return found


def play(
    pool: Sequence[Question], days: int, filters: Filters = ANYTHING, seed: str = "7"
) -> list[tuple[date, Question]]:
    """The questions of a channel on so many working days from a Monday on."""
    history, found = History(), []
    for week in range(days // 5 + 1):
        for weekday in range(5):
            day = MONDAY + timedelta(days=7 * week + weekday)
            chosen = picked(pool, filters, history, day, f"{seed} {day}")
            history = asked(history, chosen)
            found.append((day, chosen))
    return found[:days]


questions = some.builds(
    question,
    some.integers(0, 10_000),
    topic=some.sampled_from(["gil", "closures", "mro", "async", "dicts", "slots", "typing"]),
    level=some.sampled_from(Level),
    difficulty=some.integers(1, 10),
    format=some.sampled_from(Format),
    since=some.sampled_from([None, (3, 11), (3, 12), (3, 14)]),
    until=some.sampled_from([None, (3, 11), (3, 12), (3, 14)]),
    starter=some.booleans(),
)
pools = some.lists(questions, min_size=1, max_size=25, unique_by=lambda question: question.id)
days = some.dates(date(2026, 1, 1), date(2026, 12, 31))
filterings = some.builds(
    Filters,
    levels=some.frozensets(some.sampled_from(Level), max_size=2),
    topics=some.frozensets(some.sampled_from(["gil", "closures", "mro"]), max_size=2),
    python=some.sampled_from([None, (3, 11), (3, 12), (3, 13), (3, 14)]),
    easy_mondays=some.booleans(),
)


@some.composite
def histories(draw: some.DrawFn, pool: Sequence[Question]) -> History:
    """What may have happened in a channel with this pool."""
    ids = [question.id for question in pool]
    before = draw(some.permutations(ids))[: draw(some.integers(0, len(ids)))]
    return History(
        asked={id_: number for number, id_ in enumerate(before, start=1)},
        topics=tuple(draw(some.lists(some.sampled_from([question.topic for question in pool]), max_size=5))),
        formats=tuple(draw(some.lists(some.sampled_from(Format), max_size=5))),
        levels=draw(some.dictionaries(some.sampled_from(Level), some.integers(0, 20))),
        busy=frozenset(draw(some.lists(some.sampled_from(ids), max_size=4))),
        practised=frozenset(draw(some.lists(some.sampled_from(ids), max_size=4))),
        rounds=draw(some.integers(len(before), len(before) + 10)),
    )


situations = pools.flatmap(lambda pool: some.tuples(some.just(pool), histories(pool)))


@UNHURRIED
@given(situations, filterings, days, some.text(max_size=5))
def test_whatever_is_picked_fits_the_filters_and_is_free(
    situation: tuple[list[Question], History], filters: Filters, day: date, seed: str
) -> None:
    """Nothing outside the levels, topics and versions of a channel, and nothing that is open elsewhere."""
    pool, history = situation
    found = pick(pool, filters, history, day, seed)
    fitting = [
        question
        for question in pool
        if (not filters.levels or question.level in filters.levels)
        and (not filters.topics or question.topic in filters.topics)
        and (not filters.python or (question.since or (0, 0)) <= filters.python <= (question.until or (9, 0)))
    ]

    assert list(eligible(pool, filters)) == fitting
    if isinstance(found, Question):
        assert found in fitting
        assert found.id not in history.busy
    else:
        assert found.reason == (OPEN_ELSEWHERE if fitting else NOTHING_FITS)


@UNHURRIED
@given(situations, filterings, days)
def test_nothing_comes_again_while_something_eligible_was_never_asked(
    situation: tuple[list[Question], History], filters: Filters, day: date
) -> None:
    """Where all that was never asked is open elsewhere, the day is skipped rather than a question repeated."""
    pool, history = situation
    found = pick(pool, filters, history, day, "seed")
    fresh = {question.id for question in eligible(pool, filters)} - set(history.asked)

    assert left(pool, filters, history) == len(fresh)
    if fresh:
        assert found.id in fresh if isinstance(found, Question) else fresh <= history.busy


@UNHURRIED
@given(situations, days, some.integers(0, 10))
def test_after_the_last_one_the_quarter_asked_longest_ago_comes_again(
    situation: tuple[list[Question], History], day: date, voided: int
) -> None:
    """Of it first what has waited for five quarters of the pool, then what was not practised lately."""
    pool, history = situation
    asked = {question.id: number for number, question in enumerate(pool, start=1)}
    history = replace(history, asked=asked, rounds=len(pool) + voided)
    free = [question for question in pool if question.id not in history.busy]
    quarter = free[: ceil(len(free) / 4)]
    late = [question for question in quarter if history.rounds - asked[question.id] >= len(free) * 5 // 4]
    starting = history.rounds < STARTER_ROUNDS and any(question.starter for question in late or quarter)
    wanted = [question for question in late or quarter if question.id not in history.practised] or late or quarter
    found = pick(pool, Filters(), history, day, "seed")

    if free:
        assert found in (late or quarter)
        assert found in wanted or starting
    else:
        assert found == NothingLeft(OPEN_ELSEWHERE)


@UNHURRIED
@given(situations, days)
def test_a_new_channel_begins_with_starters(situation: tuple[list[Question], History], day: date) -> None:
    """Its first five rounds, as far as there are any that were not asked."""
    pool, history = situation
    found = pick(pool, Filters(), history, day, "seed")
    fresh = [question for question in pool if question.id not in {*history.asked, *history.busy}]

    if history.rounds < STARTER_ROUNDS and any(question.starter for question in fresh):
        assert isinstance(found, Question)
        assert found.starter


@UNHURRIED
@given(situations, days)
def test_what_was_practised_lately_comes_last(situation: tuple[list[Question], History], day: date) -> None:
    """Among those never asked, and before looking at topics."""
    pool, history = situation
    history = replace(history, rounds=STARTER_ROUNDS)
    fresh = {question.id for question in pool} - set(history.asked) - history.busy
    found = pick(pool, Filters(), history, day, "seed")

    if fresh - history.practised:
        assert isinstance(found, Question)
        assert found.id not in history.practised


@UNHURRIED
@given(situations, days)
def test_topics_of_the_last_five_rounds_are_avoided(situation: tuple[list[Question], History], day: date) -> None:
    """Where each topic was asked lately, the one asked longest ago is taken."""
    pool, history = situation
    history = replace(history, rounds=STARTER_ROUNDS, practised=frozenset(), asked={}, busy=frozenset())
    found = picked(pool, Filters(), history, day, "seed")

    def rounds_ago(topic: str) -> int:
        return history.topics.index(topic) if topic in history.topics else TOPICS_APART

    assert rounds_ago(found.topic) == max(rounds_ago(question.topic) for question in pool)


@UNHURRIED
@given(situations, days)
def test_neighbouring_rounds_differ_in_format(situation: tuple[list[Question], History], day: date) -> None:
    """As far as topics leave a choice."""
    pool, history = situation
    history = replace(history, rounds=STARTER_ROUNDS, practised=frozenset(), asked={}, busy=frozenset(), topics=())
    found = picked(pool, Filters(), history, day, "seed")

    if {question.format for question in pool} - set(history.formats[:1]):
        assert found.format not in history.formats[:1]


@UNHURRIED
@given(situations, some.text(max_size=5))
def test_the_level_furthest_behind_its_share_is_next(situation: tuple[list[Question], History], seed: str) -> None:
    """On any day but Monday; among the levels that formats leave."""
    pool, history = situation
    history = History(levels=history.levels, rounds=STARTER_ROUNDS)
    found = picked(pool, Filters(), history, TUESDAY, seed)

    def lag(level: Level) -> float:
        return (history.levels.get(level, 0) + 0.5) / SHARES[level]

    assert lag(found.level) == min(lag(question.level) for question in pool)


@UNHURRIED
@given(situations, some.text(max_size=5))
def test_mondays_take_the_easiest_of_the_easiest_level(situation: tuple[list[Question], History], seed: str) -> None:
    """Unless the channel wants its Mondays like other days."""
    pool, _ = situation
    found = picked(pool, Filters(), History(rounds=STARTER_ROUNDS), MONDAY, seed)
    juniors = [question.difficulty for question in pool if question.level is Level.JUNIOR]

    if juniors:
        assert (found.level, found.difficulty) == (Level.JUNIOR, min(juniors))


def test_mondays_like_any_other_day_where_a_channel_wants_that() -> None:
    """The filter's own word for it."""
    pool = bank(300)
    found = [picked(pool, Filters(easy_mondays=False), History(rounds=9), MONDAY, str(seed)) for seed in range(20)]

    assert found == [picked(pool, Filters(), History(rounds=9), TUESDAY, str(seed)) for seed in range(20)]


def test_a_channel_asked_on_mondays_only_gets_the_whole_mix() -> None:
    """Easy Mondays stop where the easiest level is a question ahead of its share."""
    history = History()
    for week in range(100):
        chosen = picked(bank(400), Filters(), history, MONDAY + timedelta(days=7 * week), str(week))
        history = asked(history, chosen)

    assert all(abs(history.levels[level] - 100 * share) <= 2 for level, share in SHARES.items())


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_year_keeps_the_mix_has_easier_mondays_and_repeats_nothing(seed: str) -> None:
    """261 working days out of a bank of 300; topics five rounds apart, formats never twice running."""
    year = play(bank(300), 261, seed=seed)
    levels = Counter(question.level for _, question in year)
    mondays = mean(question.difficulty for day, question in year if day.isoweekday() == 1)
    others = mean(question.difficulty for day, question in year if day.isoweekday() != 1)
    topics = [question.topic for _, question in year]

    assert len({question.id for _, question in year}) == 261
    assert all(abs(levels[level] / 261 - share) < 0.03 for level, share in SHARES.items())
    assert mondays < others - 2
    assert all(question.starter for _, question in year[:STARTER_ROUNDS])
    assert all(topics[i] not in topics[max(0, i - TOPICS_APART) : i] for i in range(250))
    assert all(one.format != next_.format for (_, one), (_, next_) in pairwise(year[:250]))


@settings(deadline=None, max_examples=30)
@given(some.integers(1, 40), some.text(max_size=5))
def test_a_pool_is_asked_whole_and_then_each_again_neither_soon_nor_late(size: int, seed: str) -> None:
    """Once whole; then nothing within three quarters of the pool, and nothing left out for more than five quarters."""
    rounds = [question.id for _, question in play(bank(40)[:size], 5 * size, seed=seed)]
    gaps = [rounds[at + 1 :].index(id_) + 1 for at, id_ in enumerate(rounds) if id_ in rounds[at + 1 :]]

    assert set(rounds[:size]) == {question.id for question in bank(40)[:size]}
    assert min(gaps) >= size - ceil(size / 4) + 1
    assert max(gaps) <= size * 5 // 4 + 1


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_second_year_is_another_year(seed: str) -> None:
    """Other neighbours, and the same care for topics, formats and the mix, also from month to month."""
    pool = bank(240)
    years = play(pool, 480, seed=seed)
    second = years[240:]
    topics, levels = [question.topic for _, question in second], [question.level for _, question in second]
    before = set(pairwise(question.id for _, question in years[:240]))
    months = [Counter(levels[at : at + 40]) for at in range(0, 240, 40)]

    assert len(before & set(pairwise(question.id for _, question in second))) <= 24
    assert sum(topics[at] in topics[at - TOPICS_APART : at] for at in range(TOPICS_APART, 240)) <= 6
    assert sum(one.format == next_.format for (_, one), (_, next_) in pairwise(second)) <= 24
    assert all(abs(month[level] / 40 - share) <= 0.1 for month in months for level, share in SHARES.items())


def test_a_question_new_to_the_pool_comes_before_any_repeat() -> None:
    """A pack that grew is seen at once."""
    history = History(asked={"q1": 1, "q2": 2}, rounds=2)

    assert pick([question(1), question(2), question(3)], Filters(), history, TUESDAY, "s") == question(3)


def test_the_same_seed_picks_the_same_and_others_differ() -> None:
    """Randomness comes from ids, so a plan made twice is one plan."""
    pool = bank(300)
    found = [picked(pool, Filters(), History(rounds=9), TUESDAY, str(seed % 50)).id for seed in range(100)]

    assert found[:50] == found[50:]
    assert len(set(found)) > 20


def test_which_option_is_right_changes_neither_question_nor_order() -> None:
    """Nothing may hint at the answer."""
    pool = bank(30)
    other = tuple(
        replace(one, options=tuple(replace(option, right=option.text == "c") for option in one.options)) for one in pool
    )

    assert [one.id for _, one in play(pool, 30)] == [one.id for _, one in play(other, 30)]
    assert [order(one, "7") for one in pool] == [order(one, "7") for one in other]


@pytest.mark.parametrize("options", [2, 3, 4, 5])
def test_the_right_option_stands_at_every_place_as_often(options: int) -> None:
    """Chi-square over 4,000 rounds stays below what chance exceeds once in a thousand times."""
    critical = {2: 10.83, 3: 13.82, 4: 16.27, 5: 18.47}[options]
    one = question(1, options=tuple(Option(str(i), i == 0, "") for i in range(options)))
    places = Counter(order(one, f"channel 3 round {number}").index(0) for number in range(4000))
    fair = 4000 / options

    assert sum((places[place] - fair) ** 2 / fair for place in range(options)) < critical


def test_the_order_shows_each_option_once() -> None:
    """Of a *select* too."""
    one = question(1, kind=Kind.SELECT)

    assert all(sorted(order(one, str(seed))) == [0, 1, 2, 3] for seed in range(50))


def test_an_output_has_no_order() -> None:
    """It shows no options."""
    assert order(question(1, kind=Kind.OUTPUT), "seed") == ()


def test_history_after_a_question_holds_it_first() -> None:
    """And no more than five topics and formats."""
    history = History()
    for number in range(1, 8):
        history = asked(history, question(number, format=list(Format)[number % 5]))

    assert history.asked == {f"q{number}": number for number in range(1, 8)}
    assert history.topics == ("topic7", "topic6", "topic5", "topic4", "topic3")
    assert history.formats[0] is list(Format)[2]
    assert (history.levels, history.rounds) == ({Level.MID: 7}, 7)
