"""What a channel will be asked next: from what it needs to a plan. Pure; seeded by channel and date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.calendar import slots
from bot.picking import NothingLeft, order, pick
from bot.work import Plan, Unplanned
from content.question import Question


def make_plan(need: Unplanned, pool: Sequence[Question]) -> Plan:
    """The plan for a channel's next slot; without a question where the day is off or nothing can be asked."""
    channel = need.channel
    slot = next(slots(channel.schedule, need.after, need.overrides))
    if slot.skip is not None:
        return Plan(channel.id, need.version, slot, None)
    seed = f"{channel.id} {slot.date}"
    question = pick(pool, channel.filters, need.history, slot.date, seed)
    if isinstance(question, NothingLeft):
        return Plan(channel.id, need.version, replace(slot, skip=question.reason), None)
    return Plan(channel.id, need.version, slot, question, order(question, seed))


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
