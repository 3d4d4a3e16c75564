"""Dates to skip or to pause until: ``tomorrow``, ``friday``, ``2 Jan``, ``2027-01-02``, ``in 3 days``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.spoken.unclear import Unclear, quoted
from bot.spoken.weekdays import day_named

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_LEADING = re.compile(r"^(?:until|till|til|to|on|for|from)\s+")
_RELATIVE = {"today": 0, "tomorrow": 1, "tmrw": 1, "day after tomorrow": 2, "the day after tomorrow": 2}
_IN = re.compile(r"in (an?|\d{1,3}) (day|week)s?")
_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ?([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_HOW = "Say for example tomorrow, friday, 2 Jan or 2027-01-02."


def find_date(text: str, today: date) -> date | Unclear:
    """The date that somebody means. Without a year, the next such date, today included; a weekday's name means the
    first one after today, and the one of next week after "next"."""
    words = _LEADING.sub("", " ".join(text.lower().split()))
    found = _relative(words, today) or _weekday(words, today) or _written(words, today)
    if found:
        return found
    if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]?(\d{2,4})?", words):
        return Unclear(f"{quoted(words)} is read differently in different countries. {_HOW}")
    return Unclear(f"{quoted(text)} is not a date. {_HOW}")


def _relative(words: str, today: date) -> date | None:
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    if words == "next week":
        return today + timedelta(days=7 - today.weekday())
    found = _IN.fullmatch(words)
    if not found:
        return None
    count = 1 if found[1].startswith("a") else int(found[1])
    return today + timedelta(days=count * (7 if found[2] == "week" else 1))


def _weekday(words: str, today: date) -> date | None:
    name = words.removeprefix("next ").removeprefix("this ")
    wanted = day_named(name)
    if wanted is None:
        return None
    number = list(type(wanted)).index(wanted)
    if words.startswith("next "):
        return today + timedelta(days=7 - today.weekday() + number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _written(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.fullmatch(words):
        return _in_year(found[3], _month(found[2]), int(found[1]), today)
    if found := _MONTH_DAY.fullmatch(words):
        return _in_year(found[3], _month(found[1]), int(found[2]), today)
    return None


def _month(word: str) -> int:
    """1–12, or 0 where the word begins no month's name."""
    return next((number for number, name in enumerate(_MONTHS, start=1) if name.startswith(word)), 0)


def _in_year(year: str | None, month: int, day: int, today: date) -> date | None:
    if year:
        return _date(int(year), month, day)
    years = (_date(today.year + i, month, day) for i in range(9))  # 29 Feb may be eight years away
    return next((found for found in years if found and found >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
