"""Which channel somebody means, who they are there, and whether they may change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import Actor, Channel, Place, Player
from bot.store import channels, players
from bot.store.door import Store


@dataclass(frozen=True, slots=True)
class Here:
    """The channel that is meant; ``several`` where more than one could be, both empty where there is none."""

    channel: Channel | None
    several: tuple[Channel, ...] = ()


async def player_of(store: Store, actor: Actor, now: datetime) -> Player:
    """The account that speaks."""
    return await store.player(actor.platform, actor.workspace, actor.person, actor.name, now)


async def find_channel(store: Store, actor: Actor, place: Place, wanted: int | None, now: datetime) -> Here:
    """The channel that a command means: the one named by its button, the one it was said in, else the person's own."""
    if wanted is not None:
        found = await own_channel(store, actor, wanted)
        return Here(found if found and (manages(actor, found) or seen_by(actor, (found,))) else None)
    here = await store.read(channels.channel_at, place) if place.channel else None
    if here is not None:
        return Here(here)
    known = await own_channels(store, actor, now)
    return Here(known[0]) if len(known) == 1 else Here(None, known)


async def own_channels(store: Store, actor: Actor, now: datetime) -> tuple[Channel, ...]:
    """The channels somebody plays in; before they play, all of their workspace. None that they cannot see."""
    player = await player_of(store, actor, now)
    known = seen_by(actor, await store.read(players.channels_played, player.id))
    return known or seen_by(actor, await store.read(channels.channels_in, actor.platform, actor.workspace))


def seen_by(actor: Actor, found: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """Of some channels, those that somebody can see, as far as the platform tells."""
    if actor.channels is None:
        return found
    return tuple(channel for channel in found if channel.place.channel in actor.channels)


async def own_channel(store: Store, actor: Actor, channel_id: int) -> Channel | None:
    """A channel of the caller's own workspace by its id: ids of other workspaces find nothing."""
    channel = await store.read(channels.channel, channel_id)
    return channel if channel is not None and shares_workspace(actor, channel) else None


def shares_workspace(actor: Actor, channel: Channel) -> bool:
    """Whether somebody and a channel belong to one workspace."""
    return (channel.place.platform, channel.place.workspace) == (actor.platform, actor.workspace)


def may_manage(actor: Actor, channel: Channel | None) -> bool:
    """Workspace admins may; else a channel's managers, and before there are any whoever the platform's rule lets."""
    if actor.admin:
        return True
    if channel is None or not channel.managers:
        return actor.may_set_up
    return manages(actor, channel)


def manages(actor: Actor, channel: Channel) -> bool:
    """Whether somebody is named as a manager of a channel: they know it, whether they are in it or not."""
    return any(manager.person == actor.person for manager in channel.managers)
