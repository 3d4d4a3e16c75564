"""The messages that rounds owe: deliveries written from rounds, set-based, each once by its key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, exists, literal, null, select
from sqlalchemy.sql.dml import Insert

from bot.model import DeliveryKind, DeliveryState, RoundState
from bot.store.dialects import each, ids, insert, word
from bot.store.tables import answers, channels, deliveries, rounds, workspaces

_COLUMNS = [
    "key",
    "kind",
    "platform",
    "channel",
    "round",
    "date",
    "due",
    "window_ends",
    "state",
    "fence",
    "attempts",
    "next_try",
    "reason",
]


def question_key(channel: int, day: date) -> str:
    """The key of the delivery of a channel's question for a local date."""
    return f"{DeliveryKind.QUESTION.value}:{channel}:{day}"


def _day_key() -> ColumnElement[str]:
    """``question_key`` in SQL, for the date a channel has planned."""
    prefix = literal(f"{DeliveryKind.QUESTION.value}:", String)
    return prefix + cast(channels.c.id, String) + literal(":", String) + cast(channels.c.next_date, String)


def _owe(kind: DeliveryKind, *conditions: ColumnElement[bool]) -> Insert:
    """What closed rounds owe: due since their closing."""
    key = literal(f"{kind.value}:", String) + cast(rounds.c.id, String)
    owed = (
        select(key, word(kind), workspaces.c.platform, rounds.c.channel, rounds.c.id, rounds.c.date, rounds.c.closes)
        .add_columns(null(), word(DeliveryState.DUE), literal(0), literal(0), rounds.c.closes, null())
        .join_from(rounds, workspaces)
        .where(rounds.c.id.in_(each("ids")), *conditions)
        .order_by(rounds.c.id)
    )
    return insert(deliveries).from_select(_COLUMNS, owed, include_defaults=False).on_conflict_do_nothing()


_closed = rounds.c.state == word(RoundState.CLOSED)
_answered = exists().where(answers.c.round == rounds.c.id)
_shown = exists().where(
    deliveries.c.round == rounds.c.id,
    deliveries.c.kind == word(DeliveryKind.QUESTION),
    deliveries.c.state.in_([word(DeliveryState.SENT), word(DeliveryState.SENDING)]),
)
_RESULTS = _owe(DeliveryKind.RESULT, and_(_closed))
_VOIDED = _owe(DeliveryKind.RESULT, _shown)
_REVEALS = _owe(DeliveryKind.REVEAL, _closed, _answered)


def owe_results(conn: Connection, listed: str) -> None:
    """Closed rounds owe their question's message its result and, where somebody answered, a reveal.

    ``listed`` holds round ids, as ``dialects.ids`` writes them.
    """
    conn.execute(_RESULTS, {"ids": listed})
    conn.execute(_REVEALS, {"ids": listed})


_REVEAL = _owe(DeliveryKind.REVEAL, _closed)


def owe_reveal(conn: Connection, round_id: int) -> None:
    """A closed round owes a reveal, also where nobody answered; one that it owes already is enough."""
    conn.execute(_REVEAL, {"ids": ids([round_id])})


def owe_end(conn: Connection, listed: str) -> None:
    """Voided rounds whose question is out owe its message the news."""
    conn.execute(_VOIDED, {"ids": listed})


_PLANNED = (
    select(_day_key(), word(DeliveryKind.QUESTION), workspaces.c.platform, channels.c.id)
    .join_from(channels, workspaces)
    .where(channels.c.id.in_(each("ids")))
    .order_by(channels.c.id)
)
_today = and_(rounds.c.channel == channels.c.id, rounds.c.date == channels.c.next_date)
_opened = (
    _PLANNED.join(rounds, _today)
    .where(rounds.c.state == word(RoundState.OPEN))
    .add_columns(rounds.c.id, channels.c.next_date, channels.c.next_due, channels.c.next_window)
    .add_columns(word(DeliveryState.DUE), literal(0), literal(0), channels.c.next_due, null())
)
_NEW = insert(deliveries).from_select(_COLUMNS, _opened, include_defaults=False)
_QUESTIONS = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={
        **{name: _NEW.excluded[name] for name in ("round", "due", "window_ends", "state", "next_try", "reason")},
        "fence": deliveries.c.fence + 1,
    },
    where=and_(deliveries.c.state == word(DeliveryState.SKIPPED), deliveries.c.round.is_(None)),
)
_passed = _PLANNED.add_columns(null(), channels.c.next_date, channels.c.next_due, null()).add_columns(
    word(DeliveryState.SKIPPED), literal(0), literal(0), channels.c.next_due, bindparam("why", type_=String)
)
_SKIPS = insert(deliveries).from_select(_COLUMNS, _passed, include_defaults=False).on_conflict_do_nothing()


def owe_questions(conn: Connection, listed: str) -> None:
    """Channels whose planned round was just opened owe its question; a skipped day without a round is asked after all.

    ``listed`` holds channel ids. The plan must still stand in the channels.
    """
    conn.execute(_QUESTIONS, {"ids": listed})


def skip_planned(conn: Connection, listed: str, why: str) -> None:
    """Record the planned days of channels as skipped."""
    conn.execute(_SKIPS, {"ids": listed, "why": why})


_platform = select(workspaces.c.platform).join_from(workspaces, channels).where(channels.c.id == bindparam("channel"))


def skip_day(conn: Connection, channel: int, day: date, due: datetime, why: str) -> None:
    """Record one day of a channel as skipped."""
    row = {
        "key": question_key(channel, day),
        "kind": DeliveryKind.QUESTION,
        "platform": conn.execute(_platform, {"channel": channel}).scalar_one(),
        "channel": channel,
        "date": day,
        "due": due,
        "state": DeliveryState.SKIPPED,
        "next_try": due,
        "reason": why,
    }
    kept = insert(deliveries)
    again = and_(deliveries.c.state == word(DeliveryState.SKIPPED), deliveries.c.round.is_(None))
    conn.execute(
        kept.on_conflict_do_update(index_elements=["key"], set_={"reason": kept.excluded.reason}, where=again), row
    )


def owe_detail(conn: Connection, round_id: int, channel: int, platform: str, day: date, now: datetime) -> None:
    """A reveal that was sent owes its thread the rest."""
    row = {
        "key": f"{DeliveryKind.DETAIL.value}:{round_id}",
        "kind": DeliveryKind.DETAIL,
        "platform": platform,
        "channel": channel,
        "round": round_id,
        "date": day,
        "due": now,
        "state": DeliveryState.DUE,
        "next_try": now,
    }
    conn.execute(insert(deliveries).on_conflict_do_nothing(), row)
