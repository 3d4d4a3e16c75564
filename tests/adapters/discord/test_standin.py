"""The stand-in refuses what Discord refuses: one over each limit and each error, sent straight to it.

A stand-in that accepted everything would prove nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import pytest

from tests.standins.discord import Channel, DiscordStandIn, RateLimited
from tests.standins.discord.gateway import (
    ACK,
    ALREADY_IN,
    BAD_SHARD,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    MANY,
    MORE_SHARDS,
    NOT_ALLOWED,
    NOT_IN,
    RESUME,
    TOO_FAST,
    WRONG_TOKEN,
)
from tests.standins.discord.gateway import INVALID as INVALID_SESSION
from tests.standins.discord.town import BEGIN_THREADS, COMPONENTS_V2, HISTORY, SEND, USUAL, VIEW


class Raw:
    """Requests as they are, with the bot's token."""

    def __init__(self, discord: DiscordStandIn, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.session = session

    async def code(self, method: str, path: str, body: Any = None, token: str = "") -> int:
        """The JSON error code of a request, or its status where it is taken."""
        headers = {"Authorization": f"Bot {token or self.discord.token}"}
        async with self.session.request(method, self.discord.api_url + path, json=body, headers=headers) as answer:
            found = await answer.json(content_type=None)
            assert answer.headers["Content-Type"] == "application/json"
            return answer.status if answer.status < 400 else int(found["code"]) or answer.status

    async def headers(self, method: str, path: str, body: Any = None) -> Mapping[str, str]:
        """What the headers of an answer tell."""
        token = {"Authorization": f"Bot {self.discord.token}"}
        async with self.session.request(method, self.discord.api_url + path, json=body, headers=token) as answer:
            return answer.headers

    async def status(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, str]:
        """The HTTP status, and the kind of what comes with it."""
        headers = {"Authorization": f"Bot {token or self.discord.token}"}
        async with self.session.request(method, self.discord.api_url + path, json=body, headers=headers) as answer:
            return answer.status, answer.content_type


@pytest.fixture
async def raw(discord: DiscordStandIn) -> AsyncIterator[Raw]:
    """A session of its own."""
    async with aiohttp.ClientSession() as session:
        yield Raw(discord, session)


@pytest.fixture
def channel(discord: DiscordStandIn) -> Channel:
    """Where things are sent."""
    return discord.channel("python")


def v2(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A message of components."""
    return {"flags": COMPONENTS_V2, "components": list(parts), **more}


def text(length: int) -> dict[str, Any]:
    """A text display of that length."""
    return {"type": 10, "content": "x" * length}


def button(number: int = 0, **over: Any) -> dict[str, Any]:
    """A button."""
    return {"type": 2, "style": 2, "label": "A", "custom_id": f"b{number}", **over}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    """An action row."""
    return {"type": 1, "components": list(parts)}


def menu(count: int = 1, **over: Any) -> dict[str, Any]:
    """A menu of that many options."""
    options = [{"label": f"l{n}", "value": f"v{n}"} for n in range(count)]
    return {"type": 3, "custom_id": "m", "options": options, **over}


def option(**over: Any) -> dict[str, Any]:
    """A menu of one option."""
    return menu(options=[{"label": "l", "value": "v", **over}])


def box(*parts: dict[str, Any]) -> dict[str, Any]:
    """A container."""
    return {"type": 17, "components": list(parts)}


GOOD: dict[str, dict[str, Any]] = {
    "content": {"content": "x" * 2000},
    "embed": {"embeds": [{"description": "x" * 4096, "fields": [{"name": "n", "value": "x" * 1024}]}]},
    "text": v2(text(4000)),
    "components": v2(box(*(text(1) for _ in range(39)))),
    "buttons": v2(row(*(button(n) for n in range(5)))),
    "label": v2(row(button(label="x" * 80))),
    "custom id": v2(row(button(custom_id="x" * 100))),
    "menu": v2(row(menu(25, max_values=25, placeholder="x" * 150))),
    "option": v2(row(option(label="x" * 100, value="x" * 100))),
    "nonce": v2(text(1), nonce="x" * 25, enforce_nonce=True),
}

BAD: dict[str, dict[str, Any]] = {
    "content of 2001": {"content": "x" * 2001},
    "description of 4097": {"embeds": [{"description": "x" * 4097}]},
    "field of 1025": {"embeds": [{"fields": [{"name": "n", "value": "x" * 1025}]}]},
    "26 fields": {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
    "embeds of 6001": {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    "six rows": {"content": "x", "components": [row(button(n)) for n in range(6)]},
    "text of 4001": v2(text(4001)),
    "texts of 4001": v2(box(text(2001)), text(2000)),
    "41 components": v2(box(*(text(1) for _ in range(40)))),
    "content beside components": v2(text(1), content="x"),
    "embeds beside components": v2(text(1), embeds=[{"description": "x"}]),
    "components without the flag": {"components": [text(1)]},
    "no components": v2(),
    "an empty text": v2(text(0)),
    "a blank text": v2({"type": 10, "content": " \n"}),
    "an empty container": v2(box()),
    "a container in a container": v2(box(box(text(1)))),
    "an empty row": v2(row()),
    "six buttons": v2(row(*(button(n) for n in range(6)))),
    "a button beside a menu": v2(row(button(), menu())),
    "a button without a row": v2(button()),
    "a label of 81": v2(row(button(label="x" * 81))),
    "a custom id of 101": v2(row(button(custom_id="x" * 101))),
    "a custom id twice": v2(row(button(), button())),
    "an id twice": v2({**text(1), "id": 5}, {**text(1), "id": 5}),
    "an id of 32 bits": v2({**text(1), "id": 2**31}),
    "26 options": v2(row(menu(26))),
    "no options": v2(row(menu(0))),
    "an option of 101": v2(row(option(label="x" * 101))),
    "a value of 101": v2(row(option(value="x" * 101))),
    "a value twice": v2(row(menu(options=[{"label": "l", "value": "v"}] * 2))),
    "a placeholder of 151": v2(row(menu(placeholder="x" * 151))),
    "more values than options": v2(row(menu(2, max_values=3))),
    "a nonce of 26": v2(text(1), nonce="x" * 26),
    "a lone surrogate": v2({"type": 10, "content": "\ud800"}),
}


@pytest.mark.parametrize("name", GOOD)
async def test_up_to_each_limit_it_is_taken(raw: Raw, channel: Channel, name: str) -> None:
    """The limit itself is allowed."""
    assert await raw.code("POST", f"/channels/{channel.id}/messages", GOOD[name]) == 200


@pytest.mark.parametrize("name", BAD)
async def test_one_over_each_limit_is_refused(raw: Raw, channel: Channel, name: str) -> None:
    """Invalid Form Body, and nothing is posted."""
    assert await raw.code("POST", f"/channels/{channel.id}/messages", BAD[name]) == 50035
    assert channel.messages == []


async def test_an_empty_message_is_refused(raw: Raw, channel: Channel) -> None:
    """There is nothing to show."""
    assert await raw.code("POST", f"/channels/{channel.id}/messages", {}) == 50006


@pytest.mark.parametrize(
    ("denied", "expected"), [(USUAL, 50001), (VIEW, 50001), (SEND, 50013), (HISTORY, 200), (BEGIN_THREADS, 200)]
)
async def test_permissions_are_enforced(raw: Raw, channel: Channel, denied: int, expected: int) -> None:
    """What is not seen is no place; what may only be read takes no message."""
    channel.denied = denied

    assert await raw.code("POST", f"/channels/{channel.id}/messages", GOOD["text"]) == expected


async def test_history_and_threads_take_their_permissions(raw: Raw, channel: Channel) -> None:
    """Each its own."""
    await raw.code("POST", f"/channels/{channel.id}/messages", GOOD["text"])
    channel.denied = HISTORY | BEGIN_THREADS
    thread = f"/channels/{channel.id}/messages/{channel.messages[0].id}/threads"

    assert await raw.code("GET", f"/channels/{channel.id}/messages") == 50013
    assert await raw.code("POST", thread, {"name": "why"}) == 50013


async def test_what_is_not_there_is_unknown(raw: Raw, channel: Channel) -> None:
    """Channels, messages, people; and a wrong token is nobody."""
    assert await raw.code("POST", "/channels/1/messages", GOOD["text"]) == 10003
    assert await raw.code("PATCH", f"/channels/{channel.id}/messages/1", GOOD["text"]) == 10008
    assert await raw.code("POST", "/users/@me/channels", {"recipient_id": "1"}) == 50033
    assert await raw.code("GET", "/users/@me", token="wrong") == 401


async def test_somebody_may_take_no_direct_messages(raw: Raw, discord: DiscordStandIn) -> None:
    """Their channel is there, and refuses."""
    ada = discord.person("Ada")
    ada.user.takes_dms = False
    there = discord.direct(ada.user.id)

    assert await raw.code("POST", "/users/@me/channels", {"recipient_id": ada.id}) == 200
    assert await raw.code("POST", f"/channels/{there.id}/messages", GOOD["text"]) == 50007


async def test_edits_of_old_messages_are_capped(raw: Raw, discord: DiscordStandIn, channel: Channel) -> None:
    """From an hour on; 429, and without a time."""
    await raw.code("POST", f"/channels/{channel.id}/messages", GOOD["text"])
    path = f"/channels/{channel.id}/messages/{channel.messages[0].id}"
    discord.old_edits = 0
    young = await raw.code("PATCH", path, GOOD["text"])
    channel.messages[0].born -= 3601

    assert young == 200
    assert await raw.code("PATCH", path, GOOD["text"]) == 30046


async def test_a_message_has_one_thread(raw: Raw, channel: Channel) -> None:
    """It has the message's id."""
    await raw.code("POST", f"/channels/{channel.id}/messages", GOOD["text"])
    path = f"/channels/{channel.id}/messages/{channel.messages[0].id}/threads"

    assert await raw.code("POST", path, {"name": "x" * 101}) == 50035
    assert await raw.code("POST", path, {"name": "x" * 100}) == 200
    assert await raw.code("POST", path, {"name": "x"}) == 160004


async def test_one_nonce_is_one_message_for_some_minutes(raw: Raw, discord: DiscordStandIn, channel: Channel) -> None:
    """Then it is forgotten."""
    path = f"/channels/{channel.id}/messages"
    await raw.code("POST", path, GOOD["nonce"])
    await raw.code("POST", path, GOOD["nonce"])
    early = len(channel.messages)
    channel.messages[0].born -= 181
    await raw.code("POST", path, GOOD["nonce"])

    assert early == 1
    assert len(channel.messages) == 2


async def test_more_than_fifty_requests_a_second_are_refused(raw: Raw, discord: DiscordStandIn) -> None:
    """All routes together, answers to interactions excepted; and a single route may be limited as well."""
    codes = [await raw.code("GET", "/users/@me") for _ in range(51)]
    exempt = await raw.code("POST", "/interactions/1/nothing/callback", {"type": 5})
    discord.limit = 10_000
    discord.faults["me"].append(RateLimited(2))

    assert codes == [200] * 50 + [429]
    assert exempt == 10062
    assert await raw.code("GET", "/users/@me") == 429


async def test_each_route_has_a_limit_which_its_headers_tell(
    raw: Raw, discord: DiscordStandIn, channel: Channel
) -> None:
    """Of each channel by itself; the refusal says how long, and that it is not the global one."""
    path = f"/channels/{channel.id}/messages"
    told = [await raw.headers("POST", path, GOOD["text"]) for _ in range(6)]
    other = await raw.headers("POST", f"/channels/{discord.channel('rust').id}/messages", GOOD["text"])

    assert [each["X-RateLimit-Remaining"] for each in told] == ["4", "3", "2", "1", "0", "0"]
    assert {each["X-RateLimit-Limit"] for each in told} == {"5"}
    assert 0 < float(told[-1]["Retry-After"]) <= 5
    assert told[-1]["X-RateLimit-Scope"] == "user"
    assert told[-1]["Via"]
    assert other["X-RateLimit-Remaining"] == "4"
    assert len(channel.messages) == 5


async def test_the_global_limit_says_that_it_is_global(raw: Raw, discord: DiscordStandIn) -> None:
    """So that everything waits, and not one route."""
    discord.limit = 0
    told = await raw.headers("GET", "/users/@me")

    assert (told["X-RateLimit-Global"], told["X-RateLimit-Scope"]) == ("true", "global")


@pytest.mark.parametrize("kind", [401, 403, 429])
async def test_too_many_invalid_requests_shut_the_address_out(
    raw: Raw, discord: DiscordStandIn, channel: Channel, kind: int
) -> None:
    """Ten thousand in ten minutes: then a page of Cloudflare's, without Via, whatever is asked. Ten will do here."""
    assert discord.most_invalid == 10_000
    discord.rates.clear()
    discord.most_invalid, channel.denied = 10, VIEW if kind == 403 else 0
    discord.limit = 0 if kind == 429 else 50
    wrong = "wrong" if kind == 401 else ""
    path = f"/channels/{channel.id}/messages"
    for _ in range(10):
        assert await raw.status("POST", path, GOOD["text"], wrong) == (kind, "application/json")
    channel.denied, discord.limit = 0, 50

    assert await raw.status("POST", path, GOOD["text"]) == (429, "text/html")
    assert "Via" not in await raw.headers("POST", path, GOOD["text"])
    assert channel.messages == []


async def test_two_hundred_new_commands_a_day(raw: Raw, discord: DiscordStandIn) -> None:
    """What is there already is replaced, and not counted."""
    assert discord.creates == 200
    many = [{**COMMAND, "name": f"c{n}"} for n in range(100)]
    for begin in ("a", "b"):
        await raw.code("PUT", "/applications/100/commands", [{**each, "name": begin + each["name"]} for each in many])

    assert await raw.code("PUT", "/applications/100/commands", discord.commands) == 200
    assert await raw.code("PUT", "/applications/100/commands", [{**COMMAND, "name": "new"}]) == 30034


COMMAND = {"name": "pyquiz", "description": "d", "options": [{"name": "text", "description": "d", "type": 3}]}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 33},
        {"name": "a b"},
        {"description": "x" * 101},
        {"description": ""},
        {"options": [{"name": f"o{n}", "description": "d", "type": 3} for n in range(26)]},
        {"options": [{"name": "o", "description": "d", "choices": [{"name": "c", "value": "c"}] * 26}]},
    ],
)
async def test_commands_have_limits_too(raw: Raw, change: dict[str, Any]) -> None:
    """Names, descriptions, options and choices."""
    assert await raw.code("PUT", "/applications/100/commands", [COMMAND]) == 200
    assert await raw.code("PUT", "/applications/100/commands", [{**COMMAND, **change}]) == 50035


def modal(**change: Any) -> dict[str, Any]:
    """A modal with a text field."""
    field = {"type": 4, "custom_id": "f", "style": 1, "value": "x" * 4000}
    return {"custom_id": "x" * 100, "title": "x" * 45, "components": [labelled(field)], **change}


def labelled(field: dict[str, Any], **change: Any) -> dict[str, Any]:
    """A labelled field."""
    return {"type": 18, "label": "x" * 45, "description": "x" * 100, "component": field, **change}


FIELD = {"type": 4, "custom_id": "f", "style": 1}
SUGGESTED = {"name": "x" * 100, "value": "x" * 100}

RESPONSES: dict[str, tuple[int, dict[str, Any]]] = {
    "a title of 46": (9, modal(title="x" * 46)),
    "six parts": (9, modal(components=[labelled({**FIELD, "custom_id": f"f{n}"}) for n in range(6)])),
    "no parts": (9, modal(components=[])),
    "a label of 46": (9, modal(components=[labelled(FIELD, label="x" * 46)])),
    "a description of 101": (9, modal(components=[labelled(FIELD, description="x" * 101)])),
    "a value of 4001": (9, modal(components=[labelled({**FIELD, "value": "x" * 4001})])),
    "a row in a modal": (9, modal(components=[row(button())])),
    "a message too long": (4, v2(text(4001))),
    "suggestions for a command": (8, {"choices": []}),
    "an update of nothing": (7, v2(text(1))),
}


async def asked(raw: Raw, kind: int, data: dict[str, Any], what: int = 2) -> tuple[int, int]:
    """What an interaction's response gets, and what a second one gets."""
    ada = raw.discord.person("Ada")
    interactions = raw.discord.interactions
    doing = asyncio.create_task(interactions.begin(what, ada.user, ada.channel("python"), {}, None))
    await raw.discord.until(lambda: interactions.all)
    done = next(iter(interactions.all.values()))
    path = f"/interactions/{done.id}/{done.token}/callback"
    first = await raw.code("POST", path, {"type": kind, "data": data})
    second = await raw.code("POST", path, {"type": 4, "data": v2(text(1))})
    doing.cancel()
    return first, second


@pytest.mark.parametrize("name", RESPONSES)
async def test_responses_have_limits_too(raw: Raw, name: str) -> None:
    """And a refused one leaves room for another."""
    assert await asked(raw, *RESPONSES[name]) == (50035, 200)


@pytest.mark.parametrize(("count", "expected"), [(25, (200, 40060)), (26, (50035, 50035))])
async def test_twenty_five_suggestions_are_taken(raw: Raw, count: int, expected: tuple[int, int]) -> None:
    """And nothing but suggestions; once."""
    assert await asked(raw, 8, {"choices": [SUGGESTED] * count}, what=4) == expected


async def test_an_interaction_is_answered_once(raw: Raw) -> None:
    """The second is refused, and remembered; a modal cannot follow a deferral either."""
    assert await asked(raw, 9, modal()) == (200, 40060)
    assert len(raw.discord.interactions.doubled) == 1


async def test_an_interaction_is_unknown_after_three_seconds(raw: Raw) -> None:
    """And one that never was."""
    ada = raw.discord.person("Ada")
    done = await _late(raw, ada)

    assert await raw.code("POST", f"/interactions/{done.id}/{done.token}/callback", {"type": 5}) == 10062
    assert await raw.code("POST", "/interactions/1/nothing/callback", {"type": 5}) == 10062


async def _late(raw: Raw, ada: Any) -> Any:
    interactions = raw.discord.interactions
    doing = asyncio.create_task(interactions.begin(2, ada.user, ada.channel("python"), {}, None))
    await raw.discord.until(lambda: interactions.all)
    doing.cancel()
    done = next(iter(interactions.all.values()))
    done.born -= 3.1
    return done


async def test_a_token_lives_fifteen_minutes(raw: Raw, discord: DiscordStandIn) -> None:
    """Then neither the first response nor another message can be sent."""
    ada = discord.person("Ada")
    done = await _late(raw, ada)
    done.born += 3.1
    await raw.code("POST", f"/interactions/{done.id}/{done.token}/callback", {"type": 5, "data": {"flags": 64}})
    hook = f"/webhooks/100/{done.token}"
    early = await raw.code("PATCH", f"{hook}/messages/@original", {"content": "x"})
    done.created -= 901

    assert early == 200
    assert await raw.code("PATCH", f"{hook}/messages/@original", {"content": "x"}) == 50027
    assert await raw.code("POST", hook, {"content": "x"}) == 50027


# The gateway


class Socket:
    """A connection to the gateway, frame by frame."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def says(self) -> Any:
        """The next frame, or the code with which the connection was closed."""
        frame = await self.ws.receive(timeout=10)
        return frame.json() if frame.type is aiohttp.WSMsgType.TEXT else self.ws.close_code

    async def identify(self, token: str, shard: tuple[int, int] = (0, 1), intents: int = 1) -> Any:
        """Begin a session: READY, or why not."""
        data = {"token": token, "intents": intents, "shard": shard, "properties": {}}
        await self.ws.send_json({"op": IDENTIFY, "d": data})
        return await self.says()


@pytest.fixture
async def dial(discord: DiscordStandIn) -> AsyncIterator[Callable[[], Awaitable[Socket]]]:
    """Connects to the gateway, as often as wanted."""
    async with aiohttp.ClientSession() as session:

        async def connect() -> Socket:
            found = Socket(await session.ws_connect(discord.gateway_url))
            assert (await found.says())["op"] == HELLO
            return found

        yield connect


Dial = Callable[[], Awaitable[Socket]]


async def test_a_session_begins_with_its_servers(discord: DiscordStandIn, dial: Dial) -> None:
    """READY says how to come back; then come the servers."""
    socket = await dial()
    ready, guild = await socket.identify(discord.token), await socket.says()

    assert (ready["t"], guild["t"]) == ("READY", "GUILD_CREATE")
    assert ready["d"]["resume_gateway_url"] == discord.gateway_url


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"token": "wrong"}, WRONG_TOKEN),
        ({"shard": (1, 1)}, BAD_SHARD),
        ({"intents": 1 | 1 << 15}, NOT_ALLOWED),
        ({"intents": 1 | 1 << 1}, NOT_ALLOWED),
        ({"intents": 1 | 1 << 8}, NOT_ALLOWED),
    ],
)
async def test_a_session_that_may_not_be_is_closed(
    discord: DiscordStandIn, dial: Dial, how: dict[str, Any], code: int
) -> None:
    """A wrong token, a shard that is none, messages, members or presences that nobody granted."""
    assert await (await dial()).identify(**{"token": discord.token, **how}) == code


async def test_from_twenty_five_hundred_servers_on_shards_are_wanted(discord: DiscordStandIn, dial: Dial) -> None:
    """One more than a shard may have."""
    for number in range(MANY):
        discord.guild(f"g{number}").bot_in = False
    assert len(discord.guilds) == MANY + 1

    assert await (await dial()).identify(discord.token) == MORE_SHARDS
    assert (await (await dial()).identify(discord.token, (1, 2)))["t"] == "READY"


async def test_two_that_begin_within_five_seconds_are_one_too_many(discord: DiscordStandIn, dial: Dial) -> None:
    """Of each line; the second's session is invalid before it was one."""
    discord.gateway.apart = 5.0
    first, second = await dial(), await dial()
    ready, hasty = await first.identify(discord.token, (0, 2)), await second.identify(discord.token, (1, 2))
    discord.gateway.at_once = 2
    other = await (await dial()).identify(discord.token, (1, 2))

    assert ready["t"] == "READY"
    assert hasty == {"op": INVALID_SESSION, "d": False}
    assert discord.gateway.hasty == 1
    assert other["t"] == "READY"


async def test_a_thousand_begin_a_day(raw: Raw, discord: DiscordStandIn, dial: Dial) -> None:
    """Whoever goes on loses the token; what is left is told beforehand."""
    assert discord.gateway.starts == 1_000
    discord.gateway.starts = 1
    ready = await (await dial()).identify(discord.token)
    async with raw.session.get(
        f"{discord.api_url}/gateway/bot", headers={"Authorization": f"Bot {discord.token}"}
    ) as answer:
        limit = (await answer.json())["session_start_limit"]

    assert ready["t"] == "READY"
    assert limit["remaining"] == 0
    assert await (await dial()).identify(discord.token) == WRONG_TOKEN


async def test_a_session_is_resumed_with_what_it_missed(discord: DiscordStandIn, dial: Dial) -> None:
    """And only by whoever has the token, knows it, and as long as it is valid."""
    socket = await dial()
    ready = await socket.identify(discord.token)
    await socket.says()
    await discord.gateway.drop()
    await discord.gateway.tell("GUILD_DELETE", {"id": "1"}, None)
    told = []
    for token, session in (("wrong", ready["d"]["session_id"]), (discord.token, "another")):
        told.append(await resumed(await dial(), token, session))
    back = await dial()
    missed = [await resumed(back, discord.token, ready["d"]["session_id"]), await back.says()]

    assert told == [WRONG_TOKEN, {"op": INVALID_SESSION, "d": False}]
    assert [frame["t"] for frame in missed] == ["GUILD_DELETE", "RESUMED"]


async def resumed(socket: Socket, token: str, session: str) -> Any:
    """What comes after an attempt to resume."""
    await socket.ws.send_json({"op": RESUME, "d": {"token": token, "session_id": session, "seq": 2}})
    return await socket.says()


async def test_an_invalid_session_cannot_be_resumed(discord: DiscordStandIn, dial: Dial) -> None:
    """It is told so, and again when it tries."""
    socket = await dial()
    ready = await socket.identify(discord.token)
    await socket.says()
    await discord.gateway.invalidate()

    assert await socket.says() == {"op": INVALID_SESSION, "d": False}
    assert await resumed(await dial(), discord.token, ready["d"]["session_id"]) == {"op": INVALID_SESSION, "d": False}


async def test_nothing_comes_before_a_session_and_none_begins_twice(discord: DiscordStandIn, dial: Dial) -> None:
    """A heartbeat excepted."""
    early, twice = await dial(), await dial()
    await early.ws.send_json({"op": HEARTBEAT, "d": None})
    beat = await early.says()
    await early.ws.send_json({"op": 3, "d": {}})
    await twice.identify(discord.token)
    await twice.says()

    assert beat == {"op": ACK}
    assert await early.says() == NOT_IN
    assert await twice.identify(discord.token) == ALREADY_IN


async def test_more_than_120_frames_a_minute_are_too_many(discord: DiscordStandIn, dial: Dial) -> None:
    """The connection is closed."""
    socket = await dial()
    for _ in range(120):
        await socket.ws.send_json({"op": HEARTBEAT, "d": None})
        assert await socket.says() == {"op": ACK}
    await socket.ws.send_json({"op": HEARTBEAT, "d": None})

    assert await socket.says() == TOO_FAST


async def test_two_clients_of_one_shard_both_hear_each_click(discord: DiscordStandIn, dial: Dial) -> None:
    """Which is why there must be one."""
    sockets = [await dial(), await dial()]
    for socket in sockets:
        await socket.identify(discord.token)
        await socket.says()
    ada = discord.person("Ada")
    doing = asyncio.create_task(discord.interactions.begin(2, ada.user, ada.channel("python"), {}, None))
    heard = [(await socket.says())["t"] for socket in sockets]
    doing.cancel()

    assert heard == ["INTERACTION_CREATE"] * 2
