"""P4, P8 on Discord: a press over the gateway, and sending, against discord.py's own floor and the bare client."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import discord
from cryptography.fernet import Fernet
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.discord import DiscordAdapter
from adapters.discord.keys import Keys
from adapters.discord.messenger import DiscordMessenger, message
from adapters.discord.pace import Pace
from adapters.discord.rest import Rest, tracing
from adapters.discord.times import Times
from benchmarks.measure import CPU, WALL, Row, in_turn, seconds
from benchmarks.stage import BANK, sqlite_file
from bot.model import Actor, Command, Place
from bot.ports import Sent
from bot.store import rounds
from bot.wording.messages import question_card
from cli.compose import House, house
from content.bank import Bank
from content.question import Kind
from tests.bot.wording.samples import CHANNEL, CHOICE, round_of

PRESSES = 300
POSTS = 500
HERD = 2_000
AT_ONCE = 50
"""What Discord takes in a second."""

TIMES = Times(identify=0)
ROUNDS = 3


@dataclass
class Peer:
    """The stand-in in another process."""

    process: asyncio.subprocess.Process
    told: Mapping[str, Any]

    async def ask(self, **what: Any) -> Any:
        """Have it do something; what came of it."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        return await self._read()

    async def _read(self) -> Any:
        assert self.process.stdout
        return json.loads(await self.process.stdout.readline())

    @property
    def keys(self) -> Keys:
        """Settings for a bot on it."""
        return Keys(self.told["token"], self.told["api"], self.told["gateway"], True)

    def place(self, number: int) -> Place:
        """A channel."""
        return Place("discord", str(self.told["guild"]), str(self.told["channels"][number]), name=f"#c{number}")


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    """A stand-in until it is no longer wanted."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.discord_peer",
        str(HERD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
        limit=2**20,
    )
    assert process.stdout
    found = Peer(process, json.loads(await process.stdout.readline()))
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = found.told["api"], URL(found.told["gateway"])
    try:
        yield found
    finally:
        process.terminate()
        await process.wait()


async def measure() -> list[Row]:
    """All of it."""
    async with peer() as there:
        return [*await _sending(there), *await _presses(there)]


# Sending


@asynccontextmanager
async def messenger(there: Peer, pace: Pace) -> AsyncIterator[DiscordMessenger]:
    """What the clock speaks through."""
    client = discord.Client(intents=discord.Intents(guilds=True), http_trace=tracing())
    await client.login(there.told["token"])
    rest = Rest(client.http, pace)
    try:
        yield DiscordMessenger(lambda: rest)
    finally:
        await client.close()


async def _sending(there: Peer) -> list[Row]:
    card = question_card(CHANNEL, round_of(CHOICE), 12)
    await there.ask(do="settings", free=True)
    async with messenger(there, Pace(10**6)) as ours, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {there.told['token']}"}
        numbers, ready = iter(range(10**9)), message(card, "")

        async def floor() -> None:
            for number in range(POSTS):
                path = f"{there.told['api']}/channels/{there.told['channels'][number]}/messages"
                body = {**ready, "nonce": str(next(numbers))}
                async with session.post(path, json=body, headers=headers) as answer:
                    assert answer.status == 200
                    await answer.json()

        async def send() -> None:
            for number in range(POSTS):
                await _post(ours, there, card, number, str(next(numbers)))

        low, high = await in_turn(floor, send)
    return [
        Row("P8", "Discord: sending, processor time of a message", low / POSTS, high / POSTS, "s", 3.3),
        await _herd(there, card),
    ]


async def _post(ours: DiscordMessenger, there: Peer, card: Any, number: int, key: str) -> None:
    outcome = await ours.post(there.place(number), card, key=f"question:{key}")
    assert isinstance(outcome, Sent), outcome


async def _herd(there: Peer, card: Any) -> Row:
    """All channels at once, at the limit, which the stand-in keeps: the time that the limit alone would take."""
    before = (await there.ask(do="settings", free=False))["refused"]
    await asyncio.sleep(1)
    async with messenger(there, Pace()) as ours:
        await _post(ours, there, card, 0, "first")

        async def herd() -> None:
            await asyncio.gather(*(_post(ours, there, card, number, f"herd{number}") for number in range(HERD)))

        took = await seconds(herd, WALL)
    refused = (await there.ask(do="settings", free=True))["refused"] - before
    what = f"Discord: {HERD:,} channels at once, against {AT_ONCE} a second ({refused} refused)"
    return Row("P8", what, HERD / AT_ONCE, took, "s", 1.05 if refused == 0 else 0.0)


# Presses


class Bare(discord.ui.DynamicItem[discord.ui.Item[Any]], template=re.compile(r"pq\|.+", re.DOTALL)):
    """The same item as ours, with nothing behind it."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Bare:
        """The item."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge."""
        await interaction.response.defer()


class Floor(discord.Client):
    """discord.py with as little memory as ours."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.up = asyncio.Event()

    async def setup_hook(self) -> None:
        """One item."""
        self.add_dynamic_items(Bare)

    async def on_connect(self) -> None:
        """Connected."""
        self.up.set()


@dataclass
class Took:
    """Seconds until each acknowledgement, processor time of a press, and how many failed."""

    acks: Sequence[float]
    cpu: float
    failed: int

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.acks)


async def press_all(there: Peer, button: str, done: Callable[[], Awaitable[None]], count: int = PRESSES) -> Took:
    """Have so many people press; the time ends when ``done`` returns."""
    begun = CPU()
    found = await there.ask(do="press", button=button, count=count)
    await done()
    return Took(found["took"], (CPU() - begun) / count, found["failed"])


async def _presses(there: Peer) -> list[Row]:
    bank = Bank(BANK.packs)
    bank.questions = tuple(question for question in bank.questions if question.kind is Kind.CHOICE)
    pairs = []
    with sqlite_file() as path:
        vault = Fernet(Fernet.generate_key())
        async with house(f"sqlite:///{path}", bank, lambda: datetime.now(UTC), vault) as composed:
            async with _ours(there, composed) as adapter:
                button, round_id = await _asked(there, composed)
                await press_all(there, button, adapter.idle)
            for number in range(ROUNDS):
                low = await _bare(there, button)
                async with _ours(there, composed) as adapter:
                    await press_all(there, button, adapter.idle)
                    another = f"pq|answer|{round_id}|{2 * (number % 2)}"
                    pairs.append((low, await press_all(there, another, adapter.idle)))
            counted = (await composed.store.read(rounds.answered, (round_id,)))[round_id]
            assert counted == PRESSES, counted
            idle, crowded = await _in_a_herd(there, composed, button)
    low, high = zip(*pairs, strict=True)
    failed = sum(each.failed for each in (*low, *high))
    cpu = [median([each.cpu for each in side]) for side in (low, high)]
    p50 = [median([each.p50 for each in side]) for side in (low, high)]
    return [
        Row("P4", f"Discord press, gateway frame to durable, p50 ({failed} failed)", *p50, "s", 2.5),
        Row("P4", "Discord press, gateway frame to durable, processor time", *cpu, "s", 3.0),
        Row("P4", f"… p50 while {HERD:,} messages wait to be sent, against none", idle.p50, crowded.p50, "s", 2.0),
    ]


@asynccontextmanager
async def _ours(there: Peer, composed: House) -> AsyncIterator[DiscordAdapter]:
    adapter = DiscordAdapter(there.keys, times=TIMES)
    await composed.start([adapter])
    await adapter.ready()
    try:
        yield adapter
    finally:
        composed.up.remove(adapter)
        from datetime import timedelta

        await adapter.stop(timedelta(seconds=5))


async def _asked(there: Peer, composed: House) -> tuple[str, int]:
    """A question in the first channel: its second button's id, and its round's."""
    where, now = there.place(0), datetime.now(UTC)
    ada = Actor("discord", where.workspace, "1", "Ada", admin=True, may_set_up=True)
    for text in ("setup zone=UTC time=0:00 reveal=23:59 days=mon-sun", "ask now"):
        await composed.quiz.command(Command(ada, where, text), now)
    round_ = await composed.store.read(rounds.open_round, 1)
    assert round_ is not None
    return f"pq|answer|{round_.id}|1", round_.id


async def _bare(there: Peer, button: str) -> Took:
    async with Floor() as client:
        running = asyncio.create_task(client.start(there.told["token"]))
        await client.up.wait()

        async def nothing() -> None:
            return None

        found = await press_all(there, button, nothing)
        await client.close()
        await asyncio.gather(running, return_exceptions=True)
    return found


async def _in_a_herd(there: Peer, composed: House, button: str) -> tuple[Took, Took]:
    """Presses alone, and while a herd of posts waits its turn."""
    card = question_card(CHANNEL, round_of(CHOICE), 12)
    async with _ours(there, composed) as adapter:
        idle = await press_all(there, button, adapter.idle)
        ours = adapter.messenger
        assert isinstance(ours, DiscordMessenger)
        posts = [asyncio.create_task(_post(ours, there, card, n, f"late{n}")) for n in range(HERD)]
        await asyncio.sleep(0.5)
        crowded = await press_all(there, button, adapter.idle)
        assert not all(post.done() for post in posts), "the herd was gone before the last press"
        for post in posts:
            post.cancel()
        await asyncio.gather(*posts, return_exceptions=True)
    return idle, crowded
