"""The gateway: sessions of one shard each, heartbeats, resuming, and what is sent to whom."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.standins.discord.town import VIEW, Guild, Json

if TYPE_CHECKING:
    from tests.standins.discord.server import DiscordStandIn

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11

NOT_IN, WRONG_TOKEN, ALREADY_IN, TOO_FAST = 4003, 4004, 4005, 4008
BAD_SHARD, MORE_SHARDS, NOT_ALLOWED = 4010, 4011, 4014
"""Why the gateway closes a connection."""

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
"""Members, presences, message content: intents that somebody must have granted."""

MANY = 2_500
"""Servers that one shard may have at most."""

FRAMES, MINUTE = 120, 60.0
"""So many frames a connection may send in a minute."""


@dataclass
class Session:
    """One bot's session on a shard. ``log`` is all it was sent, for resuming."""

    id: str
    shard: int
    of: int
    log: list[Json] = field(default_factory=list)
    ws: web.WebSocketResponse | None = None
    resumable: bool = True

    async def dispatch(self, name: str, data: Json) -> bool:
        """Send an event, or keep it until the session is resumed; whether it went out."""
        frame = {"op": DISPATCH, "s": len(self.log) + 1, "t": name, "d": data}
        self.log.append(frame)
        return await self.send(frame)

    async def send(self, frame: Json) -> bool:
        """Send a frame if anybody is connected; whether it went out."""
        if self.ws is None or self.ws.closed:
            return False
        try:
            await self.ws.send_str(json.dumps(frame))
        except (ConnectionError, RuntimeError):
            return False
        return True


class Gateway:
    """All sessions. ``interval`` is the heartbeat's, in milliseconds. ``starts``: how many more it takes today,
    ``at_once`` of them together, in lines by shard ``apart`` seconds after one another.

    It counts who ``identified``, ``resumed``, ``dialled``, was ``hasty``, or found somebody else hearing some of the
    same servers (``crowded``).
    """

    def __init__(self, discord: DiscordStandIn) -> None:
        self.discord = discord
        self.sessions: list[Session] = []
        self.interval = 41_250
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.intents: list[int] = []
        self.shut = False
        self.starts = 1_000
        self.at_once = 1
        self.apart = 5.0
        self.hasty = 0
        self.crowded = 0
        self.dialled = 0
        self._latest: dict[int, float] = {}
        self._numbers = itertools.count(1)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from HELLO on."""
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        self.dialled += 1
        if self.shut:
            await ws.close(code=4000)
            return ws
        await ws.send_str(json.dumps({"op": HELLO, "d": {"heartbeat_interval": self.interval}}))
        session: Session | None = None
        frames: deque[float] = deque(maxlen=FRAMES)
        try:
            async for frame in ws:
                if frame.type is not WSMsgType.TEXT:
                    continue
                now = asyncio.get_running_loop().time()
                if len(frames) == FRAMES and frames[0] > now - MINUTE:
                    await ws.close(code=TOO_FAST)
                    break
                frames.append(now)
                said = json.loads(frame.data)
                session = await self._hear(ws, session, said["op"], said["d"])
                self.discord.stir()
        finally:  # a connection that breaks cancels what serves it
            self._left(ws, session)
        return ws

    def _left(self, ws: web.WebSocketResponse, session: Session | None) -> None:
        if session is not None and session.ws is ws:
            session.ws = None
            if ws.close_code in (1000, 1001) and session in self.sessions:
                self.sessions.remove(session)
        self.discord.stir()

    async def _hear(self, ws: web.WebSocketResponse, session: Session | None, op: int, data: Any) -> Session | None:
        if op == HEARTBEAT:
            self.heartbeats += 1
            await ws.send_str(json.dumps({"op": ACK}))
        elif op in (IDENTIFY, RESUME) and session is not None:
            await ws.close(code=ALREADY_IN)
        elif op == IDENTIFY:
            return await self._identify(ws, data)
        elif op == RESUME:
            return await self._resume(ws, data)
        elif session is None:
            await ws.close(code=NOT_IN)
        return session

    def _refusal(self, data: Json) -> int | None:
        """Why a session cannot begin."""
        shard, of = data.get("shard", (0, 1))
        if data["token"] != self.discord.token or self.starts < 1:
            return WRONG_TOKEN
        if data["intents"] & PRIVILEGED:
            return NOT_ALLOWED
        if not 0 <= shard < of:
            return BAD_SHARD
        there = [guild for guild in self.discord.guilds if (guild >> 22) % of == shard]
        return MORE_SHARDS if len(there) > MANY else None

    async def _identify(self, ws: web.WebSocketResponse, data: Json) -> Session | None:
        if code := self._refusal(data):
            await ws.close(code=code)
            return None
        shard, of = data.get("shard", (0, 1))
        line, now = shard % self.at_once, asyncio.get_running_loop().time()
        self.starts -= 1
        if now < self._latest.get(line, -self.apart) + self.apart:
            self.hasty += 1
            await ws.send_str(json.dumps({"op": INVALID, "d": False}))
            return None
        self._latest[line] = now
        self.identified += 1
        alive = [other for other in self.sessions if other.ws is not None and not other.ws.closed]
        self.crowded += any(other.of != of or other.shard == shard for other in alive)
        self.intents.append(data["intents"])
        session = Session(f"session{next(self._numbers)}", shard, of, ws=ws)
        self.sessions.append(session)
        guilds = [guild for guild in self.discord.guilds.values() if guild.bot_in and self._on(session, guild.id)]
        await session.dispatch(
            "READY",
            {
                "v": 10,
                "user": {**self.discord.bot.json(), "bot": True},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.discord.gateway_url,
                "shard": [shard, of],
                "application": {"id": str(self.discord.application), "flags": 0},
            },
        )
        for guild in guilds:
            await session.dispatch("GUILD_CREATE", self.guild_json(guild))
        return session

    async def _resume(self, ws: web.WebSocketResponse, data: Json) -> Session | None:
        if data["token"] != self.discord.token:
            await ws.close(code=WRONG_TOKEN)
            return None
        session = next((s for s in self.sessions if s.id == data["session_id"] and s.resumable), None)
        if session is None:
            await ws.send_str(json.dumps({"op": INVALID, "d": False}))
            return None
        self.resumed += 1
        session.ws = ws
        for frame in session.log[data["seq"] :]:
            await ws.send_str(json.dumps(frame))
        await session.dispatch("RESUMED", {})
        return session

    # What is sent

    async def tell(self, name: str, data: Json, guild: int | None) -> int:
        """Send an event to every session of the shard it belongs to; to how many it went or will go."""
        concerned = [session for session in self.sessions if self._on(session, guild)]
        for session in concerned:
            await session.dispatch(name, data)
        return len(concerned)

    def _on(self, session: Session, guild: int | None) -> bool:
        return session.shard == ((guild >> 22) % session.of if guild else 0)

    # What goes wrong

    async def drop(self) -> None:
        """Every connection breaks; the sessions can be resumed."""
        for session in self.sessions:
            if session.ws is not None:
                await _abort(session.ws)

    async def ask_to_reconnect(self) -> None:
        """Discord wants everybody to connect anew, and to resume."""
        for session in tuple(self.sessions):
            await session.send({"op": RECONNECT, "d": None})

    async def invalidate(self) -> None:
        """The sessions are over, and cannot be resumed."""
        for session in tuple(self.sessions):
            session.resumable = False
            await session.send({"op": INVALID, "d": False})
            self.sessions.remove(session)

    def guild_json(self, guild: Guild) -> Json:
        """A server as its creation tells it."""
        us = {**self.discord.bot.json(), "bot": True}
        member = {"user": us, "roles": [], "joined_at": guild.joined, "deaf": False}
        return {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner),
            "roles": [
                guild.everyone().json(guild.granted),
                *(role.json() for role in guild.roles.values()),
                *(role.json(rights) for role, rights in guild.ranks().values()),
            ],
            "channels": [self.channel_json(each.id) for each in guild.channels.values() if each.parent is None],
            "members": [{**member, "mute": False, "flags": 0}],
            "member_count": 3,
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "emojis": [],
            "stickers": [],
            "features": [],
            "large": False,
            "unavailable": False,
            "joined_at": guild.joined,
            "preferred_locale": "en-US",
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "premium_progress_bar_enabled": False,
            "system_channel_flags": 0,
            "afk_timeout": 300,
            "icon": None,
            "splash": None,
        }

    def channel_json(self, id_: int) -> Json:
        """A channel as its creation tells it."""
        channel = self.discord.channels[id_]
        allowed = str(VIEW if channel.closed else 0)
        ours = {"id": str(self.discord.bot.id), "type": 1, "allow": allowed, "deny": str(channel.denied)}
        theirs = {"id": str(channel.guild), "type": 0, "allow": "0", "deny": str(VIEW)}
        return {
            "id": str(channel.id),
            "type": channel.kind,
            "guild_id": str(channel.guild),
            "name": channel.name,
            "position": 0,
            "permission_overwrites": [*([theirs] if channel.closed else []), ours],
            "nsfw": False,
            "parent_id": None,
            "flags": 0,
        }


async def _abort(ws: web.WebSocketResponse) -> None:
    transport: Any = ws._req.transport if ws._req else None
    if transport is not None:
        transport.abort()
    await asyncio.sleep(0)
