"""Channels: set up, paused, skipped, found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import Connection, bindparam, update

from bot.calendar import instant
from bot.model import Actor, Channel, ChannelState, Filters, News, Place, Schedule
from bot.store.dialects import insert
from bot.store.notes import tell_managers
from bot.store.opening import ask_now as ask_now
from bot.store.planning import UNPLANNED
from bot.store.planning import need as need
from bot.store.planning import overrides as overrides
from bot.store.planning import plan as plan
from bot.store.planning import unplanned as unplanned
from bot.store.players import workspace
from bot.store.rows import CHANNELS, read_channels, schedule_columns
from bot.store.tables import channels, managers, workspaces
from bot.store.tables import overrides as override_table


def save_channel(
    conn: Connection,
    place: Place,
    schedule: Schedule,
    filters: Filters,
    by: Actor,
    now: datetime,
    role: str | None = None,
) -> Channel:
    """Set a channel up, or change how it is: its plan is void, and only instants after ``now`` count.

    ``role`` is whom its questions ping, None: nobody. Whoever saves it first is its first manager. A channel that was
    gone is back; a paused one stays paused.
    """
    team = workspace(conn, place.platform, place.workspace, now)
    known = channel_at(conn, place)
    if known is None:
        return _add(conn, team, place, schedule_columns(schedule, filters) | {"role": role}, by, now)
    state = ChannelState.ACTIVE if known.state is ChannelState.GONE else known.state
    plan_at = _plan_at(state, schedule.zone, known.paused_until, now)
    columns = schedule_columns(schedule, filters) | {
        "role": role,
        "state": state,
        "after": now,
        "plan_at": plan_at,
    }
    if known.state is ChannelState.GONE:
        columns |= {"paused_until": None, "paused_by": None}
    if place.name:
        columns["name"] = place.name
    return _change(conn, known.id, columns)


def _add(
    conn: Connection, team: int, place: Place, settings: Mapping[str, object], by: Actor, now: datetime
) -> Channel:
    columns = {
        **settings,
        "workspace": team,
        "external_id": place.channel,
        "name": place.name,
        "state": ChannelState.ACTIVE,
        "after": now,
        "plan_at": now,
        "created": now,
    }
    channel_id = conn.execute(insert(channels).values(columns).returning(channels.c.id)).scalar_one()
    conn.execute(insert(managers).values(channel=channel_id, person=by.person, name=by.name, since=now))
    return _one(conn, channel_id)


def _change(conn: Connection, channel_id: int, columns: Mapping[str, object]) -> Channel:
    """Change a channel; whatever was planned for it is void."""
    changed = {**columns, **UNPLANNED, "version": channels.c.version + 1}
    conn.execute(update(channels).where(channels.c.id == channel_id).values(changed))
    return _one(conn, channel_id)


def _plan_at(state: ChannelState, zone: str, until: date | None, now: datetime) -> datetime | None:
    """When a channel wants its next plan: at once, on the morning its pause ends, or never."""
    if state is ChannelState.ACTIVE:
        return now
    return instant(zone, until, time.min) if state is ChannelState.PAUSED and until else None


def _one(conn: Connection, channel_id: int) -> Channel:
    found = channel(conn, channel_id)
    assert found is not None
    return found


def set_state(
    conn: Connection,
    channel_id: int,
    state: ChannelState,
    reason: str,
    until: date | None,
    by: str | None,
    now: datetime,
) -> Channel:
    """Pause a channel (until a local date, or for good), resume it, or say that it is gone.

    What was planned is void; an open round goes on. Resumed, only instants after ``now`` count. A channel that is gone
    keeps its pause: see ``bring_back``.
    """
    before = _one(conn, channel_id)
    until, by = _pause(before, state, until, by)
    columns: dict[str, object] = {
        "state": state,
        "reason": reason,
        "paused_until": until,
        "paused_by": by,
        "plan_at": _plan_at(state, before.schedule.zone, until, now),
        "after": now,
    }
    changed = _change(conn, channel_id, columns)
    if state is ChannelState.GONE and before.state is not ChannelState.GONE:
        tell_managers(conn, [channel_id], News.GONE, now)
    return changed


UNNAMED = "PyQuiz"
"""Who paused a channel that paused itself."""


def _pause(before: Channel, state: ChannelState, until: date | None, by: str | None) -> tuple[date | None, str | None]:
    """Until when and by whom a channel is paused from now on, or would be if it were not gone."""
    if state is ChannelState.PAUSED:
        return until, by
    if state is ChannelState.GONE and before.state is ChannelState.PAUSED:
        return before.paused_until, before.paused_by or UNNAMED
    return (before.paused_until, before.paused_by) if state is ChannelState.GONE else (None, None)


def bring_back(conn: Connection, channel_id: int, now: datetime) -> Channel:
    """A channel that was gone is there again: asked, or still paused where it was paused before."""
    channel = _one(conn, channel_id)
    if channel.state is not ChannelState.GONE:
        return channel
    state = ChannelState.ACTIVE if channel.paused_by is None else ChannelState.PAUSED
    reason = "" if state is ChannelState.ACTIVE else "paused"
    return set_state(conn, channel_id, state, reason, channel.paused_until, channel.paused_by, now)


def name(conn: Connection, channel_id: int, called: str) -> None:
    """A channel is called something else; nothing that was planned changes."""
    conn.execute(update(channels).where(channels.c.id == channel_id).values(name=called))


def skip_day(conn: Connection, channel_id: int, day: date, reason: str, now: datetime) -> None:
    """Do not ask a channel on a local date; a plan for it is void."""
    kept = insert(override_table).values(channel=channel_id, date=day, reason=reason, at=now)
    conn.execute(kept.on_conflict_do_update(index_elements=["channel", "date"], set_={"reason": reason, "at": now}))
    planned = update(channels).where(channels.c.id == channel_id, channels.c.next_date == day)
    conn.execute(planned.values({**UNPLANNED, "plan_at": now, "version": channels.c.version + 1}))


def channel(conn: Connection, channel_id: int) -> Channel | None:
    """A channel by its id."""
    found = read_channels(conn, _BY_ID, id=channel_id)
    return found[0] if found else None


def channel_at(conn: Connection, place: Place) -> Channel | None:
    """The channel that a place is, if PyQuiz was set up there."""
    found = read_channels(conn, _AT, platform=place.platform, team=place.workspace, external_id=place.channel)
    return found[0] if found else None


def channels_in(conn: Connection, platform: str, workspace_id: str) -> tuple[Channel, ...]:
    """The channels of a workspace, those that are gone too, in the order in which they were set up."""
    return tuple(read_channels(conn, _IN, platform=platform, team=workspace_id))


_BY_ID = CHANNELS.where(channels.c.id == bindparam("id"))
_IN = CHANNELS.where(
    workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("team")
).order_by(channels.c.id)
_AT = _IN.where(channels.c.external_id == bindparam("external_id"))
