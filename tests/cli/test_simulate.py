"""`pyquiz simulate`: when a channel would be asked and told, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from bot.model import Schedule, Weekday
from bot.picking import NOTHING_FITS
from cli.simulate import entries, happenings, plan_ahead, simulate
from content.question import Format, Kind, Level, Option, Question

Entry: TypeAlias = Mapping[str, str | bool | None]

OPTIONS = (Option("1", True, ""), Option("2", False, ""), Option("3", False, ""))
POOL = tuple(
    Question(
        id=f"topic{number}-one",
        topic=f"topic{number}",
        category="data model",
        kind=Kind.CHOICE,
        level=list(Level)[number % 3],
        difficulty=1 + number % 10,
        format=list(Format)[number % 5],
        prompt="What does this print?",
        code="print(1)",
        options=OPTIONS,
        explanation="",
    )
    for number in range(40)
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the machine, and none of a checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYQUIZ_PACKS", raising=False)


def run(*arguments: str) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(simulate, arguments)


def listed(*arguments: str) -> list[Entry]:
    """What the command prints as JSON."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[Entry] = json.loads(result.stdout)
    return found


def shown(schedule: Schedule, first: date, days: int) -> list[Entry]:
    """The entries of a new channel with a pool of our own."""
    return list(entries(happenings(plan_ahead(schedule, POOL, first, days)), schedule.zone))


def test_a_day_has_its_question_and_its_reveal() -> None:
    """With the local date and time, the offset, UTC, and the question's id."""
    question, reveal = shown(Schedule("Europe/Berlin"), date(2026, 1, 12), 1)

    assert question == {
        "kind": "question",
        "date": "2026-01-12",
        "local": "2026-01-12T09:00:00+01:00",
        "utc": "2026-01-12T08:00:00Z",
        "question": reveal["question"],
        "clock_change": False,
    }
    assert (reveal["kind"], reveal["local"]) == ("reveal", "2026-01-12T16:00:00+01:00")
    assert reveal["question"] in {one.id for one in POOL}


def test_the_first_of_anything_after_a_clock_change_is_marked() -> None:
    """And only that; the local time stays."""
    found = shown(Schedule("America/New_York"), date(2027, 3, 12), 7)

    assert [one["local"] for one in found if one["clock_change"]] == ["2027-03-15T09:00:00-04:00"]
    assert {str(one["local"])[11:19] for one in found} == {"09:00:00", "16:00:00"}


def test_a_holiday_is_listed_as_skipped_with_its_name() -> None:
    """Weekends are not: nothing was planned then."""
    found = shown(Schedule("Europe/London", holidays="GB-ENG"), date(2027, 3, 25), 6)
    skipped = [one for one in found if one["kind"] == "skipped"]

    assert [(one["date"], one["reason"], one["question"]) for one in skipped] == [
        ("2027-03-26", "Good Friday", None),
        ("2027-03-29", "Easter Monday", None),
    ]
    assert {one["date"] for one in found} == {"2027-03-25", "2027-03-26", "2027-03-29", "2027-03-30"}


def test_everything_is_in_order_of_time_and_closing_comes_before_opening() -> None:
    """Also where each round closes as the next one opens."""
    found = shown(Schedule("UTC", reveal=None), date(2026, 1, 12), 5)

    assert [one["kind"] for one in found] == ["question", *["reveal", "question"] * 4, "reveal"]
    assert [one["utc"] for one in found] == sorted(str(one["utc"]) for one in found)
    assert found[-1]["utc"] == "2026-01-19T09:00:00Z"


def test_a_round_keeps_its_date_when_its_answer_comes_on_another() -> None:
    """It was scheduled for the first one."""
    question, reveal = shown(Schedule("UTC", time(22), time(8)), date(2026, 1, 12), 1)

    assert (question["date"], reveal["date"]) == ("2026-01-12", "2026-01-12")
    assert reveal["utc"] == "2026-01-13T08:00:00Z"


def test_a_date_moved_into_by_the_one_before_is_not_the_first() -> None:
    """Scoresbysund asks Saturday's question as Sunday 29 March 2026 begins; who looks from Sunday does not see it."""
    schedule = Schedule("America/Scoresbysund", time(23, 30), None, frozenset(Weekday))
    found = shown(schedule, date(2026, 3, 29), 1)

    assert [one["date"] for one in found] == ["2026-03-29", "2026-03-29"]


def test_a_date_that_does_not_exist_is_not_listed() -> None:
    """Samoa had no 30 December 2011."""
    found = shown(Schedule("Pacific/Apia", time(0)), date(2011, 12, 28), 4)

    assert [one["date"] for one in found if one["kind"] == "question"] == ["2011-12-28", "2011-12-29"]
    assert len(shown(Schedule("Pacific/Apia", time(0), weekdays=frozenset({Weekday.SAT})), date(2011, 12, 31), 1)) == 2


def test_a_day_without_a_question_says_why() -> None:
    """An empty pool skips each day."""
    plans = list(plan_ahead(Schedule("UTC"), (), date(2026, 1, 12), 2))

    assert [plan.slot.skip for plan in plans] == [NOTHING_FITS, NOTHING_FITS]


def test_questions_come_again_only_after_all_were_asked() -> None:
    """As in any channel."""
    found = [one["question"] for one in shown(Schedule("UTC"), date(2026, 1, 12), 84) if one["kind"] == "question"]

    assert len(found) == 60
    assert len(set(found[:40])) == 40


def test_programs_get_a_list_of_the_built_in_questions() -> None:
    """By default from today, at nine, told at four, on working days."""
    found = listed("--days", "14", "--zone", "Asia/Tokyo")

    assert len(found) == 20
    assert {str(one["local"])[11:] for one in found} == {"09:00:00+09:00", "16:00:00+09:00"}
    assert {date.fromisoformat(str(one["date"])).isoweekday() for one in found} == {1, 2, 3, 4, 5}


def test_two_runs_show_the_same() -> None:
    """What a channel is asked is a matter of ids, not of chance."""
    arguments = ("--from", "2027-01-04", "--days", "30", "--zone", "Berlin", "--holidays", "Germany")

    assert listed(*arguments) == listed(*arguments)


def test_options_are_read_as_people_write_them() -> None:
    """The zone by its city, times and days in any spelling."""
    found = listed(
        *("--from", "4 Jan 2027", "--days", "7", "--zone", "new york", "--at", "9.30"),
        *("--reveal", "4pm", "--weekdays", "Tue, Thu"),
    )

    assert [one["local"] for one in found[:2]] == ["2027-01-05T09:30:00-05:00", "2027-01-05T16:00:00-05:00"]
    assert {one["date"] for one in found} == {"2027-01-05", "2027-01-07"}


def test_any_name_in_the_tz_database_is_taken_as_it_stands() -> None:
    """Even one that people should not be offered."""
    assert listed("--from", "2027-07-05", "--days", "1", "--zone", "EST")[0]["local"] == "2027-07-05T09:00:00-05:00"


def test_people_get_a_table_with_clock_changes_and_days_off() -> None:
    """One row a date."""
    result = run("--from", "2027-03-25", "--days", "6", "--zone", "Europe/London", "--holidays", "England")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert any("Thu 25 Mar 2027" in line and "09:00" in line and "16:00" in line for line in lines)
    assert any("Fri 26 Mar 2027" in line and "Good Friday" in line for line in lines)
    assert any("Mon 29 Mar 2027" in line and "Easter Monday" in line for line in lines)
    assert "clocks changed" in result.stdout
    assert "2 questions, 2 days skipped, in the local time of Europe/London." in result.stdout


def test_days_without_a_slot_give_an_empty_list() -> None:
    """A weekend."""
    assert listed("--from", "2027-01-02", "--days", "2", "--zone", "UTC") == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--zone", "Berln"), "Did you mean Europe/Berlin"),
        (("--zone", "xyzzy"), "Name a city, such as Europe/Berlin or America/New_York."),
        (("--zone", "UTC", "--at", "25"), "is not a time of the day"),
        (("--zone", "UTC", "--weekdays", "1-5"), "Name the days: numbers mean different days"),
        (("--zone", "UTC", "--holidays", "Germny"), "Did you mean Germany"),
        (("--zone", "UTC", "--from", "2/1"), "is read differently in different countries"),
        (("--zone", "UTC", "--from", "0001-01-01"), "choose a date from 1970-01-02"),
        (("--zone", "UTC", "--days", "0"), "0 is not in the range"),
        ((), "Missing option '--zone'"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_would_be_right(arguments: tuple[str, ...], sentence: str) -> None:
    """On stderr, never as a traceback."""
    result = run("--days", "5", *arguments)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_help_teaches_with_an_example() -> None:
    """Which itself works."""
    result = run("--help")

    assert result.exit_code == 0
    assert 'pyquiz simulate --from 2027-03-01 --days 30 --zone "New York" --at 9:30' in result.stdout
    assert listed("--from", "2027-03-01", "--days", "30", "--zone", "New York", "--at", "9:30")


def test_a_year_shows_every_working_day() -> None:
    """From any day on, across leap days."""
    first = date(2027, 3, 1)
    found = [one for one in shown(Schedule("Europe/Paris"), first, 366) if one["kind"] == "question"]
    working = [first + timedelta(days=i) for i in range(366) if (first + timedelta(days=i)).isoweekday() < 6]

    assert [one["date"] for one in found] == [day.isoformat() for day in working]
