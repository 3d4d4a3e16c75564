"""Messages on their way: due → claimed → sending → sent, refused or unknown; each step once, by state and fence."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.model import ChannelState, DeliveryKind, DeliveryState, MessageRef, RoundState
from bot.store.channels import set_state
from bot.store.dialects import word
from bot.store.jobs import claim, lost
from bot.store.opening import TOO_LATE
from bot.store.owing import owe_detail, owe_reveal
from bot.store.rounds import question_message
from bot.store.tables import answers, channels, deliveries, rounds
from bot.store.voiding import void_unshown

__all__ = [
    "absent",
    "claim",
    "found",
    "hold_edit",
    "lost",
    "next_due",
    "proven",
    "recover",
    "refused",
    "release_edit",
    "sending",
    "sent",
    "unknown",
]

LEASE_RAN_OUT = "whoever was sending it never said what came of it"
"""Why nobody knows whether a delivery arrived whose sender is gone."""


def _in(*states: DeliveryState) -> ColumnElement[bool]:
    return deliveries.c.state.in_([word(state) for state in states])


_id = deliveries.c.id == bindparam("delivery")
_held = and_(_id, deliveries.c.fence == bindparam("held"))
_in_hand = and_(_held, _in(DeliveryState.SENDING, DeliveryState.UNKNOWN))
_now = bindparam("now", type_=deliveries.c.due.type)

_FREE = (
    update(deliveries)
    .where(_in(DeliveryState.CLAIMED, DeliveryState.SENDING), deliveries.c.lease < _now)
    .where(deliveries.c.state == word(DeliveryState.CLAIMED))
    .values(state=word(DeliveryState.DUE), lease=None)
)
_LOSE = (
    update(deliveries)
    .where(_in(DeliveryState.CLAIMED, DeliveryState.SENDING), deliveries.c.lease < _now)
    .where(deliveries.c.state == word(DeliveryState.SENDING))
    .values(state=word(DeliveryState.UNKNOWN), reason=LEASE_RAN_OUT)
)


def recover(conn: Connection, now: datetime) -> int:
    """Take back what lapsed: an expired claim is due again, an expired sending is unknown; how many there were."""
    return conn.execute(_FREE, {"now": now}).rowcount + conn.execute(_LOSE, {"now": now}).rowcount


_SENDING = (
    update(deliveries)
    .where(_held, deliveries.c.state == word(DeliveryState.CLAIMED), deliveries.c.lease >= _now)
    .where(or_(deliveries.c.window_ends.is_(None), deliveries.c.window_ends >= _now))
    .values(state=word(DeliveryState.SENDING))
)


def sending(conn: Connection, delivery_id: int, fence: int, now: datetime) -> bool:
    """Mark a claimed delivery as being sent, the last commit before the network; False: it is not ours any more, or
    its window has ended."""
    return conn.execute(_SENDING, {"delivery": delivery_id, "held": fence, "now": now}).rowcount == 1


def _arrived(condition: ColumnElement[bool]) -> Update:
    return (
        update(deliveries)
        .where(condition)
        .values(state=word(DeliveryState.SENT), message=bindparam("told"), sent_at=_now, lease=None, reason=None)
    )


_SENT = _arrived(_in_hand)
_FOUND = _arrived(and_(_id, deliveries.c.state == word(DeliveryState.UNKNOWN)))
_THIS = (
    select(deliveries.c.kind, deliveries.c.round, deliveries.c.channel, deliveries.c.platform, deliveries.c.date)
    .add_columns(deliveries.c.window_ends, deliveries.c.fence, rounds.c.state.label("round_state"))
    .outerjoin_from(deliveries, rounds, rounds.c.id == deliveries.c.round)
    .where(_id)
)


def sent(conn: Connection, delivery_id: int, fence: int, message_id: str, now: datetime) -> None:
    """The platform has it, as ``message_id``. Whoever does not hold it any more is not heard."""
    values = {"delivery": delivery_id, "held": fence, "told": message_id, "now": now}
    if conn.execute(_SENT, values).rowcount:
        _owe_what_follows(conn, delivery_id, now)


def found(conn: Connection, delivery_id: int, message_id: str, now: datetime) -> None:
    """It was looked for, and the platform has it."""
    if conn.execute(_FOUND, {"delivery": delivery_id, "told": message_id, "now": now}).rowcount:
        _owe_what_follows(conn, delivery_id, now)


def _owe_what_follows(conn: Connection, delivery_id: int, now: datetime) -> None:
    row = conn.execute(_THIS, {"delivery": delivery_id}).one()
    if row.kind is DeliveryKind.REVEAL:
        owe_detail(conn, row.round, row.channel, row.platform, row.date, now)


_LATER = (
    update(deliveries)
    .where(_in_hand)
    .values(state=word(DeliveryState.DUE), next_try=bindparam("again"), reason=bindparam("why"), lease=None)
)
_REFUSED = (
    update(deliveries).where(_in_hand).values(state=word(DeliveryState.REFUSED), reason=bindparam("why"), lease=None)
)


def refused(
    conn: Connection, delivery_id: int, fence: int, reason: str, retry_at: datetime | None, gone: bool, now: datetime
) -> None:
    """The platform said no: due again at ``retry_at``, or, where that is None, refused for good.

    A question refused for good voids its round. Where the result of one that nobody answered cannot be shown in its
    message, a reveal is made after all: else the answer would be told nowhere. A place that is gone stops its channel,
    and only that.
    """
    values = {"delivery": delivery_id, "held": fence, "why": reason}
    if retry_at is not None:
        conn.execute(_LATER, {**values, "again": retry_at})
        return
    if not conn.execute(_REFUSED, values).rowcount:
        return
    row = conn.execute(_THIS, {"delivery": delivery_id}).one()
    if row.kind is DeliveryKind.QUESTION and row.round is not None:
        _void_unanswered(conn, row.round, reason, now)
    if row.kind is DeliveryKind.RESULT and row.round_state is RoundState.CLOSED and not gone:
        owe_reveal(conn, row.round)
    if gone:
        set_state(conn, row.channel, ChannelState.GONE, reason, None, None, now)


_UNANSWERED = select(rounds.c.id).where(rounds.c.id == bindparam("id"), ~exists().where(answers.c.round == rounds.c.id))


def _void_unanswered(conn: Connection, round_id: int, reason: str, now: datetime) -> None:
    void_unshown(conn, conn.execute(_UNANSWERED, {"id": round_id}).scalars().all(), reason, now)


_UNKNOWN = (
    update(deliveries)
    .where(_held, deliveries.c.state == word(DeliveryState.SENDING))
    .values(state=word(DeliveryState.UNKNOWN), reason=bindparam("why"), lease=_now)
)


def unknown(conn: Connection, delivery_id: int, fence: int, reason: str, now: datetime) -> None:
    """Nobody can tell whether the platform has it; it will be looked for, never blindly repeated."""
    conn.execute(_UNKNOWN, {"delivery": delivery_id, "held": fence, "why": reason, "now": now})


_AGAIN = (
    update(deliveries)
    .where(_held, deliveries.c.state == word(DeliveryState.UNKNOWN))
    .values(state=word(DeliveryState.DUE), fence=deliveries.c.fence + 1, next_try=_now, lease=None)
)
_NEVER = (
    update(deliveries)
    .where(_held, deliveries.c.state == word(DeliveryState.UNKNOWN))
    .values(
        state=word(DeliveryState.SKIPPED),
        fence=deliveries.c.fence + 1,
        lease=None,
        reason=bindparam("why"),
    )
)


def absent(conn: Connection, delivery_id: int, now: datetime, fence: int | None = None) -> bool:
    """It was looked for, and the platform does not have it: due again under a new fence while its window lasts.

    ``fence`` is the one under which it was looked for: what was sent again meanwhile may have arrived since that look.
    False where it is over for a question: its round, which nobody can have answered, is void, the day skipped.
    """
    row = conn.execute(_THIS, {"delivery": delivery_id}).first()
    if row is None or fence not in (None, row.fence):
        return False
    this = {"delivery": delivery_id, "held": row.fence}
    is_question = row.kind is DeliveryKind.QUESTION
    if not is_question or (row.window_ends >= now and row.round_state is RoundState.OPEN):
        return conn.execute(_AGAIN, {**this, "now": now}).rowcount == 1
    if conn.execute(_NEVER, {**this, "why": TOO_LATE}).rowcount:
        _void_unanswered(conn, row.round, TOO_LATE, now)
    return False


_PROVEN = _arrived(
    and_(
        deliveries.c.round == bindparam("round_id"),
        deliveries.c.kind == word(DeliveryKind.QUESTION),
        _in(DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN),
    )
).values(fence=deliveries.c.fence + 1)


def proven(conn: Connection, round_id: int, message_id: str, now: datetime) -> None:
    """Somebody pressed a button on a round's question: it was sent, whatever we knew of it."""
    conn.execute(_PROVEN, {"round_id": round_id, "told": message_id, "now": now})


_HOLD = (
    update(rounds)
    .where(rounds.c.id == bindparam("round_id"), rounds.c.state == word(RoundState.OPEN))
    .where(or_(rounds.c.edit_lease.is_(None), rounds.c.edit_lease <= bindparam("now")))
    .values(edit_lease=bindparam("until"))
)
_RELEASE = update(rounds).where(rounds.c.id == bindparam("round_id")).values(edit_lease=None)


def hold_edit(conn: Connection, round_id: int, now: datetime, lease: timedelta) -> MessageRef | None:
    """Hold the message of an open round's question for an edit; None where somebody holds it, or it is not known."""
    message = question_message(conn, round_id)
    values = {"round_id": round_id, "now": now, "until": now + lease}
    return message if message is not None and conn.execute(_HOLD, values).rowcount else None


def release_edit(conn: Connection, round_id: int, now: datetime) -> None:
    """The edit is done; the result's may follow."""
    conn.execute(_RELEASE, {"round_id": round_id})


_platforms: BindParameter[list[str]] = bindparam("platforms", expanding=True)
_WAKING = select(func.min(channels.c.plan_at)).where(
    channels.c.plan_at.is_not(None), channels.c.state == word(ChannelState.PAUSED)
)
_NEXT = (
    select(func.min(channels.c.next_due)).where(
        channels.c.next_due.is_not(None), channels.c.state == word(ChannelState.ACTIVE)
    ),
    select(func.min(rounds.c.closes)).where(rounds.c.state == word(RoundState.OPEN)),
    select(func.min(deliveries.c.next_try)).where(
        deliveries.c.state == word(DeliveryState.DUE), deliveries.c.platform.in_(_platforms)
    ),
    _WAKING,
)


def next_due(conn: Connection, platforms: frozenset[str]) -> datetime | None:
    """The earliest instant at which something is planned: a question, a closing, the end of a pause, on any platform;
    a delivery, on these."""
    values = {"platforms": sorted(platforms)}
    found = [conn.execute(statement, values).scalar() for statement in _NEXT]
    return min((at for at in found if at is not None), default=None)
