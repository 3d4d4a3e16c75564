"""What people ask a channel to be."""

from __future__ import annotations

from datetime import time

import pytest

from bot.card import FieldErrors
from bot.model import Filters, Schedule, Weekday
from bot.settings import Wanted, read_settings
from content.bank import BUILT_IN, Bank, load_bank
from content.question import Level
from content.search import Finder

STANDS = Wanted(Schedule("Europe/Berlin"), Filters())


@pytest.fixture(scope="module")
def finder() -> Finder:
    """The built-in pack's finder."""
    bank: Bank = load_bank(built_in=BUILT_IN)
    return Finder(bank.topics)


def read(finder: Finder, **values: str) -> Wanted | FieldErrors:
    return read_settings(STANDS, {name: (value,) for name, value in values.items()}, finder)


@pytest.mark.parametrize("nine", ["9", "9:00", "09:00", "9am"])
def test_a_time_is_read_as_people_write_it(finder: Finder, nine: str) -> None:
    """Nine o'clock is nine o'clock."""
    wanted = read(finder, time=nine)

    assert isinstance(wanted, Wanted)
    assert wanted.schedule.post == time(9)


def test_everything_can_be_set_at_once(finder: Finder) -> None:
    """Fields not named stay as they stood."""
    wanted = read(
        finder,
        zone="New York",
        time="9:30",
        reveal="5pm",
        days="mon-wed",
        levels="junior, mid",
        python="3.12",
        topics="closure",
    )

    assert wanted == Wanted(
        Schedule("America/New_York", time(9, 30), time(17), frozenset({Weekday.MON, Weekday.TUE, Weekday.WED})),
        Filters(frozenset({Level.JUNIOR, Level.MID}), frozenset({"closures-and-scope"}), (3, 12)),
    )


@pytest.mark.parametrize(("given", "pinged"), [(("77",), "77"), ((), None), (("",), None)])
def test_a_role_is_kept_as_it_is_given(finder: Finder, given: tuple[str, ...], pinged: str | None) -> None:
    """None chosen is none; not named, it stays as it stood."""
    stands = Wanted(STANDS.schedule, STANDS.filters, role="5")
    wanted, unnamed = read_settings(stands, {"role": given}, finder), read_settings(stands, {}, finder)

    assert isinstance(wanted, Wanted)
    assert isinstance(unnamed, Wanted)
    assert (wanted.role, unnamed.role) == (pinged, "5")


def test_every_mistake_is_told_at_once(finder: Finder) -> None:
    """One sentence a field, none left for the next try."""
    wanted = read(finder, zone="Atlantis", time="25:00", days="1-5", levels="expert", topics="xyzzyplugh", python="2.7")

    assert isinstance(wanted, FieldErrors)
    assert [name for name, _ in wanted.errors] == ["zone", "time", "days", "levels", "topics", "python"]


def test_people_get_two_hours_to_answer(finder: Finder) -> None:
    """A reveal sooner than that is refused at the field that says it."""
    wanted = read(finder, time="9:00", reveal="10:30")

    assert isinstance(wanted, FieldErrors)
    assert dict(wanted.errors)["reveal"] == (
        "People need time to answer: 10:30 is less than two hours after 09:00. Choose a later time."
    )


def test_a_reveal_before_the_post_is_the_next_days(finder: Finder) -> None:
    """From 16:00 to 09:00 there is a night to answer in."""
    wanted = read(finder, time="16:00", reveal="9:00")

    assert isinstance(wanted, Wanted)


def test_all_levels_are_no_filter(finder: Finder) -> None:
    """Choosing every level says nothing."""
    wanted = read(finder, levels="junior mid senior")

    assert isinstance(wanted, Wanted)
    assert wanted.filters.levels == frozenset()
