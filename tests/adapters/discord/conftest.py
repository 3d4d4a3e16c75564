"""A Discord to play on, and the product connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.discord.stage import Clock, Stage, staged
from tests.standins.discord import DiscordStandIn


@pytest.fixture
def clock() -> Clock:
    """Midnight of Monday, 12 January 2026, UTC."""
    return Clock()


@pytest.fixture
async def discord(clock: Clock) -> AsyncIterator[DiscordStandIn]:
    """A Discord with one server of two channels."""
    async with DiscordStandIn(clock.seconds) as stand_in:
        stand_in.gateway.apart = 0
        stand_in.channel("python")
        stand_in.channel("rust")
        yield stand_in


@pytest.fixture
async def stage(sqlite_url: str, discord: DiscordStandIn, clock: Clock) -> AsyncIterator[Stage]:
    """The product, connected."""
    async with staged(sqlite_url, discord, clock) as found:
        yield found
