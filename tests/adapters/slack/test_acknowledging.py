"""Whatever comes from Slack is acknowledged before anything is asked: of Slack, which may hang, or of a database that
may be locked (trap 8)."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from tests.adapters.slack.stage import Clock, Stage, keys_for, over_http, staged
from tests.standins.slack import Hang, SlackStandIn

WAYS = {"socket": keys_for, "http": over_http}


@pytest.fixture(params=WAYS)
async def asked(
    request: pytest.FixtureRequest, sqlite_url: str, slack: SlackStandIn, clock: Clock
) -> AsyncIterator[Stage]:
    """The product with a question open, reached either way."""
    async with staged(sqlite_url, slack, clock, keys=WAYS[request.param](slack)) as stage:
        await stage.set_up(slack.person("Ada", "python"), "python")
        await stage.at(9)
        yield stage


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else writes to the database, and takes their time."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_a_locked_database_keeps_no_acknowledgement_waiting(asked: Stage, sqlite_url: str) -> None:
    """A press, a command, a direct message, a look at the Home tab; each is answered once the database can."""
    people = [asked.slack.person(name, "python") for name in ("Omar", "Mei", "Noor", "Sam")]
    omar, mei, noor, sam = people
    with locked(sqlite_url):
        await omar.press("B", "python")
        await mei.command("b", "python")
        await noor.write("help")
        await sam.open_home()
        heard = [who.private("python") for who in people], noor.sees("dm")[1:], sam.home_text()
    receipt, said = await asked.whispers(omar, "python", 1), await asked.whispers(mei, "python", 1)
    await asked.quiet()

    assert heard == ([[], [], [], []], [], "")
    assert receipt.startswith("You chose B")
    assert said.startswith("You chose B")
    assert "One Python question" in noor.sees("dm")[-1]
    assert sam.home_text()
    assert asked.slack.not_acknowledged == []


async def test_a_slack_that_hangs_keeps_no_acknowledgement_waiting(asked: Stage) -> None:
    """Every method hangs, for somebody whom nobody knows yet; by the acknowledgement none was called, and no auth.test
    but the first ever is."""
    omar, hang = asked.slack.person("Omar", "python"), Hang()
    for method in ("users.info", "auth.test", "response_url", "chat.postEphemeral", "conversations.info"):
        asked.slack.faults[method].append(hang)
    before = len(asked.slack.calls)
    await omar.press("B", "python")
    called = [call.method for call in asked.slack.calls[before:]]
    hang.go.set()
    receipt = await asked.whispers(omar, "python", 1)

    assert called == []
    assert receipt.startswith("You chose B")
    assert len(asked.slack.called("auth.test")) == 1
