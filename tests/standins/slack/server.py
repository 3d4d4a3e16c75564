"""The stand-in's server: Web API, Socket Mode, response URLs; and how payloads reach the app."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from base64 import b64decode
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import aiohttp
from aiohttp import web

from tests.standins.slack import api
from tests.standins.slack.faults import Broken, Drop, Fault, Hang, RateLimited, Refuse, SlackError
from tests.standins.slack.limits import check_message, pings
from tests.standins.slack.person import Person
from tests.standins.slack.rates import Rates, TooMany
from tests.standins.slack.town import Channel, Json, Message, Team, User

ACK_LIMIT = 3.0
"""Seconds within which a payload must be acknowledged, and a trigger used."""

SOCKETS = 10
"""Socket Mode connections of one app; the next one is told to go."""

RESPONSES = 5
RESPONSE_LIFE = 30 * 60
"""A response URL can be used so often, for so many seconds."""


class NotAcknowledged(Exception):
    """The app did not acknowledge a payload in time: the person sees an error."""


@dataclass
class ResponseUrl:
    """Where the answer to one interaction may go, while it lasts."""

    team: Team
    channel: Channel
    user: str
    message: Message | None
    born: float
    used: int = 0


@dataclass
class Call:
    """A call of the Web API, or (``response_url``) of a response URL."""

    method: str
    args: Json
    token: str
    at: float
    raw: str = ""


@dataclass
class Socket:
    """One Socket Mode connection."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport | None = None
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class SlackStandIn:
    """One Slack. Use as a context manager.

    ``clock`` returns seconds since 1970: message timestamps, rate limits and the life of response URLs follow it.
    ``stopwatch`` returns seconds that really pass: a trigger lasts for three of them. ``events_urls`` are the app's
    replicas over HTTP, taken in turn; without any, payloads go through Socket Mode. ``slowness``: seconds before a
    message is taken, and again before the reply; ``busy``: how many are in between. ``refused``: the methods of calls
    that were over a rate limit.
    """

    def __init__(self, clock: Callable[[], float] = time.time, signing_secret: str = "s" * 32) -> None:
        self.clock = clock
        self.stopwatch: Callable[[], float] = time.monotonic
        self.rates = Rates()
        self.slowness = 0.0
        self.busy = 0
        self.refused: list[str] = []
        self._doing: set[asyncio.Future[web.Response]] = set()
        self.signing_secret = signing_secret
        self.app_token = "xapp-1-stand-in"
        self.client_id, self.client_secret = "1.2", "c" * 32
        self.ghosts = 0
        self.rotates = False
        self.token_life = 43_200
        self._codes: dict[str, tuple[Team, str]] = {}
        self._refresh: dict[str, Team] = {}
        self.teams: dict[str, Team] = {}
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.sockets: list[Socket] = []
        self.events_urls: list[str] = []
        self.pings: list[str] = []
        self.acknowledged: list[Json] = []
        self.not_acknowledged: list[Json] = []
        self.slowest_ack = 0.0
        self.address = ""
        self.peers: set[str] = set()
        self._responses: dict[str, ResponseUrl] = {}
        self._triggers: dict[str, tuple[str, float]] = {}
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._last_ts = 0
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._serve_api)
        app.router.add_get("/api/{method}", self._serve_api)
        app.router.add_get("/socket", self._serve_socket)
        app.router.add_post("/respond/{token}", self._serve_response)
        self._runner = web.AppRunner(app, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.ws.close()
        assert self._runner
        assert self._session
        await self._session.close()
        await self._runner.cleanup()

    host, port = "127.0.0.1", 0
    """Where it listens; port 0: wherever there is room."""

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.address}/api/"

    # What stands in it

    def team(self, id_: str = "T1", token: str = "") -> Team:
        """A workspace, made where it is new."""
        if id_ not in self.teams:
            self.teams[id_] = Team(id_, token or f"xoxb-{id_}", f"UBOT{id_}", f"B{id_}")
        return self.teams[id_]

    def channel(self, name: str, team: str = "T1", *, invited: bool = True, private: bool = False) -> Channel:
        """A channel by its name, made where it is new."""
        town = self.team(team)
        id_ = f"C{name.upper()}"
        if id_ not in town.channels:
            town.channels[id_] = Channel(id_, name, private=private)
            if invited:
                town.channels[id_].members.add(town.bot_user)
        return town.channels[id_]

    def person(
        self,
        name: str,
        *channels: str,
        team: str = "T1",
        zone: str = "Europe/Berlin",
        admin: bool = False,
        guest: bool = False,
    ) -> Person:
        """Somebody of a workspace, in these channels."""
        town = self.team(team)
        id_ = f"U{name.upper()}"
        town.users.setdefault(id_, User(id_, name.lower(), name, zone, admin, guest))
        for channel in channels:
            self.channel(channel, team).members.add(id_)
        return Person(self, town, id_)

    def next_ts(self) -> str:
        """A new message's timestamp: the time, and never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    @property
    def connections(self) -> int:
        """How many connections the Web API was called through."""
        return len(self.peers)

    def called(self, method: str) -> list[Json]:
        """The arguments of all calls of a method."""
        return [call.args for call in self.calls if call.method == method]

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

    def whisper(self, channel: Channel, user: str, body: Json, thread: str | None = None) -> Message:
        """An ephemeral message."""
        message = Message(
            self.next_ts(), channel.id, body.get("text", ""), body.get("blocks") or [], thread, only_for=user
        )
        message.versions.append({"text": message.text, "blocks": message.blocks})
        channel.messages.append(message)
        self.pings += pings(body)
        return message

    # The Web API

    async def _serve_api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.transport is not None:
            self.peers.add(str(request.transport.get_extra_info("peername")))
        args = await _arguments(request)
        given = request.headers.get("Authorization", "")
        token = given.removeprefix("Bearer ")
        if given.startswith("Basic "):
            args["client_id"], _, args["client_secret"] = b64decode(given[6:]).decode().partition(":")
        self.calls.append(Call(method, args, token, time.monotonic(), await request.text()))
        try:
            return await self._with_faults(request, method, lambda: self._answer(method, args, token))
        finally:
            self._changed.set()

    async def _with_faults(self, request: web.Request, method: str, do: Callable[[], Json]) -> web.StreamResponse:
        fault = self.faults[method].popleft() if self.faults[method] else None
        match fault:
            case Refuse(code):
                return web.json_response({"ok": False, "error": code})
            case RateLimited(seconds):
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})
            case Broken(status, done):
                if done:
                    do()
                return web.Response(status=status, text="upstream error")
            case Drop(done):
                if done:
                    do()
                self._changed.set()
                assert request.transport
                request.transport.abort()
                return web.Response()
            case Hang(go):
                await go.wait()
        try:
            # Slack has the request: it is done whether or not somebody still waits for the reply.
            doing = asyncio.ensure_future(self._in_time(method, do, self._granted(request)))
            self._doing.add(doing)
            doing.add_done_callback(self._doing.discard)
            return await asyncio.shield(doing)
        except TooMany as limit:
            self.refused.append(method)
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(limit.seconds)})

    def _granted(self, request: web.Request) -> dict[str, str]:
        """The header in which Slack says what a token may do."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        team = next((team for team in self.teams.values() if team.token == token), None)
        return {"x-oauth-scopes": ",".join(sorted(team.scopes))} if team else {}

    async def _in_time(self, method: str, do: Callable[[], Json], scopes: dict[str, str]) -> web.Response:
        if not self.slowness or method not in ("chat.postMessage", "chat.update"):
            return web.json_response(do(), headers=scopes)
        self.busy += 1
        self._changed.set()
        try:
            await asyncio.sleep(self.slowness)
            answer = do()
            self._changed.set()
            await asyncio.sleep(self.slowness)
        finally:
            self.busy -= 1
        return web.json_response(answer, headers=scopes)

    def _answer(self, method: str, args: Json, token: str) -> Json:
        try:
            if method == "apps.connections.open":
                return self._open_socket(token)
            if method == "oauth.v2.access":
                return {"ok": True, **self._grant(args)}
            team = next((team for team in self.teams.values() if team.token == token), None)
            if team is None:
                raise SlackError("invalid_auth" if token else "not_authed")
            if not team.installed:
                raise SlackError("account_inactive")
            if team.revoked:
                raise SlackError("token_revoked")
            if method not in api.METHODS:
                raise SlackError("unknown_method")
            self.rates.take(method, team.id, args, self.clock())
            scope, do = api.METHODS[method]
            if scope and scope not in team.scopes:
                raise SlackError("missing_scope")
            return {"ok": True, **do(self, team, args)}
        except SlackError as error:
            code, _, detail = error.code.partition(": ")
            return {"ok": False, "error": code, **({"response_metadata": {"messages": [detail]}} if detail else {})}

    def code(self, team: Team, user: str) -> str:
        """Somebody allows the app into a workspace: what Slack sends their browser back with."""
        code = f"code{next(self._numbers)}"
        self._codes[code] = (team, user)
        return code

    def _grant(self, args: Json) -> Json:
        """A token for a code or for a refresh token; each of those is good once."""
        if (args.get("client_id"), args.get("client_secret")) != (self.client_id, self.client_secret):
            raise SlackError("bad_client_secret")
        if args.get("grant_type") == "refresh_token":
            team, user = self._refresh.pop(args.get("refresh_token", ""), None), ""
        else:
            team, user = self._codes.pop(args.get("code", ""), (None, ""))
        if team is None:
            raise SlackError("invalid_refresh_token" if "refresh_token" in args else "invalid_code")
        team.installed = True
        team.token = f"xoxb-{team.id}-{next(self._numbers)}"
        rotating = {}
        if self.rotates:
            refresh = f"xoxe-1-{next(self._numbers)}"
            self._refresh[refresh] = team
            rotating = {"refresh_token": refresh, "expires_in": self.token_life}
        return {
            "access_token": team.token,
            "token_type": "bot",
            "scope": ",".join(sorted(team.scopes)),
            "bot_user_id": team.bot_user,
            "app_id": team.app_id,
            "team": {"id": team.id, "name": team.id},
            "enterprise": None,
            "authed_user": {"id": user},
            **rotating,
        }

    def trigger(self, id_: str) -> str:
        """Who pressed what a trigger comes from; each can be used once, for three seconds."""
        user, born = self._triggers.pop(id_, ("", 0.0))
        if not user:
            raise SlackError("invalid_trigger_id")
        if self.stopwatch() - born > ACK_LIMIT:
            raise SlackError("expired_trigger_id")
        return user

    # Response URLs

    async def _serve_response(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(Call("response_url", body, "", time.monotonic(), await request.text()))
        try:
            return await self._with_faults(
                request, "response_url", lambda: self._respond(request.match_info["token"], body)
            )
        finally:
            self._changed.set()

    def _respond(self, token: str, body: Json) -> Json:
        url = self._responses.get(token)
        if url is None or self.clock() - url.born > RESPONSE_LIFE:
            return {"ok": False, "error": "expired_url"}
        if url.used >= RESPONSES:
            return {"ok": False, "error": "used_url"}
        url.used += 1
        try:
            check_message(body)
        except SlackError as error:
            return {"ok": False, "error": error.code}
        # Where nothing is said about it, an interactive message is replaced by the answer to its button.
        if url.message is not None and body.get("replace_original", True):
            url.message.change(body.get("text", ""), body.get("blocks") or [])
        elif body.get("response_type", "ephemeral") == "ephemeral":
            self.whisper(url.channel, url.user, body)
        else:
            message = Message(
                self.next_ts(), url.channel.id, body.get("text", ""), body.get("blocks") or [], author=url.team.bot_user
            )
            message.versions.append({"text": message.text, "blocks": message.blocks})
            url.channel.messages.append(message)
        self.pings += pings(body)
        return {"ok": True}

    def response_url(self, team: Team, channel: Channel, user: str, message: Message | None) -> str:
        """A new one."""
        token = f"r{next(self._numbers)}"
        self._responses[token] = ResponseUrl(team, channel, user, message, self.clock())
        return f"{self.address}/respond/{token}"

    def trigger_id(self, user: str) -> str:
        """A new one."""
        id_ = f"{next(self._numbers)}.trigger"
        self._triggers[id_] = (user, self.stopwatch())
        return id_

    # Payloads on their way to the app

    def _open_socket(self, token: str) -> Json:
        if token != self.app_token:
            raise SlackError("invalid_auth")
        return {"ok": True, "url": f"{self.address.replace('http', 'ws', 1)}/socket?ticket={next(self._numbers)}"}

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.sockets) + self.ghosts >= SOCKETS:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        socket = Socket(ws, request.transport)
        self.sockets.append(socket)
        await ws.send_json(
            {"type": "hello", "num_connections": len(self.sockets) + self.ghosts, "connection_info": {"app_id": "A1"}}
        )
        self._changed.set()
        try:
            async for message in ws:
                if message.type is aiohttp.WSMsgType.TEXT:
                    said = json.loads(message.data)
                    waiting = socket.waiting.pop(said.get("envelope_id", ""), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(said.get("payload") or {})
        finally:
            self.sockets.remove(socket)
            self._changed.set()
        return ws

    def cut(self, socket: Socket) -> None:
        """Break a connection as a network does: nobody says goodbye."""
        transport = socket.transport
        assert transport
        transport.abort()

    async def deliver(self, kind: str, payload: Json, **retry: Any) -> Json:
        """Bring a payload (``interactive``, ``slash_commands``, ``events_api``) to the app; what it acknowledged with.

        Raises NotAcknowledged where it did not, within three seconds.
        """
        begun = time.monotonic()
        try:
            async with asyncio.timeout(ACK_LIMIT):
                send = self._over_http if self.events_urls else self._over_socket
                answer = await send(kind, payload, retry)
        except (TimeoutError, aiohttp.ClientError, NotAcknowledged) as error:
            self.not_acknowledged.append(payload)
            raise NotAcknowledged(kind) from error
        self.acknowledged.append(answer)
        self.slowest_ack = max(self.slowest_ack, time.monotonic() - begun)
        return answer

    async def _over_socket(self, kind: str, payload: Json, retry: Json) -> Json:
        open_ = [socket for socket in self.sockets if not socket.ws.closed]
        if not open_:
            raise NotAcknowledged(kind)
        socket = open_[next(self._turn) % len(open_)]
        id_ = f"e{next(self._numbers)}"
        waiting = socket.waiting[id_] = asyncio.get_running_loop().create_future()
        envelope = {"type": kind, "envelope_id": id_, "payload": payload, "accepts_response_payload": True}
        if retry:
            envelope.update(retry_attempt=retry["number"], retry_reason=retry["reason"])
        await socket.ws.send_json(envelope)
        return await waiting

    async def _over_http(self, kind: str, payload: Json, retry: Json) -> Json:
        assert self._session
        body, content = encoded(kind, payload)
        headers = {"Content-Type": content, **self.signed(body)}
        if retry:
            headers.update({"x-slack-retry-num": str(retry["number"]), "x-slack-retry-reason": retry["reason"]})
        url = self.events_urls[next(self._turn) % len(self.events_urls)]
        async with self._session.post(url, data=body.encode(), headers=headers) as answer:
            said = await answer.text()
            if answer.status != 200:
                raise NotAcknowledged(f"{answer.status}: {said}")
            return dict(json.loads(said)) if said.startswith("{") else {}

    def signed(self, body: str, at: int | None = None) -> dict[str, str]:
        """The headers that prove a request to be Slack's."""
        stamp = str(at if at is not None else int(time.time()))
        base = f"v0:{stamp}:{body}".encode()
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}

    async def event(self, team: Team, event: Json, event_id: str = "", **retry: Any) -> None:
        """Tell the app what happened in a workspace."""
        payload = {
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._numbers)}",
            "event_time": int(self.clock()),
            "team_id": team.id,
            "api_app_id": team.app_id,
            "authorizations": [{"team_id": team.id, "user_id": team.bot_user, "is_bot": True}],
            "event": event,
        }
        await self.deliver("events_api", payload, **retry)


def encoded(kind: str, payload: Json) -> tuple[str, str]:
    """A payload as Slack sends it over HTTP, with its content type."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(form), "application/x-www-form-urlencoded"


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    found = {**request.query, **dict(parse_qsl(await request.text()))}
    return {key: json.loads(value) if value[:1] in "[{" else value for key, value in found.items() if value}
