"""A chat platform of our own on a local port: counts every message, hands out presses, and takes receipts."""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import aiohttp
from aiohttp import web

from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown
from tests.standins.wire import plain


@dataclass(frozen=True)
class Pressed:
    """Somebody chose an option of the question posted as ``message``."""

    id: int
    message: str
    person: str
    choice: str


@dataclass
class Platform:
    """What the platform saw. ``posts``: the key of each message, in order; a message's id is its index in there.
    ``receipts``: presses of which the person was told that they count. ``looked``: keys that were looked for.
    ``slowness``: seconds before a message is taken, and again before the reply; ``busy``: requests in between."""

    posts: list[str] = field(default_factory=list)
    edits: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    presses: list[Pressed] = field(default_factory=list)
    receipts: list[Pressed] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    slowness: float = 0
    busy: int = 0
    address: str = ""
    _handed_out: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/post", self._post),
                web.post("/edit", self._edit),
                web.get("/find", self._find),
                web.post("/presses", self._presses),
                web.post("/receipt", self._receipt),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Hang up."""
        await self._runner.cleanup()

    def press(self, message: str, person: str, choice: str) -> Pressed:
        """Somebody presses a button; some process will be told, once."""
        pressed = Pressed(len(self.presses), message, person, choice)
        self.presses.append(pressed)
        return pressed

    def doubled(self) -> dict[str, int]:
        """Keys under which more than one message stands."""
        return {key: number for key, number in Counter(self.posts).items() if number > 1}

    def posted(self, kind: str) -> list[str]:
        """The keys of this kind, in order."""
        return [key for key in self.posts if key.partition(":")[0] == kind]

    def last_edit(self, key: str) -> str:
        """The plain text that stands in a message after its latest edit, empty where there was none."""
        return self.edits.get(self.posts.index(key), [""])[-1]

    async def until(self, what: str, reached: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until ``reached()``, asked again at everything that happens here and 20 times a second besides."""
        ends = asyncio.get_running_loop().time() + seconds
        while not reached():
            assert asyncio.get_running_loop().time() < ends, f"{what} did not come; posted so far: {self.posts}"
            self._news.clear()
            try:
                async with asyncio.timeout(0.05):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.busy += 1
        self._news.set()
        await asyncio.sleep(self.slowness)
        id_ = str(len(self.posts))
        self.posts.append(body["key"])
        self._news.set()
        await asyncio.sleep(self.slowness)
        self.busy -= 1
        return web.json_response({"id": id_})

    async def _edit(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.edits[int(body["id"])].append(body["card"]["plain"])
        self._news.set()
        return web.json_response({})

    async def _find(self, request: web.Request) -> web.Response:
        key = request.query["key"]
        self.looked.append(key)
        return web.json_response({"id": str(self.posts.index(key)) if key in self.posts else None})

    async def _presses(self, request: web.Request) -> web.Response:
        given, self._handed_out = self.presses[self._handed_out :], len(self.presses)
        return web.json_response([[p.id, self.posts[int(p.message)], p.person, p.choice] for p in given])

    async def _receipt(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.receipts.append(self.presses[body["press"]])
        self._news.set()
        return web.json_response({})


@dataclass
class Wire:
    """The messenger of a process under test: real requests to a ``Platform``. Implements ``bot.ports.Messenger``."""

    session: aiohttp.ClientSession
    can_tell: bool = True

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Post over HTTP; what goes wrong on the way is the sender's to judge."""
        async with self.session.post("/post", json={"key": key, "card": plain(card)}) as reply:
            return Sent(MessageRef(to, (await reply.json())["id"]))

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Edit over HTTP."""
        async with self.session.post("/edit", json={"id": at.id, "card": plain(card)}) as reply:
            reply.raise_for_status()
            return Sent(at)

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Look for a message over HTTP."""
        if not self.can_tell:
            return CannotTell("this platform shows no history")
        async with self.session.get("/find", params={"key": key}) as reply:
            found = (await reply.json())["id"]
            return Absent() if found is None else Sent(MessageRef(replace(to, parent=None), found))


def die() -> None:
    """What a power cut does to this process."""
    os.kill(os.getpid(), 9)
