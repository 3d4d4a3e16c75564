"""P4, P8: a press over Slack's HTTP, and sending, against the bare server and the bare client doing the same."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlencode

from adapters.slack.app import make_app
from adapters.slack.blocks import message
from adapters.slack.clients import make_client, make_session
from adapters.slack.http import EVENTS, dispatched
from adapters.slack.keys import Keys
from adapters.slack.listeners import Listeners
from adapters.slack.messenger import SlackMessenger
from adapters.slack.people import Known, People
from adapters.work import Work
from benchmarks.answers import raw, raw_press
from benchmarks.measure import CPU, Row, in_turn
from benchmarks.stage import sqlite_file
from bot.model import Actor, Command, Place
from bot.ports import HttpRequest, HttpResponse, Route
from bot.quiz import Quiz
from bot.store import rounds
from bot.store.door import Store
from bot.store.shelf import StoreShelf
from bot.wording.messages import question_card
from cli.web import serving
from content.bank import Bank, load_bank
from content.question import Kind
from tests.bot.wording.samples import CHANNEL, CHOICE, round_of

PRESSES = 500
HERD = 300
POSTS = 500
SECRET = "s" * 32
HERE = Place("slack", "T1", "C1", name="#python")
ADA = Actor("slack", "T1", "U0", "Ada", admin=True, may_set_up=True)

Handler = Callable[[HttpRequest], Awaitable[HttpResponse]]


def press_of(button: str, person: int) -> bytes:
    """A signed press as it comes over the wire."""
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": f"U{person}", "username": f"p{person}", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1", "name": "python"},
        "actions": [{"action_id": button, "block_id": "b", "type": "button"}],
        "api_app_id": "A1",
        "trigger_id": "1.2",
    }
    body = urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nx-slack-request-timestamp: {stamp}\r\n"
        f"x-slack-signature: v0={signature}\r\n\r\n"
    )
    return (head + body).encode()


@dataclass
class Took:
    """Seconds until each acknowledgement, processor time of the whole, and how many were not acknowledged."""

    acks: Sequence[float]
    cpu: float
    failed: int


async def press_all(
    port: int, requests: Sequence[bytes], connections: int, done: Callable[[], Awaitable[None]]
) -> Took:
    """Send presses from another process; the time ends when ``done`` returns."""
    peer = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("slack_peer.py")),
        "press",
        str(port),
        str(connections),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    begun = CPU()
    out, _ = await peer.communicate("\n".join(request.hex() for request in requests).encode())
    await done()
    found = json.loads(out)
    return Took(found["took"], CPU() - begun, found["failed"])


class Silent:
    """Receipts are not part of what is measured."""

    async def show(self, heard: object, reply: object) -> None:
        """Say nothing."""


def bare(connection: sqlite3.Connection) -> Handler:
    """The least there could be: check the signature, parse, one transaction on the spot."""

    async def handle(request: HttpRequest) -> HttpResponse:
        body = request.body.decode()
        base = f"v0:{request.headers['x-slack-request-timestamp']}:{body}"
        signature = hmac.new(SECRET.encode(), base.encode(), hashlib.sha256).hexdigest()
        assert hmac.compare_digest(f"v0={signature}", request.headers["x-slack-signature"])
        payload = json.loads(parse_qs(body)["payload"][0])
        raw_press(connection, int(payload["user"]["id"][1:]), datetime.now(UTC).isoformat())
        return HttpResponse(200)

    return handle


@asynccontextmanager
async def product(url: str) -> AsyncIterator[tuple[Handler, str, Callable[[], Awaitable[None]]]]:
    """Ours, from the request to the durable answer: the handler, a button's id, and a wait for all that is begun."""
    store, bank = await Store.open(url), load_bank()
    quiz, now = Quiz(store, _choices(bank)), datetime.now(UTC)
    for text in ("setup zone=UTC time=0:00 reveal=23:59 days=mon-sun", "ask now"):
        await quiz.command(Command(ADA, HERE, text), now)
    round_ = await store.read(rounds.open_round, 1)
    assert round_ is not None
    session = make_session()
    client, work = make_client("xoxb-1", "http://127.0.0.1:9/", session), Work("Slack")

    async def known(_: str) -> str:
        return "xoxb-1"

    async def clients(_: str) -> object:
        return client

    people = People(clients, work)
    until = asyncio.get_running_loop().time() + 3600
    for number in range(PRESSES + HERD + 1):
        people.remember(("T1", f"U{number}"), Known(f"P{number}", "UTC", False, True, until))
    app = make_app(Keys(signing_secret=SECRET), client, known, None)
    shelf = StoreShelf(store, "slack")
    Listeners(quiz, shelf, people, Silent(), work, lambda: datetime.now(UTC), known).listen(app)
    try:
        yield lambda request: dispatched(app, request), f"pq|answer|{round_.id}|1", work.idle
        assert (await store.read(rounds.answered, (round_.id,)))[round_.id] == PRESSES
    finally:
        await session.close()
        await store.close()


def _choices(bank: Bank) -> Bank:
    found = Bank(bank.packs)
    found.questions = tuple(question for question in found.questions if question.kind is Kind.CHOICE)
    return found


async def measure() -> list[Row]:
    """Both goals."""
    return [*await _presses(), *await _sending()]


async def _presses() -> list[Row]:
    async def nothing() -> None:
        return None

    with sqlite_file() as path:
        connection = raw(path.with_suffix(".raw"), "FULL")
        async with product(f"sqlite:///{path}") as (handler, button, done):

            async def durable(request: HttpRequest) -> HttpResponse:
                answer = await handler(request)
                await done()
                return answer

            async with (
                serving([Route("POST", EVENTS, bare(connection))], 0, "127.0.0.1") as floor_port,
                serving([Route("POST", EVENTS, durable)], 0, "127.0.0.1") as durable_port,
                serving([Route("POST", EVENTS, handler)], 0, "127.0.0.1") as our_port,
            ):
                one_by_one = [press_of(button, number) for number in range(1, PRESSES + 1)]
                pairs = [
                    (
                        await press_all(floor_port, one_by_one, 1, nothing),
                        await press_all(durable_port, one_by_one, 1, done),
                    )
                    for _ in range(4)
                ][1:]
                herd = [press_of(button, number) for number in range(1, HERD + 1) for _ in range(3)]
                crowd = await press_all(our_port, herd, HERD, done)
        connection.close()
    p50 = [median([median(side.acks) for side in sides]) for sides in zip(*pairs, strict=True)]
    cpu = [median([side.cpu / PRESSES for side in sides]) for sides in zip(*pairs, strict=True)]
    p99 = sorted(crowd.acks)[int(len(crowd.acks) * 0.99)]
    return [
        Row("P4", "Slack press over HTTP, signature to durable, p50", *p50, "s", 1.7),
        Row("P4", "Slack press over HTTP, signature to durable, processor time", *cpu, "s", 2.0),
        Row("P4", f"{HERD} connections, p99 against half a second ({crowd.failed} failed)", 0.5, p99, "s", 1.0),
    ]


async def _sending() -> list[Row]:
    peer = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("slack_peer.py")), "serve", stdout=asyncio.subprocess.PIPE
    )
    assert peer.stdout
    base = f"http://127.0.0.1:{int(await peer.stdout.readline())}/"
    card = question_card(CHANNEL, round_of(CHOICE), 12)
    async with make_session() as session:
        client = make_client("xoxb-1", base, session)

        async def clients(_: str) -> object:
            return client

        body = {"channel": "C1", **message(card)}

        async def floor() -> None:
            for _ in range(POSTS):
                async with session.post(f"{base}chat.postMessage", json=body) as answer:
                    await answer.json()

        async def ours() -> None:
            messenger = SlackMessenger(clients)
            for number in range(POSTS):
                await messenger.post(Place("slack", "T1", f"C{number}"), card, key=f"question:{number}")

        low, high = await in_turn(floor, ours)
    peer.terminate()
    await peer.wait()
    return [Row("P8", "Slack: sending, processor time of a message", low / POSTS, high / POSTS, "s", 2.5)]
