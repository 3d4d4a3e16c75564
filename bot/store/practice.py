"""Practice: what somebody was shown privately, what they answered, and what must not be shown to them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from bot.model import RoundState
from bot.store.dialects import each, ids, word
from bot.store.frozen import digest, keep, thaw
from bot.store.rows import read_order, write_order
from bot.store.tables import channels, players, practices, rounds, snapshots
from content.question import Question


@dataclass(frozen=True, slots=True)
class Practised:
    """A question as somebody practises it; ``choice`` is canonical, None until they answered."""

    id: int
    player: int
    question: Question
    order: tuple[int, ...]
    choice: str | None


_BEGIN = insert(practices).returning(practices.c.id)
_WORKSPACE = select(players.c.workspace).where(players.c.id == bindparam("player"))


def begin_practice(
    conn: Connection, player_id: int, channel_id: int | None, question: Question, order: Sequence[int], now: datetime
) -> int:
    """Remember what is about to be shown; its id."""
    keep(conn, [question])
    found: int = conn.execute(
        _BEGIN,
        {
            "workspace": conn.execute(_WORKSPACE, {"player": player_id}).scalar_one(),
            "player": player_id,
            "channel": channel_id,
            "snapshot": digest(question),
            "question": question.id,
            "order": write_order(order),
            "at": now,
        },
    ).scalar_one()
    return found


_ONE = select(practices, snapshots.c.body).join_from(practices, snapshots).where(practices.c.id == bindparam("id"))


def practice(conn: Connection, practice_id: int) -> Practised | None:
    """What was shown under this id."""
    row = conn.execute(_ONE, {"id": practice_id}).first()
    if row is None:
        return None
    return Practised(row.id, row.player, thaw(row.body), read_order(row.order), row.choice)


_FINISH = (
    update(practices)
    .where(practices.c.id == bindparam("practice"), practices.c.choice.is_(None))
    .values(choice=bindparam("said"), right=bindparam("was_right"), answered=bindparam("when"))
)


def finish_practice(conn: Connection, practice_id: int, choice: str, right: bool, now: datetime) -> bool:
    """Keep the answer; False where there was one already."""
    done = conn.execute(_FINISH, {"practice": practice_id, "said": choice, "was_right": right, "when": now})
    return done.rowcount == 1


_me = players.alias("me")
_SHARED = (
    select(channels.c.id)
    .join_from(_me, players, or_(players.c.id == _me.c.id, players.c.person == _me.c.person))
    .join(channels, channels.c.workspace == players.c.workspace)
    .where(_me.c.id == bindparam("player"))
)
_OPEN = select(rounds.c.question).where(rounds.c.state == word(RoundState.OPEN), rounds.c.channel.in_(_SHARED))
_PLANNED = select(channels.c.next_question).where(channels.c.next_question.is_not(None), channels.c.id.in_(_SHARED))


def busy_questions(conn: Connection, player_id: int) -> frozenset[str]:
    """Questions open in, or planned next for, any channel of the workspaces that this account plays in."""
    asked = {"player": player_id}
    return frozenset((*conn.execute(_OPEN, asked).scalars(), *conn.execute(_PLANNED, asked).scalars()))


_REVEALED = select(rounds.c.question).where(
    rounds.c.state == word(RoundState.CLOSED), rounds.c.channel.in_(each("channels"))
)


def revealed_questions(conn: Connection, channel_ids: Sequence[int]) -> frozenset[str]:
    """Questions whose answer these channels know."""
    return frozenset(conn.execute(_REVEALED, {"channels": ids(channel_ids)}).scalars())


_PRACTISED = (
    select(practices.c.question, func.max(practices.c.at).label("at"))
    .where(practices.c.player == bindparam("player"))
    .group_by(practices.c.question)
)


def practised(conn: Connection, player_id: int) -> Mapping[str, datetime]:
    """When somebody last practised what."""
    return {row.question: row.at for row in conn.execute(_PRACTISED, {"player": player_id})}
