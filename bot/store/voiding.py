"""Rounds that do not count: their question never reached the channel, or a manager voided them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from bot.model import DeliveryKind, DeliveryState, RoundState
from bot.store.closing import NEVER_SHOWN
from bot.store.dialects import each, ids, word
from bot.store.opening import TOO_LATE
from bot.store.owing import owe_end
from bot.store.rebuilding import rebuild, write_asked
from bot.store.tables import answers, askeds, deliveries, rounds

_question = deliveries.c.kind == word(DeliveryKind.QUESTION)
_waiting = deliveries.c.state.in_([word(DeliveryState.DUE), word(DeliveryState.CLAIMED)])
_unanswered = ~exists().where(answers.c.round == deliveries.c.round)
_skipped = {
    "state": word(DeliveryState.SKIPPED),
    "reason": bindparam("why"),
    "lease": None,
    "fence": deliveries.c.fence + 1,
}

_WITHDRAW = (
    update(deliveries)
    .where(_waiting, deliveries.c.window_ends.is_not(None), deliveries.c.window_ends < bindparam("now"))
    .where(_question, deliveries.c.round.is_not(None), _unanswered)
    .values(_skipped)
    .returning(deliveries.c.round)
)
_over = exists().where(rounds.c.id == deliveries.c.round, rounds.c.closes <= bindparam("now"))
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.state == word(DeliveryState.UNKNOWN), _question, _over, _unanswered)
    .values(_skipped)
    .returning(deliveries.c.round)
)


def withdraw_late(conn: Connection, now: datetime) -> int:
    """Withdraw questions that are not on their way when their window has ended: round void, day skipped; how many."""
    found = conn.execute(_WITHDRAW, {"now": now, "why": TOO_LATE}).scalars().all()
    void_unshown(conn, found, TOO_LATE, now)
    return len(found)


def settle_unknown(conn: Connection, now: datetime) -> int:
    """Void rounds past their closing of whose question nobody knows anything, not even by an answer; how many.

    The day is recorded as skipped, and the question is back in the pool.
    """
    found = conn.execute(_SETTLE, {"now": now, "why": NEVER_SHOWN}).scalars().all()
    void_unshown(conn, found, NEVER_SHOWN, now)
    return len(found)


_VOID = (
    update(rounds)
    .where(rounds.c.id.in_(each("ids")), rounds.c.state != word(RoundState.VOIDED))
    .values(
        state=word(RoundState.VOIDED),
        closed=func.coalesce(rounds.c.closed, bindparam("now")),
        void_reason=bindparam("why"),
    )
)
_CANCEL = (
    update(deliveries)
    .where(deliveries.c.round.in_(each("ids")), _waiting)
    .where(deliveries.c.kind.in_([word(DeliveryKind.REVEAL), word(DeliveryKind.DETAIL), bindparam("also")]))
    .values(state=word(DeliveryState.CANCELLED), lease=None, fence=deliveries.c.fence + 1)
)


def void_unshown(conn: Connection, round_ids: Sequence[int], why: str, now: datetime) -> None:
    """Void rounds without answers whose question was never shown. Where they closed already nothing was counted: a
    closing spares everybody while its question is on its way."""
    if not round_ids:
        return
    listed = ids(round_ids)
    conn.execute(_VOID, {"ids": listed, "why": why, "now": now})
    conn.execute(_CANCEL, {"ids": listed, "also": DeliveryKind.RESULT})
    _return_to_pool(conn, listed)


_STATE = select(rounds.c.state, rounds.c.channel).where(rounds.c.id == bindparam("id")).with_for_update()
_LEAVE = (
    update(deliveries)
    .where(deliveries.c.round == bindparam("void"), _question)
    .where(
        deliveries.c.state.in_(
            [word(s) for s in (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.UNKNOWN, DeliveryState.REFUSED)]
        )
    )
    .values(_skipped)
)


def void_round(conn: Connection, round_id: int, reason: str, now: datetime) -> None:
    """Void a round, open or closed: answers in it count for streaks as ever, a miss changes nothing, and no points.

    A question that is out gets the news; a reveal that is not is cancelled. It is rare enough that the channel is
    counted anew from its log.
    """
    found = conn.execute(_STATE, {"id": round_id}).first()
    if found is None or found.state is RoundState.VOIDED:
        return
    listed = ids([round_id])
    conn.execute(_VOID, {"ids": listed, "why": reason, "now": now})
    conn.execute(_CANCEL, {"ids": listed, "also": DeliveryKind.REVEAL})
    conn.execute(_LEAVE, {"void": round_id, "why": reason})
    owe_end(conn, listed)
    rebuild(conn, found.channel)


_REMEMBERED = (
    select(rounds.c.channel)
    .join_from(rounds, askeds, (askeds.c.channel == rounds.c.channel) & (askeds.c.number == rounds.c.number))
    .where(rounds.c.id.in_(each("ids")))
)
_FORGET = delete(askeds).where(askeds.c.channel == bindparam("where"))


def _return_to_pool(conn: Connection, listed: str) -> None:
    """A question is as it was before these rounds asked it."""
    for channel in conn.execute(_REMEMBERED, {"ids": listed}).scalars().all():
        conn.execute(_FORGET, {"where": channel})
        write_asked(conn, channel)
