"""What answers are worth: right answers, points, streaks and freezes, standings, ranks. Pure.

Where the store keeps a number by SQL, this module says what it must be, and ``bot.store.boards.rebuild`` computes it
from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.model import Period, Player, RoundState, Standing, Streak
from bot.work import BoardRow, Played
from content.markup import plain
from content.question import Kind, Level, Question
from content.typed import normalise, same_output

FREEZE_EVERY = 7
"""So many answered rounds earn a freeze."""

MOST_FREEZES = 2
"""No more freezes than this are kept at once."""

UNSEEN_ROUNDS = 20
"""Who answered none of a channel's latest rounds, this many, drops off its boards."""

ALL_TIME = date(1970, 1, 1)
"""Where the period without a beginning is said to begin."""

_EARLY_MILESTONES = frozenset({10, 25, 50})
_MILESTONE_EVERY = 100
_POINTS = {Level.JUNIOR: 2, Level.MID: 3, Level.SENIOR: 4}


class BadAnswer(ValueError):
    """This is not an answer to that question."""


def points(level: Level) -> int:
    """What a right answer to a question of this level is worth."""
    return _POINTS[level]


def key(question: Question) -> str:
    """The canonical right answer: written positions (``"2"``, ``"0,3"``); of an *output*, the first accepted one's."""
    right = question.right
    return _written(right[:1] if question.kind is Kind.OUTPUT else right)


def canonical(question: Question, order: Sequence[int], said: Sequence[int] | str) -> str:
    """An answer as it is kept and compared.

    ``said`` is what was typed (*output*) or the displayed positions that were chosen; ``order[i]`` is the written
    position of the option displayed at place i. Typed text that is accepted is the key; a wrong answer that the
    question explains is its position; any other is ``=`` and the text normalised. Raises BadAnswer where ``said``
    cannot have come from this question.
    """
    if isinstance(said, str):
        return _typed(question, said)
    return _chosen(question, order, said)


def _typed(question: Question, text: str) -> str:
    if question.kind is not Kind.OUTPUT:
        raise BadAnswer(f"{question.id} is answered by choosing, not by typing")
    written = [i for i, option in enumerate(question.options) if same_output(text, plain(option.text))]
    if any(question.options[i].right for i in written):
        return key(question)
    return str(written[0]) if written else f"={normalise(text)}"


def _chosen(question: Question, order: Sequence[int], displayed: Sequence[int]) -> str:
    places = set(displayed)
    if question.kind is Kind.OUTPUT:
        raise BadAnswer(f"{question.id} is answered by typing, not by choosing")
    if not places or not places <= set(range(len(order))):
        raise BadAnswer(f"{question.id} has no such options: {sorted(places)}")
    if question.kind is Kind.CHOICE and len(places) > 1:
        raise BadAnswer(f"{question.id} takes one option, not {len(places)}")
    return _written(order[place] for place in places)


def _written(positions: Iterable[int]) -> str:
    return ",".join(map(str, sorted(positions)))


def is_right(choice: str, key: str) -> bool:
    """Whether a canonical answer is right: all of it or nothing."""
    return choice == key


def after(streak: Streak, number: int, *, answered: bool, right: bool | None = None, excused: bool = False) -> Streak:
    """A streak after one more round, the channel's ``number``.

    ``right`` is None where nothing can be said (the round is open or was voided, or nobody answered); ``excused`` says
    that a miss changes nothing here (voided, spared, away).
    """
    if answered:
        return _answered(streak, number, right)
    if excused or streak.run == 0:
        return streak
    return _missed(streak)


def _answered(streak: Streak, number: int, right: bool | None) -> Streak:
    earned = streak.progress + 1 == FREEZE_EVERY
    right_run = streak.right_run if right is None else streak.right_run + 1 if right else 0
    return Streak(
        run=streak.run + 1,
        best=max(streak.best, streak.run + 1),
        right_run=right_run,
        best_right=max(streak.best_right, right_run),
        freezes=min(MOST_FREEZES, streak.freezes + earned),
        progress=0 if earned else streak.progress + 1,
        first=number if streak.first is None else streak.first,
        last=number,
    )


def _missed(streak: Streak) -> Streak:
    if streak.freezes:
        return replace(streak, freezes=streak.freezes - 1, covered=streak.covered + 1)
    return replace(streak, run=0, ended=streak.run)


def fold(played: Iterable[Played]) -> Streak:
    """The streak that a player's rounds of one channel add up to, given in order; an open round is never a miss."""
    streak = Streak()
    for one in played:
        if one.answered or one.state is not RoundState.OPEN:
            streak = after(streak, one.number, answered=one.answered, right=one.right, excused=one.excused)
    return streak


def is_milestone(run: int) -> bool:
    """Whether a run is named in public: 10, 25, 50, then every hundred."""
    return run in _EARLY_MILESTONES or (run > 0 and run % _MILESTONE_EVERY == 0)


def start_of(period: Period, day: date) -> date:
    """The first local date of the period that a round's date lies in: the Monday, the first, or ALL_TIME."""
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else ALL_TIME


def end_of(period: Period, start: date) -> date:
    """The first local date after the period that begins at ``start``."""
    if period is Period.WEEK:
        return start + timedelta(days=7)
    return (start + timedelta(days=31)).replace(day=1) if period is Period.MONTH else date.max


@dataclass(frozen=True, slots=True)
class Counted:
    """One answer of a closed round: who gave it, the round's local date and number, what it was worth."""

    player: int
    date: date
    number: int
    right: bool
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """A player's tally in a channel and period; ``last`` is the number of the latest round counted in it."""

    points: int = 0
    right: int = 0
    answered: int = 0
    last: int = 0


def standings(log: Iterable[Counted]) -> Mapping[tuple[Period, date, int], Score]:
    """Every standing that a channel's counted answers add up to, by period, its first date and player."""
    scores: dict[tuple[Period, date, int], Score] = {}
    for one in log:
        for period in Period:
            at = (period, start_of(period, one.date), one.player)
            scores[at] = _plus(scores.get(at, Score()), one)
    return scores


def _plus(score: Score, one: Counted) -> Score:
    return Score(
        points=score.points + (one.points if one.right else 0),
        right=score.right + one.right,
        answered=score.answered + 1,
        last=max(score.last, one.number),
    )


def is_listed(last: int, latest: int) -> bool:
    """Whether a player who last answered round ``last`` is on boards of a channel whose latest round is ``latest``."""
    return last > latest - UNSEEN_ROUNDS


def rank(rows: Iterable[Standing]) -> tuple[BoardRow, ...]:
    """Standard competition ranking by points (1, 2, 2, 4); equal places in order of accuracy, then name."""
    board: list[BoardRow] = []
    place = points = 0
    for i, row in enumerate(sorted(rows, key=_order), start=1):
        if i == 1 or row.points != points:
            place, points = i, row.points
        board.append(BoardRow(place, *row))
    return tuple(board)


def _order(row: Standing) -> tuple[int, float, str, int]:
    points, right, answered, id_, _, _, name, _ = row
    return (-points, -right / answered if answered else 0.0, name.casefold(), id_)


def rank_runs(rows: Iterable[tuple[Player, int, int]]) -> tuple[tuple[int, Player, int, int], ...]:
    """Standard competition ranking by run: (player, run, best) become (place, player, run, best); equal places in
    order of best, then name."""
    ordered = sorted(rows, key=lambda row: (-row[1], -row[2], row[0].name.casefold(), row[0].id))
    places: dict[int, int] = {}
    for i, (_, run, _) in enumerate(ordered, start=1):
        places.setdefault(run, i)
    return tuple((places[run], player, run, best) for player, run, best in ordered)
