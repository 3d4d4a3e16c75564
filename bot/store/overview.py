"""How things stand, for whoever runs PyQuiz: what waits, what is stuck, what comes next. Reads only, by indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, func, select

from bot.model import DeliveryState
from bot.store.dialects import word
from bot.store.tables import deliveries


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
