"""Rounds that begin: every due plan of a batch becomes a round and the question it owes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, case, exists, literal, or_, select, update

from bot.calendar import window_end
from bot.model import ChannelState, Round, RoundState
from bot.store.dialects import each, ids, insert, word
from bot.store.frozen import digest, keep
from bot.store.owing import owe_questions, skip_planned
from bot.store.planning import UNPLANNED
from bot.store.rows import ROUNDS, a_round, write_order
from bot.store.tables import channels, rounds, snapshots
from bot.work import Opening, Plan

TOO_LATE = "it was too late to ask"
"""Why a day was skipped whose window had ended before its question could be asked."""

_still_open = exists().where(rounds.c.channel == channels.c.id, rounds.c.state == word(RoundState.OPEN))
_late = channels.c.next_window < bindparam("now")
_DUE = (
    select(channels.c.id, _late)
    .where(
        channels.c.next_due.is_not(None),
        channels.c.next_due <= bindparam("now"),
        channels.c.state == word(ChannelState.ACTIVE),
        or_(_late, ~_still_open),
    )
    .order_by(channels.c.next_due, channels.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_ROUND = [
    "workspace",
    "channel",
    "date",
    "number",
    "snapshot",
    "question",
    "order",
    "points",
    "key",
    "opened",
    "closes",
    "state",
    "spared",
]
_planned = (
    select(channels.c.workspace, channels.c.id, channels.c.next_date, channels.c.last_number + 1)
    .add_columns(channels.c.next_snapshot, channels.c.next_question, channels.c.next_order)
    .add_columns(snapshots.c.points, snapshots.c.key, bindparam("now", type_=rounds.c.opened.type))
    .add_columns(channels.c.next_closes, word(RoundState.OPEN), literal(False))
    .join_from(channels, snapshots, snapshots.c.digest == channels.c.next_snapshot)
    .where(channels.c.id.in_(each("ids")))
    .order_by(channels.c.id)
)
_OPEN = insert(rounds).from_select(_ROUND, _planned, include_defaults=False).on_conflict_do_nothing()
_OPEN = _OPEN.execution_options(preserve_rowcount=True)


def _plan_again_at() -> ColumnElement[datetime | None]:
    """Planning waits for the closing, but for a channel that reveals with its next question."""
    at_once = bindparam("now", type_=channels.c.plan_at.type)
    return case(
        (channels.c.state != word(ChannelState.ACTIVE), channels.c.plan_at),
        (channels.c.reveal.is_(None), at_once),
        else_=channels.c.next_closes,
    )


_opened_today = exists().where(
    rounds.c.channel == channels.c.id, rounds.c.date == channels.c.next_date, rounds.c.state == word(RoundState.OPEN)
)
_OPENED = (
    update(channels)
    .where(channels.c.id.in_(each("ids")), _opened_today)
    .values({**UNPLANNED, "last_number": channels.c.last_number + 1, "after": channels.c.next_due})
    .values(plan_at=_plan_again_at())
)
_had_its_round = exists().where(rounds.c.channel == channels.c.id, rounds.c.date == channels.c.next_date)
_DROPPED = (
    update(channels)
    .where(channels.c.id.in_(each("ids")), channels.c.next_due.is_not(None))
    .values({**UNPLANNED, "plan_at": bindparam("now")})
    .values(after=case((_had_its_round, channels.c.next_due), else_=channels.c.after))
)
_PASSED = (
    update(channels)
    .where(channels.c.id.in_(each("ids")))
    .values({**UNPLANNED, "plan_at": bindparam("now"), "after": channels.c.next_due})
)


def open_due(conn: Connection, now: datetime, limit: int = 500) -> Opening:
    """Open the rounds whose instant has come; with the questions they owe.

    Where the window is over, the day is recorded as skipped. The database itself refuses a second round of a date or
    an open channel, and a question that is open elsewhere in the workspace: such a plan is dropped, and made anew.
    """
    due = conn.execute(_DUE, {"now": now, "limit": limit}).all()
    on_time = [id_ for id_, late in due if not late]
    late = [id_ for id_, late in due if late]
    if late:
        skip_planned(conn, ids(late), TOO_LATE)
        conn.execute(_PASSED, {"ids": ids(late), "now": now})
    return Opening(_open(conn, on_time, now) if on_time else 0, len(late))


def _open(conn: Connection, wanted: Sequence[int], now: datetime) -> int:
    values = {"ids": ids(wanted), "now": now}
    opened = conn.execute(_OPEN, values).rowcount
    owe_questions(conn, ids(wanted))
    conn.execute(_OPENED, values)
    if opened < len(wanted):
        conn.execute(_DROPPED, values)
    return opened


_ON = ROUNDS.where(rounds.c.channel == bindparam("channel"), rounds.c.date == bindparam("day"))
_TAKEN = select(rounds.c.id).where(
    rounds.c.channel == bindparam("channel"),
    or_(rounds.c.date == bindparam("day"), rounds.c.state == word(RoundState.OPEN)),
)


def ask_now(conn: Connection, plan: Plan, after: datetime, now: datetime) -> Round | None:
    """Open the round of ``plan.slot.date`` at once, reusing a skipped day; the next slot lies after ``after``.

    None where that date had its round (a voided one too), where one is open, or where the question was just asked
    elsewhere in the workspace. Whatever else was planned is void.
    """
    where = {"channel": plan.channel, "day": plan.slot.date}
    if plan.question is None or conn.execute(_TAKEN, where).first():
        return None
    keep(conn, [plan.question])
    planned = {
        "next_date": plan.slot.date,
        "next_due": plan.slot.due,
        "next_closes": plan.slot.closes,
        "next_window": window_end(plan.slot.due, plan.slot.closes),
        "next_snapshot": digest(plan.question),
        "next_question": plan.question.id,
        "next_order": write_order(plan.order),
        "version": channels.c.version + 1,
    }
    conn.execute(update(channels).where(channels.c.id == plan.channel).values(planned))
    if not _open(conn, [plan.channel], now):
        return None
    conn.execute(update(channels).where(channels.c.id == plan.channel).values(after=after))
    return a_round(conn.execute(_ON, where).one())
