"""Rounds that nobody answers: after five in a row the managers are asked, after ten the channel pauses itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, false, select, update

from bot.model import ChannelState, News, RoundState
from bot.store.dialects import each, ids, word
from bot.store.notes import tell_managers
from bot.store.planning import UNPLANNED
from bot.store.tables import answers, channels, rounds

ASK_AFTER = 5
PAUSE_AFTER = 10
"""Unanswered rounds in a row."""

_answered = exists().where(answers.c.round == rounds.c.id)
_closed = (
    select(rounds.c.channel)
    .where(rounds.c.id.in_(each("ids")), rounds.c.state == word(RoundState.CLOSED))
    .where(rounds.c.spared == false())
)
_HEARD = update(channels).where(channels.c.id.in_(_closed.where(_answered)), channels.c.quiet > 0).values(quiet=0)
_SILENT = (
    update(channels)
    .where(channels.c.id.in_(_closed.where(~_answered)))
    .values(quiet=channels.c.quiet + 1)
    .returning(channels.c.id, channels.c.quiet, channels.c.state)
)
_PAUSE = (
    update(channels)
    .where(channels.c.id.in_(each("ids")))
    .values(
        **UNPLANNED,
        state=word(ChannelState.PAUSED),
        reason=News.ASLEEP.value,
        paused_until=None,
        paused_by=None,
        plan_at=None,
        version=channels.c.version + 1,
        quiet=0,
    )
)


def hear(conn: Connection, round_ids: str, now: datetime) -> None:
    """Count the silence of channels whose rounds (``ids``) just closed, and act on it."""
    conn.execute(_HEARD, {"ids": round_ids})
    silent = conn.execute(_SILENT, {"ids": round_ids}).all()
    if asked := [row.id for row in silent if row.quiet == ASK_AFTER]:
        tell_managers(conn, asked, News.SILENT, now)
    asleep = [row.id for row in silent if row.quiet >= PAUSE_AFTER and row.state is ChannelState.ACTIVE]
    if asleep:
        conn.execute(_PAUSE, {"ids": ids(asleep)})
        tell_managers(conn, asleep, News.ASLEEP, now)
