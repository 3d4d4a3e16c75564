"""The pretended clock: it starts at 09:30 on working days, and never goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.pretend import PretendClock, last_played, next_opening, working_day

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "begins"),
    [
        ("12 08:30", 12),
        ("12 09:30", 13),
        ("12 16:00", 13),
        ("15 09:30", 18),
        ("16 08:00", 18),
        ("17 23:00", 18),
    ],
)
def test_the_next_run_begins_on_the_next_working_morning(last: str, begins: int) -> None:
    """After a Friday, and at a weekend, that is Monday."""
    at = datetime.fromisoformat(f"2027-01-{last}").replace(tzinfo=BERLIN)

    assert next_opening(at.astimezone(UTC), "Europe/Berlin") == datetime(2027, 1, begins, 9, 30, tzinfo=BERLIN)


@settings(deadline=None)
@given(
    st.integers(0, 12 * 365 * 24 * 60),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Apia"]),
)
def test_a_morning_is_always_half_past_nine_on_a_working_day(minutes: int, zone: str) -> None:
    """In every zone, whatever its clocks do, and never in the past."""
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = next_opening(now, zone).astimezone(ZoneInfo(zone))

    assert (local.hour, local.minute) == (9, 30)
    assert local.weekday() < 5
    assert timedelta() < local - now <= timedelta(days=4)


@pytest.mark.parametrize(("day", "works"), [(12, 12), (15, 15), (16, 18), (17, 18), (18, 18)])
def test_weekends_are_no_working_days(day: int, works: int) -> None:
    """Saturday and Sunday lead to Monday."""
    assert working_day(date(2027, 1, day)) == date(2027, 1, works)


def test_the_clock_is_kept_from_one_run_to_the_next(tmp_path: Path) -> None:
    """What was played stays played."""
    clock = PretendClock(tmp_path / "clock", TUESDAY)
    clock.move(TUESDAY + timedelta(hours=7))

    assert clock.now() == TUESDAY + timedelta(hours=7)
    assert last_played(tmp_path / "clock") == TUESDAY + timedelta(hours=7)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    """An instant that is past changes nothing."""
    clock = PretendClock(tmp_path / "clock", TUESDAY)
    clock.move(TUESDAY - timedelta(days=1))

    assert clock.now() == TUESDAY
    assert last_played(tmp_path / "clock") is None


@pytest.mark.parametrize("left", ["", "yesterday", "2027-13-45"])
def test_a_damaged_clock_is_as_good_as_none(tmp_path: Path, left: str) -> None:
    """The days themselves are in the database."""
    (tmp_path / "clock").write_text(left)

    assert last_played(tmp_path / "clock") is None
