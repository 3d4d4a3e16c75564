"""A Slack to play on, and the product connected to it over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_client, make_session
from tests.adapters.slack.stage import Clock, Stage, staged
from tests.standins.slack import Channel, SlackStandIn


@pytest.fixture
def clock() -> Clock:
    """Midnight of Monday, 12 January 2026, UTC."""
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[SlackStandIn]:
    """A Slack with one empty workspace."""
    async with SlackStandIn(clock.seconds) as stand_in:
        stand_in.team()
        yield stand_in


@pytest.fixture
async def stage(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> AsyncIterator[Stage]:
    """The product, connected."""
    async with staged(sqlite_url, slack, clock) as found:
        yield found


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    """Slack's own client with the workspace's token."""
    session = make_session()
    yield make_client(slack.team().token, slack.api_url, session)
    await session.close()


@pytest.fixture
def channel(slack: SlackStandIn) -> Channel:
    """A channel with PyQuiz and Ada in it."""
    slack.person("Ada", "python")
    return slack.channel("python")
