"""What planning reads of many channels at once, and the plans it makes, kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, exists, or_, select, update

from bot.calendar import window_end
from bot.model import Channel, ChannelState, RoundState
from bot.picking import TOPICS_APART
from bot.store.dialects import each, ids, word
from bot.store.frozen import digest, keep
from bot.store.owing import skip_day
from bot.store.rows import CHANNELS, readable_channels, write_order
from bot.store.tables import askeds, channels, practices, rounds, snapshots
from bot.store.tables import overrides as override_table
from bot.work import History, Plan, Unplanned, Unreadable
from content.question import Format, Level

PRACTISED_LATELY = timedelta(days=30)
"""Rule 6: what was practised in the workspace within this comes last."""

_BACK = 2 * TOPICS_APART
"""Rounds looked back for the latest topics; some of them may be voided."""

_YESTERDAYS = timedelta(days=2)
"""Overrides older than this concern no zone's next slot."""


def unplanned(conn: Connection, now: datetime, limit: int) -> tuple[Unplanned | Unreadable, ...]:
    """Channels that want a plan, longest waiting first: set up or resumed, past their round's closing, or at the end
    of a pause. Only reads; ``plan`` ends the pause."""
    found = [id_ for (id_,) in conn.execute(_WAITING, {"now": now, "limit": limit})]
    needs = _needs(conn, found, now)
    return tuple(needs[id_] for id_ in found)


def need(conn: Connection, channel_id: int, now: datetime) -> Unplanned:
    """What picking the next question of one channel needs to know, whether it has a plan or not."""
    found = _needs(conn, [channel_id], now)[channel_id]
    if isinstance(found, Unreadable):
        raise ValueError(found.why)
    return found


def overrides(conn: Connection, channel_id: int) -> Mapping[date, str]:
    """The local dates on which a channel is not asked, with the reasons."""
    return _overrides(conn, ids([channel_id]), date.min)[channel_id]


_WAITING = (
    select(channels.c.id)
    .where(channels.c.plan_at <= bindparam("now"))
    .order_by(channels.c.plan_at, channels.c.id)
    .limit(bindparam("limit"))
)
_CHANNELS = CHANNELS.where(channels.c.id.in_(each("ids"))).order_by(channels.c.id)
_paused = and_(channels.c.state == word(ChannelState.PAUSED), channels.c.plan_at.is_not(None))
_since = case((_paused, channels.c.plan_at), else_=channels.c.after)  # a pause's end counts like a schedule saved then
_VERSIONS = select(channels.c.id, channels.c.version, _since.label("since")).where(channels.c.id.in_(each("ids")))


def _needs(conn: Connection, wanted: Sequence[int], now: datetime) -> dict[int, Unplanned | Unreadable]:
    found, whys = readable_channels(conn, _CHANNELS, wanted)
    listed = ids(wanted)
    versions = {row.id: row for row in conn.execute(_VERSIONS, {"ids": listed})}
    off = _overrides(conn, listed, (now - _YESTERDAYS).date())
    histories = _histories(conn, found.values(), now)
    needs: dict[int, Unplanned | Unreadable] = {
        id_: Unplanned(one, versions[id_].version, versions[id_].since, off[id_], histories[id_])
        for id_, one in found.items()
    }
    return needs | {id_: Unreadable(id_, versions[id_].version, why) for id_, why in whys.items()}


_OVERRIDES = (
    select(override_table.c.channel, override_table.c.date, override_table.c.reason)
    .where(override_table.c.channel.in_(each("ids")), override_table.c.date >= bindparam("since"))
    .order_by(override_table.c.channel, override_table.c.date)
)


def _overrides(conn: Connection, listed: str, since: date) -> Mapping[int, Mapping[date, str]]:
    found: dict[int, dict[date, str]] = defaultdict(dict)
    for channel, day, reason in conn.execute(_OVERRIDES, {"ids": listed, "since": since}):
        found[channel][day] = reason
    return found


# What picking looks at

_ASKED = select(askeds.c.channel, askeds.c.question, askeds.c.number, askeds.c.level).where(
    askeds.c.channel.in_(each("ids"))
)
_LATEST = (
    select(rounds.c.channel, rounds.c.number, rounds.c.question, rounds.c.state)
    .add_columns(snapshots.c.topic, snapshots.c.format, snapshots.c.level)
    .join_from(rounds, snapshots)
    .join(channels, channels.c.id == rounds.c.channel)
    .where(
        rounds.c.channel.in_(each("ids")),
        rounds.c.number > channels.c.last_number - _BACK,
        rounds.c.state != word(RoundState.VOIDED),
    )
    .order_by(rounds.c.channel, rounds.c.number.desc())
)
_TEAMS = select(channels.c.workspace).where(channels.c.id.in_(each("ids")))
_OPEN = select(rounds.c.workspace, rounds.c.channel, rounds.c.question).where(
    rounds.c.state == word(RoundState.OPEN), rounds.c.workspace.in_(_TEAMS)
)
_PLANNED = select(channels.c.workspace, channels.c.id, channels.c.next_question).where(
    channels.c.next_question.is_not(None), channels.c.workspace.in_(_TEAMS)
)
_PRACTISED = (
    select(practices.c.workspace, practices.c.question)
    .distinct()
    .where(practices.c.workspace.in_(_TEAMS), practices.c.at >= bindparam("since"))
)


class _Past:
    """A channel's history as it is gathered."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.levels: dict[Level, int] = defaultdict(int)
        self.topics: list[str] = []
        self.formats: list[Format] = []

    def ask(self, question: str, number: int, level: Level) -> None:
        self.levels[level] += question not in self.asked
        self.asked[question] = max(number, self.asked.get(question, 0))


def _histories(conn: Connection, found: Iterable[Channel], now: datetime) -> Mapping[int, History]:
    listed = {"ids": ids(channel.id for channel in found)}
    pasts = _pasts(conn, listed)
    taken = [*conn.execute(_OPEN, listed), *conn.execute(_PLANNED, listed)]
    busy: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for team, channel, question in taken:
        busy[team].append((channel, question))
    practised: dict[int, set[str]] = defaultdict(set)
    for team, question in conn.execute(_PRACTISED, {**listed, "since": now - PRACTISED_LATELY}):
        practised[team].add(question)
    return {
        channel.id: _history(channel, pasts[channel.id], busy[channel.workspace], practised[channel.workspace])
        for channel in found
    }


def _history(channel: Channel, past: _Past, busy: Iterable[tuple[int, str]], practised: Iterable[str]) -> History:
    return History(
        asked=past.asked,
        topics=tuple(past.topics[:TOPICS_APART]),
        formats=tuple(past.formats[:TOPICS_APART]),
        levels=dict(past.levels),
        busy=frozenset(question for where, question in busy if where != channel.id),
        practised=frozenset(practised),
        rounds=channel.last_number,
    )


def _pasts(conn: Connection, listed: Mapping[str, str]) -> Mapping[int, _Past]:
    """Rounds enter ``asked`` when they close, so that a voided one never needs taking out; an open one is added."""
    pasts: dict[int, _Past] = defaultdict(_Past)
    for channel, question, number, level in conn.execute(_ASKED, listed):
        pasts[channel].ask(question, number, level)
    for row in conn.execute(_LATEST, listed):
        past = pasts[row.channel]
        past.topics.append(row.topic)
        past.formats.append(row.format)
        if row.state is RoundState.OPEN:
            past.ask(row.question, row.number, row.level)
    return pasts


# Plans

UNPLANNED: Mapping[str, None] = {
    "next_date": None,
    "next_due": None,
    "next_closes": None,
    "next_window": None,
    "next_snapshot": None,
    "next_question": None,
    "next_order": None,
}
"""A channel's columns where it has no plan."""

_other = channels.alias("other")
_TAKES = (
    channels.c.id == bindparam("channel"),
    channels.c.version == bindparam("for_version"),
    or_(
        channels.c.state == word(ChannelState.ACTIVE),
        and_(channels.c.state == word(ChannelState.PAUSED), channels.c.plan_at <= bindparam("now")),
    ),
    channels.c.next_due.is_(None),
)
_AWAKE = {"state": word(ChannelState.ACTIVE), "paused_until": None, "paused_by": None}
_FREE = (
    ~exists().where(
        _other.c.workspace == channels.c.workspace,
        _other.c.next_question == bindparam("question"),
        _other.c.id != channels.c.id,
    ),
    ~exists().where(
        rounds.c.workspace == channels.c.workspace,
        rounds.c.question == bindparam("question"),
        rounds.c.state == word(RoundState.OPEN),
        rounds.c.channel != channels.c.id,
    ),
)
_PLAN = (
    update(channels)
    .where(*_TAKES, *_FREE)
    .values(
        **_AWAKE,
        plan_at=None,
        next_date=bindparam("day"),
        next_due=bindparam("due"),
        next_closes=bindparam("closes_at"),
        next_window=bindparam("window"),
        next_snapshot=bindparam("snapshot"),
        next_question=bindparam("question"),
        next_order=bindparam("shown"),
    )
)
_PASS_OVER = update(channels).where(*_TAKES).values(**_AWAKE, after=bindparam("due"), plan_at=bindparam("now"))


def plan(conn: Connection, plans: Sequence[Plan], now: datetime) -> int:
    """Keep plans; how many were taken. One is void where its channel was changed since, has a plan, or where another
    channel of the workspace took its question; it will be planned anew.

    A day without a question is recorded as skipped, with its reason, and the channel goes on to the slot after it.
    """
    keep(conn, [one.question for one in plans if one.question])
    return sum(_skip(conn, one, now) if one.question is None else _take(conn, one, now) for one in plans)


def _take(conn: Connection, one: Plan, now: datetime) -> int:
    assert one.question is not None
    values = {
        **_of(one, now),
        "day": one.slot.date,
        "closes_at": one.slot.closes,
        "window": window_end(one.slot.due, one.slot.closes),
        "snapshot": digest(one.question),
        "question": one.question.id,
        "shown": write_order(one.order),
    }
    return conn.execute(_PLAN, values).rowcount


def _skip(conn: Connection, one: Plan, now: datetime) -> int:
    taken = conn.execute(_PASS_OVER, _of(one, now)).rowcount
    if taken:
        skip_day(conn, one.channel, one.slot.date, one.slot.due, one.slot.skip or "")
    return taken


def _of(one: Plan, now: datetime) -> dict[str, object]:
    return {"channel": one.channel, "for_version": one.version, "due": one.slot.due, "now": now}
