"""P4, P5, P8: a press over Slack's HTTP, and sending, against the bare server and the bare client doing the same, and
against a Slack that counts and keeps its limits."""

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
from adapters.slack.channels import Channels
from adapters.slack.clients import make_client, make_session
from adapters.slack.http import EVENTS, dispatched
from adapters.slack.keys import Keys, read_keys
from adapters.slack.listeners import Listeners
from adapters.slack.messenger import SlackMessenger
from adapters.slack.people import Known, People
from adapters.slack.presses import Presses
from adapters.slack.slack import SlackAdapter
from adapters.work import Work
from benchmarks.answers import raw, raw_press
from benchmarks.measure import CPU, WALL, Row, in_turn, seconds
from benchmarks.stage import sqlite_file
from bot.model import Actor, Command, Place
from bot.ports import HttpRequest, HttpResponse, Refused, Route, Sent
from bot.quiz import Quiz
from bot.store import rounds
from bot.store.door import Store
from bot.store.shelf import StoreShelf
from bot.wording.messages import question_card
from cli.compose import House, house
from cli.web import serving
from content.bank import Bank, load_bank
from content.question import Kind
from tests.bot.wording.samples import CHANNEL, CHOICE, round_of
from tests.standins.slack import SlackStandIn

PRESSES = 200
PAIRS = 20
"""So often the presses are sent to either side in turn: a shared machine's wall and disk are noisy ones."""

HERD = 300
NEWCOMERS = 100
CHANNELS, MESSAGES = 20, 10
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
async def product(url: str) -> AsyncIterator[tuple[Handler, Handler, str, Callable[[], Awaitable[None]]]]:
    """Ours: the handler as it is, one that says nothing before the answer is durable, a button's id, and a wait for all
    that is begun."""
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

    channels = Channels(clients)
    people = People(clients, channels, work)
    until = asyncio.get_running_loop().time() + 3600
    for number in range(PRESSES + HERD + 1):
        people.remember(("T1", f"U{number}"), Known(f"P{number}", "UTC", False, True, until))
    app = make_app(Keys(signing_secret=SECRET), client, known, None)
    shelf = StoreShelf(store, "slack")
    listeners = Listeners(quiz, shelf, people, channels, Silent(), work, lambda: datetime.now(UTC), known)
    listeners.listen(app)
    begun: list[asyncio.Task[None]] = []
    presses = Presses(SECRET, known, lambda payload: begun.append(listeners.on_press(payload)))

    async def handle(request: HttpRequest) -> HttpResponse:
        return await presses.take(request) or await dispatched(app, request)

    async def durable(request: HttpRequest) -> HttpResponse:
        answer = await handle(request)
        await begun.pop()
        return answer

    try:
        yield handle, durable, f"pq|answer|{round_.id}|1", work.idle
        assert (await store.read(rounds.answered, (round_.id,)))[round_.id] == max(PRESSES, HERD)
    finally:
        await session.close()
        await store.close()


def _choices(bank: Bank) -> Bank:
    found = Bank(bank.packs)
    found.questions = tuple(question for question in found.questions if question.kind is Kind.CHOICE)
    return found


async def measure() -> list[Row]:
    """All three goals."""
    return [*await _presses(), await _asked_before(), await _sending(), await _at_the_limit()]


async def _presses() -> list[Row]:
    async def nothing() -> None:
        return None

    with sqlite_file() as path:
        connection = raw(path.with_suffix(".raw"), "FULL")
        async with (
            product(f"sqlite:///{path}") as (handler, durable, button, done),
            serving([Route("POST", EVENTS, bare(connection))], 0, "127.0.0.1") as floor_port,
            serving([Route("POST", EVENTS, durable)], 0, "127.0.0.1") as durable_port,
            serving([Route("POST", EVENTS, handler)], 0, "127.0.0.1") as our_port,
        ):
            one_by_one = [press_of(button, number) for number in range(1, PRESSES + 1)]
            pairs = [
                (
                    await press_all(floor_port, one_by_one, 1, nothing),
                    await press_all(durable_port, one_by_one, 1, nothing),
                )
                for _ in range(PAIRS + 1)
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


async def _asked_before() -> Row:
    """Presses of people whom nobody knows yet, at the whole adapter; Slack counts what it was asked by then."""
    async with SlackStandIn() as slack:
        environment = {"SLACK_BOT_TOKEN": slack.team().token, "SLACK_SIGNING_SECRET": slack.signing_secret}
        keys = read_keys({**environment, "SLACK_API_URL": slack.api_url})
        assert isinstance(keys, Keys)
        adapter = SlackAdapter(keys)
        with sqlite_file() as path:
            async with house(f"sqlite:///{path}", _choices(load_bank()), lambda: datetime.now(UTC)) as composed:
                await composed.start([adapter])
                async with serving(adapter.routes(), 0, "127.0.0.1") as port:
                    slack.events_urls = [f"http://127.0.0.1:{port}{EVENTS}"]
                    await _ask(slack, composed)
                    unasked = [await _press_unknown(slack, adapter, number) for number in range(NEWCOMERS)]
    what = f"Slack: of {NEWCOMERS} presses of newcomers, acknowledged before any call"
    return Row("P5", what, NEWCOMERS, sum(unasked), "presses", 1.0, more=True)


async def _ask(slack: SlackStandIn, composed: House) -> None:
    """A question in the channel, one way or the other."""
    ada = slack.person("Ada", "c1", admin=True)
    for number, text in enumerate(("setup zone=UTC time=0:00 reveal=23:59 days=mon-sun", "ask now"), 1):
        await ada.command(text, "c1")
        await slack.until(lambda: len(ada.private("c1")) >= number)  # noqa: B023  awaited before the next number
    await composed.beat()


async def _press_unknown(slack: SlackStandIn, adapter: SlackAdapter, number: int) -> bool:
    before = len(slack.calls)
    await slack.person(f"N{number}", "c1").press("A", "c1")
    asked = len(slack.calls) - before
    await adapter.idle()
    return asked == 0


async def _at_the_limit() -> Row:
    """More messages at once than Slack takes; a stand-in that keeps its published rates refuses what comes too soon."""
    card, refused = question_card(CHANNEL, round_of(CHOICE), 12), 0
    async with SlackStandIn() as slack, make_session() as session:
        client = make_client(slack.team().token, slack.api_url, session)

        async def clients(_: str) -> object:
            return client

        messenger = SlackMessenger(clients)

        async def send(channel: str, key: str) -> None:
            nonlocal refused
            while isinstance(outcome := await messenger.post(Place("slack", "T1", channel), card, key=key), Refused):
                refused += outcome.reason == "ratelimited"
                assert outcome.retry_after is not None
                await asyncio.sleep(outcome.retry_after.total_seconds())
            assert isinstance(outcome, Sent)

        channels = [slack.channel(f"c{number}").id for number in range(CHANNELS)]
        took = await seconds(
            lambda: asyncio.gather(*(send(c, f"{c} {number}") for c in channels for number in range(MESSAGES))), WALL
        )
    what = f"Slack: {MESSAGES} messages into each of {CHANNELS} channels, against one a second ({refused} × 429)"
    return Row("P8", what, float(MESSAGES - 1), took, "s", 1.05)


async def _sending() -> Row:
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
            for number in range(POSTS):  # each in a workspace of its own: none has to wait for its turn
                outcome = await messenger.post(Place("slack", f"T{number}", "C1"), card, key=f"question:{number}")
                assert isinstance(outcome, Sent), outcome

        low, high = await in_turn(floor, ours)
    peer.terminate()
    await peer.wait()
    return Row("P8", "Slack: sending, processor time of a message", low / POSTS, high / POSTS, "s", 2.5)
