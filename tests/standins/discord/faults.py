"""What can go wrong between a bot and Discord, to be ordered for the next requests of a kind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Refuse:
    """Not done, with this status and JSON error code."""

    status: int
    code: int


@dataclass(frozen=True)
class RateLimited:
    """Not done: too many. ``seconds`` until the next may come; ``everywhere``: the global limit."""

    seconds: float = 1.0
    everywhere: bool = False


@dataclass(frozen=True)
class Broken:
    """HTTP 5xx. ``done``: it was done nevertheless."""

    status: int = 503
    done: bool = False


@dataclass(frozen=True)
class Drop:
    """The connection breaks before the reply. ``done``: it was done nevertheless."""

    done: bool = True


@dataclass(frozen=True)
class Hang:
    """Nothing comes until ``go`` is set; then it is done."""

    go: asyncio.Event = field(default_factory=asyncio.Event)


Fault: TypeAlias = Refuse | RateLimited | Broken | Drop | Hang


class DiscordError(Exception):
    """Discord says no: an HTTP status and a JSON error code."""

    def __init__(self, status: int, code: int, message: str, **more: object) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.headers: dict[str, str] = {}
        self.body = {"code": code, "message": message, **more}


def invalid(what: str) -> DiscordError:
    """Invalid Form Body."""
    return DiscordError(400, 50035, f"Invalid Form Body: {what}")
