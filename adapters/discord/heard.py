"""What an interaction says about who spoke and where, in the core's words."""

from __future__ import annotations

from typing import Any

import discord

from bot.model import Actor, MessageRef, Place

PLATFORM = "discord"

Interaction = discord.Interaction[Any]


def actor_of(interaction: Interaction, workspace: str, channels: frozenset[str] | None = None) -> Actor:
    """Who spoke, with the rights that Discord computed for the channel they spoke in; ``channels``: those they see."""
    user, rights = interaction.user, interaction.permissions
    in_guild = interaction.guild_id is not None
    return Actor(
        PLATFORM,
        workspace,
        str(user.id),
        user.display_name,
        admin=in_guild and rights.administrator,
        may_set_up=in_guild and (rights.manage_guild or rights.administrator),
        channels=channels,
    )


def place_of(interaction: Interaction) -> Place:
    """Where it was said: a channel, of a thread the channel it belongs to, or direct messages."""
    if interaction.guild_id is None:
        return Place(PLATFORM, direct_workspace(interaction.user.id), person=str(interaction.user.id))
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        parent = channel.parent
        return place(interaction.guild_id, channel.parent_id, parent.name if parent else "")
    return place(interaction.guild_id, interaction.channel_id or 0, getattr(channel, "name", None) or "")


def place(guild: int, channel: int, name: str = "") -> Place:
    """A channel of a server."""
    return Place(PLATFORM, str(guild), str(channel), name=f"#{name}" if name else "")


def direct_workspace(person: int) -> str:
    """The workspace of direct messages with somebody of whom no server is known: theirs alone."""
    return f"direct:{person}"


def message_of(interaction: Interaction) -> MessageRef | None:
    """The pressed message, where it is one that the whole channel sees."""
    message = interaction.message
    if message is None or interaction.guild_id is None or message.flags.ephemeral:
        return None
    return MessageRef(place_of(interaction), str(message.id))


def is_private(interaction: Interaction) -> bool:
    """Whether the pressed message is seen by its reader alone, so that a reply may take its place."""
    message = interaction.message
    return message is not None and (message.flags.ephemeral or interaction.guild_id is None)
