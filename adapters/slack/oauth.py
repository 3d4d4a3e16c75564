"""Installing PyQuiz from a page of ours: Slack's OAuth flow, with its state on the Shelf."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import message
from adapters.slack.installs import Installs
from adapters.slack.keys import Keys
from adapters.slack.messenger import BROKEN
from bot.ports import Shelf
from bot.wording.guide import greeting

log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"

SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "users:read",
)
"""What is asked for; docs/slack-manifest.yaml says the same, and why."""

STATE_LIVES = timedelta(minutes=10)
"""Somebody who installs has so long for it."""


class States(AsyncOAuthStateStore):
    """The sdk's store of states: signed, so that nothing is kept for who never comes back, and each good once at any
    replica. ``clock`` returns aware UTC."""

    def __init__(self, secret: str, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._secret = secret.encode()
        self._shelf = shelf
        self._clock = clock

    @property
    def logger(self) -> logging.Logger:
        """Where the sdk's flow writes to."""
        return log

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new state."""
        ends = int((self._clock() + STATE_LIVES).timestamp())
        state = f"{secrets.token_urlsafe(18)}.{ends}"
        return f"{state}.{self._signature(state)}"

    async def async_consume(self, state: str) -> bool:
        """Whether a state is ours, in time and not used before."""
        said, _, signature = state.rpartition(".")
        if not hmac.compare_digest(self._signature(said).encode(), signature.encode()):
            return False
        ends = datetime.fromtimestamp(int(said.rpartition(".")[2]), UTC)
        return ends > self._clock() and await self._shelf.first(f"state:{said}", until=ends)

    def _signature(self, state: str) -> str:
        return hmac.new(self._secret, state.encode(), hashlib.sha256).hexdigest()


class Welcome:
    """What whoever installs gets to see."""

    def __init__(self, installs: Installs, back: Callable[[str], None]) -> None:
        self._installs = installs
        self._back = back

    async def success(self, args: AsyncSuccessArgs) -> BoltResponse:
        """It is installed: greet them in Slack, where it goes on. Installed again, it goes on where it still is."""
        installation = args.installation
        team = installation.team_id or installation.enterprise_id or ""
        client = await self._installs.client(team)
        self._back(team)
        try:
            if client is not None:
                await client.api_call("chat.postMessage", json={"channel": installation.user_id, **message(greeting())})
        except (SlackApiError, *BROKEN) as error:
            log.warning("Whoever installed PyQuiz could not be greeted: %s", error)
        return _page(200, "PyQuiz is installed", "You can close this page: it goes on in Slack, in PyQuiz's messages.")

    async def failure(self, args: AsyncFailureArgs) -> BoltResponse:
        """It is not; why, and what to do."""
        log.info("An installation failed: %s", args.reason)
        said = (
            "You did not allow it." if args.reason == "access_denied" else f"Slack or the browser said: {args.reason}."
        )
        return _page(args.suggested_status_code, "PyQuiz is not installed", said, again=True)


def _page(status: int, head: str, text: str, *, again: bool = False) -> BoltResponse:
    link = f'<p><a href="{INSTALL}">Try again</a></p>' if again else ""
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    body = f"<!doctype html><meta charset=utf-8><title>{head}</title><h1>{head}</h1><p>{safe}</p>{link}"
    return BoltResponse(status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8"})


def make_flow(
    keys: Keys,
    installs: Installs,
    shelf: Shelf,
    client: AsyncWebClient,
    clock: Callable[[], datetime],
    back: Callable[[str], None],
) -> AsyncOAuthFlow:
    """The flow, with everything said explicitly: what is left out comes from the environment, or goes to files.

    ``back`` is told of each workspace that PyQuiz was installed in.
    """
    welcome = Welcome(installs, back)
    settings = AsyncOAuthSettings(
        client_id=keys.client_id,
        client_secret=keys.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        authorization_url=keys.api_url.removesuffix("api/") + "oauth/v2/authorize",
        installation_store=installs,
        installation_store_bot_only=True,
        state_store=States(keys.client_secret, shelf, clock),
        state_expiration_seconds=int(STATE_LIVES.total_seconds()),
        callback_options=AsyncCallbackOptions(success=welcome.success, failure=welcome.failure),
    )
    return AsyncOAuthFlow(client=client, logger=log, settings=settings)
