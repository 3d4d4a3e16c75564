"""Workspaces that installed PyQuiz by themselves: their tokens on the Shelf, encrypted, and in memory for a while."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientSession
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_client
from adapters.slack.keys import Keys
from adapters.slack.messenger import BROKEN
from bot.ports import Shelf

log = logging.getLogger(__name__)

FRESH, FRESH_NONE = 600.0, 5.0
"""Seconds for which a token, or that there is none, is believed without a look at the Shelf."""

SOON = timedelta(hours=2)
"""A token that ends within this is renewed: Slack's live for twelve hours."""

RENEWING = timedelta(seconds=30)
"""So long one replica has for renewing a token."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An installation as it was read; ``until`` is the loop's time. ``version`` is the Shelf's."""

    bot: Bot | None
    version: int | None
    until: float


class Installs(AsyncInstallationStore):
    """The sdk's installation store over the Shelf, and the ``Workspaces`` of an app with OAuth.

    Only the bot's token is kept: PyQuiz asks for no person's. ``clock`` returns aware UTC.
    """

    def __init__(self, keys: Keys, shelf: Shelf, session: ClientSession, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._shelf = shelf
        self._session = session
        self._clock = clock
        self._remembered: dict[str, Remembered] = {}
        self._clients: dict[str, AsyncWebClient] = {}
        self._one_at_a_time = asyncio.Lock()

    @property
    def logger(self) -> logging.Logger:
        """Where the sdk's flow writes to."""
        return log

    async def open(self) -> None:
        """Nothing has to be known before."""

    async def known(self, workspace: str) -> str | None:
        """A workspace's token, out of memory or off the Shelf."""
        bot = (await self._look_up(workspace)).bot
        return bot.bot_token if bot else None

    async def client(self, workspace: str) -> AsyncWebClient | None:
        """A client whose token lasts for a while yet."""
        found = await self._look_up(workspace)
        if found.bot is not None and self._ends(found.bot, SOON):
            async with self._one_at_a_time:
                found = await self._renew(workspace)
        return self._client_for(workspace, found.bot) if found.bot else None

    def _client_for(self, workspace: str, bot: Bot) -> AsyncWebClient:
        client = self._clients.get(workspace)
        if client is None or client.token != bot.bot_token:
            client = self._clients[workspace] = make_client(bot.bot_token, self._keys.api_url, self._session)
        return client

    async def _look_up(self, workspace: str) -> Remembered:
        now = asyncio.get_running_loop().time()
        found = self._remembered.get(workspace)
        if found is None or found.until < now:
            found = await self._read(workspace)
        return found

    async def _read(self, workspace: str) -> Remembered:
        entry = await self._shelf.get(installation_key(workspace))
        now = asyncio.get_running_loop().time()
        if entry is None:
            found = Remembered(None, None, now + FRESH_NONE)
        else:
            found = Remembered(read_bot(entry.value), entry.version, now + FRESH)
        self._remembered[workspace] = found
        return found

    def _ends(self, bot: Bot, within: timedelta) -> bool:
        ends = bot.bot_token_expires_at
        return ends is not None and ends <= (self._clock() + within).timestamp()

    async def _renew(self, workspace: str) -> Remembered:
        """Exchange a token that ends soon for a new one, in one replica at a time; the old one serves meanwhile.

        A refresh token is good once: whoever comes second finds the new token.
        """
        now = self._clock()
        lease = await self._shelf.lease(f"renew:{workspace}", until=now + RENEWING, now=now)
        fresh = await self._read(workspace)
        if lease is None or fresh.bot is None or not self._ends(fresh.bot, SOON):
            return fresh
        try:
            renewed = await self._exchange(fresh.bot)
        except (SlackTokenRotationError, *BROKEN) as error:
            log.warning("The token of %s could not be renewed: %s", workspace, error)
            return fresh
        if renewed is not None:
            await self._shelf.put(installation_key(workspace), written(renewed), expect=fresh.version)
        await self._shelf.lease(f"renew:{workspace}", until=now, now=now)
        return await self._read(workspace)

    async def _exchange(self, bot: Bot) -> Bot | None:
        client = make_client(None, self._keys.api_url, self._session)
        rotator = AsyncTokenRotator(
            client=client, client_id=self._keys.client_id, client_secret=self._keys.client_secret
        )
        # Whether it is time is decided above, by our clock.
        return await rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=10**9)

    async def forget(self, workspace: str) -> None:
        """Forget a workspace's token."""
        found = await self._read(workspace)
        if found.version is not None:
            await self._shelf.put(installation_key(workspace), None, expect=found.version)
        self._clients.pop(workspace, None)
        await self._read(workspace)

    # The sdk's interface

    async def async_save(self, installation: Installation) -> None:
        """Keep what a workspace granted."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Keep a bot's token, in place of the one before."""
        workspace = bot.team_id or bot.enterprise_id or ""
        for _ in range(5):
            found = await self._read(workspace)
            if await self._shelf.put(installation_key(workspace), written(bot), expect=found.version):
                await self._read(workspace)
                return
        raise RuntimeError(f"the installation of {workspace} could not be kept: somebody else keeps changing it")

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """A workspace's token and what belongs to it."""
        return (await self._look_up(team_id or enterprise_id or "")).bot

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """None: no person's token is kept."""
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace's token."""
        await self.forget(team_id or enterprise_id or "")

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing: no person's token is kept."""


def installation_key(workspace: str) -> str:
    """Under which a workspace's installation is kept on the Shelf."""
    return f"installation:{workspace}"


KEPT = (
    "app_id",
    "enterprise_id",
    "enterprise_name",
    "team_id",
    "team_name",
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
    "is_enterprise_install",
    "installed_at",
)


def written(bot: Bot) -> bytes:
    """An installation as it is kept, to be encrypted."""
    return json.dumps({name: getattr(bot, name) for name in KEPT}).encode()


def read_bot(value: bytes) -> Bot:
    """An installation that was kept."""
    return Bot(**json.loads(value))
