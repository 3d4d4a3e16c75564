"""How things stand, for whoever runs PyQuiz: what waits, what is stuck, what comes next. Reads only, by indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, bindparam, func, select

from bot.calendar import LATE
from bot.model import Channel, DeliveryState
from bot.ports import Entry
from bot.store.dialects import each, word
from bot.store.rows import CHANNELS, readable_channels
from bot.store.tables import channels, deliveries, vaults


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries of one platform in one state; ``oldest`` is when the one waiting longest was due."""

    platform: str
    state: DeliveryState
    count: int
    oldest: datetime


def _waiting(*states: DeliveryState) -> Select[str, DeliveryState, int, datetime]:
    """One statement an index: a partial one serves only the states that it names."""
    one, several = deliveries.c.state == word(states[0]), deliveries.c.state.in_([word(state) for state in states])
    return (
        select(deliveries.c.platform, deliveries.c.state, func.count(), func.min(deliveries.c.due))
        .where(several if len(states) > 1 else one)
        .group_by(deliveries.c.platform, deliveries.c.state)
        .order_by(deliveries.c.platform, deliveries.c.state)
    )


_DUE = _waiting(DeliveryState.DUE).where(deliveries.c.next_try <= bindparam("now"))
_UNDER_WAY = _waiting(DeliveryState.CLAIMED, DeliveryState.SENDING)
_UNKNOWN = _waiting(DeliveryState.UNKNOWN)


def waiting(conn: Connection, now: datetime) -> tuple[Waiting, ...]:
    """Deliveries that are due, under way, or of which nobody knows what became; by platform and state."""
    found = [row for statement in (_DUE, _UNDER_WAY, _UNKNOWN) for row in conn.execute(statement, {"now": now})]
    return tuple(Waiting(row[0], row[1], row[2], row[3]) for row in found)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A delivery that does not get on by itself."""

    key: str
    state: DeliveryState
    platform: str
    channel: str
    due: datetime
    reason: str


PATIENCE = timedelta(minutes=5)
"""So long after its lease a delivery may be looked for before somebody should know."""

LATELY = timedelta(days=7)
"""A refusal is told for so long."""

_what = (
    select(deliveries.c.key, deliveries.c.state, deliveries.c.platform, channels.c.name)
    .add_columns(deliveries.c.due, deliveries.c.reason)
    .join_from(deliveries, channels, channels.c.id == deliveries.c.channel)
    .order_by(deliveries.c.due, deliveries.c.id)
    .limit(bindparam("limit"))
)
_STUCK = (
    _what.where(deliveries.c.state == word(DeliveryState.DUE), deliveries.c.next_try <= bindparam("late")),
    _what.where(
        deliveries.c.state.in_([word(DeliveryState.CLAIMED), word(DeliveryState.SENDING)]),
        deliveries.c.lease <= bindparam("lost"),
    ),
    _what.where(deliveries.c.state == word(DeliveryState.UNKNOWN), deliveries.c.lease <= bindparam("lost")),
    _what.where(deliveries.c.state == word(DeliveryState.REFUSED), deliveries.c.due >= bindparam("lately")),
)


def stuck(conn: Connection, now: datetime, limit: int = 20) -> tuple[Stuck, ...]:
    """Deliveries that are late and not sent, whose sender is gone, that are unknown, or that were refused lately."""
    values = {"late": now - LATE, "lost": now - PATIENCE, "lately": now - LATELY, "limit": limit}
    found = [row for statement in _STUCK for row in conn.execute(statement, values)]
    return tuple(Stuck(row[0], row[1], row[2], row[3], row[4], row[5] or "") for row in found)


_ALL = select(channels.c.id).order_by(channels.c.id)
_CHANNELS = CHANNELS.where(channels.c.id.in_(each("ids"))).order_by(channels.c.id)


def all_channels(conn: Connection) -> tuple[tuple[Channel, ...], dict[int, str]]:
    """Every channel whose row can be read, and why the others cannot, by their ids."""
    found: list[Channel] = []
    whys: dict[int, str] = {}
    listed = conn.execute(_ALL).scalars().all()
    for first in range(0, len(listed), 500):
        some, broken = readable_channels(conn, _CHANNELS, listed[first : first + 500])
        found += some.values()
        whys |= broken
    return tuple(found), whys


_SEALED = select(vaults.c.adapter, vaults.c.key, vaults.c.value, vaults.c.version)


def sealed(conn: Connection) -> tuple[tuple[str, str, Entry], ...]:
    """What adapters keep, as it is kept: encrypted."""
    return tuple((row[0], row[1], Entry(bytes(row[2]), row[3])) for row in conn.execute(_SEALED) if row[2])
