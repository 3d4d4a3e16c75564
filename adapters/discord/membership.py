"""What somebody may see and do in a server while they write directly: asked of Discord, believed for some minutes."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord

from adapters.discord.rest import BROKEN

log = logging.getLogger(__name__)

BELIEVED = 600.0
"""Seconds for which an answer is believed; who leaves a server reads on for so long in direct messages."""

REMEMBERED = 5_000
"""So many answers are kept."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The channels somebody sees in a server, by their ids, and whether they manage it."""

    channels: frozenset[str]
    admin: bool = False
    manages: bool = False


class Memberships:
    """Asks with ``client``, which is logged in and hears nothing; ``turn`` waits for a request's turn."""

    def __init__(self, client: discord.Client, turn: Callable[[], Awaitable[None]]) -> None:
        self._client = client
        self._turn = turn
        self._known: OrderedDict[tuple[int, int], tuple[float, Membership]] = OrderedDict()

    async def of(self, person: int, guild: int) -> Membership | None:
        """None: not one of its members, or nobody could tell; that is not remembered."""
        now = asyncio.get_running_loop().time()
        until, known = self._known.get((person, guild), (0.0, None))
        if known is not None and now < until:
            return known
        found = await self._asked(person, guild)
        self._known.pop((person, guild), None)
        if found is not None:
            self._known[person, guild] = (now + BELIEVED, found)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found

    async def _asked(self, person: int, guild: int) -> Membership | None:
        try:
            await self._turn()
            home = await self._client.fetch_guild(guild, with_counts=False)
            await self._turn()
            member = await home.fetch_member(person)
            await self._turn()
            channels = await home.fetch_channels()
        except (discord.NotFound, discord.Forbidden):
            return None
        except (discord.HTTPException, *BROKEN) as error:
            log.warning("Who somebody is in a server could not be asked: %r", error)
            return None
        rights = member.guild_permissions
        seen = (channel for channel in channels if channel.permissions_for(member).view_channel)
        return Membership(frozenset(str(channel.id) for channel in seen), rights.administrator, rights.manage_guild)
