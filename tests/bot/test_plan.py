"""What a channel will be asked next, as a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from bot.model import Channel, ChannelState, Filters, Place, Schedule
from bot.picking import NOTHING_FITS, OPEN_ELSEWHERE
from bot.plan import make_plan, make_plans, plan_now
from bot.work import History, Slot, Unplanned
from content.question import Format, Kind, Level, Option, Question

POOL = tuple(
    Question(
        id=f"q{number}",
        topic=f"topic{number}",
        category="data model",
        kind=Kind.CHOICE,
        level=Level.MID,
        difficulty=5,
        format=Format.CONCEPT,
        prompt="Which one?",
        code=None,
        options=(Option("a", True, ""), Option("b", False, ""), Option("c", False, "")),
        explanation="",
    )
    for number in range(2)
)
ANYTHING = Filters()
NOTHING: Mapping[date, str] = {}
FRIDAY = datetime(2026, 1, 16, 12, tzinfo=UTC)


def need(
    channel: int, workspace: int = 1, filters: Filters = ANYTHING, overrides: Mapping[date, str] = NOTHING
) -> Unplanned:
    """A channel of a workspace that was asked on Friday and wants a plan."""
    place = Place("slack", f"W{workspace}", f"C{channel}")
    row = Channel(
        channel,
        workspace,
        place,
        Schedule("UTC"),
        filters,
        "en",
        ChannelState.ACTIVE,
        "",
        None,
        None,
        (),
        0,
        None,
        None,
    )
    return Unplanned(row, 3, FRIDAY, overrides, History())


def test_a_plan_names_slot_question_and_order() -> None:
    """For the version of the channel that it was made for."""
    plan = make_plan(need(7), POOL)

    assert (plan.channel, plan.version, plan.slot.date, plan.slot.skip) == (7, 3, date(2026, 1, 19), None)
    assert plan.question in POOL
    assert sorted(plan.order) == [0, 1, 2]
    assert make_plan(need(7), POOL) == plan


def test_a_day_off_is_planned_without_a_question() -> None:
    """It keeps its reason."""
    plan = make_plan(need(7, overrides={date(2026, 1, 19): "skipped by Ada"}), POOL)

    assert (plan.slot.skip, plan.question, plan.order) == ("skipped by Ada", None, ())


def test_a_day_without_a_question_left_says_why() -> None:
    """Nothing fits what the channel wants."""
    plan = make_plan(need(7, filters=Filters(levels=frozenset({Level.SENIOR}))), POOL)

    assert (plan.slot.skip, plan.question) == (NOTHING_FITS, None)


def test_channels_of_one_workspace_are_planned_different_questions() -> None:
    """Two questions serve two of three channels; another workspace sees nothing of it."""
    plans = make_plans([need(1), need(2), need(3), need(4, workspace=2)], POOL)

    assert {plan.question for plan in plans[:2]} == set(POOL)
    assert (plans[2].question, plans[2].slot.skip) == (None, OPEN_ELSEWHERE)
    assert plans[3].question is not None


def test_a_question_asked_by_hand_belongs_to_today_and_closes_with_todays_reveal() -> None:
    """Whatever is off today, and never the question of another day."""
    now = datetime(2026, 1, 17, 10, tzinfo=UTC)
    plan = plan_now(need(7, overrides={date(2026, 1, 17): "skipped by Ada"}), POOL, now)

    assert plan.slot == Slot(date(2026, 1, 17), now, datetime(2026, 1, 17, 16, tzinfo=UTC))
    assert plan.question in POOL


def test_a_question_asked_by_hand_late_in_the_day_stays_open_for_two_hours() -> None:
    """Also where that day's reveal is over."""
    now = datetime(2026, 1, 16, 15, tzinfo=UTC)

    assert plan_now(need(7), POOL, now).slot.closes == datetime(2026, 1, 16, 17, tzinfo=UTC)
