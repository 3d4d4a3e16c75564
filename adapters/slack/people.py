"""Who people are: names, zones and rights from users.info, remembered, and never waited for long."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.channels import Channels
from adapters.slack.heard import PLATFORM, Heard
from adapters.slack.messenger import Clients
from adapters.slack.pace import Pace
from adapters.work import Work
from bot.model import Actor

log = logging.getLogger(__name__)

REMEMBERED = 20_000
"""So many people are kept in memory."""

FRESH = 3600.0
"""Seconds after which somebody is looked up again, in the background."""

RETRY = 60.0
"""Seconds after which a look-up that failed is tried again."""

LOOK_UPS = 100
"""Look-ups a minute in one workspace: users.info is of Slack's fourth tier. Whoever comes as one too many goes by the
payload's name until there is room again."""

PATIENCE = 1.5
"""Seconds that a first look-up may hold an answer up; then the payload's own name has to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody; ``until`` is the loop's time from which on it is old."""

    name: str
    zone: str | None
    admin: bool
    full_member: bool
    until: float


class People:
    """The people of all workspaces."""

    def __init__(self, clients: Clients, channels: Channels, work: Work) -> None:
        self._clients = clients
        self._channels = channels
        self._work = work
        self._known: OrderedDict[tuple[str, str], Known] = OrderedDict()
        self._asked: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._pace = Pace(LOOK_UPS, by_channel=False)

    async def somewhere(self, heard: Heard) -> Actor:
        """Who spoke, with the channels they are in: what they said may be about any of these."""
        actor, found = await self.actor(heard), await self._channels.of(heard.team, heard.user)
        return replace(actor, channels=found | {heard.channel} if heard.channel else found)

    async def actor(self, heard: Heard) -> Actor:
        """Who spoke. Nobody is waited for who is known; whoever cannot be looked up has no rights."""
        key = (heard.team, heard.user)
        known = self._known.get(key)
        if known is None or known.until < asyncio.get_running_loop().time():
            asked = self._ask(key, heard.user_name)
            if known is None:
                await asyncio.wait((asked,), timeout=PATIENCE)
                known = self._known.get(key)
        name = (known.name if known else "") or heard.user_name or heard.user
        if known is None:
            return Actor(PLATFORM, heard.team, heard.user, name)
        return Actor(PLATFORM, heard.team, heard.user, name, known.admin, known.full_member, known.zone)

    def _ask(self, key: tuple[str, str], name: str) -> asyncio.Task[None]:
        if key not in self._asked:
            task = self._asked[key] = self._work.begin(self._look_up(key, name))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return self._asked[key]

    async def _look_up(self, key: tuple[str, str], name: str) -> None:
        team, user = key
        now = asyncio.get_running_loop().time()
        wait = self._pace.wait(team, "", user, now)
        answer = None if wait else await self._info(team, user)
        known = self._known.get(key)
        if answer is not None:
            self.remember(key, described(answer["user"] or {}, now + FRESH))
        elif known is None:
            self.remember(key, Known(name, None, admin=False, full_member=False, until=now + (wait or RETRY)))

    async def _info(self, team: str, user: str) -> AsyncSlackResponse | None:
        client = await self._clients(team)
        try:
            return await client.api_call("users.info", params={"user": user}) if client else None
        except (SlackApiError, TimeoutError, ClientError, ConnectionError) as error:
            log.info("users.info of %s in %s failed: %s", user, team, error)
            return None

    def remember(self, key: tuple[str, str], known: Known) -> None:
        """Keep what is known of somebody, by workspace and person; whoever was heard of longest ago is dropped."""
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def described(user: Mapping[str, Any], until: float) -> Known:
    """What users.info says: guests and people of other workspaces are no full members."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    outside = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
    return Known(
        name=str(next((name for name in names if name), "")),
        zone=str(user["tz"]) if user.get("tz") else None,
        admin=bool(user.get("is_admin") or user.get("is_owner")),
        full_member=not any(user.get(flag) for flag in outside),
        until=until,
    )
