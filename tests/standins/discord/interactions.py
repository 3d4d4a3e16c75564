"""What people do, on its way to the bot and back: one response within three seconds, a token of fifteen minutes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.standins.discord.faults import DiscordError
from tests.standins.discord.limits import check_choices, check_message, check_modal
from tests.standins.discord.town import COMPONENTS_V2, EPHEMERAL, LOADING, Channel, Json, Message, User

if TYPE_CHECKING:
    from tests.standins.discord.server import DiscordStandIn

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
SAY, THINK, WAIT, UPDATE, SUGGEST, OPEN = 4, 5, 6, 7, 8, 9

TOKEN_LIFE = 15 * 60
IN_TIME = 3.0

ALLOWED = {
    COMMAND: {SAY, THINK, OPEN},
    COMPONENT: {SAY, THINK, WAIT, UPDATE, OPEN},
    AUTOCOMPLETE: {SUGGEST},
    MODAL: {SAY, THINK, WAIT, UPDATE},
}
"""Which responses an interaction takes."""


@dataclass
class Interaction:
    """Something that somebody did. ``message``: what was pressed; ``original``: the first response's message."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    message: Message | None
    born: float
    created: float
    data: Json = field(default_factory=dict)
    response: Json | None = None
    original: Message | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Interactions:
    """All that were. ``doubled`` are responses to what was answered already, ``late`` those nobody answered in time."""

    def __init__(self, discord: DiscordStandIn) -> None:
        self.discord = discord
        self.all: dict[str, Interaction] = {}
        self.doubled: list[Json] = []
        self.late: list[Interaction] = []
        self.slowest = 0.0

    async def begin(self, kind: int, user: User, channel: Channel, data: Json, message: Message | None) -> Interaction:
        """Tell the bot, and wait for its response, as long as Discord waits."""
        id_ = self.discord.next_id()
        now = asyncio.get_running_loop().time()
        done = Interaction(id_, f"token-{id_}", kind, user, channel, message, now, self.discord.clock(), data)
        self.all[done.token] = done
        self.discord.stir()
        await self.discord.gateway.tell("INTERACTION_CREATE", self._json(done), channel.guild)
        try:
            async with asyncio.timeout(IN_TIME):
                await done.answered.wait()
            self.slowest = max(self.slowest, asyncio.get_running_loop().time() - now)
        except TimeoutError:
            self.late.append(done)
        self.discord.stir()
        return done

    def _json(self, done: Interaction) -> Json:
        channel, guild = done.channel, self.discord.guilds.get(done.channel.guild or 0)
        where = (
            {
                "guild_id": str(guild.id),
                "guild_locale": "en-US",
                "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
                "member": {**guild.member(done.user), "permissions": str(guild.rights[done.user.id])},
                "context": 0,
            }
            if guild
            else {"user": done.user.json(), "context": 1}
        )
        home = self.discord.channels.get(channel.parent or 0)
        thread = {"parent_id": str(home.id), "owner_id": "1", "thread_metadata": THREAD} if home else {}
        return {
            "id": str(done.id),
            "application_id": str(self.discord.application),
            "type": done.kind,
            "data": done.data,
            "token": done.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": {"id": str(channel.id), "type": channel.kind, "name": channel.name, "flags": 0, **thread}
            | (
                {"recipients": [done.user.json()]}
                if channel.direct_to
                else {"position": 0, "guild_id": str(channel.guild)}
            ),
            "app_permissions": str(guild.granted & ~channel.denied if guild else 0),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id if guild else 0)},
            "attachment_size_limit": 10_000_000,
            **({"message": done.message.json()} if done.message else {}),
            **where,
        }

    # What comes back

    def respond(self, token: str, body: Json) -> Json:
        """The one response."""
        done = self.all.get(token)
        loop = asyncio.get_running_loop()
        if done is None or (done.response is None and loop.time() - done.born > IN_TIME):
            raise DiscordError(404, 10062, "Unknown interaction")
        if done.response is not None:
            self.doubled.append(body)
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        if kind not in ALLOWED[done.kind] or (kind in (WAIT, UPDATE) and done.message is None):
            raise DiscordError(400, 50035, f"Invalid Form Body: type {kind} for an interaction of type {done.kind}")
        self._take(done, kind, data)
        done.response = body
        done.answered.set()
        return self._callback(done, kind)

    def _take(self, done: Interaction, kind: int, data: Json) -> None:
        if kind in (SAY, THINK):
            if kind == SAY:
                check_message(data)
            body = data if kind == SAY else {**data, "flags": int(data.get("flags", 0)) | LOADING}
            done.original = self._place(done, body)
        elif kind == UPDATE and done.message is not None:
            check_message(data, done.message.flags & COMPONENTS_V2)
            self._change(done.message, data)
            done.original = done.message
        elif kind == WAIT:
            done.original = done.message
        elif kind == SUGGEST:
            check_choices(data.get("choices") or [])
        elif kind == OPEN:
            check_modal(data)
            self.discord.open_modal(done, data)

    def _callback(self, done: Interaction, kind: int) -> Json:
        message = done.original
        found: Json = {"interaction": {"id": str(done.id), "type": done.kind}}
        if message is not None:
            found["interaction"]["response_message_id"] = str(message.id)
            found["interaction"]["response_message_ephemeral"] = message.only_for is not None
            found["resource"] = {"type": kind, "message": message.json()}
        return found

    def edit_original(self, token: str, body: Json) -> Json:
        """Another first response."""
        done = self._alive(token)
        if done.original is None or done.original.deleted:
            raise DiscordError(404, 10008, "Unknown Message")
        check_message(body, done.original.flags & COMPONENTS_V2)
        self._change(done.original, body)
        return done.original.json()

    def follow_up(self, token: str, body: Json) -> Json:
        """One more message."""
        done = self._alive(token)
        check_message(body)
        if done.original is not None and done.original.flags & LOADING:
            self._change(done.original, body)
            return done.original.json()
        return self._place(done, body).json()

    def _alive(self, token: str) -> Interaction:
        done = self.all.get(token)
        if done is None or self.discord.clock() - done.created > TOKEN_LIFE:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        if done.response is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return done

    def _place(self, done: Interaction, body: Json) -> Message:
        private = bool(int(body.get("flags", 0)) & EPHEMERAL)
        message = Message(
            self.discord.next_id(),
            done.channel.id,
            self.discord.bot,
            body,
            self.discord.clock(),
            only_for=done.user.id if private else None,
            token=done.token,
        )
        message.versions.append(body)
        done.channel.messages.append(message)
        self.discord.ping(done.channel, body)
        self.discord.stir()
        return message

    def _change(self, message: Message, body: Json) -> None:
        message.change(body)
        self.discord.ping(self.discord.channels[message.channel], body)
        self.discord.stir()


THREAD: dict[str, Any] = {
    "archived": False,
    "auto_archive_duration": 1440,
    "archive_timestamp": "2026-01-12T00:00:00+00:00",
    "locked": False,
}
