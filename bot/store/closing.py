"""Rounds that end: the commit that closes them, with everything that follows from it, for a whole batch at once.

``bot.scoring`` says what each number must be; ``bot.store.boards.rebuild`` computes the same from the log.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import Insert

from bot.calendar import LATE
from bot.model import DeliveryKind, DeliveryState, Period, RoundState
from bot.scoring import ALL_TIME, FREEZE_EVERY, MOST_FREEZES
from bot.store.dialects import each, greater, ids, insert, month_start, week_start, word
from bot.store.keys import DayKey, code
from bot.store.owing import owe_results
from bot.store.silence import hear
from bot.store.tables import answers, askeds, aways, deliveries, rounds, snapshots, standings, streaks

NEVER_SHOWN = "its question did not reach the channel"
"""Why a round is void whose question was not sent, or of which nobody knows, when it should have closed."""

_these = rounds.c.id.in_(each("ids"))
_open = rounds.c.state == word(RoundState.OPEN)
_closed = rounds.c.state == word(RoundState.CLOSED)
_answered = exists().where(answers.c.round == rounds.c.id)


def _question(*states: DeliveryState) -> ColumnElement[bool]:
    return exists().where(
        deliveries.c.round == rounds.c.id,
        deliveries.c.kind == word(DeliveryKind.QUESTION),
        deliveries.c.state.in_([word(state) for state in states]),
    )


_over = (
    select(rounds.c.id)
    .where(_open, rounds.c.closes <= bindparam("now"))
    .order_by(rounds.c.closes, rounds.c.id)
    .limit(bindparam("limit"))
)
_DUE = select(rounds.c.id).where(rounds.c.id.in_(_over), _open).order_by(rounds.c.id).with_for_update()
_VOID = (
    update(rounds)
    .where(_these, _open, ~_answered, ~_question(DeliveryState.SENT, DeliveryState.SENDING))
    .values(state=word(RoundState.VOIDED), closed=bindparam("now"), void_reason=NEVER_SHOWN)
)
_voided = exists().where(rounds.c.id == deliveries.c.round, rounds.c.state == word(RoundState.VOIDED))
_SKIP = (
    update(deliveries)
    .where(deliveries.c.round.in_(each("ids")), deliveries.c.kind == word(DeliveryKind.QUESTION), _voided)
    .values(state=word(DeliveryState.SKIPPED), reason=NEVER_SHOWN, lease=None, fence=deliveries.c.fence + 1)
)
# A question still on its way when its round closes can have been missed by everybody: a miss changes nothing then.
_CLOSE = (
    update(rounds)
    .where(_these, _open)
    .values(
        state=word(RoundState.CLOSED),
        closed=bindparam("now"),
        spared=or_(rounds.c.closes < bindparam("late"), and_(~_answered, ~_question(DeliveryState.SENT))),
    )
)


def close_due(conn: Connection, now: datetime, limit: int = 500) -> tuple[int, ...]:
    """Close the rounds whose instant has come, count them, and owe their results; who ended by id, voided ones too.

    Nobody answers after this commit, and everything counted in it was committed before: presses lock their round. A
    round that nobody answered is void where its question never reached the channel.
    """
    due = tuple(conn.execute(_DUE, {"now": now, "limit": limit}).scalars())
    if not due:
        return ()
    listed = ids(due)
    if conn.execute(_VOID, {"ids": listed, "now": now}).rowcount:
        conn.execute(_SKIP, {"ids": listed})
    conn.execute(_CLOSE, {"ids": listed, "now": now, "late": now - LATE})
    for statement in _COUNTS:
        conn.execute(statement, {"ids": listed})
    owe_results(conn, listed)
    hear(conn, listed, now)
    return due


# What follows from a closed round

_held = (
    select(rounds.c.id, rounds.c.channel, rounds.c.number, rounds.c.points, rounds.c.key)
    .add_columns(week_start(rounds.c.date).label("week"), month_start(rounds.c.date).label("month"))
    .where(_these, _closed)
    .cte("held")
)
_right = answers.c.choice == _held.c.key


def _counted_in(period: Period, start: ColumnElement[date]) -> Select[*tuple[object, ...]]:
    return select(_held).add_columns(code(period).label("period"), start.label("start"))


def _standings() -> Insert:
    """All three periods of a batch at once: a round's dates are reckoned once, and its channel's lines, which lie side
    by side, are written side by side."""
    counted = union_all(
        _counted_in(Period.ALL, literal(ALL_TIME, DayKey)),
        _counted_in(Period.MONTH, _held.c.month),
        _counted_in(Period.WEEK, _held.c.week),
    )
    at = counted.order_by(counted.selected_columns.channel, counted.selected_columns.period).subquery("at").c
    right = answers.c.choice == at.key
    told = (
        select(at.channel, at.period, at.start, answers.c.player, case((right, at.points), else_=0))
        .add_columns(case((right, 1), else_=0), literal(1), at.number)
        .where(answers.c.round == at.id)
    )
    columns = ["channel", "period", "start", "player", "points", "right", "answered", "last"]
    new = insert(standings).from_select(columns, told, include_defaults=False)
    sums = {name: standings.c[name] + new.excluded[name] for name in ("points", "right", "answered")}
    return new.on_conflict_do_update(
        index_elements=["channel", "period", "start", "player"], set_={**sums, "last": new.excluded.last}
    )


_earned = streaks.c.progress + 1 == FREEZE_EVERY
_ONE_MORE: dict[str, ColumnElement[int]] = {
    "run": streaks.c.run + 1,
    "best": greater(streaks.c.best, streaks.c.run + 1),
    "freezes": streaks.c.freezes + case((and_(_earned, streaks.c.freezes < MOST_FREEZES), 1), else_=0),
    "progress": case((_earned, 0), else_=streaks.c.progress + 1),
    "ended": literal(0),
    "covered": literal(0),
}


def _streaks() -> Insert:
    right = case((_right, 1), else_=0)
    counted = (
        select(_held.c.channel, answers.c.player, literal(1), literal(1), right, right, literal(0), literal(1))
        .add_columns(_held.c.number, _held.c.number, literal(0), literal(0))
        .where(answers.c.round == _held.c.id)
    )
    columns = ["channel", "player", "run", "best", "right_run", "best_right", "freezes", "progress", "first", "last"]
    new = insert(streaks).from_select([*columns, "ended", "covered"], counted, include_defaults=False)
    right_run = case((new.excluded.right_run == 1, streaks.c.right_run + 1), else_=0)
    changed = {"right_run": right_run, "best_right": greater(streaks.c.best_right, right_run)}
    return new.on_conflict_do_update(
        index_elements=["channel", "player"], set_={**_ONE_MORE, **changed, "last": new.excluded.last}
    )


_misses = and_(
    streaks.c.channel == rounds.c.channel,
    streaks.c.run > 0,
    streaks.c.last < rounds.c.number,
    rounds.c.spared == false(),
    ~exists().where(aways.c.player == streaks.c.player, aways.c.since <= rounds.c.date, aways.c.until >= rounds.c.date),
)
"""Who has a streak to lose and did not answer: answers were counted before, and made this round their last."""

_frozen = streaks.c.freezes > 0
_MISSED = (
    update(streaks)
    .where(_these, _closed, _misses)
    .values(
        freezes=case((_frozen, streaks.c.freezes - 1), else_=0),
        covered=case((_frozen, streaks.c.covered + 1), else_=streaks.c.covered),
        ended=case((_frozen, streaks.c.ended), else_=streaks.c.run),
        run=case((_frozen, streaks.c.run), else_=0),
    )
)


def _asked() -> Insert:
    counted = (
        select(rounds.c.channel, rounds.c.question, rounds.c.number)
        .add_columns(snapshots.c.topic, snapshots.c.level, snapshots.c.format)
        .join_from(rounds, snapshots)
        .where(_these, _closed)
        .order_by(rounds.c.channel)
    )
    columns = ["channel", "question", "number", "topic", "level", "format"]
    new = insert(askeds).from_select(columns, counted, include_defaults=False)
    latest = {name: new.excluded[name] for name in columns[2:]}
    return new.on_conflict_do_update(index_elements=["channel", "question"], set_=latest)


_COUNTS = (
    _standings(),
    _streaks(),
    _MISSED,
    _asked(),
)
