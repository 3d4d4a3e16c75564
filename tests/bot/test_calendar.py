"""When a channel is asked: every zone, every clock change of twelve years, days off, closings.

What is expected is computed from nothing but each zone's offsets, found by asking it day by day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.calendar import LATE, exists, instant, local, rules, slots, window_end
from bot.model import WORKING_DAYS, Schedule, Weekday
from bot.work import Slot

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EVERY_DAY = frozenset(Weekday)
ZONES = sorted(available_timezones() - {"localtime"})
NASTY = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Australia/Lord_Howe",
)
DATE_LINE = (
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Fakaofo", date(2011, 12, 30)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
)


@dataclass(frozen=True)
class Stretch:
    """From ``start`` until before ``end`` (UTC, naive) the zone's clocks show UTC and ``offset``."""

    start: datetime
    end: datetime
    offset: timedelta


def stretches(zone: str, first: date, last: date) -> list[Stretch]:
    """A zone's offsets between two dates, by asking it at every midnight and halving each day that changed."""
    clock = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        return clock.fromutc(at.replace(tzinfo=clock)).replace(tzinfo=None) - at

    found: list[Stretch] = []
    start = at = datetime.combine(first, time.min)
    end, before = datetime.combine(last, time.min), offset(at)
    while at < end:
        if (after := offset(at + DAY)) != before:
            low, high = 0, 86400
            while high - low > 1:
                middle = (low + high) // 2
                unchanged = offset(at + timedelta(seconds=middle)) == before
                low, high = (middle, high) if unchanged else (low, middle)
            found.append(Stretch(start, at + timedelta(seconds=high), before))
            start = found[-1].end
        at, before = at + DAY, after
    return [*found, Stretch(start, end, before)]


def naive_instant(zone: Sequence[Stretch], day: date, at: time) -> datetime:
    """The first instant of all at which the clocks show ``at`` on ``day`` or later."""
    wanted = datetime.combine(day, at)
    reached = (max(part.start, wanted - part.offset) for part in zone if wanted - part.offset < part.end)
    return next(reached).replace(tzinfo=UTC)


def naive_exists(zone: Sequence[Stretch], day: date) -> bool:
    """Whether the clocks show this date at any instant."""
    midnight = datetime.combine(day, time.min)
    return any(part.start + part.offset < midnight + DAY and midnight < part.end + part.offset for part in zone)


def naive_slots(zone: Sequence[Stretch], schedule: Schedule, first: date, last: date) -> list[Slot]:
    """Every slot from ``first`` to ``last``, without days off."""
    beyond = [first + timedelta(days=i) for i in range((last - first).days + 10)]
    days = [day for day in beyond if naive_exists(zone, day)]
    asked = [day for day in days if day.strftime("%a").lower() in schedule.weekdays]
    dues = [naive_instant(zone, day, schedule.post) for day in asked]
    told = [naive_instant(zone, day, schedule.reveal) for day in days] if schedule.reveal else []
    found = []
    for day, (due, following) in zip(asked, pairwise(dues), strict=False):
        closes = min((at for at in told if at > due), default=following)
        found.append(Slot(day, due, min(closes, following)))
    return [slot for slot in found if slot.date <= last]


def around(zone: Sequence[Stretch]) -> Iterator[tuple[date, list[time]]]:
    """Every clock change: its local date, with the times of day on each side of and inside what it skips or repeats."""
    for before, after in pairwise(zone):
        edges = sorted((before.end + before.offset, before.end + after.offset))
        middle = edges[0] + (edges[1] - edges[0]) / 2
        moments = [middle] + [edge + step for edge in edges for step in (-MINUTE, timedelta(0), MINUTE)]
        yield edges[0].date(), sorted({moment.time().replace(microsecond=0) for moment in moments})


def between(schedule: Schedule, first: date, last: date) -> list[Slot]:
    """What the calendar says from ``first`` to ``last``."""
    after = datetime.combine(first, time.min, UTC) - 2 * DAY
    until = takewhile(lambda slot: slot.date <= last, slots(schedule, after, {}))
    return [slot for slot in until if slot.date >= first]


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_clock_change_each_date_has_one_slot_at_its_time(zone: str) -> None:
    """In every zone, whatever the clocks do from 2024 to 2035, whichever side of it post and reveal lie on."""
    known = stretches(zone, date(2023, 12, 1), date(2036, 1, 31))
    for day, times in [*around(known), (date(2030, 6, 12), [time(9), time(16)])]:
        first, last = day - 2 * DAY, day + 2 * DAY
        for post, reveal in zip(times, [*times[1:], times[0]], strict=True):
            schedule = Schedule(zone, post, reveal, EVERY_DAY)

            assert between(schedule, first, last) == naive_slots(known, schedule, first, last)


@pytest.mark.parametrize("zone", NASTY)
@pytest.mark.parametrize("post", [time(0), time(2, 30), time(23, 59)])
def test_twelve_years_hold_every_working_day_once_and_in_order(zone: str, post: time) -> None:
    """Zones with gaps over midnight, of half an hour, of two hours, and with four changes a year."""
    first, last = date(2024, 1, 1), date(2035, 12, 31)
    schedule = Schedule(zone, post, None)
    found = between(schedule, first, last)

    assert found == naive_slots(stretches(zone, date(2023, 12, 1), date(2036, 2, 1)), schedule, first, last)
    assert [slot.due for slot in found] == sorted({slot.due for slot in found})
    assert len(found) == sum((first + i * DAY).isoweekday() < 6 for i in range((last - first).days + 1))


@pytest.mark.parametrize(("zone", "skipped"), DATE_LINE)
@pytest.mark.parametrize("reveal", [time(16), time(8), None])
def test_a_date_that_the_zone_jumped_over_is_never_asked(zone: str, skipped: date, reveal: time | None) -> None:
    """Its question is not moved to another date either, and a closing waits for a date that exists."""
    first, last = skipped - 3 * DAY, skipped + 3 * DAY
    schedule = Schedule(zone, time(9), reveal, EVERY_DAY)
    found = between(schedule, first, last)

    assert found == naive_slots(stretches(zone, first - 5 * DAY, last + 30 * DAY), schedule, first, last)
    assert [slot.date for slot in found] == [first + i * DAY for i in (0, 1, 2, 4, 5, 6)]
    assert not exists(zone, skipped)


def test_the_expectation_knows_every_clock_change_it_is_asked_about() -> None:
    """Twice a year in Berlin, four times in Casablanca, never in Tokyo."""
    changes = {zone: len(stretches(zone, date(2024, 1, 1), date(2036, 1, 1))) - 1 for zone in ZONES}

    assert (changes["Europe/Berlin"], changes["Asia/Tokyo"]) == (24, 0)
    assert changes["Africa/Casablanca"] >= 22
    assert sum(changes.values()) > 4000


def test_a_gap_moves_forward_to_its_end() -> None:
    """Berlin had no 02:30 on 29 March 2026: clocks went from 02:00 to 03:00."""
    assert instant("Europe/Berlin", date(2026, 3, 29), time(2, 30)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_repeated_hour_means_its_first_pass() -> None:
    """Berlin had 02:30 twice on 25 October 2026, first in summer time."""
    assert instant("Europe/Berlin", date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_gap_over_midnight_moves_a_question_into_the_next_date_but_keeps_its_own() -> None:
    """Scoresbysund goes from 23:00 to midnight: the question of Saturday 28 March 2026 is asked as Sunday begins."""
    slot = next(slots(Schedule("America/Scoresbysund", time(23, 30), time(16), EVERY_DAY), at(2026, 3, 28, 12), {}))

    assert slot.date == date(2026, 3, 28)
    assert local("America/Scoresbysund", slot.due).strftime("%a %H:%M") == "Sun 00:00"


def test_a_slot_comes_strictly_after_the_instant_given() -> None:
    """Whoever asks for what follows a slot gets the next one."""
    schedule = Schedule("Asia/Tokyo")
    first, second = islice(slots(schedule, at(2026, 1, 12), {}), 2)

    assert first.due == at(2026, 1, 13)
    assert next(slots(schedule, first.due, {})) == second
    assert next(slots(schedule, first.due - timedelta(microseconds=1), {})) == first


def test_a_slot_moved_past_midnight_is_found_from_the_date_it_moved_into() -> None:
    """Just before Sunday begins, the slot of Saturday is still to come."""
    schedule = Schedule("America/Scoresbysund", time(23, 30), time(16), EVERY_DAY)
    due = instant("America/Scoresbysund", date(2026, 3, 28), time(23, 30))

    assert next(slots(schedule, due - timedelta(seconds=1), {})).date == date(2026, 3, 28)


def test_without_a_weekday_there_is_no_slot() -> None:
    """It ends instead of looking for ever."""
    assert list(slots(Schedule("UTC", weekdays=frozenset()), at(2026, 1, 12), {})) == []


@given(weekdays=some.sets(some.sampled_from(Weekday), min_size=1), day=some.dates(date(2026, 1, 1), date(2027, 1, 1)))
@settings(max_examples=50, deadline=None)
def test_only_scheduled_weekdays_are_asked(weekdays: set[Weekday], day: date) -> None:
    """By name, as people know them."""
    found = between(Schedule("Europe/Berlin", weekdays=frozenset(weekdays)), day, day + 13 * DAY)

    assert {slot.date.strftime("%a").lower() for slot in found} == weekdays
    assert len(found) == 2 * len(weekdays)


def test_holidays_and_skipped_days_come_with_their_reason() -> None:
    """They are slots that are not asked; what somebody said goes before the holiday's name."""
    schedule = Schedule("Europe/Berlin", holidays="DE-BE")
    overrides = {date(2026, 4, 30): "skipped by Ada", date(2026, 5, 1): "outing"}
    found = {slot.date.day: slot.skip for slot in islice(slots(schedule, at(2026, 4, 30), overrides), 3)}
    holiday = next(slots(schedule, at(2026, 5, 1), {}))

    assert found == {30: "skipped by Ada", 1: "outing", 4: None}
    assert holiday.skip == "Labor Day"


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    """8 March is one in Berlin and not in Bavaria."""
    berlin, bavaria = (
        next(slots(Schedule("Europe/Berlin", holidays=part), at(2027, 3, 8), {})) for part in ("DE-BE", "DE-BY")
    )

    assert berlin.skip is not None
    assert bavaria.skip is None


def test_a_reveal_later_on_the_same_day_closes_the_round() -> None:
    """The default: asked at nine, told at four."""
    assert next(slots(Schedule("UTC"), at(2026, 1, 12), {})).closes == at(2026, 1, 12, 16)


@pytest.mark.parametrize("reveal", [time(8), time(9)])
def test_a_reveal_not_after_the_post_time_comes_the_next_day(reveal: time) -> None:
    """Even on a Saturday: it is the first later instant with that local time."""
    friday = next(slots(Schedule("UTC", reveal=reveal), at(2026, 1, 16), {}))

    assert friday.closes == at(2026, 1, 17, reveal.hour)


def test_a_reveal_with_the_next_question_waits_for_one_that_is_asked() -> None:
    """Over a weekend, a holiday and a skipped day."""
    schedule = Schedule("UTC", reveal=None, holidays="DE")
    thursday = next(slots(schedule, at(2026, 4, 2), {date(2026, 4, 7): "moving"}))

    assert thursday.closes == at(2026, 4, 8, 9)


@pytest.mark.parametrize(
    ("open_for", "window"),
    [
        (timedelta(hours=7), timedelta(hours=5)),
        (timedelta(hours=2, minutes=16), timedelta(minutes=16)),
        (timedelta(hours=2), LATE),
        (timedelta(minutes=5), LATE),
    ],
)
def test_a_window_ends_two_hours_before_closing_but_never_before_a_quarter_of_an_hour(
    open_for: timedelta, window: timedelta
) -> None:
    """Fifteen minutes late is on time, however short the round."""
    due = at(2026, 1, 12)

    assert window_end(due, due + open_for) == due + window


def test_the_rules_of_a_zone_are_read_once() -> None:
    """ZoneInfo itself forgets all but the last eight."""
    kept = rules("Europe/Berlin")
    for zone in ZONES[:20]:
        ZoneInfo(zone)

    assert rules("Europe/Berlin") is kept


def test_working_days_are_the_default() -> None:
    """Nothing at weekends unless somebody asks for it."""
    schedule = replace(Schedule("UTC"), reveal=None)

    assert schedule.weekdays == WORKING_DAYS
    assert {slot.date.isoweekday() for slot in islice(slots(schedule, at(2026, 1, 1), {}), 50)} == {1, 2, 3, 4, 5}


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)
