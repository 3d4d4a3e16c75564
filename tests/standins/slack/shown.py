"""Blocks as a person reads them: plain lines, buttons in brackets, dates in the reader's own zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.standins.slack.town import Json


def shown(blocks: Sequence[Json], zone: str = "UTC") -> str:
    """The text of blocks, buttons and fields included."""
    return "\n".join(line for block in blocks for line in _block(block, zone)).rstrip()


def _block(block: Json, zone: str) -> Iterator[str]:
    match block["type"]:
        case "rich_text":
            for element in block["elements"]:
                text = "".join(_part(part, zone) for part in element["elements"])
                if element["type"] == "rich_text_preformatted":
                    yield from (f"    {line}" for line in text.split("\n"))
                else:
                    yield from text.removesuffix("\n").split("\n")
        case "actions":
            yield " ".join(_control(element) for element in block["elements"])
        case "input":
            yield f"{block['label']['text']}: {_control(block['element'])}"
        case "section" | "header":
            yield block["text"]["text"]


def _part(part: Json, zone: str) -> str:
    if part["type"] == "date":
        return _date(part, zone)
    text = str(part.get("text", ""))
    return f"`{text}`" if part.get("style", {}).get("code") else text


def _date(part: Json, zone: str) -> str:
    local = datetime.fromtimestamp(part["timestamp"], UTC).astimezone(ZoneInfo(zone))
    said = (
        part["format"]
        .replace("{time}", f"{local:%H:%M}")
        .replace("{date_short_pretty}", f"{local:%b} {local.day}, {local:%Y}")
    )
    return str(said)


def _control(element: Json) -> str:
    if element["type"] == "button":
        return f"[{element['text']['text']}]"
    if element["type"] == "plain_text_input":
        return f"({element.get('initial_value', '')})"
    if element["type"] == "conversations_select":
        here = "this channel" if element.get("default_to_current_conversation") else ""
        return f"<{element.get('initial_conversation', here)}>"
    initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    chosen = {option["value"] for option in initial}
    options = element.get("options", initial)
    return " ".join(f"({'x' if o['value'] in chosen else ' '}) {o['text']['text']}" for o in options)
