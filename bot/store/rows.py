"""Rows become frozen values here; they never leave the store. Each value has its columns beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Connection, Row, Select, select

from bot.model import (
    Actor,
    Channel,
    Delivery,
    Filters,
    Place,
    Player,
    Round,
    Schedule,
    Weekday,
)
from bot.store.dialects import each, ids
from bot.store.frozen import thaw
from bot.store.tables import channels, managers, rounds, snapshots, workspaces
from content.question import Level, Version

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)

CHANNELS = select(channels, workspaces.c.platform, workspaces.c.external_id.label("workspace_id")).join_from(
    channels, workspaces
)
"""Channels with what their place is made of; for ``read_channels``."""

ROUNDS = select(rounds, snapshots.c.body).join_from(rounds, snapshots)
"""Rounds with their frozen question; for ``a_round``."""

_MANAGERS = (
    select(managers.c.channel, managers.c.person, managers.c.name)
    .where(managers.c.channel.in_(each("ids")))
    .order_by(managers.c.channel, managers.c.since, managers.c.person)
)


def read_channels(conn: Connection, found: Select[tuple[object, ...]], **values: object) -> list[Channel]:
    """The channels that a statement made from CHANNELS finds, given its parameters."""
    rows = conn.execute(found, values).all()
    named: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for channel, person, name in conn.execute(_MANAGERS, {"ids": ids(row.id for row in rows)}):
        named[channel].append((person, name))
    return [_channel(row, named[row.id]) for row in rows]


UNREADABLE = (ValueError, LookupError, TypeError)
"""What reading a row raises whose words are none of ours."""


def readable(
    wanted: Collection[int], read: Callable[[Collection[int]], Mapping[int, T]]
) -> tuple[Mapping[int, T], dict[int, str]]:
    """What ``read`` finds under these ids, and under which it cannot read what is there, with the reason. A row that
    somebody changed by hand, or that a newer PyQuiz wrote, stops itself and no other."""
    try:
        return read(wanted), {}
    except UNREADABLE:
        pass  # somebody's; which one shows only one by one
    found: dict[int, T] = {}
    whys: dict[int, str] = {}
    for id_ in wanted:
        try:
            found |= read([id_])
        except UNREADABLE as error:
            whys[id_] = repr(error)
    return found, whys


def readable_channels(
    conn: Connection, found: Select[tuple[object, ...]], wanted: Collection[int]
) -> tuple[Mapping[int, Channel], dict[int, str]]:
    """Of these channels those whose rows can be read, and why the others cannot. ``found`` takes ``ids``."""
    return readable(wanted, lambda these: {each.id: each for each in read_channels(conn, found, ids=ids(these))})


def channel_place(row: Row[tuple[object, ...]]) -> Place:
    """The place of a row with a channel's ``external_id`` and ``name``, its ``platform`` and ``workspace_id``."""
    return Place(row.platform, row.workspace_id, row.external_id, name=row.name)


def _channel(row: Row[tuple[object, ...]], named: Iterable[tuple[str, str]]) -> Channel:
    platform, workspace = row.platform, row.workspace_id
    return Channel(
        id=row.id,
        workspace=row.workspace,
        place=channel_place(row),
        schedule=Schedule(row.zone, row.post, row.reveal, _words(row.weekdays, Weekday), row.holidays),
        filters=Filters(_words(row.levels, Level), _list(row.topics), _version(row.python), row.easy_mondays),
        language=row.language,
        state=row.state,
        reason=row.reason,
        paused_until=row.paused_until,
        paused_by=row.paused_by,
        managers=tuple(Actor(platform, workspace, person, name) for person, name in named),
        last_number=row.last_number,
        next_date=row.next_date,
        next_due=row.next_due,
        role=row.role,
    )


def schedule_columns(schedule: Schedule, filters: Filters) -> dict[str, object]:
    """A schedule and filters as columns of a channel."""
    return {
        "zone": schedule.zone,
        "post": schedule.post,
        "reveal": schedule.reveal,
        "weekdays": ",".join(day for day in Weekday if day in schedule.weekdays),
        "holidays": schedule.holidays,
        "levels": ",".join(level for level in Level if level in filters.levels),
        "topics": json.dumps(sorted(filters.topics)),
        "python": ".".join(map(str, filters.python)) if filters.python else None,
        "easy_mondays": filters.easy_mondays,
    }


def _words(text: str, words: type[W]) -> frozenset[W]:
    return frozenset(words(part) for part in text.split(",") if part)


def _list(text: str) -> frozenset[str]:
    return frozenset(json.loads(text)) if text else frozenset()


def _version(text: str | None) -> Version | None:
    major, _, minor = (text or "").partition(".")
    return (int(major), int(minor)) if minor else None


def a_round(row: Row[tuple[object, ...]]) -> Round:
    """A row of ROUNDS."""
    return Round(
        id=row.id,
        channel=row.channel,
        date=row.date,
        number=row.number,
        question=thaw(row.body),
        order=read_order(row.order),
        points=row.points,
        key=row.key,
        opened=row.opened,
        closes=row.closes,
        closed=row.closed,
        state=row.state,
        spared=row.spared,
        void_reason=row.void_reason,
    )


def write_order(order: Sequence[int]) -> str:
    """The order of options as it is kept: ``2,0,1``."""
    return ",".join(map(str, order))


def read_order(text: str) -> tuple[int, ...]:
    """The order of options that ``write_order`` wrote."""
    return tuple(int(part) for part in text.split(",") if part)


def a_player(row: Row[tuple[object, ...]]) -> Player:
    """A row of the player table."""
    return Player(row.id, row.workspace, row.external_id, row.name, row.hidden)


def a_delivery(row: Row[tuple[object, ...]]) -> Delivery:
    """A row of the delivery table."""
    return Delivery(
        id=row.id,
        key=row.key,
        kind=row.kind,
        channel=row.channel,
        round=row.round,
        player=row.player,
        date=row.date,
        due=row.due,
        state=row.state,
        lease=row.lease,
        fence=row.fence,
        attempts=row.attempts,
        next_try=row.next_try,
        message=row.message,
        reason=row.reason,
        body=row.body,
        person=row.person,
    )
