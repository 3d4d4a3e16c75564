"""Practice: what somebody tries privately, and what must not be shown to them just now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, select, union, update

from bot.model import RoundState
from bot.store.dialects import each, ids, insert, word
from bot.store.frozen import digest, keep, thaw
from bot.store.rows import read_order, write_order
from bot.store.tables import answers, askeds, channels, players, practices, rounds, snapshots, workspaces
from content.question import Question


@dataclass(frozen=True, slots=True)
class Practised:
    """One question that a player practises. ``choice`` is canonical, None until they answered."""

    player: int
    question: Question
    order: tuple[int, ...]
    choice: str | None


def begin_practice(
    conn: Connection, player_id: int, channel_id: int | None, question: Question, order: Sequence[int], now: datetime
) -> int:
    """Note that a player was shown a question to practise, frozen as it is now; the id its buttons carry."""
    keep(conn, [question])
    workspace = select(players.c.workspace).where(players.c.id == player_id).scalar_subquery()
    begun = insert(practices).values(
        workspace=workspace,
        player=player_id,
        channel=channel_id,
        snapshot=digest(question),
        question=question.id,
        order=write_order(order),
        at=now,
    )
    return int(conn.execute(begun.returning(practices.c.id)).scalar_one())


_ONE = (
    select(practices.c.player, practices.c.order, practices.c.choice, snapshots.c.body)
    .join(snapshots, snapshots.c.digest == practices.c.snapshot)
    .where(practices.c.id == bindparam("id"))
)


def practice(conn: Connection, practice_id: int) -> Practised | None:
    """What was shown under this id."""
    row = conn.execute(_ONE, {"id": practice_id}).first()
    return None if row is None else Practised(row.player, thaw(row.body), read_order(row.order), row.choice)


_FINISH = (
    update(practices)
    .where(practices.c.id == bindparam("practice"), practices.c.choice.is_(None))
    .values(choice=bindparam("said"), right=bindparam("is_right"), answered=bindparam("now"))
)


def finish_practice(conn: Connection, practice_id: int, choice: str, right: bool, now: datetime) -> bool:
    """Keep the first answer; whether this was it."""
    said = {"practice": practice_id, "said": choice, "is_right": right, "now": now}
    return conn.execute(_FINISH, said).rowcount == 1


# What may be shown to whom

_me, _mine = players.alias("me"), workspaces.alias("mine")
_elsewhere = (
    select(players.c.workspace)
    .select_from(_me)
    .join(_mine, _mine.c.id == _me.c.workspace)
    .join(workspaces, workspaces.c.platform == _mine.c.platform)
    .join(players, and_(players.c.workspace == workspaces.c.id, players.c.external_id == _me.c.external_id))
    .where(_me.c.id == bindparam("player"))
)
_linked = select(players.c.workspace).join(_me, _me.c.person == players.c.person).where(_me.c.id == bindparam("player"))
_TEAMS = union(_elsewhere, _linked)
"""The workspaces where an account is known: by the platform's id for it, or because somebody linked accounts."""

_OPEN = select(rounds.c.question).where(rounds.c.state == word(RoundState.OPEN), rounds.c.workspace.in_(_TEAMS))
_OPENING = select(channels.c.next_question).where(
    channels.c.next_question.is_not(None), channels.c.next_due <= bindparam("now"), channels.c.workspace.in_(_TEAMS)
)
_BUSY = union(_OPEN, _OPENING)


def busy_questions(conn: Connection, player_id: int, now: datetime | None = None) -> frozenset[str]:
    """Questions that are open in any channel of any workspace where this account is known; with ``now`` also those
    whose time has come and which are about to be opened."""
    return frozenset(conn.execute(_BUSY, {"player": player_id, "now": now}).scalars())


_REVEALED = select(askeds.c.question).where(askeds.c.channel.in_(each("ids")))


def revealed_questions(conn: Connection, channel_ids: Iterable[int]) -> frozenset[str]:
    """Questions that any of these channels was asked, in rounds that are closed."""
    return frozenset(conn.execute(_REVEALED, {"ids": ids(channel_ids)}).scalars())


_LATELY = (
    select(rounds.c.question)
    .join_from(answers, rounds, rounds.c.id == answers.c.round)
    .where(answers.c.player == bindparam("player"), rounds.c.closed >= bindparam("since"))
)


def answered_since(conn: Connection, player_id: int, since: datetime) -> frozenset[str]:
    """Questions that a player answered in rounds closed since then."""
    return frozenset(conn.execute(_LATELY, {"player": player_id, "since": since}).scalars())


_PRACTISED = (
    select(practices.c.question, func.max(practices.c.at).label("at"))
    .where(practices.c.player == bindparam("player"))
    .group_by(practices.c.question)
    .order_by(func.max(practices.c.id))
)


def practised(conn: Connection, player_id: int) -> Mapping[str, datetime]:
    """When a player last practised each question that they practised, the latest last."""
    return {row.question: row.at for row in conn.execute(_PRACTISED, {"player": player_id})}
