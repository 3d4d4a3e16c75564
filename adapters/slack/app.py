"""The Bolt app, with everything said explicitly: what is left out it takes from the environment."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.keys import Keys

Authorize = Callable[[str | None], Awaitable[AuthorizeResult | None]]


def make_app(keys: Keys, client: AsyncWebClient, authorize: Authorize) -> AsyncApp:
    """An app that answers within the request: Bolt's own way polls for the acknowledgement every 10 ms.

    ``authorize`` takes a workspace's id. Bolt warns of tokens that stand in the environment and are not used by it;
    only its errors are passed on.
    """
    logger = logging.getLogger("adapters.slack.bolt")
    logger.setLevel(logging.ERROR)

    async def authorized(team_id: str | None) -> AuthorizeResult | None:
        return await authorize(team_id)

    return AsyncApp(
        name="pyquiz",
        logger=logger,
        signing_secret=keys.signing_secret,
        client=client,
        authorize=authorized,
        process_before_response=True,
        request_verification_enabled=True,
    )
