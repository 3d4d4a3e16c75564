"""What a channel will be asked next: from what it needs to a plan. Pure; seeded by channel and date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.calendar import WINDOW_BEFORE_CLOSING, closing, instant, local, slots
from bot.picking import NothingLeft, order, pick
from bot.work import Plan, Slot, Unplanned
from content.question import Question


def make_plan(need: Unplanned, pool: Sequence[Question]) -> Plan:
    """The plan for a channel's next slot; without a question where the day is off or nothing can be asked."""
    return _planned(need, next(slots(need.channel.schedule, need.after, need.overrides)), pool)


def make_plans(needs: Iterable[Unplanned], pool: Sequence[Question]) -> tuple[Plan, ...]:
    """Plans for many channels, none of which gives two channels of one workspace the same question."""
    plans: list[Plan] = []
    taken: dict[int, frozenset[str]] = defaultdict(frozenset)
    for need in needs:
        workspace = need.channel.workspace
        history = replace(need.history, busy=need.history.busy | taken[workspace])
        plan = make_plan(replace(need, history=history), pool)
        plans.append(plan)
        if plan.question:
            taken[workspace] |= {plan.question.id}
    return tuple(plans)


def plan_now(need: Unplanned, pool: Sequence[Question], now: datetime) -> Plan:
    """The plan for a question asked by hand: today's local date, due now, closing at that date's reveal or two hours
    on, whichever is later."""
    schedule = need.channel.schedule
    today = local(schedule.zone, now).date()
    reveal = closing(schedule, today, instant(schedule.zone, today, schedule.post), need.overrides)
    return _planned(need, Slot(today, now, max(reveal, now + WINDOW_BEFORE_CLOSING)), pool)


def _planned(need: Unplanned, slot: Slot, pool: Sequence[Question]) -> Plan:
    if slot.skip is not None:
        return Plan(need.channel.id, need.version, slot, None)
    seed = f"{need.channel.id} {slot.date}"
    question = pick(pool, need.channel.filters, need.history, slot.date, seed)
    if isinstance(question, NothingLeft):
        return Plan(need.channel.id, need.version, replace(slot, skip=question.reason), None)
    return Plan(need.channel.id, need.version, slot, question, order(question, seed))
