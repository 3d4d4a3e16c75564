"""What can go wrong between an app and Slack, to be ordered for the next calls of a method."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Refuse:
    """Not done, with this error code."""

    code: str


@dataclass(frozen=True)
class RateLimited:
    """Not done: too many. HTTP 429 with Retry-After, in seconds."""

    seconds: int = 1


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


class SlackError(Exception):
    """Slack says no, with a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
