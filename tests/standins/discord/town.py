"""What Discord remembers: servers, their people, channels and messages, and who can see which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

VIEW, SEND, HISTORY = 1 << 10, 1 << 11, 1 << 16
BEGIN_THREADS, SEND_IN_THREADS, COMMANDS = 1 << 35, 1 << 38, 1 << 31
MANAGE_SERVER, ADMINISTRATOR, MENTION_ALL = 1 << 5, 1 << 3, 1 << 17

USUAL = VIEW | SEND | HISTORY | BEGIN_THREADS | SEND_IN_THREADS | COMMANDS
"""What PyQuiz is invited with."""

EPHEMERAL, LOADING, COMPONENTS_V2, SILENT = 1 << 6, 1 << 7, 1 << 15, 1 << 12

JOINED = "2026-01-01T00:00:00+00:00"

TEXT, DIRECT, THREAD = 0, 1, 11
"""Kinds of channels."""


@dataclass
class User:
    """Somebody."""

    id: int
    name: str
    zone: str = "Europe/Berlin"
    takes_dms: bool = True

    def json(self) -> Json:
        """As Discord describes them."""
        return {
            "id": str(self.id),
            "username": self.name.lower(),
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "public_flags": 0,
        }


@dataclass
class Message:
    """A message; ``only_for`` is the one person who sees an ephemeral one. ``versions``: every state it was in."""

    id: int
    channel: int
    author: User
    body: Json
    born: float
    only_for: int | None = None
    reply_to: int | None = None
    nonce: str | None = None
    deleted: bool = False
    token: str = ""
    versions: list[Json] = field(default_factory=list)

    @property
    def flags(self) -> int:
        """Its flags."""
        return int(self.body.get("flags", 0))

    @property
    def components(self) -> list[Json]:
        """Its components."""
        return list(self.body.get("components") or [])

    def change(self, body: Json) -> None:
        """Edit it: what is not named stays; it is not loading any more."""
        kept = self.flags & ~LOADING
        self.body = {**self.body, **body, "flags": kept | int(body.get("flags", 0))}
        self.versions.append(self.body)

    def json(self) -> Json:
        """As Discord describes it."""
        return {
            "id": str(self.id),
            "channel_id": str(self.channel),
            "type": 19 if self.reply_to else 0,
            "author": {**self.author.json(), "bot": True},
            "content": self.body.get("content", ""),
            "timestamp": "2026-01-12T00:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": self.body.get("embeds", []),
            "pinned": False,
            "flags": self.flags,
            "components": self.components,
            **({"nonce": self.nonce} if self.nonce else {}),
        }


@dataclass
class Channel:
    """A channel of a server, direct messages with somebody, or the thread of a message (which has its id). ``denied``:
    what the bot may not do in it. ``closed``: only the bot and administrators see it."""

    id: int
    name: str
    guild: int | None = None
    direct_to: int | None = None
    parent: int | None = None
    denied: int = 0
    closed: bool = False
    deleted: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def kind(self) -> int:
        """Its kind, as Discord numbers it."""
        return DIRECT if self.direct_to else THREAD if self.parent else TEXT

    def message(self, id_: int) -> Message | None:
        """A message that is not ephemeral."""
        return next((m for m in self.messages if m.id == id_ and m.only_for is None and not m.deleted), None)

    def seen_by(self, user: int) -> list[Message]:
        """What stands before somebody's eyes."""
        return [m for m in self.messages if not m.deleted and m.only_for in (None, user)]


@dataclass
class Role:
    """A role of a server; ``mentionable`` by anyone."""

    id: int
    name: str
    mentionable: bool = True

    def json(self, permissions: int = 0) -> Json:
        """As Discord describes it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(permissions),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": self.mentionable,
            "flags": 0,
        }


@dataclass
class Guild:
    """A server. ``rights``: what each of its members may do. ``joined``: since when the bot is in it."""

    id: int
    name: str
    owner: int = 1
    joined: str = JOINED
    bot_in: bool = True
    granted: int = USUAL
    channels: dict[int, Channel] = field(default_factory=dict)
    rights: dict[int, int] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)

    def everyone(self) -> Role:
        """The role that everybody has; it has the server's id."""
        return Role(self.id, "@everyone", mentionable=False)

    def ranks(self) -> dict[int, tuple[Role, int]]:
        """The roles that give rights, with these."""
        managers, admins = Role(self.id + 1, "managers"), Role(self.id + 2, "admins")
        return {MANAGE_SERVER: (managers, MANAGE_SERVER), ADMINISTRATOR: (admins, ADMINISTRATOR)}

    def member(self, user: User) -> Json:
        """Somebody as a member."""
        rights = self.rights[user.id]
        ranks = [str(role.id) for right, (role, _) in self.ranks().items() if rights & right]
        return {"user": user.json(), "roles": ranks, "joined_at": JOINED, "deaf": False, "mute": False, "flags": 0}

    def role(self, id_: int) -> Role | None:
        """A role by its id."""
        return self.everyone() if id_ == self.id else self.roles.get(id_)

    def may(self, channel: Channel, right: int) -> bool:
        """Whether the bot may do something in a channel."""
        return self.bot_in and bool(self.granted & ~channel.denied & right)
