"""`pyquiz run` on Slack, killed at every step and at random, alone and in twos: nothing is doubled, nothing lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.adapters.slack.services import Seen, a_slack_of, kept
from tests.days import ledger
from tests.days.test_kill import MESSAGES, STEPS, Town
from tests.days.test_replicas import PEOPLE, SLOW, blackout, reap
from tests.standins.club import at
from tests.standins.slack.server import NotAcknowledged

pytestmark = pytest.mark.timeout(300)

CHANNELS = 6
WAYS = {"socket": False, "http": True}


def complete(seen: Seen, url: str, channels: int) -> bool:
    """Every channel has its question with the result on it, its reveal and its detail; or no reveal where nobody's
    answer came through."""
    questions = seen.posted("question")
    answered = {key for key, _ in kept(url)}
    revealed = len(seen.posted("reveal")) == len(seen.posted("detail")) == len(answered)
    return len(questions) == channels and revealed and all("Closed." in seen.last_edit(key) for key in questions)


@pytest.mark.slow
async def test_a_kill_at_every_step_doubles_and_loses_nothing_on_slack(sqlite_url: str, tmp_path: Path) -> None:
    """Trap 2: every step of a delivery and of an answer is somebody's last."""
    async with a_slack_of(sqlite_url, tmp_path / "grave", 1, over_http=False) as (services, seen):
        days = await Town(services, seen, STEPS).play()  # type: ignore[arg-type]  # it is as a platform is seen

    assert seen.doubled() == {}
    assert [len(seen.posted(kind)) for kind in MESSAGES] == [days] * 3
    assert all("Closed. The answer is" in seen.last_edit(key) for key in seen.posted("question"))
    assert ledger.lost(seen, kept(sqlite_url)) == []  # type: ignore[arg-type]
    assert len(seen.receipts) >= 3 * days


async def play(url: str, grave: Path, replicas: int, *, over_http: bool) -> Seen:
    """One day of several channels; at every phase processes are killed at random and others take their place."""
    orders = {"lease": 3.0, "request": 1.5}
    async with a_slack_of(url, grave, CHANNELS, over_http=over_http, **orders) as (services, seen):
        seen.slack.slowness = SLOW
        chance = Random(replicas)
        services.jump(at(9))
        for _ in range(replicas):
            services.start()
        await blackout(services, seen)  # type: ignore[arg-type]
        await reap(services, chance)
        await seen.until("questions", lambda: len(seen.posted("question")) == CHANNELS and rests(url))
        press(seen)
        await reap(services, chance)
        await seen.until("receipts", lambda: len(seen.receipts) == len(seen.presses))
        services.jump(at(16))
        await blackout(services, seen)  # type: ignore[arg-type]
        await reap(services, chance)
        await seen.until("reveals", lambda: len(seen.posted("detail")) == CHANNELS and rests(url))
    return seen


def rests(url: str) -> bool:
    """Whether every delivery has come to its end."""
    return not ledger.under_way(url)


def press(seen: Seen) -> None:
    """Everybody answers everywhere, at once."""
    for number, _ in enumerate(seen.posted("question")):
        for person in range(PEOPLE):
            seen.press(str(number), f"p{person}", str(person % 4))


@pytest.mark.slow
async def test_one_process_killed_at_random_doubles_and_loses_nothing_on_slack(sqlite_url: str, tmp_path: Path) -> None:
    """On SQLite, which has one owner at a time."""
    seen = await play(sqlite_url, tmp_path / "grave", 1, over_http=True)

    assert seen.doubled() == {}
    assert complete(seen, sqlite_url, CHANNELS)
    assert ledger.lost(seen, kept(sqlite_url)) == []  # type: ignore[arg-type]
    assert seen.looked


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("way", WAYS)
async def test_two_replicas_killed_at_random_double_and_lose_nothing_on_slack(
    postgres_url: str, tmp_path: Path, way: str
) -> None:
    """They share a PostgreSQL and Slack's payloads, and know nothing of each other."""
    seen = await play(postgres_url, tmp_path / "grave", 2, over_http=WAYS[way])

    assert seen.doubled() == {}
    assert complete(seen, postgres_url, CHANNELS)
    assert ledger.lost(seen, kept(postgres_url)) == []  # type: ignore[arg-type]
    assert seen.looked


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("way", WAYS)
async def test_what_slack_delivers_again_to_another_replica_has_one_effect(
    postgres_url: str, tmp_path: Path, way: str
) -> None:
    """Trap 9: the same event with a retry number, to either process, one of which was killed meanwhile."""
    async with a_slack_of(postgres_url, tmp_path / "grave", 1, over_http=WAYS[way]) as (services, seen):
        omar, slack = seen.slack.person("Omar", "c1"), seen.slack
        first, _ = services.start(), services.start()
        await seen.until("two replicas", lambda: len(slack.events_urls) == 2 or len(slack.sockets) == 4)
        mention = {"type": "app_mention", "channel": "CC1", "user": omar.id, "text": "hi", "ts": "1.0"}
        taken = 0
        for number in range(20):
            retry = {"number": number, "reason": "http_timeout"} if number else {}
            with suppress(NotAcknowledged):  # why Slack delivers again
                await slack.event(omar.team, mention, "Ev-same", **retry)
                taken += 1
            if taken == 4 and first in services.running:
                services.kill(first)
            if taken == 8:
                break
            await asyncio.sleep(0.1)
        await seen.until("help", lambda: bool(omar.private("c1")))
        await asyncio.sleep(0.5)

    assert taken == 8
    assert len(omar.private("c1")) == 1
