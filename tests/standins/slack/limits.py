"""Slack's limits of messages and views, checked as Slack checks them; numbers from its Block Kit reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.standins.slack.faults import SlackError
from tests.standins.slack.town import Json

TEXT = 40_000
WHOLE = 13_200
"""Characters in all blocks of a message: from here on chat.postMessage says msg_blocks_too_long."""


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


def check_view(view: Json) -> None:
    """Refuse what views.open and its like refuse."""
    modal = view.get("type") == "modal"
    _need(view.get("type") in ("modal", "home"), "view type")
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


def _blocks(blocks: Sequence[Json], *, inputs: bool) -> None:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _need(len(ids) == len(set(ids)), "block_id twice")
    _need(all(0 < len(id_) <= 255 for id_ in ids), "block_id: 255")
    for block in blocks:
        kind = block.get("type")
        _need(kind in BLOCKS and (inputs or kind != "input"), f"block {kind}")
        BLOCKS[kind](block)


def _rich_text(block: Json) -> None:
    elements = block.get("elements")
    _need(isinstance(elements, list) and bool(elements), "rich_text without elements")
    for element in elements:
        kinds = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list")
        _need(element.get("type") in kinds, f"rich_text element {element.get('type')}")
        for part in element["elements"]:
            _rich_part(part)


def _rich_part(part: Json) -> None:
    match part.get("type"):
        case "text":
            _need(bool(part.get("text")), "empty text")
        case "link":
            _need(str(part.get("url", "")).startswith(("http://", "https://", "mailto:")), "link")
        case "date":
            _need(isinstance(part.get("timestamp"), int) and "{" in part.get("format", ""), "date")
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
        ),
    )


def _element(element: Json, allowed: Sequence[str]) -> None:
    kind = element.get("type")
    _need(kind in allowed, f"element {kind}")
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
    _plain(option.get("text"), 75)
    _need(0 < len(option.get("value", "")) <= 150, "option value: 150")


def _plain(text: Any, most: int) -> None:
    _need(isinstance(text, dict) and text.get("type") == "plain_text", "plain_text")
    _need(0 < len(text["text"]) <= most, f"plain_text: {most}")


def _text(text: Any, most: int) -> None:
    _need(isinstance(text, dict) and text.get("type") in ("plain_text", "mrkdwn"), "text object")
    _need(0 < len(text["text"]) <= most, f"text: {most}")


BLOCKS: dict[str, Callable[[Json], None]] = {
    "rich_text": _rich_text,
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": lambda block: None,
}
