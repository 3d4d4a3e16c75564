"""Points, right answers, streaks and freezes, standings, ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import scoring
from bot.model import Period, RoundState, Standing, Streak
from bot.work import Played
from content.question import Format, Kind, Level, Option, Question


def question(kind: Kind, options: Sequence[tuple[str, bool]]) -> Question:
    return Question(
        id="hashability-one-key",
        topic="hashability",
        category="data model",
        kind=kind,
        level=Level.MID,
        difficulty=5,
        format=Format.PRINTS,
        prompt="What does this print?",
        code='print({1: "a"})',
        options=tuple(Option(text, right, "Because.") for text, right in options),
        explanation="It does.",
    )


CHOICE = question(Kind.CHOICE, [("one", False), ("two", False), ("three", True), ("four", False)])
SELECT = question(Kind.SELECT, [("one", True), ("two", False), ("three", False), ("four", True)])
OUTPUT = question(Kind.OUTPUT, [("`{1: 'a'}`", True), ("`dict(1='a')`", True), ("`{1: 'b'}`", False)])


# Right answers


@pytest.mark.parametrize(("level", "worth"), [(Level.JUNIOR, 2), (Level.MID, 3), (Level.SENIOR, 4)])
def test_a_right_answer_is_worth_its_level(level: Level, worth: int) -> None:
    """Junior 2, mid 3, senior 4: nothing else counts."""

    assert scoring.points(level) == worth


@pytest.mark.parametrize(("asked", "key"), [(CHOICE, "2"), (SELECT, "0,3"), (OUTPUT, "0")])
def test_the_key_names_written_positions(asked: Question, key: str) -> None:
    """The canonical right answer does not depend on how options were shuffled."""

    assert scoring.key(asked) == key


def test_displayed_positions_become_written_ones() -> None:
    """The order a round was shown in is undone before anything is stored."""
    order = (3, 2, 0, 1)

    assert scoring.canonical(CHOICE, order, [1]) == "2"
    assert scoring.canonical(SELECT, order, [2, 0]) == "0,3"
    assert scoring.canonical(SELECT, order, [0, 2, 2]) == "0,3"


@pytest.mark.parametrize("typed", ["{1: 'a'}", '{ 1:"a" }', "dict(1 = 'a')"])
def test_whatever_is_accepted_is_the_key(typed: str) -> None:
    """Each accepted output, in any spacing and with either quote, is stored as the key itself."""

    assert scoring.canonical(OUTPUT, (), typed) == scoring.key(OUTPUT)


def test_a_wrong_answer_that_the_question_explains_is_its_position() -> None:
    """So that it can be told why."""
    wrong = next(i for i, option in enumerate(OUTPUT.options) if not option.right)

    choice = scoring.canonical(OUTPUT, (), OUTPUT.options[wrong].text.strip("`"))

    assert choice == str(wrong)
    assert not scoring.is_right(choice, scoring.key(OUTPUT))


@pytest.mark.parametrize("typed", ["{1: 'A'}", "0", "=0", ""])
def test_what_is_not_accepted_is_kept_as_typed_and_never_the_key(typed: str) -> None:
    """Typing the key's own spelling does not make anything right."""
    choice = scoring.canonical(OUTPUT, (), typed)

    assert choice.startswith("=")
    assert not scoring.is_right(choice, scoring.key(OUTPUT))


@pytest.mark.parametrize(
    ("asked", "said"),
    [(CHOICE, []), (CHOICE, [4]), (CHOICE, [-1]), (CHOICE, [0, 1]), (SELECT, []), (SELECT, [9]), (OUTPUT, [0])],
)
def test_what_no_card_can_send_is_refused(asked: Question, said: list[int]) -> None:
    """A forged press is a BadAnswer that names the question."""
    with pytest.raises(scoring.BadAnswer, match=asked.id):
        scoring.canonical(asked, range(4), said)


def test_typing_does_not_answer_a_choice() -> None:
    """A question of options takes positions only."""
    with pytest.raises(scoring.BadAnswer, match="not by typing"):
        scoring.canonical(CHOICE, range(4), "2")


@given(order=st.permutations(range(4)), chosen=st.sets(st.integers(0, 3), min_size=1))
def test_a_select_is_right_exactly_when_all_of_it_is(order: list[int], chosen: set[int]) -> None:
    """All or nothing, in every option order."""
    choice = scoring.canonical(SELECT, order, [order.index(written) for written in chosen])

    assert scoring.is_right(choice, scoring.key(SELECT)) == (chosen == {0, 3})


# Streaks: each letter is one round
#   R right   W wrong   V voided and answered   . missed
#   v voided, missed   s spared or away, missed   S spared or away, answered right

_ROUNDS: dict[str, tuple[bool, bool | None, bool]] = {
    "R": (True, True, False),
    "W": (True, False, False),
    "V": (True, None, True),
    "S": (True, True, True),
    ".": (False, None, False),
    "v": (False, None, True),
    "s": (False, None, True),
}


def play(letters: str, streak: Streak | None = None, first: int = 1) -> Streak:
    folded = streak or Streak()
    for number, letter in enumerate(letters, start=first):
        answered, right, excused = _ROUNDS[letter]
        folded = scoring.after(folded, number, answered=answered, right=right, excused=excused)
    return folded


TRICKY = [
    ("nothing played", "", Streak()),
    ("a miss before the first answer", "..", Streak()),
    ("the first answer begins it", "..R", Streak(1, 1, 1, 1, 0, 1, 3, 3)),
    ("a miss without a freeze ends it", "RR.", Streak(0, 2, 2, 2, 0, 2, 1, 2, ended=2)),
    ("a second miss does not end it again", "RR..", Streak(0, 2, 2, 2, 0, 2, 1, 2, ended=2)),
    ("the next answer ends the news", "RR.R", Streak(1, 2, 3, 3, 0, 3, 1, 4)),
    ("six rounds earn nothing", "RRRRRR", Streak(6, 6, 6, 6, 0, 6, 1, 6)),
    ("the seventh earns a freeze", "RRRRRRR", Streak(7, 7, 7, 7, 1, 0, 1, 7)),
    ("a freeze covers one miss", "RRRRRRR.", Streak(7, 7, 7, 7, 0, 0, 1, 7, covered=1)),
    ("and not a second", "RRRRRRR..", Streak(0, 7, 7, 7, 0, 0, 1, 7, ended=7, covered=1)),
    ("it neither lengthens nor ends", "RRRRRRR.R", Streak(8, 8, 8, 8, 0, 1, 1, 9)),
    ("a break does not reset the count", "RRRR.RRR", Streak(3, 4, 7, 7, 1, 0, 1, 8)),
    ("a miss on the day before earns nothing", "RRRRRR.", Streak(0, 6, 6, 6, 0, 6, 1, 6, ended=6)),
    ("two freezes after fourteen", "R" * 14, Streak(14, 14, 14, 14, 2, 0, 1, 14)),
    ("two is the most", "R" * 21, Streak(21, 21, 21, 21, 2, 0, 1, 21)),
    ("a full shelf still starts counting anew", "R" * 22, Streak(22, 22, 22, 22, 2, 1, 1, 22)),
    ("two misses spend two", "R" * 14 + "..", Streak(14, 14, 14, 14, 0, 0, 1, 14, covered=2)),
    ("a freeze is not spent on an ended streak", "RRR.RRRR..", Streak(0, 4, 7, 7, 0, 0, 1, 8, ended=4, covered=1)),
    ("wrong ends the right run only", "RRW", Streak(3, 3, 0, 2, 0, 3, 1, 3)),
    ("a miss leaves the right run", "RR.R", Streak(1, 2, 3, 3, 0, 3, 1, 4)),
    ("a voided answer counts but proves nothing", "RVR", Streak(3, 3, 2, 2, 0, 3, 1, 3)),
    ("a voided answer earns its freeze", "RRRRRRV", Streak(7, 7, 6, 6, 1, 0, 1, 7)),
    ("a voided round begins a streak", "V", Streak(1, 1, 0, 0, 0, 1, 1, 1)),
    ("a voided round cannot be missed", "RRvR", Streak(3, 3, 3, 3, 0, 3, 1, 4)),
    ("a spared miss spends no freeze", "RRRRRRRss", Streak(7, 7, 7, 7, 1, 0, 1, 7)),
    ("a spared answer counts as ever", "RRS", Streak(3, 3, 3, 3, 0, 3, 1, 3)),
    ("a spared miss keeps the news", "RR.s", Streak(0, 2, 2, 2, 0, 2, 1, 2, ended=2)),
]


@pytest.mark.parametrize(("letters", "streak"), [case[1:] for case in TRICKY], ids=[case[0] for case in TRICKY])
def test_the_tricky_streaks(letters: str, streak: Streak) -> None:
    """Rule 5, case by case, written by hand."""

    assert play(letters) == streak


def played(letters: str) -> list[Played]:
    states = {"v": RoundState.VOIDED, "V": RoundState.VOIDED}
    return [
        Played(
            number=number,
            date=date(2026, 1, 1) + timedelta(days=number),
            state=states.get(letter, RoundState.CLOSED),
            answered=_ROUNDS[letter][0],
            right=_ROUNDS[letter][1],
            excused=_ROUNDS[letter][2],
            topic="hashability",
            points=3,
        )
        for number, letter in enumerate(letters, start=1)
    ]


letters = st.text(alphabet="RRRWVS.vs", max_size=60)


@given(letters)
def test_folding_is_one_round_after_another(text: str) -> None:
    """A streak kept up round by round is the one its history adds up to."""

    assert scoring.fold(played(text)) == play(text)


@given(letters)
def test_an_open_round_is_never_a_miss_and_its_answer_counts(text: str) -> None:
    """The caller's own view includes an answered open round; an unanswered one changes nothing."""
    closed = played(text)
    opened = replace(played(text + "v")[-1], state=RoundState.OPEN, excused=False)
    streak = scoring.fold(closed)

    assert scoring.fold([*closed, opened]) == streak
    assert scoring.fold([*closed, replace(opened, answered=True)]).run == streak.run + 1


@given(letters)
def test_what_always_holds_of_a_streak(text: str) -> None:
    """Bounds, and the numbers that can be counted without knowing the rule."""
    streak = play(text)
    answers = [number for number, letter in enumerate(text, start=1) if letter in "RWVS"]

    assert 0 <= streak.run <= streak.best <= len(answers)
    assert 0 <= streak.right_run <= streak.best_right <= sum(letter in "RS" for letter in text)
    assert 0 <= streak.freezes <= scoring.MOST_FREEZES
    assert streak.progress == len(answers) % scoring.FREEZE_EVERY
    assert (streak.first, streak.last) == ((answers[0], answers[-1]) if answers else (None, None))


@given(letters)
def test_nothing_excused_ever_costs(text: str) -> None:
    """Taking every excused miss out of a history leaves all but the numbers of its rounds as they were."""
    without = play("".join(letter for letter in text if letter not in "vs"))

    assert replace(play(text), first=None, last=None) == replace(without, first=None, last=None)


@given(letters)
def test_a_miss_never_lengthens_and_an_answer_never_ends(text: str) -> None:
    """Round by round, the run moves up by one answer and down by misses only."""
    runs = [play(text[:n]).run for n in range(len(text) + 1)]

    assert all(
        new == old + 1 if letter in "RWVS" else new in (old, 0)
        for (old, new), letter in zip(pairwise(runs), text, strict=True)
    )


@pytest.mark.parametrize("run", [10, 25, 50, 100, 200, 1000])
def test_milestones_are_named(run: int) -> None:
    """10, 25, 50, then hundreds."""

    assert scoring.is_milestone(run)


@pytest.mark.parametrize("run", [0, 1, 9, 11, 20, 75, 99, 101, 150, 250])
def test_other_runs_are_not(run: int) -> None:
    """A run between milestones is nobody's business."""

    assert not scoring.is_milestone(run)


# Standings


def test_a_round_belongs_to_the_week_and_month_of_its_date() -> None:
    """A week begins on Monday, also across a change of year."""
    day = date(2027, 1, 1)

    assert scoring.start_of(Period.WEEK, day) == date(2026, 12, 28)
    assert scoring.start_of(Period.MONTH, day) == date(2027, 1, 1)
    assert scoring.start_of(Period.ALL, day) == scoring.ALL_TIME


@given(st.sampled_from(Period), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_one_another_without_a_gap(period: Period, day: date) -> None:
    """A date lies in its period, and the day after a period's last begins the next."""
    start = scoring.start_of(period, day)
    end = scoring.end_of(period, start)

    assert start <= day < end
    assert period is Period.ALL or scoring.start_of(period, end) == end


def test_standings_add_up_what_was_counted() -> None:
    """Wrong answers count as answered, right ones bring the round's points."""
    monday, tuesday, next_monday = date(2026, 1, 26), date(2026, 1, 27), date(2026, 2, 2)
    log = [
        scoring.Counted(1, monday, 1, True, 2),
        scoring.Counted(1, tuesday, 2, False, 4),
        scoring.Counted(2, tuesday, 2, True, 4),
        scoring.Counted(1, next_monday, 3, True, 3),
    ]

    assert scoring.standings(log) == {
        (Period.WEEK, monday, 1): scoring.Score(2, 1, 2, 2),
        (Period.WEEK, monday, 2): scoring.Score(4, 1, 1, 2),
        (Period.WEEK, next_monday, 1): scoring.Score(3, 1, 1, 3),
        (Period.MONTH, date(2026, 1, 1), 1): scoring.Score(2, 1, 2, 2),
        (Period.MONTH, date(2026, 1, 1), 2): scoring.Score(4, 1, 1, 2),
        (Period.MONTH, date(2026, 2, 1), 1): scoring.Score(3, 1, 1, 3),
        (Period.ALL, scoring.ALL_TIME, 1): scoring.Score(5, 2, 3, 3),
        (Period.ALL, scoring.ALL_TIME, 2): scoring.Score(4, 1, 1, 2),
    }


counted = st.builds(
    scoring.Counted,
    player=st.integers(1, 4),
    date=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    number=st.integers(1, 250),
    right=st.booleans(),
    points=st.sampled_from([2, 3, 4]),
)


@given(st.lists(counted).flatmap(lambda log: st.tuples(st.just(log), st.permutations(log))))
def test_standings_do_not_depend_on_the_order_of_the_log(
    logs: tuple[list[scoring.Counted], list[scoring.Counted]],
) -> None:
    """A rebuild may read the log any way it likes."""
    log, shuffled = logs

    assert scoring.standings(log) == scoring.standings(shuffled)


@given(st.lists(counted))
def test_weeks_and_months_add_up_to_all_time(log: list[scoring.Counted]) -> None:
    """No answer is lost between periods, none counted twice."""
    scores = scoring.standings(log)
    sums = {period: sum(s.points for (p, _, _), s in scores.items() if p is period) for period in Period}

    assert sums[Period.WEEK] == sums[Period.MONTH] == sums[Period.ALL] == sum(one.points for one in log if one.right)


# Ranks


def standing(name: str, points: int, right: int, answered: int, player: int = 0) -> Standing:
    return Standing(points, right, answered, player, 1, name, name, hidden=False)


def test_equal_points_share_a_place_and_the_next_one_is_skipped() -> None:
    """Standard competition ranking: 1, 2, 2, 4."""
    rows = [standing("Mei", 6, 3, 3), standing("Omar", 7, 3, 4), standing("Ada", 7, 2, 4), standing("Grace", 9, 3, 5)]

    assert [(row.place, row.player.name) for row in scoring.rank(rows)] == [
        (1, "Grace"),
        (2, "Omar"),
        (2, "Ada"),
        (4, "Mei"),
    ]


def test_equal_accuracy_is_in_order_of_name() -> None:
    """Capitals do not matter to the order of names."""
    rows = [standing("omar", 4, 1, 2), standing("Ada", 4, 2, 4), standing("Priya", 4, 2, 4), standing("lin", 4, 2, 2)]

    assert [row.player.name for row in scoring.rank(rows)] == ["lin", "Ada", "omar", "Priya"]


tallies = st.integers(0, 12).flatmap(lambda answered: st.tuples(st.integers(0, answered), st.just(answered)))
rows_of_a_board = st.lists(
    st.builds(
        lambda name, points, tally, player: standing(name, points, tally[0], tally[1], player),
        st.sampled_from(["Ada", "ada", "Grace", "Lin", "Omar"]),
        st.integers(0, 6),
        tallies,
        st.integers(1, 10_000),
    ),
    unique_by=lambda row: row.player.id,
)


@given(rows_of_a_board)
def test_a_place_is_one_more_than_the_players_with_more_points(rows: list[Standing]) -> None:
    """The definition of competition ranking, counted naively."""

    assert all(line.place == 1 + sum(row.points > line.points for row in rows) for line in scoring.rank(rows))


@given(rows_of_a_board)
def test_the_order_of_a_board_is_points_then_accuracy_then_name(rows: list[Standing]) -> None:
    """Accuracy compared as exact fractions, nobody lost."""
    board = scoring.rank(rows)
    exact = [(-b.points, -Fraction(b.right, b.answered or 1), b.player.name.casefold(), b.player.id) for b in board]

    assert exact == sorted(exact)
    assert {line.player.id for line in board} == {row.player.id for row in rows}


def test_unseen_for_twenty_rounds_drops_off() -> None:
    """Answered at least one of the latest twenty: listed."""

    assert scoring.is_listed(81, 100)
    assert not scoring.is_listed(80, 100)
    assert scoring.is_listed(1, 1)
