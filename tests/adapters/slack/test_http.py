"""Slack over HTTP: signed, in time, and behind the same listeners."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import sqlalchemy as sa

from bot.store.tables import workspaces
from tests.adapters.slack.stage import Clock, Stage, over_http, staged
from tests.standins.slack import Person, SlackStandIn
from tests.standins.slack.server import encoded


@pytest.fixture
async def stage(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> AsyncIterator[Stage]:
    """The product, reached over HTTP."""
    async with staged(sqlite_url, slack, clock, keys=over_http(slack)) as found:
        yield found


async def post(stage: Stage, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """A request to the events' path."""
    async with aiohttp.ClientSession() as session:
        content = {"Content-Type": "application/json", **headers}
        async with session.post(stage.slack.events_urls[0], data=body.encode(), headers=content) as answer:
            return answer.status, await answer.text()


async def test_a_day_over_http(stage: Stage) -> None:
    """Set-up, question, press, receipt, reveal."""
    ada, omar = stage.slack.person("Ada", "python"), stage.slack.person("Omar", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    await omar.press("B", "python")
    receipt = await stage.whispers(omar, "python", 1)
    await stage.at(16)

    assert "You chose B: " in receipt
    assert len(stage.posted("python")) == 3
    assert stage.slack.sockets == []


async def test_the_address_is_verified(stage: Stage) -> None:
    """Slack asks once whether the address is ours."""
    body = json.dumps({"type": "url_verification", "challenge": "a-challenge", "token": "x"})
    status, text = await post(stage, body, stage.slack.signed(body))

    assert status == 200
    assert "a-challenge" in text


@pytest.mark.parametrize("forged", ["signature", "body", "age", "future", "nothing", "nonsense"])
async def test_what_is_not_slacks_is_refused_and_changes_nothing(stage: Stage, forged: str) -> None:
    """A wrong signature, another body, a request of six minutes ago or ahead, none at all, no number for a time."""
    ada = stage.slack.person("Ada", "python")
    body = json.dumps(
        {"type": "event_callback", "event": {"type": "app_mention", "user": ada.id, "channel": "CPYTHON"}}
    )
    now = int(time.time())
    headers = {
        "signature": {**stage.slack.signed(body), "x-slack-signature": "v0=" + "0" * 64},
        "body": stage.slack.signed(body + " "),
        "age": stage.slack.signed(body, now - 360),
        "future": stage.slack.signed(body, now + 360),
        "nothing": {},
        "nonsense": {**stage.slack.signed(body), "x-slack-request-timestamp": "soon"},
    }[forged]
    status, _ = await post(stage, body, headers)

    assert status == 401
    assert ada.private("python") == []


FORGED = ("signature", "body", "age", "future", "nothing", "nonsense")


@pytest.mark.parametrize("forged", FORGED)
async def test_a_press_that_is_not_slacks_is_refused_and_counts_nothing(stage: Stage, forged: str) -> None:
    """Presses are taken ahead of everything else, and no more lightly."""
    ada, omar = stage.slack.person("Ada", "python"), stage.slack.person("Omar", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    button = stage.posted("python")[0].blocks[-1]["elements"][0]["action_id"]
    body, content = encoded("interactive", press_of(omar, button))
    now = int(time.time())
    headers = {
        "signature": {**stage.slack.signed(body), "x-slack-signature": "v0=" + "0" * 64},
        "body": stage.slack.signed(body + "+"),
        "age": stage.slack.signed(body, now - 360),
        "future": stage.slack.signed(body, now + 360),
        "nothing": {},
        "nonsense": {**stage.slack.signed(body), "x-slack-request-timestamp": "soon"},
    }[forged]
    status, _ = await post(stage, body, {**headers, "Content-Type": content})
    await stage.quiet()
    genuine, _ = await post(stage, body, {**stage.slack.signed(body), "Content-Type": content})
    await stage.quiet()

    assert (status, genuine) == (401, 200)
    assert len(omar.private("python")) == 1


@pytest.mark.parametrize("broken", ["payload=", "payload=%7B", "payload=[]", "payload=%22x%22", "payload=%ff"])
async def test_a_form_that_is_no_press_harms_nobody(stage: Stage, broken: str) -> None:
    """It is no error of ours, and the next one is heard."""
    content = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _ = await post(stage, broken, {**stage.slack.signed(broken), **content})
    omar = stage.slack.person("Omar", "python")
    await omar.command("help", "python")

    assert status == 401
    assert "One Python question" in await stage.whispers(omar, "python", 1)


async def test_a_press_from_where_pyquiz_is_not_installed_is_not_taken(stage: Stage) -> None:
    """It is signed, and no workspace of ours: nobody is noted, and nothing is said."""
    lou = stage.slack.person("Lou", "science", team="T2")
    body, content = encoded("interactive", press_of(lou, "pq|do|random"))
    status, _ = await post(stage, body, {**stage.slack.signed(body), "Content-Type": content})
    await stage.quiet()

    assert status == 200
    assert [call.method for call in stage.slack.calls] == ["auth.test"]
    assert await stage.house.store.read(lambda conn: list(conn.execute(sa.select(workspaces.c.external_id)))) == []


def press_of(who: Person, button: str) -> dict[str, object]:
    """A press as Slack sends it."""
    return {
        "type": "block_actions",
        "team": {"id": who.team.id},
        "user": {"id": who.id, "username": who.id.lower(), "team_id": who.team.id},
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "CPYTHON", "is_ephemeral": False},
        "channel": {"id": "CPYTHON", "name": "python"},
        "actions": [{"action_id": button, "block_id": "b", "type": "button"}],
        "api_app_id": who.team.app_id,
        "trigger_id": "1.2",
    }


async def test_bytes_that_are_no_text_are_refused(stage: Stage) -> None:
    """Whoever sends them is not Slack."""
    async with aiohttp.ClientSession() as session:
        headers = stage.slack.signed("x")
        async with session.post(stage.slack.events_urls[0], data=b"\xff\xfe", headers=headers) as answer:
            assert answer.status == 401


async def test_before_the_start_and_after_the_stop_it_says_so(stage: Stage) -> None:
    """Slack delivers again then; nothing is lost unheard."""
    await stage.adapter.stop(timedelta(seconds=1))
    status, _ = await post(stage, "{}", stage.slack.signed("{}"))

    assert status == 503
    assert not stage.adapter.health().ok


async def test_the_form_and_its_dates_over_http(stage: Stage) -> None:
    """Suggestions, mistakes and the page of dates are answers to Slack's requests."""
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    await stage.slack.until(lambda: "Time zone" in ada.modal_text())
    zones = await ada.suggestions("zone", "Berl")
    await ada.submit(zone="Europe/Berlin", time="25:00")
    mistakes = dict(ada.errors)
    await ada.submit(zone="Europe/Berlin", time="9:30")
    dates = ada.modal_text()
    await ada.submit()
    said = await stage.whispers(ada, "python", 1)

    assert "Europe/Berlin" in zones
    assert list(mistakes) == ["time"]
    assert "PyQuiz would ask in #python, Mon–Fri at 09:30" in dates
    assert "PyQuiz will ask in #python, Mon–Fri at 09:30" in said
