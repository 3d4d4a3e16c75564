"""Rounds, as they are looked up; how they begin and end is told in rooms of their own, and found here as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Row, and_, bindparam, case, func, select

from bot import scoring
from bot.model import DeliveryKind, MessageRef, Player, Round, RoundState
from bot.store.closing import close_due
from bot.store.dialects import each, ids, word
from bot.store.opening import open_due
from bot.store.rows import ROUNDS, a_player, a_round, channel_place
from bot.store.tables import answers, channels, deliveries, players, rounds, streaks, workspaces
from bot.store.voiding import settle_unknown, void_round, withdraw_late
from bot.work import Tally

__all__ = [
    "answered",
    "close_due",
    "last_round",
    "open_due",
    "open_round",
    "platforms",
    "question_message",
    "round_",
    "round_on",
    "settle_unknown",
    "tally",
    "void_round",
    "withdraw_late",
]

_of_channel = rounds.c.channel == bindparam("channel")
_BY_ID = ROUNDS.where(rounds.c.id == bindparam("id"))
_OPEN = ROUNDS.where(_of_channel, rounds.c.state == word(RoundState.OPEN))
_ON = ROUNDS.where(_of_channel, rounds.c.date == bindparam("day"))
_LAST = ROUNDS.where(_of_channel, rounds.c.state == word(RoundState.CLOSED)).order_by(rounds.c.number.desc()).limit(1)


def round_(conn: Connection, round_id: int) -> Round | None:
    """A round by its id."""
    return _round(conn.execute(_BY_ID, {"id": round_id}).first())


def open_round(conn: Connection, channel_id: int) -> Round | None:
    """A channel's open round."""
    return _round(conn.execute(_OPEN, {"channel": channel_id}).first())


def round_on(conn: Connection, channel_id: int, day: date) -> Round | None:
    """A channel's round of a local date, a voided one too."""
    return _round(conn.execute(_ON, {"channel": channel_id, "day": day}).first())


def last_round(conn: Connection, channel_id: int) -> Round | None:
    """A channel's latest closed round."""
    return _round(conn.execute(_LAST, {"channel": channel_id}).first())


def _round(row: Row[tuple[object, ...]] | None) -> Round | None:
    return None if row is None else a_round(row)


_ANSWERED = select(answers.c.round, func.count()).where(answers.c.round.in_(each("ids"))).group_by(answers.c.round)


def answered(conn: Connection, round_ids: Iterable[int]) -> Mapping[int, int]:
    """How many have answered each round; rounds without answers are left out."""
    return {row[0]: row[1] for row in conn.execute(_ANSWERED, {"ids": ids(round_ids)})}


_PLATFORMS = (
    select(rounds.c.id, workspaces.c.platform)
    .join_from(rounds, workspaces, workspaces.c.id == rounds.c.workspace)
    .where(rounds.c.id.in_(each("ids")))
    .order_by(rounds.c.id)
)


def platforms(conn: Connection, round_ids: Iterable[int]) -> Mapping[int, str]:
    """On which platform each of these rounds is played."""
    return {row[0]: row[1] for row in conn.execute(_PLATFORMS, {"ids": ids(round_ids)})}


_MESSAGE = (
    select(deliveries.c.message, workspaces.c.platform, workspaces.c.external_id.label("workspace_id"))
    .add_columns(channels.c.external_id, channels.c.name)
    .join_from(deliveries, channels, channels.c.id == deliveries.c.channel)
    .join(workspaces)
    .where(deliveries.c.round == bindparam("id"), deliveries.c.kind == word(DeliveryKind.QUESTION))
    .where(deliveries.c.message.is_not(None))
)


def question_message(conn: Connection, round_id: int) -> MessageRef | None:
    """The message that shows a round's question, where it is known."""
    row = conn.execute(_MESSAGE, {"id": round_id}).first()
    return None if row is None else MessageRef(channel_place(row), row.message)


_CHOICES = select(answers.c.choice, func.count()).where(answers.c.round == bindparam("id")).group_by(answers.c.choice)
_hidden = case((players.c.hidden | players.c.deleted, True), else_=False).label("unnamed")
_SOLVERS = (
    select(players, _hidden)
    .join_from(answers, players, players.c.id == answers.c.player)
    .join(rounds, rounds.c.id == answers.c.round)
    .where(answers.c.round == bindparam("id"), answers.c.choice == rounds.c.key)
    .order_by(players.c.name, players.c.id)
)
_RUNS = (
    select(players, streaks.c.run)
    .join_from(rounds, answers, answers.c.round == rounds.c.id)
    .join(streaks, and_(streaks.c.channel == rounds.c.channel, streaks.c.player == answers.c.player))
    .join(players, players.c.id == answers.c.player)
    .where(rounds.c.id == bindparam("id"), streaks.c.last == rounds.c.number)
    .where(~players.c.hidden, ~players.c.deleted)
    .order_by(streaks.c.run.desc(), players.c.name, players.c.id)
)


def tally(conn: Connection, round_id: int) -> Tally | None:
    """What was answered in a round that is over; None while it is open: nothing of it is told before."""
    found = round_(conn, round_id)
    if found is None or found.state is RoundState.OPEN:
        return None
    choices = {row[0]: row[1] for row in conn.execute(_CHOICES, {"id": round_id})}
    solvers = conn.execute(_SOLVERS, {"id": round_id}).all()
    return Tally(
        answered=sum(choices.values()),
        right=choices.get(found.key, 0),
        choices=choices,
        solvers=tuple(a_player(row) for row in solvers if not row.unnamed),
        hidden_solvers=sum(row.unnamed for row in solvers),
        milestones=_milestones(conn, round_id),
    )


def _milestones(conn: Connection, round_id: int) -> tuple[tuple[Player, int], ...]:
    runs = conn.execute(_RUNS, {"id": round_id}).all()
    return tuple((a_player(row), row.run) for row in runs if scoring.is_milestone(row.run))
