"""Whose token speaks in which workspace."""

from __future__ import annotations

from typing import Protocol

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_client
from adapters.slack.keys import Keys
from adapters.slack.messenger import BROKEN, code_of


class SlackRefuses(RuntimeError):
    """Slack does not take a token; where to copy it from."""

    def __init__(self, setting: str, code: str, page: str) -> None:
        super().__init__(f"Slack does not take {setting} ({code}). Copy it anew from the app's {page} page.")


class SlackUnreachable(RuntimeError):
    """Slack does not answer."""

    def __init__(self, address: str, error: Exception) -> None:
        super().__init__(f"Slack cannot be reached at {address} ({type(error).__name__}).")


class Workspaces(Protocol):
    """Where PyQuiz is installed."""

    async def open(self) -> None:
        """Find out what has to be known before anything is heard."""

    async def known(self, workspace: str) -> str | None:
        """A workspace's token as far as it is remembered, without asking Slack; None where PyQuiz is not installed."""

    async def client(self, workspace: str) -> AsyncWebClient | None:
        """Who speaks there, with a token that lasts; None where PyQuiz is not installed."""

    async def forget(self, workspace: str) -> None:
        """The workspace took its permission away."""


class OneWorkspace:
    """The workspace of SLACK_BOT_TOKEN."""

    def __init__(self, keys: Keys, session: ClientSession) -> None:
        self._token = keys.bot_token
        self._client = make_client(keys.bot_token, keys.api_url, session)
        self._team = ""

    async def open(self) -> None:
        """Ask whose token this is, once: no press costs an auth.test. Raises SlackRefuses or SlackUnreachable."""
        try:
            answer = await self._client.api_call("auth.test")
        except SlackApiError as error:
            raise SlackRefuses("SLACK_BOT_TOKEN", code_of(error), "Install App") from None
        except BROKEN as error:
            raise SlackUnreachable(self._client.base_url, error) from None
        self._team = str(answer["team_id"])

    async def known(self, workspace: str) -> str | None:
        """Its token, if it is the one."""
        return self._token if workspace == self._team else None

    async def client(self, workspace: str) -> AsyncWebClient | None:
        """Its client, if it is the one."""
        return self._client if workspace == self._team else None

    async def forget(self, workspace: str) -> None:
        """Nothing is kept of it; Slack refuses what is said with the token."""
