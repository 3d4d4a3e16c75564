"""One Discord: what stands in it, its REST over HTTP, and its gateway beside."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.standins.discord.api import ROUTES, Doing
from tests.standins.discord.faults import Broken, DiscordError, Drop, Fault, Hang, RateLimited, Refuse
from tests.standins.discord.gateway import Gateway
from tests.standins.discord.interactions import Interaction, Interactions
from tests.standins.discord.limits import pings
from tests.standins.discord.person import Person
from tests.standins.discord.town import (
    ADMINISTRATOR,
    COMMANDS,
    MANAGE_SERVER,
    MENTION_ALL,
    SEND,
    VIEW,
    Channel,
    Guild,
    Json,
    Message,
    Role,
    User,
)

RATES = {"post": (5, 5.0), "edit": (5, 5.0), "history": (5, 5.0), "thread": (50, 300.0), "followup": (5, 2.0)}
"""So many requests of a route in so many seconds, of each channel or interaction. Discord tells them in headers."""

INVALID = 600.0
"""Seconds in which 401s, 403s and 429s are counted."""

EPOCH = 1_420_070_400_000
NONCE_LIFE = 180
GLOBAL = 50


@dataclass
class Call:
    """A request. ``name`` is the route's, as faults know it."""

    name: str
    names: dict[str, str]
    body: Any
    at: float
    raw: str = ""
    query: str = ""


class DiscordStandIn:
    """One Discord. ``clock`` returns seconds since 1970; ids follow it. Use as a context manager.

    ``shards``: how many it recommends. ``old_edits``: how many edits of messages older than an hour it takes.
    ``limit``: requests a second it takes of the bot in all; whoever sends more is refused with a 429. ``rates``: the
    same of single routes. ``most_invalid``: so many 401s, 403s and 429s in ten minutes, and the address is shut out.
    ``creates``: how many new commands it takes today.
    """

    port = 0
    """Where it listens; 0: wherever there is room."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.token = "MTAw.stand.in"
        self.application = 100
        self.bot = User(100, "PyQuiz")
        self.shards = 1
        self.old_edits = 1_000_000
        self.limit = GLOBAL
        self.rates = dict(RATES)
        self.most_invalid = 10_000
        self.creates = 200
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.users: dict[int, User] = {}
        self.modals: dict[int, tuple[Interaction, Json]] = {}
        self.commands: list[Json] = []
        self.syncs = 0
        self.pings: list[str] = []
        self.calls: list[Call] = []
        self.nonces: dict[str, Message] = {}
        self.refused: Counter[int] = Counter()
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.gateway = Gateway(self)
        self.interactions = Interactions(self)
        self.address = ""
        self._recent: deque[float] = deque()
        self._buckets: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._invalid: deque[float] = deque()
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        base = "/api/v10"
        for method, path, name, doing in ROUTES:
            app.router.add_route(method, base + path, self._serving(name, doing))
        app.router.add_post(
            base + "/interactions/{id}/{token}/callback", self._serving("callback", _respond, free=True)
        )
        app.router.add_patch(
            base + "/webhooks/{application}/{token}/messages/@original", self._serving("original", _edit, free=True)
        )
        app.router.add_post(base + "/webhooks/{application}/{token}", self._serving("followup", _follow, free=True))
        app.router.add_get("/gateway/", self.gateway.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in tuple(self.gateway.sessions):
            if session.ws is not None:
                await session.ws.close()
        assert self._runner
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """What DISCORD_API_URL is set to."""
        return f"http://{self.address}/api/v10"

    @property
    def gateway_url(self) -> str:
        """What DISCORD_GATEWAY_URL is set to."""
        return f"ws://{self.address}/gateway/"

    # What stands in it

    def next_id(self) -> int:
        """A new snowflake: it holds the time, and never comes twice."""
        return ((int(self.clock() * 1000) - EPOCH) << 22) + next(self._ids)

    def guild(self, name: str = "town", shard: int = 0) -> Guild:
        """A server by its name, made where it is new; ``shard`` is the one it is on where there are several."""
        found = next((guild for guild in self.guilds.values() if guild.name == name), None)
        if found is None:
            found = Guild(((1_000 + len(self.guilds)) * self.shards + shard) << 22, name)
            self.guilds[found.id] = found
        return found

    def channel(self, name: str, guild: str = "town") -> Channel:
        """A channel by its name, made where it is new."""
        home = self.guild(guild)
        found = next((channel for channel in home.channels.values() if channel.name == name), None)
        if found is None:
            found = Channel(500 + len(self.channels), name, guild=home.id)
            home.channels[found.id] = self.channels[found.id] = found
        return found

    def thread(self, message: Message) -> Channel | None:
        """A message's thread, if it has one."""
        return self.channels.get(message.id)

    def direct(self, user: int) -> Channel:
        """Direct messages with somebody."""
        if -user not in self.channels:
            channel = Channel(900_000 + user, "direct", direct_to=user)
            self.channels[-user] = self.channels[channel.id] = channel
        return self.channels[-user]

    def person(
        self, name: str, guild: str = "town", *, zone: str = "Europe/Berlin", manager: bool = False, admin: bool = False
    ) -> Person:
        """Somebody of a server."""
        home = self.guild(guild)
        user = next((user for user in self.users.values() if user.name == name), None)
        if user is None:
            user = User(7_000 + len(self.users), name, zone)
            self.users[user.id] = user
        rights = VIEW | SEND | COMMANDS | (MANAGE_SERVER if manager else 0) | (ADMINISTRATOR if admin else 0)
        home.rights.setdefault(user.id, rights)
        return Person(self, home, user)

    def role(self, name: str, guild: str = "town", *, mentionable: bool = True) -> Role:
        """A role of a server by its name, made where it is new."""
        home = self.guild(guild)
        found = next((role for role in home.roles.values() if role.name == name), None)
        if found is None:
            found = Role(300_000 + len(home.roles), name, mentionable)
            home.roles[found.id] = found
        return found

    def ping(self, channel: Channel, body: Json) -> None:
        """Notify whom a message mentions, of roles only those that the bot may mention."""
        guild = self.guilds.get(channel.guild or 0)
        for one in pings(body):
            role = guild.role(int(one[3:-1])) if guild and one.startswith("<@&") else None
            if role is None or role.mentionable or (guild and guild.granted & MENTION_ALL):
                self.pings.append(one)

    def under_nonce(self, nonce: str) -> Message | None:
        """The message that was posted under a nonce in the last minutes."""
        found = self.nonces.get(nonce)
        return found if found and self.clock() - found.born < NONCE_LIFE else None

    def open_modal(self, done: Interaction, data: Json) -> None:
        """Somebody has a modal before them."""
        self.modals[done.user.id] = (done, data)

    # What happens to it

    async def remove_bot(self, guild: Guild) -> None:
        """Somebody removes the bot from a server."""
        guild.bot_in = False
        await self.gateway.tell("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    async def add_bot(self, guild: Guild) -> None:
        """Somebody adds it again."""
        guild.bot_in = True
        known = self.gateway.guild_json(guild)
        del known["unavailable"]
        await self.gateway.tell("GUILD_CREATE", known, guild.id)

    async def grant(self, guild: Guild, rights: int) -> None:
        """Somebody changes what everybody, and so the bot, may do in a server."""
        guild.granted = rights
        role = {"guild_id": str(guild.id), "role": guild.everyone().json(rights)}
        await self.gateway.tell("GUILD_ROLE_UPDATE", role, guild.id)

    async def delete_channel(self, channel: Channel) -> None:
        """Somebody deletes a channel."""
        channel.deleted = True
        await self.gateway.tell("CHANNEL_DELETE", self.gateway.channel_json(channel.id), channel.guild)

    async def deny(self, channel: Channel, rights: int) -> None:
        """Somebody changes what the bot may not do in a channel."""
        channel.denied = rights
        await self.gateway.tell("CHANNEL_UPDATE", self.gateway.channel_json(channel.id), channel.guild)

    # Watching

    def called(self, name: str) -> list[Any]:
        """The bodies of all requests of a kind."""
        return [call.body for call in self.calls if call.name == name]

    async def until(self, holds: Callable[[], Any], what: str = "", seconds: float = 10) -> Any:
        """Wait until something holds, looking whenever something has changed; what it holds."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := holds()):
                    self._changed.clear()
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"it never came to pass: {what or holds}") from None

    def stir(self) -> None:
        """Something has changed: whoever waits may look."""
        self._changed.set()

    # Serving

    def _serving(self, name: str, doing: Doing, *, free: bool = False) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            raw = await request.text()
            names, body = dict(request.match_info), json.loads(raw) if raw else None
            self.calls.append(Call(name, names, body, asyncio.get_running_loop().time(), raw, request.query_string))
            self.stir()
            headers: dict[str, str] = {}
            try:
                if self._is_banned():
                    return web.Response(status=429, text="<html>error code: 1015</html>", content_type="text/html")
                if not free:
                    self._check_bot(request)
                headers = self._take_turn(name, names)
                found = await self._do(name, lambda: doing(self, names, body, dict(request.query)), request)
            except DiscordError as error:
                self._note(error)
                found = _json(error.body, error.status)
                found.headers.update(error.headers)
            found.headers.update(headers)
            self.stir()
            return found

        return serve

    def _check_bot(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise DiscordError(401, 0, "401: Unauthorized")
        now = asyncio.get_running_loop().time()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.limit:
            error = DiscordError(429, 0, "You are being rate limited.", retry_after=1.0, **{"global": True})
            error.headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            raise error
        self._recent.append(now)

    def _take_turn(self, name: str, names: dict[str, str]) -> dict[str, str]:
        """Count a request against its route's limit, and tell how much is left of it."""
        if name not in self.rates:
            return {}
        (most, seconds), now = self.rates[name], asyncio.get_running_loop().time()
        bucket = self._buckets[name, names.get("channel") or names.get("token") or ""]
        while bucket and bucket[0] <= now - seconds:
            bucket.popleft()
        left = (bucket[0] if bucket else now) + seconds - now
        told = {
            "X-RateLimit-Bucket": f"bucket-of-{name}",
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - len(bucket) - 1)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
        }
        if len(bucket) >= most:
            error = DiscordError(429, 0, "You are being rate limited.", retry_after=left, **{"global": False})
            error.headers = {**told, "X-RateLimit-Scope": "user"}
            raise error
        bucket.append(now)
        return told

    def _note(self, error: DiscordError) -> None:
        self.refused[error.status] += 1
        if error.status in (401, 403, 429):
            self._invalid.append(asyncio.get_running_loop().time())

    def _is_banned(self) -> bool:
        now = asyncio.get_running_loop().time()
        while self._invalid and self._invalid[0] <= now - INVALID:
            self._invalid.popleft()
        return len(self._invalid) >= self.most_invalid

    async def _do(self, name: str, doing: Callable[[], Any], request: web.Request) -> web.StreamResponse:
        fault = self.faults[name].popleft() if self.faults[name] else None
        match fault:
            case Refuse(status, code):
                raise DiscordError(status, code, "as ordered")
            case RateLimited(seconds, everywhere):
                raise DiscordError(429, 0, "You are being rate limited.", retry_after=seconds, **{"global": everywhere})
            case Broken(status, done):
                if done:
                    doing()
                return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
            case Drop(done):
                if done:
                    doing()
                    self.stir()
                assert request.transport
                request.transport.abort()
                return web.Response()
            case Hang(go):
                await go.wait()
        return _json(doing(), 200)


def _json(body: Any, status: int) -> web.Response:
    """discord.py takes nothing but exactly application/json for JSON; a 429 without Via is a ban to it."""
    headers = {}
    if status == 429 and "retry_after" in body:
        headers = {"Retry-After": str(body["retry_after"]), "Via": "1.1 stand-in"}
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json", headers=headers)


def _respond(discord: DiscordStandIn, names: dict[str, str], body: Any, query: dict[str, str]) -> Any:
    return discord.interactions.respond(names["token"], body)


def _edit(discord: DiscordStandIn, names: dict[str, str], body: Any, query: dict[str, str]) -> Any:
    return discord.interactions.edit_original(names["token"], body)


def _follow(discord: DiscordStandIn, names: dict[str, str], body: Any, query: dict[str, str]) -> Any:
    return discord.interactions.follow_up(names["token"], body)
