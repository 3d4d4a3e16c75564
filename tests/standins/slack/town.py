"""What Slack remembers: workspaces, their people, channels and messages, and who can see which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

ALL_SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "users:read",
        "channels:read",
        "groups:read",
        "im:history",
        "app_mentions:read",
        "channels:history",
        "groups:history",
    }
)


@dataclass
class User:
    """Somebody of a workspace, as users.info shows them."""

    id: str
    name: str
    display_name: str
    zone: str = "Europe/Berlin"
    admin: bool = False
    guest: bool = False


@dataclass
class Message:
    """A message; ``only_for`` is the one person who sees an ephemeral one. ``versions``: every state it was in."""

    ts: str
    channel: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    only_for: str | None = None
    author: str = ""
    deleted: bool = False
    versions: list[Json] = field(default_factory=list)

    def change(self, text: str, blocks: list[Json]) -> None:
        """Edit it."""
        self.text, self.blocks = text, blocks
        self.versions.append({"text": text, "blocks": blocks})


@dataclass
class Channel:
    """A channel, or (``direct_to``) the app's direct messages with somebody."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    deleted: bool = False
    direct_to: str | None = None
    messages: list[Message] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        """A message that is not ephemeral."""
        return next((m for m in self.messages if m.ts == ts and m.only_for is None and not m.deleted), None)

    def thread(self, ts: str) -> list[Message]:
        """The replies to a message."""
        return [m for m in self.messages if m.thread_ts == ts]

    def seen_by(self, user: str) -> list[Message]:
        """What somebody sees in the channel's main stream, oldest first."""
        if self.direct_to is not None and user != self.direct_to:
            return []
        return [
            m
            for m in self.messages
            if not m.deleted and m.only_for in (None, user) and (m.thread_ts is None or m.broadcast or m.only_for)
        ]


@dataclass
class Team:
    """A workspace with one app installed in it."""

    id: str
    token: str
    bot_user: str
    bot_id: str
    app_id: str = "A0PYQUIZ"
    scopes: frozenset[str] = ALL_SCOPES
    installed: bool = True
    revoked: bool = False
    edit_window: float | None = None
    """Seconds for which messages may be edited, where the workspace restricts it."""

    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)

    def channel(self, id_: str) -> Channel:
        """A channel by its id; a person's id means the direct messages with them."""
        if id_ in self.users:
            return self.direct(id_)
        return self.channels[id_]

    def direct(self, user: str) -> Channel:
        """The app's direct messages with somebody, opened where there are none yet."""
        id_ = f"D{user}"
        if id_ not in self.channels:
            self.channels[id_] = Channel(id_, "directmessage", {user, self.bot_user}, direct_to=user)
        return self.channels[id_]
