"""Fields of an export: how a column's value is written as JSON, and read back, or why it cannot be.

What a field takes follows from its column's type. Columns that hold lists are lists in an export.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import available_timezones

from sqlalchemy import BigInteger, Boolean, Column, Date, Enum, Integer, Time
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.model import Period, Weekday
from bot.store.frozen import JSON
from bot.store.keys import DayKey, PeriodKey
from bot.store.rows import read_order, write_order
from content.question import Level


class Wrong(ValueError):
    """A field holds ``found`` where ``wanted`` would be right."""

    def __init__(self, field: str, found: str, wanted: str) -> None:
        self.field, self.found, self.wanted = field, found, wanted
        super().__init__(f"{field}: found {found}, wanted {wanted}")


@dataclass(frozen=True, slots=True)
class Codec:
    """One kind of value. ``read`` raises ValueError for anything but what is ``wanted``."""

    wanted: str
    write: Callable[[object], JSON]
    read: Callable[[JSON], object]


def codec(column: Column[object]) -> Codec:
    """How a column's values are written and read."""
    special = _SPECIAL.get(column.name)
    if special is not None:
        return special
    if isinstance(column.type, Enum):
        return _one_of(tuple(column.type.enums))
    for kind, found in _BY_TYPE:
        if isinstance(column.type, kind):
            return found
    return TEXT


def shown(value: JSON) -> str:
    """A value as it stands in the file, cut where it is long."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _LONGEST else written[:_LONGEST] + "…"


_LONGEST = 60


def _text(value: JSON) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _number(bits: int) -> Callable[[JSON], int]:
    def read(value: JSON) -> int:
        if type(value) is not int or not -(1 << bits - 1) <= value < 1 << bits - 1:
            raise ValueError
        return value

    return read


def _truth(value: JSON) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _date(value: JSON) -> date:
    return date.fromisoformat(_shaped(_DATE, value))


def _time(value: JSON) -> time:
    return time.fromisoformat(_shaped(_TIME, value))


def _instant(value: JSON) -> datetime:
    at = datetime.fromisoformat(_shaped(_INSTANT, value))
    if at.utcoffset() != timedelta():
        raise ValueError
    return at


def _shaped(shape: re.Pattern[str], value: JSON) -> str:
    text = _text(value)
    if not shape.fullmatch(text):
        raise ValueError
    return text


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,6})?")
_INSTANT = re.compile(_DATE.pattern + "T" + _TIME.pattern + "Z")
_VERSION = re.compile(r"\d+\.\d+")


def _write_instant(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _one_of(words: tuple[str, ...]) -> Codec:
    def read(value: JSON) -> str:
        if value not in words:
            raise ValueError
        return _text(value)

    return Codec("one of " + ", ".join(words), str, read)


def _list_of(words: type[StrEnum]) -> Codec:
    """A set of words, kept as text with commas between."""

    def read(value: JSON) -> str:
        if not isinstance(value, list) or any(word not in list(words) for word in value):
            raise ValueError
        return ",".join(word for word in words if word in value)

    return Codec("a list of " + ", ".join(words), lambda value: [word for word in str(value).split(",") if word], read)


def _read_topics(value: JSON) -> str:
    if not isinstance(value, list) or not all(isinstance(topic, str) for topic in value):
        raise ValueError
    return json.dumps(value)


def _read_numbers(value: JSON) -> str:
    if not isinstance(value, list) or any(type(number) is not int or number < 0 for number in value):
        raise ValueError
    return write_order([int(str(number)) for number in value])


def _read_zone(value: JSON) -> str:
    if value not in available_timezones():
        raise ValueError
    return _text(value)


TEXT = Codec("text", str, _text)
WHOLE = Codec("a whole number", lambda value: int(str(value)), _number(32))
LONG = Codec("a whole number", lambda value: int(str(value)), _number(64))
TRUTH = Codec("true or false", bool, _truth)
DAY = Codec("a date such as 2026-01-12", str, _date)
INSTANT = Codec("an instant such as 2026-01-12T08:00:00Z", _write_instant, _instant)
VERSION = Codec('a Python release such as "3.12"', str, lambda value: _shaped(_VERSION, value))
LEVEL = _one_of(tuple(Level))
PERIOD = _one_of(tuple(Period))
NUMBERS = Codec("a list of whole numbers", lambda value: list(read_order(str(value))), _read_numbers)

_SPECIAL: Mapping[str, Codec] = {
    "weekdays": _list_of(Weekday),
    "levels": _list_of(Level),
    "topics": Codec("a list of topics", lambda value: json.loads(str(value)) if value else [], _read_topics),
    "order": NUMBERS,
    "python": VERSION,
    "zone": Codec("a time zone such as Europe/Berlin", str, _read_zone),
}
_BY_TYPE = (
    (PeriodKey, PERIOD),
    (DayKey, DAY),
    (Boolean, TRUTH),
    (BigInteger, LONG),
    (Integer, WHOLE),
    (UTCDateTime, INSTANT),
    (Date, DAY),
    (Time, Codec("a time of day such as 09:00:00", str, _time)),
)
