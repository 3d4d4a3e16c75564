"""Streaks, freezes, points and ranks, told once more from the rules of play and from nothing else.

Imports nothing from ``bot``, reads rows with plain SQL, and takes its time. What people answered is the test's own
record, not the database's.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Said = Mapping[tuple[int, date], Mapping[int, str]]
"""(channel, local date) → player → the canonical choice that counts."""


Numbers = Mapping[tuple[int, str, date], int]
"""(channel, period, its first date) → the number of the last round in it."""


@dataclass(frozen=True)
class Asked:
    """A round that is over."""

    number: int
    day: date
    voided: bool
    late: bool
    key: str
    points: int


@dataclass
class Run:
    """A streak while it is told; the fields are the ``streak`` table's columns."""

    run: int = 0
    best: int = 0
    right_run: int = 0
    best_right: int = 0
    freezes: int = 0
    progress: int = 0
    first: int | None = None
    last: int | None = None
    ended: int = 0
    covered: int = 0

    def answered(self, number: int, right: bool | None) -> None:
        self.run += 1
        self.best = max(self.best, self.run)
        if right is not None:
            self.right_run = self.right_run + 1 if right else 0
        self.best_right = max(self.best_right, self.right_run)
        self.progress += 1
        if self.progress == 7:
            self.progress = 0
            self.freezes = min(2, self.freezes + 1)
        self.first = number if self.first is None else self.first
        self.last = number
        self.ended = self.covered = 0

    def missed(self) -> None:
        if self.run == 0:
            return
        if self.freezes:
            self.freezes -= 1
            self.covered += 1
        else:
            self.ended, self.run = self.run, 0


def asked(database: sqlite3.Connection) -> dict[int, list[Asked]]:
    """The rounds of each channel that are over, in order."""
    rows = database.execute(
        "SELECT channel, number, date, state, closes, closed, key, points FROM round WHERE state != 'open' "
        "ORDER BY channel, number"
    )
    found: dict[int, list[Asked]] = defaultdict(list)
    for channel, number, day, state, closes, closed, key, points in rows:
        late = closed is not None and _instant(closed) - _instant(closes) > timedelta(minutes=15)
        found[channel].append(Asked(number, date.fromisoformat(day), state == "voided", late, key, points))
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def streaks(rounds: Mapping[int, Sequence[Asked]], said: Said) -> dict[tuple[int, int], Run]:
    """(channel, player) → streak."""
    found: dict[tuple[int, int], Run] = {}
    for channel, in_order in rounds.items():
        for one in in_order:
            answers = said.get((channel, one.day), {})
            for player, choice in answers.items():
                run = found.setdefault((channel, player), Run())
                run.answered(one.number, None if one.voided else choice == one.key)
            if one.voided or one.late:
                continue
            for (where, player), run in found.items():
                if where == channel and player not in answers:
                    run.missed()
    return found


def standings(rounds: Mapping[int, Sequence[Asked]], said: Said) -> dict[tuple[int, str, date, int], list[int]]:
    """(channel, period, its first date, player) → points, right, answered."""
    found: dict[tuple[int, str, date, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for channel, in_order in rounds.items():
        for one in in_order:
            if one.voided:
                continue
            for player, choice in said.get((channel, one.day), {}).items():
                for period, start in periods(one.day):
                    tally = found[channel, period, start, player]
                    tally[0] += one.points * (choice == one.key)
                    tally[1] += choice == one.key
                    tally[2] += 1
    return dict(found)


def periods(day: date) -> Sequence[tuple[str, date]]:
    """The periods a date counts in."""
    return (("week", day - timedelta(days=day.weekday())), ("month", day.replace(day=1)), ("all", date(1970, 1, 1)))


def numbers(database: sqlite3.Connection) -> Numbers:
    """The number of the last round of each channel and period, open and voided ones too."""
    found: dict[tuple[int, str, date], int] = {}
    for channel, number, day in database.execute("SELECT channel, number, date FROM round ORDER BY number"):
        for period, start in periods(date.fromisoformat(day)):
            found[channel, period, start] = number
    return found


def boards(
    last: Numbers,
    rounds: Mapping[int, Sequence[Asked]],
    said: Said,
    points: Mapping[tuple[int, str, date, int], Sequence[int]],
) -> dict[tuple[int, str, date], dict[int, int]]:
    """The places on every board, without those who were not seen in its last twenty rounds."""
    seen: dict[tuple[int, str, date, int], int] = {}
    for channel, in_order in rounds.items():
        for one in in_order:
            for player in () if one.voided else said.get((channel, one.day), {}):
                for period, start in periods(one.day):
                    seen[channel, period, start, player] = one.number
    found: dict[tuple[int, str, date], dict[int, int]] = {}
    for board, number in last.items():
        here = {key[3]: tally[0] for key, tally in points.items() if key[:3] == board and seen[key] > number - 20}
        found[board] = {player: 1 + sum(other > mine for other in here.values()) for player, mine in here.items()}
    return found
