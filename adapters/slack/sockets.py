"""Socket Mode: two connections, so that one can go while the other carries on."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.messenger import BROKEN, code_of
from adapters.slack.workspaces import SlackRefuses, SlackUnreachable

log = logging.getLogger(__name__)

CONNECTIONS = 2
PATIENCE = 15
"""Seconds that a start waits for its connections; what is not connected then goes on trying."""

MOST = 10
"""Slack allows an app so many connections, and sends each payload to one of them."""


class Sockets:
    """The connections of this process. ``registered`` is how many Slack counts for the app, ghosts included."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient, connections: int = CONNECTIONS) -> None:
        self._token, self._client = app_token, client
        self._connecting: list[asyncio.Task[None]] = []
        self._handlers = [AsyncSocketModeHandler(app, app_token, web_client=client) for _ in range(connections)]
        self.registered = 0
        for handler in self._handlers:
            handler.client.message_listeners.append(self._greeted)

    async def open(self) -> None:
        """Connect, all at once; the sdk keeps them connected from then on. Raises SlackRefuses where Slack does not
        take the token: the sdk would go on trying for ever."""
        for handler in self._handlers:
            handler.client.wss_uri = await self._address()
        self._connecting = [asyncio.create_task(_connect(handler)) for handler in self._handlers]
        await asyncio.wait(self._connecting, timeout=PATIENCE)

    async def _address(self) -> str:
        try:
            answer = await self._client.apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            raise SlackRefuses("SLACK_APP_TOKEN", code_of(error), "Basic Information") from None
        except BROKEN as error:
            raise SlackUnreachable(self._client.base_url, error) from None
        return str(answer["url"])

    async def close(self) -> None:
        """Hear nothing more."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*(_close(handler) for handler in self._handlers), return_exceptions=True)

    @property
    def up(self) -> int:
        """How many are connected."""
        sessions = (handler.client.current_session for handler in self._handlers)
        return sum(session is not None and not session.closed for session in sessions)

    async def _greeted(self, _: object, message: dict[str, Any], __: str | None = None) -> None:
        """Slack says hello and counts. Connections that broke half-way go on being counted, and being sent to."""
        if message.get("type") != "hello":
            return
        self.registered = int(message.get("num_connections") or 0)
        if self.registered >= MOST:
            log.warning(
                "Slack counts %s Socket Mode connections of this app, its most. Presses may go to connections that "
                "nobody listens to: stop other processes with this token, or wait for Slack to drop dead ones.",
                self.registered,
            )


async def _connect(handler: AsyncSocketModeHandler) -> None:
    await handler.client.connect()  # type: ignore[no-untyped-call]  # the sdk's is untyped


async def _close(handler: AsyncSocketModeHandler) -> None:
    await handler.client.close()  # type: ignore[no-untyped-call]  # the sdk's is untyped
