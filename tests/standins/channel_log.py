"""A messenger in this process, without a wire: remembers every message and edit, and does as it is told."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown

Answer: TypeAlias = Refused | Unknown | Exception | Callable[[], Awaitable[None]] | None
"""What comes instead of success; something to call is waited for first, and then the message is taken."""


@dataclass
class Message:
    """What stands in a channel: where, under which key, and every version of it."""

    place: Place
    key: str
    versions: list[Card]

    @property
    def kind(self) -> str:
        """``question``, ``reveal`` …: what its key begins with."""
        return self.key.partition(":")[0]


DELETED = Refused("channel_not_found", gone=True)


class Gate:
    """Requests that hang until somebody opens the gate; ``reached`` once so many hang."""

    def __init__(self, number: int = 1) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self._awaited = number

    async def __call__(self) -> None:
        self._awaited -= 1
        if self._awaited == 0:
            self.reached.set()
        await self.open.wait()


@dataclass
class ChannelLog:
    """Implements ``bot.ports.Messenger``.

    ``posts``, ``edits`` and ``finds`` answer the next requests, in turn. ``lost``: kinds whose message is taken while
    the sender hears nothing of it. ``can_tell``: whether it can be asked. ``deleted``: no channel is there any more.
    """

    posts: list[Answer] = field(default_factory=list)
    edits: list[Answer] = field(default_factory=list)
    finds: list[Answer] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    can_tell: bool = True
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)
    edited: list[tuple[str, Card]] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, Card]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Take a message, unless told otherwise."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            outcome = await _obey(self.posts)
        finally:
            self.at_once -= 1
        if outcome is not None:
            return outcome
        if self.deleted and to.channel:
            return DELETED
        self.messages.append(Message(to, key, [card]))
        self.sent.append(("post", key, card))
        self.came.set()
        if key.partition(":")[0] in self.lost:
            raise ConnectionResetError("the connection broke before the reply")
        return Sent(MessageRef(to, f"m{len(self.messages)}"))

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Replace a message, unless told otherwise."""
        outcome = await _obey(self.edits)
        if isinstance(outcome, Refused):
            return outcome
        if self.deleted:
            return DELETED
        message = self.messages[int(at.id.removeprefix("m")) - 1]
        message.versions.append(card)
        self.edited.append((message.key, card))
        self.sent.append(("edit", message.key, card))
        return Sent(at)

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Look a message up by its key."""
        self.looked.append(key)
        keys = self.keys()
        await _obey(self.finds)  # what is seen is what stood there when it was asked
        if not self.can_tell:
            return CannotTell("no history here")
        return Sent(MessageRef(to, f"m{keys.index(key) + 1}")) if key in keys else Absent()

    def keys(self) -> Sequence[str]:
        """The keys of all messages, in the order they came."""
        return [message.key for message in self.messages]

    def kinds(self, channel: str | None = None) -> Sequence[str]:
        """The kinds of all messages, of one channel where it is named, in the order they came."""
        return [message.kind for message in self.messages if channel in (None, message.place.channel)]

    def counts(self) -> dict[str, int]:
        """How many messages stand there by key."""
        found: dict[str, int] = defaultdict(int)
        for message in self.messages:
            found[message.key] += 1
        return dict(found)


async def _obey(orders: list[Answer]) -> Refused | Unknown | None:
    order = orders.pop(0) if orders else None
    if isinstance(order, Exception):
        raise order
    if order is None or isinstance(order, Refused | Unknown):
        return order
    await order()
    return None
