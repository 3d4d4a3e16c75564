"""The Bolt app, with everything said explicitly: what is left out it takes from the environment."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.keys import Keys

Token = Callable[[str], Awaitable[str | None]]
"""A workspace's token, out of memory: nothing is asked of Slack before a press is acknowledged."""


class Authorize(AsyncAuthorize):
    """Whether PyQuiz is installed where something comes from. Bolt's own costs an auth.test a press."""

    def __init__(self, token: Token) -> None:
        self._token = token

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Bolt's question, and its answer without a call."""
        token = await self._token(team_id or enterprise_id or "")
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token=token) if token else None


def make_app(keys: Keys, client: AsyncWebClient, token: Token, flow: AsyncOAuthFlow | None) -> AsyncApp:
    """An app that answers within the request: Bolt's own way polls for the acknowledgement every 10 ms.

    What a press does not need is left out: old slash commands' certificates, functions, assistants; PyQuiz's own
    messages are told apart by the listeners. Bolt warns of tokens that stand in the environment and are not used by
    it; only its errors are passed on.
    """
    logger = logging.getLogger("adapters.slack.bolt")
    logger.setLevel(logging.ERROR)
    return AsyncApp(
        name="pyquiz",
        logger=logger,
        signing_secret=keys.signing_secret,
        client=client,
        authorize=Authorize(token),  # type: ignore[arg-type]  # Bolt takes one, and its None, whatever it declares
        oauth_flow=flow,
        process_before_response=True,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
