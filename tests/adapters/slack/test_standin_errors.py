"""The stand-in refuses what Slack refuses, continued: rates, scopes, tokens, expiry, metadata, sockets, installing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_session
from tests.adapters.slack.stage import Clock
from tests.adapters.slack.test_standin import modal, refusal, section
from tests.standins.slack import Channel, Message, SlackStandIn
from tests.standins.slack import server as standin
from tests.standins.slack.rates import BURST, PER_MINUTE, WORKSPACE_POSTS
from tests.standins.slack.server import NotAcknowledged

HOME = {"type": "home", "blocks": [section(3)]}


@pytest.fixture
def ours(slack: SlackStandIn, channel: Channel) -> Message:
    """A message of PyQuiz's in the channel, of this moment."""
    message = Message(slack.next_ts(), channel.id, "question", [], author=slack.team().bot_user)
    channel.messages.append(message)
    return message


def calls(slack: SlackStandIn, channel: Channel, ours: Message) -> Mapping[str, Mapping[str, Any]]:
    """A call of each method that Slack takes."""
    slack.team().views["V1"] = {**modal(), "id": "V1", "hash": "h", "user": "UADA"}
    return {
        "chat.postMessage": {"channel": channel.id, "text": "x"},
        "chat.update": {"channel": channel.id, "ts": ours.ts, "text": "x"},
        "chat.postEphemeral": {"channel": channel.id, "user": "UADA", "text": "x"},
        "conversations.history": {"channel": channel.id},
        "conversations.replies": {"channel": channel.id, "ts": ours.ts},
        "conversations.info": {"channel": channel.id},
        "users.conversations": {"user": "UADA"},
        "users.info": {"user": "UADA"},
        "views.open": {"trigger_id": slack.trigger_id("UADA"), "view": modal()},
        "views.update": {"view_id": "V1", "view": modal()},
        "views.publish": {"user_id": "UADA", "view": HOME},
    }


MEASURED = [method for method in PER_MINUTE if method not in ("chat.postMessage", "chat.delete")]


@pytest.mark.parametrize("method", MEASURED)
async def test_a_method_is_taken_so_often_a_minute(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel, ours: Message, clock: Clock, method: str
) -> None:
    """One more is a 429 that names the wait, of this workspace alone, and after it all is well."""
    codes = [
        await refusal(client, method, **calls(slack, channel, ours)[method]) for _ in range(PER_MINUTE[method] + 1)
    ]
    clock.at += timedelta(seconds=59)
    too_soon = await refusal(client, method, **calls(slack, channel, ours)[method])
    clock.at += timedelta(seconds=1)
    in_time = await refusal(client, method, **calls(slack, channel, ours)[method])

    assert codes == [""] * PER_MINUTE[method] + ["ratelimited"]
    assert (too_soon, in_time) == ("ratelimited", "")


async def test_a_channel_takes_a_message_a_second_after_a_burst(
    client: AsyncWebClient, channel: Channel, clock: Clock
) -> None:
    """And says for how many seconds it takes none."""
    say = {"channel": channel.id, "text": "x"}
    codes = [await refusal(client, "chat.postMessage", **say) for _ in range(BURST)]
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.postMessage", json=say)
    clock.at += timedelta(seconds=1)
    codes.append(await refusal(client, "chat.postMessage", **say))

    assert codes == [""] * (BURST + 1)
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    assert len(channel.messages) == BURST + 1


async def test_a_workspace_takes_some_hundred_messages_a_minute(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """However many channels they go to; another workspace is not concerned."""
    channels = [slack.channel(f"c{number}").id for number in range(WORKSPACE_POSTS // BURST + 1)]
    posts = [channel for channel in channels for _ in range(BURST)][: WORKSPACE_POSTS + 1]
    codes = [await refusal(client, "chat.postMessage", channel=channel, text="x") for channel in posts]
    client.token = slack.team("T2").token
    elsewhere = await refusal(client, "chat.postMessage", channel=slack.channel("d", "T2").id, text="x")

    assert codes == [""] * WORKSPACE_POSTS + ["ratelimited"]
    assert elsewhere == ""


SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "users.conversations": "channels:read",
    "users.info": "users:read",
}


@pytest.mark.parametrize("method", SCOPES)
async def test_each_method_wants_its_scope(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel, ours: Message, method: str
) -> None:
    """Without it nothing is done; with it all the others may be missing."""
    slack.team().scopes -= {SCOPES[method]}
    without = await refusal(client, method, **calls(slack, channel, ours)[method])
    slack.team().scopes = frozenset({SCOPES[method]})

    assert without == "missing_scope"
    assert await refusal(client, method, **calls(slack, channel, ours)[method]) == ""


async def test_a_private_channel_wants_scopes_of_its_own(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Those of public channels do not do."""
    secret = slack.channel("secret", private=True)
    slack.team().scopes -= {"groups:read", "groups:history"}
    codes = [await refusal(client, method, channel=secret.id) for method in ("conversations.info", "chat.postMessage")]

    assert await refusal(client, "conversations.history", channel=secret.id) == "missing_scope"
    assert codes == ["missing_scope", "no_text"]


async def test_a_revoked_token_does_nothing(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel, ours: Message
) -> None:
    """No method at all, and nothing changes."""
    slack.team().revoked = True
    codes = {await refusal(client, method, **args) for method, args in calls(slack, channel, ours).items()}

    assert codes == {"token_revoked"}
    assert [message.text for message in channel.messages] == ["question"]


async def test_what_is_not_there_is_not_found(slack: SlackStandIn, client: AsyncWebClient, channel: Channel) -> None:
    """Methods, people, threads, views, channels, each with its own code."""
    wanted = {
        "chat.postPoem": ({}, "unknown_method"),
        "users.info": ({"user": "U0"}, "user_not_found"),
        "views.publish": ({"user_id": "U0", "view": HOME}, "user_not_found"),
        "views.update": ({"view_id": "V0", "view": modal()}, "not_found"),
        "conversations.info": ({"channel": "C0"}, "channel_not_found"),
        "conversations.history": ({"channel": slack.channel("closed", invited=False).id}, "not_in_channel"),
        "conversations.replies": ({"channel": channel.id, "ts": "1.0"}, "thread_not_found"),
        "chat.postMessage": ({"channel": channel.id, "thread_ts": "1.0", "text": "x"}, "thread_not_found"),
    }
    codes = {method: await refusal(client, method, **args) for method, (args, _) in wanted.items()}

    assert codes == {method: code for method, (_, code) in wanted.items()}


async def test_an_edit_has_its_window_and_its_channel(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel, ours: Message, clock: Clock
) -> None:
    """A workspace may close it some time after the message; an archived channel is closed altogether."""
    slack.team().edit_window = 3600
    edit = {"channel": channel.id, "ts": ours.ts, "text": "x"}
    clock.at += timedelta(minutes=60)
    codes = [await refusal(client, "chat.update", **edit)]
    clock.at += timedelta(seconds=1)
    codes.append(await refusal(client, "chat.update", **edit))
    channel.archived = True
    codes.append(await refusal(client, "chat.update", **edit))

    assert codes == ["", "edit_window_closed", "is_archived"]


async def test_an_edit_keeps_to_the_limits_of_a_message(
    client: AsyncWebClient, channel: Channel, ours: Message
) -> None:
    """What could not be posted cannot be put in afterwards either."""
    edit = {"channel": channel.id, "ts": ours.ts, "text": "x"}

    assert await refusal(client, "chat.update", **edit, blocks=[section(2641)] * 5) == "msg_blocks_too_long"
    assert ours.text == "question"


async def test_a_view_of_yesterday_is_a_conflict(slack: SlackStandIn, client: AsyncWebClient, ours: Message) -> None:
    """views.update takes the hash of what it replaces."""
    slack.team().views["V1"] = {**modal(), "id": "V1", "hash": "new", "user": "UADA"}

    assert await refusal(client, "views.update", view_id="V1", view=modal(), hash="old") == "hash_conflict"


async def test_a_trigger_lasts_for_three_seconds(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """After that no modal opens."""
    passed = 0.0
    slack.stopwatch = lambda: passed
    in_time, too_late = slack.trigger_id("UADA"), slack.trigger_id("UADA")
    passed = 3.0
    opened = await refusal(client, "views.open", trigger_id=in_time, view=modal())
    passed = 3.1

    assert opened == ""
    assert await refusal(client, "views.open", trigger_id=too_late, view=modal()) == "expired_trigger_id"


async def test_a_response_url_lasts_for_half_an_hour(slack: SlackStandIn, channel: Channel, clock: Clock) -> None:
    """The last second still counts."""
    url = slack.response_url(slack.team(), channel, "UADA", None)
    codes = []
    async with make_session() as session:
        for seconds in (1800, 1):
            clock.at += timedelta(seconds=seconds)
            async with session.post(url, json={"text": "x"}) as answer:
                codes.append((await answer.json()).get("error", ""))

    assert codes == ["", "expired_url"]


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"event_type": "ours", "event_payload": {"key": "x" * 7000}}, ""),
        ({"event_type": "ours", "event_payload": {"key": "x" * 8000}}, "metadata_too_large"),
        ({"event_type": "ours"}, "invalid_metadata_format"),
        ({"event_type": "ours", "event_payload": "x"}, "invalid_metadata_format"),
        ("ours", "invalid_metadata_format"),
        ({"event_type": "our own", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "ours", "event_payload": {}, "colour": "red"}, "invalid_metadata_schema"),
    ],
)
async def test_metadata_has_a_form_and_a_size(
    client: AsyncWebClient, channel: Channel, metadata: object, code: str
) -> None:
    """A type in one word, an object, and not too much of it."""
    assert await refusal(client, "chat.postMessage", channel=channel.id, text="x", metadata=metadata) == code


async def test_ten_connections_and_no_more(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """The eleventh is told to go; what comes goes to one of the ten."""
    async with aiohttp.ClientSession() as session:
        wanted = await client.apps_connections_open(app_token=slack.app_token)
        sockets = [await session.ws_connect(wanted["url"]) for _ in range(10)]
        hellos = [(await socket.receive_json())["num_connections"] for socket in sockets]
        eleventh = await session.ws_connect(wanted["url"])
        told = await eleventh.receive_json()

    assert hellos == list(range(1, 11))
    assert told == {"type": "disconnect", "reason": "too_many_websockets"}
    assert await refusal(client, "apps.connections.open") == "invalid_auth"


async def test_a_payload_goes_to_one_connection(slack: SlackStandIn, channel: Channel) -> None:
    """Each in its turn; the others never hear of it."""
    ada, heard = slack.person("Ada"), Counter[int]()

    async def listen(socket: aiohttp.ClientWebSocketResponse, number: int) -> None:
        async for message in socket:
            said = message.json()
            if said["type"] == "slash_commands":
                heard[number] += 1
                await socket.send_json({"envelope_id": said["envelope_id"]})

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as listening:
        sockets = [await session.ws_connect(f"{slack.address}/socket") for _ in range(3)]
        for number, socket in enumerate(sockets):
            listening.create_task(listen(socket, number))
        for _ in range(6):
            await ada.command("help", "python")
        for socket in sockets:
            await socket.close()

    assert heard == {0: 2, 1: 2, 2: 2}


@pytest.mark.parametrize("over_http", [False, True])
async def test_what_is_not_acknowledged_in_three_seconds_is_an_error(
    slack: SlackStandIn, channel: Channel, monkeypatch: pytest.MonkeyPatch, over_http: bool
) -> None:
    """Nobody there, or somebody who says nothing."""
    assert standin.ACK_LIMIT == 3.0
    monkeypatch.setattr(standin, "ACK_LIMIT", 0.2)
    if over_http:
        slack.events_urls = ["http://127.0.0.1:9/slack/events"]
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{slack.address}/socket") as socket:
        with pytest.raises(NotAcknowledged):
            await slack.person("Ada").command("help", "python")
        heard = [(await socket.receive_json())["type"] for _ in range(1 if over_http else 2)]

    assert heard == (["hello"] if over_http else ["hello", "slash_commands"])
    assert len(slack.not_acknowledged) == 1


def test_what_it_signs_slacks_own_verifier_takes_for_five_minutes(slack: SlackStandIn) -> None:
    """The same key, the same base string; older ones are refused."""
    verifier = SignatureVerifier(slack.signing_secret)
    fresh, stale = slack.signed("body"), slack.signed("body", at=1)

    assert verifier.is_valid_request("body", fresh)
    assert not verifier.is_valid_request("another body", fresh)
    assert not verifier.is_valid_request("body", stale)


async def test_codes_and_refresh_tokens_are_good_once(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """For the app whose they are."""
    slack.rotates = True
    app = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    code = slack.code(slack.team(), "UADA")
    stolen = await refusal(client, "oauth.v2.access", **{**app, "client_secret": "guessed"}, code=code)
    granted = await client.api_call("oauth.v2.access", json={**app, "code": code})
    again = await refusal(client, "oauth.v2.access", **app, code=code)
    renew = {**app, "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}

    assert (stolen, again) == ("bad_client_secret", "invalid_code")
    assert await refusal(client, "oauth.v2.access", **renew) == ""
    assert await refusal(client, "oauth.v2.access", **renew) == "invalid_refresh_token"
