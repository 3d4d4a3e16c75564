"""What the playground's roof gives the terminal: a pretended time that can be moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model import Place


class World(Protocol):
    """A channel with a clock that stands still until somebody moves it. Instants are aware and in UTC."""

    place: Place
    """The channel that is played in."""

    zone: str
    """The channel's IANA zone."""

    players: Sequence[str]
    """Names of the simulated players."""

    def now(self) -> datetime:
        """The pretended time."""

    async def settle(self) -> None:
        """Let happen what is due at this instant."""

    async def until(self, at: datetime) -> None:
        """Let time pass until ``at``, through every instant at which something happens."""

    async def upcoming(self) -> datetime | None:
        """The next instant after now at which something happens; None where nothing is planned."""

    def embody(self, person: str) -> None:
        """A simulated player (by id) who is played by hand from here on."""
