"""Discord's events that change where PyQuiz can speak, in the core's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import discord

from adapters.discord.heard import PLATFORM, place
from bot.ports import PlaceBack, PlaceGone, Revoked

DELETED = "the channel was deleted"
REMOVED = "PyQuiz was removed from the server"
SHUT_OUT = "its permission to post there was taken away"


@dataclass(frozen=True, slots=True)
class Joined:
    """PyQuiz was added to a server; ``owner`` is all that Discord tells of who might have done it."""

    guild: int
    name: str
    owner: int | None


LATELY = timedelta(days=1)
"""A server that was joined within this, while nobody listened, is told of as if it were joined now."""


def joined_lately(guild: discord.Guild, now: datetime) -> bool:
    """Whether PyQuiz has been in a server only since a while ago."""
    since = guild.me.joined_at
    return since is not None and now - since < LATELY


def joined(guild: discord.Guild) -> Joined:
    """PyQuiz was added to a server."""
    return Joined(guild.id, guild.name, guild.owner_id)


def channel_gone(channel: discord.abc.GuildChannel) -> PlaceGone:
    """A channel was deleted."""
    return PlaceGone(place(channel.guild.id, channel.id, channel.name), DELETED)


def guild_gone(guild: discord.Guild) -> Revoked:
    """PyQuiz was removed from a server, or the server was deleted."""
    return Revoked(PLATFORM, str(guild.id), REMOVED)


def guild_back(guild: discord.Guild) -> list[PlaceBack]:
    """PyQuiz was added to a server: where it was set up before, it can go on."""
    return [
        PlaceBack(place(guild.id, channel.id, channel.name)) for channel in guild.text_channels if may_post(channel)
    ]


def rights_changed(guild: discord.Guild) -> list[PlaceGone | PlaceBack]:
    """A role of PyQuiz's changed, and with it what it may in any channel: how each stands now."""
    return [
        PlaceBack(there) if may_post(channel) else PlaceGone(there, SHUT_OUT)
        for channel in guild.text_channels
        for there in (place(guild.id, channel.id, channel.name),)
    ]


def change(before: bool, channel: discord.abc.GuildChannel) -> PlaceGone | PlaceBack | None:
    """What it means that a channel's permissions changed; ``before``: whether PyQuiz could post there."""
    after = may_post(channel)
    if before == after:
        return None
    there = place(channel.guild.id, channel.id, channel.name)
    return PlaceBack(there) if after else PlaceGone(there, SHUT_OUT)


def may_post(channel: discord.abc.GuildChannel) -> bool:
    """Whether PyQuiz may see a channel and write in it."""
    rights = channel.permissions_for(channel.guild.me)
    return rights.view_channel and rights.send_messages
