"""Who spoke, and which place they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.heard import PLATFORM, Interaction, actor_of, place_of
from adapters.discord.membership import Memberships
from adapters.discord.memory import Memory, Spot
from bot.model import Actor, Place


class Who:
    """In a server: who speaks there. In direct messages: the same person where they last used PyQuiz, if they still
    see that; else a workspace of their own, in which one can only practise."""

    def __init__(self, memory: Memory, memberships: Memberships) -> None:
        self._memory = memory
        self._memberships = memberships

    async def of(self, interaction: Interaction) -> tuple[Actor, Place]:
        """The actor and the place."""
        there = place_of(interaction)
        if interaction.guild_id is not None:
            spot = Spot(interaction.guild_id, int(there.channel or 0), there.name)
            self._memory.remember(interaction.user.id, spot)
            return actor_of(interaction, there.workspace, _seen(interaction)), there
        return await self._directly(interaction, there)

    async def _directly(self, interaction: Interaction, there: Place) -> tuple[Actor, Place]:
        user = interaction.user
        spot = await self._memory.last(user.id)
        found = await self._memberships.of(user.id, spot.guild) if spot else None
        if spot is None or found is None:
            return actor_of(interaction, there.workspace), there
        sees = str(spot.channel) in found.channels
        channel, name = (str(spot.channel), spot.name) if sees else (None, "")
        place = Place(PLATFORM, str(spot.guild), channel, person=str(user.id), name=name)
        manages = found.manages or found.admin
        actor = Actor(PLATFORM, str(spot.guild), str(user.id), user.display_name)
        return replace(actor, admin=found.admin, may_set_up=manages, channels=found.channels), place


def _seen(interaction: Interaction) -> frozenset[str] | None:
    """The channels of this server that somebody sees, where a command or a button may speak of others; None: any."""
    guild, user = interaction.guild, interaction.user
    if guild is None or not isinstance(user, discord.Member) or not _speaks_of_others(interaction):
        return None
    return frozenset(str(each.id) for each in guild.channels if each.permissions_for(user).view_channel)


def _speaks_of_others(interaction: Interaction) -> bool:
    """Answers, receipts and reveals are about the channel they hang in: nothing is looked up for them."""
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", "pq|do")).startswith("pq|do")
