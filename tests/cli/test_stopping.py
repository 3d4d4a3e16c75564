"""The end: what is in hand gets its time, whatever hangs gets no more than that, and nothing is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown
from cli.compose import KEPT, house
from tests.cli.office import BEFORE, NINE_THIRTY, Clock, Office, Post, bank_of_choices
from tests.days import ledger


class Slow(Post):
    """A platform that takes no message before it is let, and hangs as it closes. ``graces`` is what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let = asyncio.Event(), asyncio.Event()
        self.graces: list[timedelta] = []

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        self.asked.set()
        await self.let.wait()
        return await super().post(to, card, key=key)

    async def find(self, to: Place, *, key: str, since: object) -> Sent | Absent | CannotTell:
        return Sent(MessageRef(to, "m1")) if self.posted else Absent()

    async def stop(self, grace: timedelta) -> None:
        self.graces.append(grace)
        await asyncio.Event().wait()


@asynccontextmanager
async def asking(url: str, post: Slow) -> AsyncIterator[None]:
    """A house whose question is on its way to a platform that has not taken it yet."""
    clock = Clock()
    async with house(url, bank_of_choices(), clock.now) as composed:
        await composed.start([post])
        await Office(composed, post, clock).says("setup zone=UTC time=9:30 reveal=16:00")
        await composed.beat()
        clock.at = NINE_THIRTY
        await composed.heartbeat.beat()
        await post.asked.wait()
        yield


async def test_a_platform_that_hangs_leaves_its_share_to_what_people_asked_for(sqlite_url: str) -> None:
    """Nor does it keep the process alive as it closes; what it may have taken is known to be under way."""
    post = Slow()
    async with asking(sqlite_url, post):
        pass

    assert len(post.graces) == 1
    assert timedelta() < post.graces[0] <= KEPT
    assert ledger.states(sqlite_url)["sending"] == 1


async def test_what_is_on_its_way_still_arrives_at_the_end(sqlite_url: str) -> None:
    """The platform takes its time, and the message is written down as sent."""
    post = Slow()
    async with asking(sqlite_url, post):
        asyncio.get_running_loop().call_later(0.1, post.let.set)

    assert len(post.posted) == 1
    assert ledger.states(sqlite_url)["sent"] == 1


async def test_what_was_given_up_at_the_end_is_sent_once_all_the_same(sqlite_url: str) -> None:
    """By the next process, which first asks the platform whether it has it."""
    first, second = Slow(), Slow()
    second.let.set()
    async with asking(sqlite_url, first):
        pass
    clock = Clock()
    async with house(sqlite_url, bank_of_choices(), clock.now) as composed:
        await composed.start([second])
        for minutes in (32, 33, 34):
            clock.at = BEFORE + timedelta(minutes=minutes)
            await composed.beat()

    assert (len(first.posted), len(second.posted)) == (0, 1)
    assert ledger.states(sqlite_url)["sent"] == 1
