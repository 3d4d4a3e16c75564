"""One shard: discord.py's client on the gateway, without any memory but of servers and their channels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from adapters.discord import happenings
from adapters.discord.commands import tree_of
from adapters.discord.heard import Interaction
from adapters.discord.listeners import Listeners, Pressed
from adapters.work import Work
from bot.ports import PlaceBack, PlaceGone, Revoked

log = logging.getLogger(__name__)

Event = PlaceGone | PlaceBack | Revoked | happenings.Joined
Happened = Callable[[Event], Awaitable[None]]
Turn = Callable[[int], Awaitable[None]]
"""Waits until a shard may begin a session."""


class Shard(discord.Client):
    """Hears one shard's interactions and what happens to its servers."""

    def __init__(self, number: int, of: int, listeners: Listeners, happened: Happened, work: Work, turn: Turn) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_id=number,
            shard_count=of,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.number = number
        self.listeners = listeners
        self.up = asyncio.Event()
        self._removed: set[int] = set()
        self._happened = happened
        self._work = work
        self._turn = turn
        self.tree = tree_of(self, listeners)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """A session that begins anew waits its turn; the first one has waited for it already."""
        if not initial:
            await self._turn(self.number)

    async def setup_hook(self) -> None:
        """Buttons are known by their pattern."""
        self.add_dynamic_items(Pressed)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Modals come back here: discord.py would want to have kept them."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self.listeners.on_modal(interaction)

    async def on_connect(self) -> None:
        """The gateway took us."""
        self.up.set()

    async def on_resumed(self) -> None:
        """The gateway took us back."""
        self.up.set()

    async def on_disconnect(self) -> None:
        """The connection is gone; discord.py makes another."""
        self.up.clear()

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        self._tell(happenings.channel_gone(channel))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server is gone."""
        self._removed.add(guild.id)
        self._tell(happenings.guild_gone(guild))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server is there, perhaps again."""
        self._removed.discard(guild.id)
        for event in happenings.guild_back(guild):
            self._tell(event)
        self._tell(happenings.joined(guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server that was down is up; in its first seconds discord.py calls one that was added so, too."""
        if guild.id in self._removed:
            await self.on_guild_join(guild)
        elif happenings.joined_lately(guild, discord.utils.utcnow()):
            self._tell(happenings.joined(guild))

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel's permissions may have changed."""
        if event := happenings.change(happenings.may_post(before), after):
            self._tell(event)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role of ours may let us do more or less than before, everywhere."""
        ours = after.is_default() or after in after.guild.me.roles
        if ours and before.permissions != after.permissions:
            self._tell_rights(after.guild)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Of ourselves Discord tells without being asked: we were given a role, or lost one."""
        if after == after.guild.me and before.roles != after.roles:
            self._tell_rights(after.guild)

    def _tell_rights(self, guild: discord.Guild) -> None:
        for event in happenings.rights_changed(guild):
            self._tell(event)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Something broke in a listener: it is its own affair."""
        log.exception("%s failed", event_method)

    def _tell(self, event: Event) -> None:
        self._work.begin(_awaited(self._happened(event)))


async def _awaited(work: Awaitable[None]) -> None:
    await work
