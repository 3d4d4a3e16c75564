"""The first words to a server: once, privately, to its owner; nobody else can be told without making noise."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from adapters.discord import sentences
from adapters.discord.happenings import Joined
from adapters.discord.heard import PLATFORM
from bot.model import Place
from bot.ports import Messenger, Refused, Shelf

log = logging.getLogger(__name__)

ONCE_IN = timedelta(days=365)
"""A server that takes PyQuiz in again is not greeted again so soon."""


class Greeting:
    """Greets. ``clock`` returns aware UTC. Rather no greeting than two."""

    def __init__(self, messenger: Messenger, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._messenger = messenger
        self._shelf = shelf
        self._clock = clock

    async def greet(self, joined: Joined) -> None:
        """A server was joined; what its owner will not read is posted nowhere else."""
        event = f"greeted:{joined.guild}"
        if joined.owner is None or not await self._shelf.first(event, until=self._clock() + ONCE_IN):
            return
        owner = Place(PLATFORM, str(joined.guild), person=str(joined.owner))
        outcome = await self._messenger.post(owner, sentences.greeting(joined.name), key=event)
        if isinstance(outcome, Refused):
            log.info("The owner of a server could not be greeted: %s", outcome.reason)
