"""Times of the day: ``9``, ``9:00``, ``9.30``, ``21h``, ``9:30 pm``, ``noon``."""

from __future__ import annotations

import re
from datetime import time

from bot.spoken.unclear import Unclear, quoted

_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_LEADING = re.compile(r"^(at|um)\s+")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>[0-5]\d)(?:[:.]00)?|\s*h)?"
    r"\s*(?:(?P<half>[ap])\.?\s*m\.?|o'?clock|uhr|hrs?)?"
)
_RUN = re.compile(r"^(\d{1,2})(\d\d)(?!\d)")
_NEXT = frozenset({"next", "next question", "with the next question", "with next question"})


def find_time(text: str) -> time | Unclear:
    """The local time that somebody means; hours without am or pm are those of a 24-hour clock."""
    words = _LEADING.sub("", " ".join(text.lower().split()))
    if words in _NAMED:
        return _NAMED[words]
    found = _CLOCK.fullmatch(_RUN.sub(r"\1:\2", words))  # 0930 → 09:30
    hour = _hour(int(found["hour"]), found["half"]) if found else None
    if found is None or hour is None:
        return Unclear(f"{quoted(text)} is not a time of the day: say for example 9:00, 9.30, 4pm or 21h.")
    return time(hour, int(found["minute"] or 0))


def find_reveal(text: str) -> time | Unclear | None:
    """As ``find_time``; None where the answer comes with the next question ("next")."""
    return None if " ".join(text.lower().split()) in _NEXT else find_time(text)


def _hour(said: int, half: str | None) -> int | None:
    if half and said == 12:
        said = 0
    if half == "p" and said < 12:
        said += 12
    return said if said < (12 if half == "a" else 24) else None
