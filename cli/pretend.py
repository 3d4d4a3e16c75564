"""A pretended time, kept in a file: it stands still until somebody moves it, and never goes back."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

OPENING = time(9, 30)
"""When the playground's day begins, and its question comes."""

_WORKING = 5


class PretendClock:
    """``file`` remembers the time from one run to the next; it is written before anything happens at a new instant,
    so that no row is ever later than what it says."""

    def __init__(self, file: Path, now: datetime) -> None:
        self._file = file
        self._now = now

    def now(self) -> datetime:
        """The pretended time; aware, UTC."""
        return self._now

    def move(self, to: datetime) -> None:
        """Let it be later; an instant that is past changes nothing."""
        if to <= self._now:
            return
        fresh = self._file.with_suffix(".new")
        fresh.write_text(to.isoformat(), encoding="ascii")
        os.replace(fresh, self._file)
        self._now = to


def last_played(file: Path) -> datetime | None:
    """The time at which the last run stopped (UTC); None before the first run."""
    try:
        return datetime.fromisoformat(file.read_text(encoding="ascii").strip()).astimezone(UTC)
    except (FileNotFoundError, ValueError):
        return None


def working_day(day: date) -> date:
    """``day``, or the Monday after it at a weekend."""
    return day if day.weekday() < _WORKING else day + timedelta(days=7 - day.weekday())


def next_opening(now: datetime, zone: str) -> datetime:
    """The first 09:30 in ``zone`` after ``now`` that lies on a working day, in UTC."""
    day = now.astimezone(ZoneInfo(zone)).date()
    at = _opening(day, zone)
    return at if at > now else _opening(day + timedelta(days=1), zone)


def _opening(day: date, zone: str) -> datetime:
    return datetime.combine(working_day(day), OPENING, ZoneInfo(zone)).astimezone(UTC)
