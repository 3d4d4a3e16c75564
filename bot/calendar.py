"""Which local date is asked when: zones, clock changes, weekdays, holidays, skipped days, closings. Pure.

Local time is what people set. A gap in it moves forward to the first valid instant, a repeated hour means its first
pass, and a date that the zone jumps over is never asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from bot.model import Schedule, Weekday
from bot.work import Slot

LATE = timedelta(minutes=15)
"""Up to here a message is on time; a closing that commits later than this spares whoever missed its round."""

WINDOW_BEFORE_CLOSING = timedelta(hours=2)
"""A question that comes late leaves its readers at least this long."""

_DAY = timedelta(days=1)
_WEEKDAYS = tuple(Weekday)


@cache
def rules(zone: str) -> ZoneInfo:
    """The clock rules of a zone; kept, since ZoneInfo itself keeps only the eight used last.

    Raises ZoneInfoNotFoundError for a name the tz database does not have (``bot.spoken.find_zone`` reads people's).
    """
    return ZoneInfo(zone)


def local(zone: str, at: datetime) -> datetime:
    """An instant as the clocks of ``zone`` show it."""
    return at.astimezone(rules(zone))


@lru_cache(maxsize=8192)
def instant(zone: str, day: date, at: time) -> datetime:
    """The instant (UTC) at which the clocks of ``zone`` first show ``at`` on ``day``; in a gap, the gap's end."""
    wanted = datetime.combine(day, at, rules(zone))
    first, second = wanted.astimezone(UTC), wanted.replace(fold=1).astimezone(UTC)
    return _end_of_gap(zone, wanted.replace(tzinfo=None), second, first) if second < first else first


def _end_of_gap(zone: str, wanted: datetime, before: datetime, after: datetime) -> datetime:
    def shown(second: int) -> datetime:
        return local(zone, before + timedelta(seconds=second)).replace(tzinfo=None)

    seconds = range(int((after - before).total_seconds()) + 1)
    return before + timedelta(seconds=bisect_left(seconds, wanted, key=shown))


def exists(zone: str, day: date) -> bool:
    """Whether ``zone`` has this date at all: crossing the date line jumps over one."""
    return local(zone, instant(zone, day, time.min)).date() == day


def slots(schedule: Schedule, after: datetime, overrides: Mapping[date, str]) -> Iterator[Slot]:
    """The occurrences of a schedule that are due after an instant (UTC), in order and without end.

    Days off are among them, with their reason as ``skip``: those in ``overrides`` (date → reason) and holidays.
    """
    for day in _scheduled(schedule, local(schedule.zone, after).date()):
        due = instant(schedule.zone, day, schedule.post)
        if due > after:
            yield Slot(day, due, closing(schedule, day, due, overrides), _day_off(schedule, day, overrides))


def window_end(due: datetime, closes: datetime) -> datetime:
    """The instant after which a question that is not on its way yet stays unasked."""
    return max(due + LATE, closes - WINDOW_BEFORE_CLOSING)


def _days(zone: str, first: date) -> Iterator[date]:
    day = first
    while True:
        if exists(zone, day):
            yield day
        day += _DAY


def _scheduled(schedule: Schedule, first: date) -> Iterator[date]:
    if not schedule.weekdays:
        return iter(())
    return (day for day in _days(schedule.zone, first) if _WEEKDAYS[day.weekday()] in schedule.weekdays)


def closing(schedule: Schedule, day: date, due: datetime, overrides: Mapping[date, str]) -> datetime:
    """When the round of a local date closes whose question is due at ``due``: the first reveal after that."""
    following = _next_asked(schedule, day, overrides)
    if schedule.reveal is None:
        return following
    reveals = (instant(schedule.zone, later, schedule.reveal) for later in _days(schedule.zone, day))
    # Where a gap moves question and reveal to one instant, the reveal after that may lie behind the next question.
    return min(next(reveal for reveal in reveals if reveal > due), following)


def _next_asked(schedule: Schedule, day: date, overrides: Mapping[date, str]) -> datetime:
    later = _scheduled(schedule, day + _DAY)
    asked = next(day for day in later if _day_off(schedule, day, overrides) is None)
    return instant(schedule.zone, asked, schedule.post)


def _day_off(schedule: Schedule, day: date, overrides: Mapping[date, str]) -> str | None:
    if day in overrides:
        return overrides[day]
    return _holidays(schedule.holidays, day.year).get(day) if schedule.holidays else None


@cache
def _holidays(country: str, year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # slow to import, and most channels have none

    code, _, part = country.partition("-")
    return dict(country_holidays(code, subdiv=part or None, years=year, language="en_US"))
