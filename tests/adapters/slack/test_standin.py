"""The stand-in refuses what Slack refuses: one over each limit and each error, sent straight to it.

A stand-in that accepted everything would prove nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_session
from tests.adapters.slack.stage import Clock
from tests.standins.slack import Channel, RateLimited, SlackStandIn


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> str:
    """The error code that a call gets; empty where it is taken."""
    try:
        await client.api_call(method, json=args)
    except SlackApiError as error:
        return str(error.response["error"])
    return ""


def plain(length: int) -> dict[str, str]:
    """A plain_text object."""
    return {"type": "plain_text", "text": "x" * length}


def section(length: int) -> dict[str, Any]:
    """A section with a text of that length."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(number: int = 0, **over: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": f"a{number}", "text": plain(3), **over}


def row(*elements: Any) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def menu(count: int, text: int = 3, value: int = 1) -> dict[str, Any]:
    """A menu of so many options."""
    options = [{"text": plain(text), "value": str(n).rjust(value, "0")} for n in range(count)]
    return {"type": "static_select", "action_id": "m", "placeholder": plain(3), "options": options}


def rich(*parts: Any) -> dict[str, Any]:
    """A rich_text block."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


JUST_RIGHT = {
    "section text": section(3000),
    "section fields": {"type": "section", "fields": [plain(3)] * 10},
    "header": {"type": "header", "text": plain(150)},
    "button text": row(button(text=plain(75))),
    "button value": row(button(value="x" * 2000)),
    "action_id": row(button(action_id="x" * 255)),
    "actions": row(*(button(n) for n in range(25))),
    "context": {"type": "context", "elements": [plain(3)] * 10},
    "options": row(menu(100)),
    "option text": row(menu(1, text=75)),
    "option value": row(menu(1, value=150)),
    "block_id": {**section(3), "block_id": "x" * 255},
    "rich text": rich({"type": "text", "text": "x"}),
    "markdown": {"type": "markdown", "text": "x" * 12_000},
    "context text": {"type": "context", "elements": [{"type": "mrkdwn", "text": "x" * 3000}]},
    "picture": {"type": "image", "image_url": "https://x/y.png", "alt_text": "a calendar"},
    "highlighted code": {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "language": "python"}
        ],
    },
}
ONE_OVER = {
    "section text": section(3001),
    "section fields": {"type": "section", "fields": [plain(3)] * 11},
    "section field": {"type": "section", "fields": [plain(2001)]},
    "header": {"type": "header", "text": plain(151)},
    "button text": row(button(text=plain(76))),
    "button without text": row(button(text=plain(0))),
    "button value": row(button(value="x" * 2001)),
    "button style": row(button(style="loud")),
    "action_id": row(button(action_id="x" * 256)),
    "action_id twice": row(button(1), button(1)),
    "actions": row(*(button(n) for n in range(26))),
    "no actions": row(),
    "context": {"type": "context", "elements": [plain(3)] * 11},
    "options": row(menu(101)),
    "no options": row(menu(0)),
    "option text": row(menu(1, text=76)),
    "option value": row(menu(1, value=151)),
    "block_id": {**section(3), "block_id": "x" * 256},
    "empty rich text": rich({"type": "text", "text": ""}),
    "rich text without elements": {"type": "rich_text", "elements": []},
    "a link that is none": rich({"type": "link", "url": "javascript:x", "text": "x"}),
    "a date without a time": rich({"type": "date", "timestamp": "noon", "format": "{time}"}),
    "an input in a message": {"type": "input", "label": plain(3), "element": {"type": "plain_text_input"}},
    "a block of its own invention": {"type": "poem"},
    "a property of its own invention": {**section(3), "colour": "red"},
    "a button's": row(button(colour="red")),
    "an option's": row({**menu(1), "options": [{"text": plain(3), "value": "1", "colour": "red"}]}),
    "a text's": {"type": "header", "text": {**plain(3), "verbatim": True}},
    "a rich text's": rich({"type": "text", "text": "x", "colour": "red"}),
    "a style of its own invention": rich({"type": "text", "text": "x", "style": {"loud": True}}),
    "rich text of its own invention": rich({"type": "poem", "text": "x"}),
    "mrkdwn in a header": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "markdown": {"type": "markdown", "text": "x" * 12_001},
    "a picture without words": {"type": "image", "image_url": "https://x/y.png", "alt_text": ""},
}


@pytest.mark.parametrize("name", JUST_RIGHT)
async def test_what_is_just_within_a_limit_is_taken(client: AsyncWebClient, channel: Channel, name: str) -> None:
    """The limits are Slack's, and no narrower."""
    assert await refusal(client, "chat.postMessage", channel=channel.id, text="x", blocks=[JUST_RIGHT[name]]) == ""


@pytest.mark.parametrize("name", ONE_OVER)
async def test_one_over_a_limit_is_refused(client: AsyncWebClient, channel: Channel, name: str) -> None:
    """Nothing of it is posted."""
    code = await refusal(client, "chat.postMessage", channel=channel.id, text="x", blocks=[ONE_OVER[name]])

    assert code == "invalid_blocks"
    assert channel.messages == []


async def test_markdown_is_counted_over_all_its_blocks(client: AsyncWebClient, channel: Channel) -> None:
    """Two halves are one whole, and one character more is too many."""
    halves = [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}]

    assert await refusal(client, "chat.postMessage", channel=channel.id, text="x", blocks=halves) == "invalid_blocks"


async def test_a_message_has_fifty_blocks_and_so_many_characters(
    client: AsyncWebClient, channel: Channel, clock: Clock
) -> None:
    """Blocks are counted, their text is, and so is the text beside them."""
    post = {"channel": channel.id, "text": "x"}
    assert await refusal(client, "chat.postMessage", **post, blocks=[section(3)] * 50) == ""
    assert await refusal(client, "chat.postMessage", **post, blocks=[section(3)] * 51) == "invalid_blocks"
    clock.at += timedelta(seconds=2)
    assert await refusal(client, "chat.postMessage", **post, blocks=[section(2640)] * 5) == ""
    assert await refusal(client, "chat.postMessage", **post, blocks=[section(2641)] * 5) == "msg_blocks_too_long"
    clock.at += timedelta(seconds=2)
    assert await refusal(client, "chat.postMessage", channel=channel.id, text="x" * 40_001) == "msg_too_long"

    assert await refusal(client, "chat.postMessage", channel=channel.id) == "no_text"


def modal(**over: Any) -> dict[str, Any]:
    """A small modal."""
    return {"type": "modal", "title": plain(24), "blocks": [section(3)], **over}


TYPED = {"type": "plain_text_input", "action_id": "f"}
BOXES = {key: value for key, value in menu(11).items() if key != "placeholder"} | {"type": "checkboxes"}
FIELD = {"type": "input", "block_id": "f", "label": plain(3), "element": {"type": "plain_text_input", "action_id": "f"}}


@pytest.mark.parametrize(
    "over",
    [
        {"title": plain(25)},
        {"submit": plain(25)},
        {"close": plain(25)},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [section(3)] * 101},
        {"blocks": [FIELD]},
        {"blocks": [FIELD, FIELD], "submit": plain(3)},
        {"blocks": [{**FIELD, "label": plain(2001)}], "submit": plain(3)},
        {"blocks": [{**FIELD, "hint": plain(2001)}], "submit": plain(3)},
        {"blocks": [{**FIELD, "element": BOXES}], "submit": plain(3)},
        {"blocks": [{**FIELD, "element": {**TYPED, "initial_value": "x" * 3001}}], "submit": plain(3)},
        {"blocks": [{**FIELD, "element": {**TYPED, "placeholder": plain(151)}}], "submit": plain(3)},
        {"blocks": [{**FIELD, "element": {**TYPED, "type": "poem"}}], "submit": plain(3)},
        {"colour": "red"},
        {"type": "window"},
    ],
    ids=lambda over: "-".join(over),
)
async def test_a_modal_one_over_a_limit_is_refused(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel, over: dict[str, Any]
) -> None:
    """Titles, buttons, memory, blocks and inputs; the small one is taken."""
    whole = await refusal(client, "views.open", trigger_id=slack.trigger_id("UADA"), view=modal())
    code = await refusal(client, "views.open", trigger_id=slack.trigger_id("UADA"), view=modal(**over))

    assert (whole, code) == ("", "invalid_blocks")


async def test_a_trigger_opens_one_modal(slack: SlackStandIn, client: AsyncWebClient) -> None:
    """Used once, and only one that Slack gave."""
    trigger = slack.trigger_id("UADA")

    assert await refusal(client, "views.open", trigger_id=trigger, view=modal()) == ""
    assert await refusal(client, "views.open", trigger_id=trigger, view=modal()) == "invalid_trigger_id"


async def test_a_home_has_a_hundred_blocks(client: AsyncWebClient, channel: Channel) -> None:
    """As a modal has."""
    homes = [{"type": "home", "blocks": [section(3)] * count} for count in (100, 101)]

    assert [await refusal(client, "views.publish", user_id="UADA", view=home) for home in homes] == [
        "",
        "invalid_blocks",
    ]


async def test_a_home_of_yesterday_is_a_conflict(slack: SlackStandIn, client: AsyncWebClient, channel: Channel) -> None:
    """views.publish takes the hash of what it replaces."""
    home = {"type": "home", "blocks": [section(3)]}
    await client.api_call("views.publish", json={"user_id": "UADA", "view": home})

    assert await refusal(client, "views.publish", user_id="UADA", view=home, hash="old") == "hash_conflict"


async def test_places_refuse_who_may_not_speak_there(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel
) -> None:
    """Unknown, not joined, private and not joined, archived, deleted."""
    closed, secret = slack.channel("closed", invited=False), slack.channel("secret", invited=False, private=True)
    codes = [await refusal(client, "chat.postMessage", channel=id_, text="x") for id_ in ("C0", closed.id, secret.id)]
    channel.archived = True
    codes.append(await refusal(client, "chat.postMessage", channel=channel.id, text="x"))
    channel.deleted = True
    codes.append(await refusal(client, "chat.postMessage", channel=channel.id, text="x"))

    assert codes == ["channel_not_found", "not_in_channel", "channel_not_found", "is_archived", "channel_not_found"]


async def test_an_ephemeral_reaches_only_who_is_there(client: AsyncWebClient, channel: Channel) -> None:
    """And nobody else sees it, nor can it be edited."""
    said = {"channel": channel.id, "text": "psst"}
    assert await refusal(client, "chat.postEphemeral", **said, user="UNOBODY") == "user_not_in_channel"
    assert await refusal(client, "chat.postEphemeral", **said, user="UADA") == ""
    (message,) = channel.messages

    assert (channel.seen_by("UADA"), channel.seen_by("UOMAR")) == ([message], [])
    assert await refusal(client, "chat.update", **said, ts=message.ts) == "message_not_found"


async def test_an_edit_is_of_ones_own_message(slack: SlackStandIn, client: AsyncWebClient, channel: Channel) -> None:
    """Others' cannot be changed, and what is not there neither."""
    theirs = slack.whisper(slack.team().direct("UADA"), "UADA", {"text": "hello"})
    theirs.only_for = None
    edit = {"text": "x"}

    assert await refusal(client, "chat.update", channel="DUADA", ts=theirs.ts, **edit) == "cant_update_message"
    assert await refusal(client, "chat.update", channel=channel.id, ts="1.0", **edit) == "message_not_found"


async def test_tokens_and_scopes_are_asked_for(slack: SlackStandIn, client: AsyncWebClient, channel: Channel) -> None:
    """No token, a wrong one, one of a workspace that is gone, one without the scope."""
    said = {"channel": channel.id, "text": "x"}
    slack.team().scopes -= {"chat:write"}
    codes = [await refusal(client, "chat.postMessage", **said)]
    slack.team().installed = False
    codes.append(await refusal(client, "chat.postMessage", **said))
    for token in ("xoxb-wrong", ""):
        client.token = token
        codes.append(await refusal(client, "chat.postMessage", **said))

    assert codes == ["missing_scope", "account_inactive", "invalid_auth", "not_authed"]


async def test_too_many_says_when_to_come_back(slack: SlackStandIn, client: AsyncWebClient, channel: Channel) -> None:
    """429 and Retry-After, once it is ordered; what is sent meanwhile is not taken."""
    slack.faults["chat.postMessage"].append(RateLimited(30))
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("chat.postMessage", json={"channel": channel.id, "text": "x"})

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "30"
    assert channel.messages == []


async def test_a_response_url_is_good_for_five_answers(slack: SlackStandIn, channel: Channel) -> None:
    """The sixth is refused; so is one over a limit."""
    url = slack.response_url(slack.team(), channel, "UADA", None)
    async with make_session() as session:
        answers = []
        for body in [{"text": "x", "blocks": [section(3001)]}, *[{"text": "x"}] * 5]:
            async with session.post(url, json=body) as answer:
                answers.append((await answer.json()).get("error", ""))

    assert answers == ["invalid_blocks: text: 3000", "", "", "", "", "used_url"]


async def test_an_answer_replaces_what_was_pressed_unless_it_says_otherwise(
    slack: SlackStandIn, client: AsyncWebClient, channel: Channel
) -> None:
    """The trap for public questions: left out, ``replace_original`` means yes."""
    await client.api_call("chat.postMessage", json={"channel": channel.id, "text": "question"})
    (message,) = channel.messages
    async with make_session() as session:
        url = slack.response_url(slack.team(), channel, "UADA", message)
        await session.post(url, json={"text": "kept", "response_type": "ephemeral", "replace_original": False})
        kept = message.text
        await session.post(url, json={"text": "gone", "response_type": "ephemeral"})

    assert (kept, message.text) == ("question", "gone")
