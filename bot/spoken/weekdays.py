"""Days of the week by name and range: ``mon-fri``, ``Mondays and Thursdays``, ``weekdays``, ``every day``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.model import WORKING_DAYS, Weekday
from bot.spoken.unclear import Unclear, quoted

_DAYS = tuple(Weekday)
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"weds": Weekday.WED}
_SETS: Mapping[str, frozenset[Weekday]] = {
    **dict.fromkeys(("weekday", "weekdays", "working days", "workdays", "work days", "business days"), WORKING_DAYS),
    **dict.fromkeys(("weekend", "weekends"), frozenset({Weekday.SAT, Weekday.SUN})),
    **dict.fromkeys(("daily", "every day", "everyday", "all", "all days", "all week"), frozenset(Weekday)),
}
_DASHES = str.maketrans({"‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})
_RANGE = re.compile(r"\s*(?:-|\.{2,3}|\bto\b|\btill\b|\buntil\b|\bthrough\b|\bthru\b)\s*")
_BETWEEN = re.compile(r"\s*(?:[,;/+&]|\band\b)\s*|\s+")
_HOW = "Say for example mon-fri, weekdays, daily, or tue, thu."


def find_weekdays(text: str) -> frozenset[Weekday] | Unclear:
    """The days that somebody means. A range may run over the weekend (``sat-mon``); numbers are refused."""
    words = " ".join(text.lower().translate(_DASHES).split()).removeprefix("every ").removeprefix("on ")
    named = _SETS.get(words) or _SETS.get(f"every {words}")
    if named:
        return named
    if re.search(r"\d", words):
        return Unclear(f"Name the days: numbers mean different days to different people. {_HOW}")
    found: set[Weekday] = set()
    for part in filter(None, _BETWEEN.split(_RANGE.sub("-", words))):
        days = _SETS.get(part) or _range(part)
        if not days:
            return Unclear(f"{quoted(part)} is not a day of the week. {_HOW}")
        found |= days
    return frozenset(found) or Unclear(f"No day is named. {_HOW}")


def day_named(word: str) -> Weekday | None:
    """The day that a word names: in full, in the plural, or by its first letters, two at least (``weds`` too)."""
    if word in _SHORT:
        return _SHORT[word]
    wanted = word.removesuffix(".")
    found = [day for day, name in zip(_DAYS, _NAMES, strict=True) if f"{name}s".startswith(wanted)]
    return found[0] if len(wanted) >= 2 and found else None


def _range(part: str) -> frozenset[Weekday]:
    """``fri-mon`` → Friday to Monday; a single name is a range of one; empty where it is neither."""
    ends = [day_named(word) for word in part.split("-")]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        return frozenset()
    start = _DAYS.index(first)
    return frozenset(_DAYS[(start + i) % 7] for i in range((_DAYS.index(last) - start) % 7 + 1))
