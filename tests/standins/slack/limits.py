"""Slack's limits of messages and views, checked as Slack checks them; numbers from its Block Kit reference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.standins.slack.faults import SlackError
from tests.standins.slack.town import Json

TEXT = 40_000
WHOLE = 13_200
"""Characters in all blocks of a message: from here on chat.postMessage says msg_blocks_too_long."""

MARKDOWN = 12_000
"""Characters in all markdown blocks of a payload together."""

METADATA = 8_000
"""Bytes of a message's metadata; Slack names no number."""

PROPERTIES: dict[str, str] = {
    "section": "block_id text fields accessory expand",
    "header": "block_id text",
    "context": "block_id elements",
    "actions": "block_id elements",
    "input": "block_id label element dispatch_action hint optional",
    "rich_text": "block_id elements",
    "markdown": "block_id text",
    "divider": "block_id",
    "button": "text action_id url value style confirm accessibility_label",
    "static_select": "action_id placeholder options option_groups initial_option confirm focus_on_load",
    "multi_static_select": "action_id placeholder options option_groups initial_options confirm max_selected_items "
    "focus_on_load",
    "external_select": "action_id placeholder initial_option min_query_length confirm focus_on_load",
    "multi_external_select": "action_id placeholder initial_options min_query_length confirm max_selected_items "
    "focus_on_load",
    "conversations_select": "action_id placeholder initial_conversation default_to_current_conversation confirm "
    "response_url_enabled filter focus_on_load",
    "channels_select": "action_id placeholder initial_channel confirm response_url_enabled focus_on_load",
    "overflow": "action_id options confirm",
    "checkboxes": "action_id options initial_options confirm focus_on_load",
    "radio_buttons": "action_id options initial_option confirm focus_on_load",
    "plain_text_input": "action_id initial_value multiline min_length max_length dispatch_action_config focus_on_load "
    "placeholder",
    "timepicker": "action_id placeholder initial_time confirm focus_on_load timezone",
    "datepicker": "action_id placeholder initial_date confirm focus_on_load",
    "image": "block_id image_url slack_file alt_text title",
    "plain_text": "text emoji",
    "mrkdwn": "text verbatim",
    "rich_text_section": "elements",
    "rich_text_preformatted": "elements border language",
    "rich_text_quote": "elements border",
    "rich_text_list": "elements style indent offset border",
    "text": "text style",
    "link": "url text unsafe style",
    "date": "timestamp format url fallback",
    "user": "user_id style",
    "usergroup": "usergroup_id style",
    "channel": "channel_id style",
    "broadcast": "range style",
    "emoji": "name unicode skin_tone style",
    "modal": "title blocks close submit private_metadata callback_id clear_on_close notify_on_close external_id "
    "submit_disabled",
    "home": "blocks private_metadata callback_id external_id",
}
"""What each object may have besides its ``type``: with anything else Slack says “invalid additional property”."""


def check_message(body: Json) -> None:
    """Refuse what chat.postMessage and its like refuse."""
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > TEXT:
        raise SlackError("msg_too_long")
    if len(blocks) > 50:
        raise SlackError("invalid_blocks")
    _blocks(blocks, inputs=False)
    if sum(len(each) for each in words(blocks)) > WHOLE:
        raise SlackError("msg_blocks_too_long")
    if "metadata" in body:
        check_metadata(body["metadata"])


def check_metadata(metadata: Any) -> None:
    """Refuse metadata that is none, or too much of it."""
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"} or not re.fullmatch(r"\w+", str(metadata["event_type"])):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA:
        raise SlackError("metadata_too_large")


def check_view(view: Json) -> None:
    """Refuse what views.open and its like refuse."""
    modal = view.get("type") == "modal"
    _need(view.get("type") in ("modal", "home"), "view type")
    _known(view)
    blocks = view.get("blocks")
    _need(isinstance(blocks, list) and len(blocks) <= 100, "blocks of a view: 100")
    _need(len(view.get("private_metadata", "")) <= 3000, "private_metadata: 3000")
    _need(len(view.get("callback_id", "")) <= 255, "callback_id: 255")
    if modal:
        _plain(view.get("title"), 24)
        for name in ("submit", "close"):
            if name in view:
                _plain(view[name], 24)
        has_input = any(block.get("type") == "input" for block in blocks)
        _need(not has_input or "submit" in view, "a modal with inputs wants submit")
    _blocks(blocks, inputs=True)


def check_errors(view: Json, errors: Json) -> None:
    """Refuse errors beside fields that a view does not have."""
    known = {block.get("block_id") for block in view["blocks"] if block.get("type") == "input"}
    _need(bool(errors) and set(errors) <= known, f"errors for {set(errors) - known}")
    _need(all(isinstance(text, str) and 0 < len(text) <= 2000 for text in errors.values()), "error text")


def check_options(options: Sequence[Json]) -> None:
    """Refuse suggestions that a menu cannot show."""
    _need(len(options) <= 100, "options: 100")
    for option in options:
        _option(option)


def words(value: Any) -> Iterator[str]:
    """Every text that is shown, of blocks or parts of them."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("text", "fallback") and isinstance(each, str):
                yield each
            elif isinstance(each, dict | list):
                yield from words(each)
    elif isinstance(value, list):
        for each in value:
            yield from words(each)


def pings(body: Json) -> list[str]:
    """Whom a message would notify."""
    marks = ("<!channel", "<!here", "<!everyone", "<!subteam", "<@")
    found = [mark for mark in marks if mark in (body.get("text") or "")]
    return found + [kind for kind in _kinds(body.get("blocks") or []) if kind in ("user", "usergroup", "broadcast")]


def _kinds(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for each in value.values():
            yield from _kinds(each)
    elif isinstance(value, list):
        for each in value:
            yield from _kinds(each)


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise SlackError(f"invalid_blocks: {what}")


def _known(thing: Json) -> None:
    more = set(thing) - {"type", *PROPERTIES.get(thing.get("type", ""), "").split()}
    _need(not more, f"invalid additional property: {', '.join(sorted(more))}")


def _blocks(blocks: Sequence[Json], *, inputs: bool) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _need(len(ids) == len(set(ids)), "block_id twice")
    _need(all(0 < len(id_) <= 255 for id_ in ids), "block_id: 255")
    for block in blocks:
        kind = block.get("type")
        _need(kind in BLOCKS and (inputs or kind != "input"), f"unsupported type: {kind}")
        _known(block)
        BLOCKS[kind](block)
    _need(sum(len(block["text"]) for block in blocks if block["type"] == "markdown") <= MARKDOWN, "markdown: 12000")


def _rich_text(block: Json) -> None:
    elements = block.get("elements")
    _need(isinstance(elements, list) and bool(elements), "rich_text without elements")
    for element in elements:
        kinds = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list")
        _need(element.get("type") in kinds, f"rich_text element {element.get('type')}")
        _known(element)
        for part in element["elements"]:
            _rich_part(part)


DATES = {
    "date_num",
    "date",
    "date_short",
    "date_long",
    "date_pretty",
    "date_short_pretty",
    "date_long_pretty",
    "time",
    "time_secs",
    "ago",
}
"""What may stand in the format of a date."""

STYLES = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}


def _rich_part(part: Json) -> None:
    _known(part)
    _need(set(part.get("style") or {}) <= STYLES or part.get("type") == "rich_text_section", "style of text")
    match part.get("type"):
        case "text":
            _need(bool(part.get("text")), "empty text")
        case "link":
            _need(str(part.get("url", "")).startswith(("http://", "https://", "mailto:")), "link")
        case "date":
            tokens = re.findall(r"\{(\w+)\}", part.get("format", ""))
            _need(isinstance(part.get("timestamp"), int) and bool(tokens) and set(tokens) <= DATES, "date")
        case "user" | "broadcast" | "usergroup" | "channel" | "emoji" | "rich_text_section":
            pass
        case other:
            raise SlackError(f"invalid_blocks: rich text {other}")


def _section(block: Json) -> None:
    if "text" in block:
        _text(block["text"], 3000)
    fields = block.get("fields", [])
    _need(len(fields) <= 10 and ("text" in block or bool(fields)), "fields: 10")
    for each in fields:
        _text(each, 2000)


def _header(block: Json) -> None:
    _plain(block.get("text"), 150)


def _context(block: Json) -> None:
    _need(0 < len(block.get("elements", [])) <= 10, "context elements: 10")
    for element in block["elements"]:
        if element.get("type") == "image":
            _known(element)
        else:
            _text(element, 3000)


def _actions(block: Json) -> None:
    elements = block.get("elements", [])
    _need(0 < len(elements) <= 25, "actions: 25")
    ids = [element.get("action_id") for element in elements]
    _need(len(ids) == len(set(ids)), "action_id twice")
    for element in elements:
        _element(element, ("button", "static_select", "multi_static_select", "external_select", "overflow"))


def _input(block: Json) -> None:
    _plain(block.get("label"), 2000)
    if "hint" in block:
        _plain(block["hint"], 2000)
    _element(
        block.get("element", {}),
        (
            "plain_text_input",
            "static_select",
            "multi_static_select",
            "external_select",
            "multi_external_select",
            "conversations_select",
            "channels_select",
            "checkboxes",
            "radio_buttons",
            "timepicker",
            "datepicker",
        ),
    )


def _element(element: Json, allowed: Sequence[str]) -> None:
    kind = element.get("type")
    _need(kind in allowed, f"unsupported type: {kind}")
    _known(element)
    _need(0 < len(element.get("action_id", "")) <= 255, "action_id: 255")
    if kind == "button":
        _plain(element.get("text"), 75)
        _need(len(element.get("value", "")) <= 2000, "value: 2000")
        _need(element.get("style", "primary") in ("primary", "danger"), "style")
    if "placeholder" in element:
        _plain(element["placeholder"], 150)
    if kind == "plain_text_input":
        _need(len(element.get("initial_value", "")) <= 3000, "initial_value: 3000")
    if "initial_option" in element:
        _option(element["initial_option"])
    if kind in ("static_select", "multi_static_select", "checkboxes", "radio_buttons"):
        _choices(element, 10 if kind in ("checkboxes", "radio_buttons") else 100)


def _choices(element: Json, most: int) -> None:
    options = element.get("options", [])
    _need(0 < len(options) <= most, f"options: {most}")
    for option in options:
        _option(option)
    _need(len({option["value"] for option in options}) == len(options), "value twice")
    initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    _need(all(option in options for option in initial), "initial option is no option")
    _need("initial_options" not in element or bool(initial), "initial_options: empty")


def _option(option: Json) -> None:
    _need(set(option) <= {"text", "value", "description", "url"}, "invalid additional property of an option")
    _plain(option.get("text"), 75)
    _need(0 < len(option.get("value", "")) <= 150, "option value: 150")


def _plain(text: Any, most: int) -> None:
    _need(isinstance(text, dict) and text.get("type") == "plain_text", "plain_text")
    _known(text)
    _need(0 < len(text["text"]) <= most, f"plain_text: {most}")


def _text(text: Any, most: int) -> None:
    _need(isinstance(text, dict) and text.get("type") in ("plain_text", "mrkdwn"), "text object")
    _known(text)
    _need(0 < len(text["text"]) <= most, f"text: {most}")


BLOCKS: dict[str, Callable[[Json], None]] = {
    "rich_text": _rich_text,
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": lambda block: None,
    "image": lambda block: _need(bool(block.get("alt_text")), "image without alt_text"),
    "markdown": lambda block: _need(bool(block.get("text")), "markdown without text"),
}
