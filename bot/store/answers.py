"""The log as it is read: one player's answers. ``bot.store.recording`` is how they get in."""

from __future__ import annotations

from itertools import dropwhile

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from bot.model import Answer, RoundState
from bot.store.dialects import word
from bot.store.tables import answers, aways, rounds, snapshots
from bot.work import Played

_ONE = select(answers).where(answers.c.round == bindparam("round"), answers.c.player == bindparam("player"))


def answer_of(conn: Connection, round_id: int, player_id: int) -> Answer | None:
    """What a player said in a round, if anything."""
    row = conn.execute(_ONE, {"round": round_id, "player": player_id}).first()
    return None if row is None else Answer(row.round, row.player, row.choice, row.text, row.first_at, row.at)


_away = (
    exists()
    .where(aways.c.player == bindparam("player"), aways.c.since <= rounds.c.date, aways.c.until >= rounds.c.date)
    .label("away")
)
_theirs = and_(answers.c.round == rounds.c.id, answers.c.player == bindparam("player"))
_PLAYED = (
    select(rounds.c.number, rounds.c.date, rounds.c.state, rounds.c.spared, rounds.c.points, rounds.c.key, _away)
    .add_columns(answers.c.choice, snapshots.c.topic)
    .join_from(rounds, snapshots)
    .outerjoin(answers, _theirs)
    .where(
        rounds.c.channel == bindparam("channel"),
        or_(rounds.c.state != word(RoundState.OPEN), answers.c.choice.is_not(None)),
    )
    .order_by(rounds.c.number)
)


def played(conn: Connection, channel_id: int, player_id: int) -> tuple[Played, ...]:
    """A channel's rounds as one player lived them, in order, from their first answer on.

    Of an open round only that it was answered is told, and where it was not, nothing.
    """
    found = conn.execute(_PLAYED, {"channel": channel_id, "player": player_id})
    lived = (
        Played(
            number=row.number,
            date=row.date,
            state=row.state,
            answered=row.choice is not None,
            right=row.choice == row.key if row.choice is not None and row.state is RoundState.CLOSED else None,
            excused=row.state is RoundState.VOIDED or row.spared or row.away,
            topic=row.topic,
            points=row.points,
        )
        for row in found
    )
    return tuple(dropwhile(lambda one: not one.answered, lived))
