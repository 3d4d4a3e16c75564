"""Deliveries taken in hand, each with all that its card needs."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.model import Channel, DeliveryKind, DeliveryState, Round
from bot.store.dialects import each, ids, word
from bot.store.rows import CHANNELS, ROUNDS, a_delivery, a_round, readable, readable_channels
from bot.store.tables import answers, channels, deliveries, rounds
from bot.work import Job

log = logging.getLogger(__name__)

_other = deliveries.alias("other")
_kind = deliveries.c.kind
_question_on_its_way = exists().where(
    _other.c.round == deliveries.c.round,
    _other.c.kind == word(DeliveryKind.QUESTION),
    _other.c.state == word(DeliveryState.SENDING),
)
_being_edited = exists().where(rounds.c.id == deliveries.c.round, rounds.c.edit_lease > bindparam("now"))
_result_first = exists().where(
    _other.c.round == deliveries.c.round,
    _other.c.kind == word(DeliveryKind.RESULT),
    or_(
        _other.c.state.in_([word(DeliveryState.CLAIMED), word(DeliveryState.SENDING)]),
        and_(_other.c.state == word(DeliveryState.DUE), _other.c.attempts == 0),
    ),
)
"""A reveal comes after its result's first attempt: it is made however long that edit fails."""

_platforms: BindParameter[list[str]] = bindparam("platforms", expanding=True)
_READY = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state == word(DeliveryState.DUE),
        deliveries.c.platform.in_(_platforms),
        deliveries.c.next_try <= bindparam("now"),
        or_(_kind != word(DeliveryKind.RESULT), ~or_(_question_on_its_way, _being_edited)),
        or_(_kind != word(DeliveryKind.REVEAL), ~_result_first),
    )
    .order_by(deliveries.c.next_try, deliveries.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=deliveries)
)
_CLAIM = (
    update(deliveries)
    .where(deliveries.c.id.in_(_READY))
    .values(
        state=word(DeliveryState.CLAIMED),
        lease=bindparam("until"),
        fence=deliveries.c.fence + 1,
        attempts=deliveries.c.attempts + 1,
    )
    .returning(deliveries.c.id)
)


def claim(conn: Connection, now: datetime, platforms: frozenset[str], limit: int, lease: timedelta) -> tuple[Job, ...]:
    """Take up to ``limit`` due deliveries in hand until ``now + lease``, for these platforms, those due first.

    Nobody else gets them, in this process or another, unless the lease runs out. A result waits while its question is
    on its way or being edited, a reveal for its result's first attempt.
    """
    values = {"now": now, "platforms": sorted(platforms), "limit": limit, "until": now + lease}
    return _jobs(conn, conn.execute(_CLAIM, values).scalars().all())


_LOST = (
    select(deliveries.c.id)
    .where(
        deliveries.c.state == word(DeliveryState.UNKNOWN),
        deliveries.c.platform.in_(_platforms),
        deliveries.c.lease <= bindparam("before"),
    )
    .order_by(deliveries.c.lease, deliveries.c.id)
    .limit(bindparam("limit"))
)


def lost(
    conn: Connection, now: datetime, platforms: frozenset[str], older_than: timedelta, limit: int
) -> tuple[Job, ...]:
    """Deliveries of which nobody knows whether they arrived, for longer than ``older_than``: to be looked for."""
    values = {"before": now - older_than, "platforms": sorted(platforms), "limit": limit}
    return _jobs(conn, conn.execute(_LOST, values).scalars().all())


_ALL = select(deliveries).where(deliveries.c.id.in_(each("ids"))).order_by(deliveries.c.due, deliveries.c.id)
_CHANNELS = CHANNELS.where(channels.c.id.in_(each("ids")))
_ROUNDS = ROUNDS.where(rounds.c.id.in_(each("ids")))
_right = case((answers.c.choice == rounds.c.key, 1), else_=0)
_COUNTS = (
    select(rounds.c.id, func.count(), cast(func.sum(_right), Integer))
    .join_from(rounds, answers, answers.c.round == rounds.c.id)
    .where(rounds.c.id.in_(each("ids")))
    .group_by(rounds.c.id)
)
_MESSAGES = select(deliveries.c.round, deliveries.c.kind, deliveries.c.message).where(
    deliveries.c.round.in_(each("ids")),
    deliveries.c.kind.in_([word(DeliveryKind.QUESTION), word(DeliveryKind.REVEAL)]),
    deliveries.c.message.is_not(None),
)


def _jobs(conn: Connection, found: Sequence[int]) -> tuple[Job, ...]:
    if not found:
        return ()
    rows = conn.execute(_ALL, {"ids": ids(found)}).all()
    where, whys = readable_channels(conn, _CHANNELS, {row.channel for row in rows})
    for channel, why in whys.items():
        log.error("Channel %s cannot be read, so what it is owed stays where it is: %s", channel, why)
    of = {row.round for row in rows if row.round is not None}
    asked, unread = readable(of, partial(_read_rounds, conn))
    for round_, why in unread.items():
        log.error("Round %s cannot be read, so what it is owed stays where it is: %s", round_, why)
    listed = {"ids": ids(of)}
    counts = {row[0]: (row[1], row[2]) for row in conn.execute(_COUNTS, listed)}
    messages = {(row.round, row.kind): row.message for row in conn.execute(_MESSAGES, listed)}
    told = [row for row in rows if row.channel in where and row.round not in unread]
    return tuple(_job(row, where[row.channel], asked.get(row.round), counts, messages) for row in told)


def _read_rounds(conn: Connection, wanted: Collection[int]) -> dict[int, Round]:
    return {row.id: a_round(row) for row in conn.execute(_ROUNDS, {"ids": ids(wanted)})}


def _job(
    row: Row[tuple[object, ...]],
    channel: Channel,
    round_: Round | None,
    counts: Mapping[int, tuple[int, int]],
    messages: dict[tuple[int, DeliveryKind], str],
) -> Job:
    answered, right = counts.get(row.round, (0, 0))
    parent = None
    if row.kind is not DeliveryKind.QUESTION and round_ is not None:
        own = messages.get((round_.id, DeliveryKind.QUESTION))
        parent = own or (messages.get((round_.id, DeliveryKind.REVEAL)) if row.kind is DeliveryKind.DETAIL else None)
    return Job(
        delivery=a_delivery(row),
        channel=channel,
        round=round_,
        fence=row.fence,
        window_ends=row.window_ends,
        answered=answered,
        right=right,
        parent=parent,
    )
