"""What people type for times, days, dates, zones and countries, and what they mean."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.calendar import rules
from bot.model import WORKING_DAYS, Weekday
from bot.spoken.countries import find_country
from bot.spoken.dates import find_date
from bot.spoken.times import find_reveal, find_time
from bot.spoken.unclear import Unclear
from bot.spoken.weekdays import find_weekdays
from bot.spoken.zones import find_zone, near_zones, zones

UNHURRIED = settings(deadline=None)
WEDNESDAY = date(2026, 12, 30)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday


@pytest.mark.parametrize(
    "text", ["9", "9:00", "09:00", "9am", "9 AM", "9.00", "9h", "9h00", "0900", "900", "at 9", "9 Uhr"]
)
def test_nine_in_the_morning_has_many_spellings(text: str) -> None:
    """They mean the same."""
    assert find_time(text) == time(9)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9.30", time(9, 30)),
        ("21h", time(21)),
        ("21h30", time(21, 30)),
        ("9:30 p.m.", time(21, 30)),
        ("4pm", time(16)),
        ("1630", time(16, 30)),
        ("12am", time(0)),
        ("12:30 am", time(0, 30)),
        ("12pm", time(12)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("17:00 Uhr", time(17)),
        ("09:00:00", time(9)),
    ],
)
def test_times_mean_what_people_mean(text: str, meant: time) -> None:
    """On a twelve-hour clock or on a twenty-four-hour one."""
    assert find_time(text) == meant


@pytest.mark.parametrize("text", ["", "24:00", "25", "9:60", "13am", "9:5", "-1", "9-5", "12345", "soon", "9:00:30"])
def test_what_is_no_time_gets_examples(text: str) -> None:
    """One sentence with what was typed."""
    found = find_time(text)

    assert isinstance(found, Unclear)
    assert str(found) == f'"{text}" is not a time of the day: say for example 9:00, 9.30, 4pm or 21h.'


def test_a_reveal_may_come_with_the_next_question() -> None:
    """Or at a time, like anything else."""
    assert find_reveal("next question") is None
    assert find_reveal("4pm") == time(16)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mon-fri", WORKING_DAYS),
        ("Mon–Fri", WORKING_DAYS),
        ("Monday to Friday", WORKING_DAYS),
        ("weekdays", WORKING_DAYS),
        ("working days", WORKING_DAYS),
        ("mo-fr", WORKING_DAYS),
        ("daily", frozenset(Weekday)),
        ("every day", frozenset(Weekday)),
        ("weekends", {SAT, SUN}),
        ("Tuesdays and Thursdays", {TUE, THU}),
        ("mon, wed, fri", {MON, WED, FRI}),
        ("Mon/Wed/Fri", {MON, WED, FRI}),
        ("mon wed", {MON, WED}),
        ("weds", {WED}),
        ("every Monday", {MON}),
        ("sat - mon", {SAT, SUN, MON}),
        ("mon-wed, sat", {MON, TUE, WED, SAT}),
        ("weekdays and sat", {*WORKING_DAYS, SAT}),
        ("mon-mon", {MON}),
    ],
)
def test_days_are_read_by_name_and_range(text: str, meant: Set[Weekday]) -> None:
    """A range may run over the weekend."""
    assert find_weekdays(text) == meant


@pytest.mark.parametrize("text", ["1-5", "0", "1,3,5", "mon-5"])
def test_numbers_for_days_are_refused(text: str) -> None:
    """Some count from Sunday, some from Monday, some from nought."""
    found = find_weekdays(text)

    assert isinstance(found, Unclear)
    assert str(found).startswith("Name the days: numbers mean different days to different people.")


@pytest.mark.parametrize(
    ("text", "part"), [("mon-fry", "mon-fry"), ("m", "m"), ("never", "never"), ("mon-tue-wed", "mon-tue-wed")]
)
def test_what_is_no_day_is_named(text: str, part: str) -> None:
    """With examples of what is one."""
    found = find_weekdays(text)

    assert isinstance(found, Unclear)
    assert f'"{part}" is not a day of the week.' in str(found)


def test_no_day_at_all_is_not_a_schedule() -> None:
    """An empty set of days would ask nothing, for ever."""
    assert isinstance(find_weekdays(" , "), Unclear)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", date(2026, 12, 30)),
        ("tomorrow", date(2026, 12, 31)),
        ("until friday", date(2027, 1, 1)),
        ("fri", date(2027, 1, 1)),
        ("wednesday", date(2027, 1, 6)),
        ("next friday", date(2027, 1, 8)),
        ("next week", date(2027, 1, 4)),
        ("2 Jan", date(2027, 1, 2)),
        ("Jan 2", date(2027, 1, 2)),
        ("2nd of January", date(2027, 1, 2)),
        ("2 Jan 2028", date(2028, 1, 2)),
        ("January 2, 2028", date(2028, 1, 2)),
        ("30 dec", date(2026, 12, 30)),
        ("29 dec", date(2027, 12, 29)),
        ("29 feb", date(2028, 2, 29)),
        ("4 Sept", date(2027, 9, 4)),
        ("2027-01-02", date(2027, 1, 2)),
        ("in 3 days", date(2027, 1, 2)),
        ("in a week", date(2027, 1, 6)),
    ],
)
def test_dates_mean_what_people_mean(text: str, meant: date) -> None:
    """Said on Wednesday 30 December 2026."""
    assert find_date(text, WEDNESDAY) == meant


@pytest.mark.parametrize("text", ["2/1", "01/02/2027", "2.1."])
def test_dates_in_figures_alone_are_refused(text: str) -> None:
    """2/1 is in January here and in February there."""
    found = find_date(text, WEDNESDAY)

    assert isinstance(found, Unclear)
    assert "is read differently in different countries" in str(found)


@pytest.mark.parametrize("text", ["", "31 feb", "2027-13-01", "someday", "99 jan", "5 foo"])
def test_what_is_no_date_gets_examples(text: str) -> None:
    """Without an exception."""
    assert isinstance(find_date(text, WEDNESDAY), Unclear)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("Munich", "Europe/Berlin"),
        ("India", "Asia/Kolkata"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Istanbul", "Europe/Istanbul"),
        ("utc", "UTC"),
    ],
)
def test_zones_are_found_by_the_names_people_have_for_them(text: str, meant: str) -> None:
    """Cities, countries with one zone, the database's own names in any case."""
    assert find_zone(text) == meant


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Berln", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("San Fransisco", "America/Los_Angeles"),
        ("York", "America/New_York"),
        ("EST", "America/New_York"),
        ("CET", "Europe/Berlin"),
        ("IST", "Asia/Kolkata"),
        ("Eastern Time", "America/New_York"),
        ("USA", "America/Chicago"),
        ("UTC+2", "Europe/Berlin"),
        ("xyzzy", "Europe/Berlin"),
    ],
)
def test_a_zone_that_is_not_certain_is_offered_not_guessed(text: str, offered: str) -> None:
    """The sentence names what is offered; abbreviations are among these, as some hide a clock change."""
    found = find_zone(text)

    assert isinstance(found, Unclear)
    assert offered in found.nearest
    assert all(zone in str(found) for zone in found.nearest)


def test_every_zone_that_is_offered_or_found_exists() -> None:
    """Each city and abbreviation of ours leads to a name in the tz database."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    offered = {zone for first in letters for second in ("", *letters) for zone in near_zones(first + second, 1000)}

    assert len(offered) > 400
    assert offered <= zones()


def test_every_place_in_the_tz_database_is_found_by_its_own_name() -> None:
    """To zones with the same clocks, where two names are one place."""
    places = [zone for zone in sorted(zones()) if zone.startswith(("Africa", "America", "Asia", "Europe", "Pacific"))]

    for zone in places:
        found = find_zone(zone)
        assert found == zone, zone


def test_zones_are_suggested_as_one_types() -> None:
    """What begins so first, the shortest of it before the others."""
    assert near_zones("new y") == ("America/New_York",)
    assert near_zones("ber")[:3] == ("Europe/Zurich", "Europe/Berlin", "Atlantic/Bermuda")
    assert near_zones("") == ()
    assert len(near_zones("a", 25)) == 25


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Germany", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("DE-BE", "DE-BE"),
        ("Germany, Berlin", "DE-BE"),
        ("Germany (Baden-Württemberg)", "DE-BW"),
        ("UK", "GB"),
        ("England", "GB-ENG"),
        ("USA", "US"),
        ("United States, California", "US-CA"),
        ("us-ca", "US-CA"),
        ("Guinea-Bissau", "GW"),
        ("none", None),
        ("", None),
    ],
)
def test_countries_are_found_by_name_and_code(text: str, meant: str | None) -> None:
    """With a part of the country where one is named."""
    assert find_country(text) == meant


@pytest.mark.parametrize(
    ("text", "offered"), [("Germny", "Germany"), ("Untied States", "United States"), ("DE-QQ", "DE-BE"), ("IS-1", "IS")]
)
def test_an_unknown_country_or_part_gets_the_nearest(text: str, offered: str) -> None:
    """In one sentence."""
    found = find_country(text)

    assert isinstance(found, Unclear)
    assert offered in found.nearest
    assert offered in str(found)


@UNHURRIED
@given(some.text(max_size=80))
def test_nothing_that_is_typed_is_an_exception(text: str) -> None:
    """And what is understood can be used."""
    readings = find_time(text), find_reveal(text), find_weekdays(text), find_date(text, WEDNESDAY), find_country(text)
    zone = find_zone(text)

    assert all(len(str(reading)) < 600 for reading in readings)
    assert isinstance(zone, Unclear) or isinstance(rules(zone), ZoneInfo)


def test_a_long_text_is_shortened_in_the_sentence() -> None:
    """Nobody wants their essay back."""
    assert len(str(find_zone("a\n" * 2000))) < 200
