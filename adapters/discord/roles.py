"""The one role that a channel's questions may ping: what has to be said about it when it is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from adapters.discord import sentences
from adapters.discord.heard import Interaction
from bot.card import Text


def remarks(interaction: Interaction, chosen: Sequence[str]) -> list[Text]:
    """What a sheet says about the role that was just chosen in its menu; nothing where it can be pinged."""
    data: Mapping[str, Any] = interaction.data or {}
    known: Mapping[str, Any] = data.get("resolved", {}).get("roles", {})
    return [
        Text(sentences.stays_silent(id_))
        for id_ in chosen
        if stays_silent(interaction, None, int(id_), bool(known.get(id_, {}).get("mentionable")))
    ]


def stays_silent(
    interaction: Interaction, channel: discord.abc.GuildChannel | None, role: int, mentionable: bool
) -> bool:
    """Whether PyQuiz naming a role would ping nobody in a channel (None: where it was said)."""
    if role == interaction.guild_id:
        return False
    rights = channel.permissions_for(channel.guild.me) if channel else interaction.app_permissions
    return not (mentionable or rights.mention_everyone)
