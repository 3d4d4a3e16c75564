"""Discord's limits of messages, modals, commands and suggestions, checked as Discord checks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.standins.discord.faults import DiscordError, invalid
from tests.standins.discord.town import COMPONENTS_V2, Json

TEXT, COMPONENTS, CONTENT = 4_000, 40, 2_000
MENTIONS = re.compile(r"(?<!\\)@(everyone|here)|(?<!\\)<@[!&]?\d+>")


def check_message(body: Json, flags: int | None = None) -> None:
    """Refuse what creating or editing a message refuses. ``flags`` are those that the message has already."""
    held = int(body.get("flags", 0)) | (flags or 0)
    parts = body.get("components") or []
    nonce = body.get("nonce")
    _check_mentions(body.get("allowed_mentions"))
    _need(nonce is None or len(str(nonce)) <= 25, "nonce: 25")
    if held & COMPONENTS_V2:
        for name in ("content", "embeds", "poll", "stickers"):
            _need(not body.get(name), f"{name} beside components v2 (50035)")
        _need(bool(parts), "components: empty")
        _check_tree(parts)
        return
    _need(len(body.get("content") or "") <= CONTENT, "content: 2000")
    if not (body.get("content") or body.get("embeds") or parts):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    _check_embeds(body.get("embeds") or [])
    _need(len(parts) <= 5 and all(part.get("type") == 1 for part in parts), "components: five action rows")
    for part in parts:
        _row(part)


def check_modal(data: Json) -> None:
    """Refuse what a modal refuses."""
    _text(data.get("title"), 45, "title")
    _text(data.get("custom_id"), 100, "custom_id")
    parts = data.get("components") or []
    _need(1 <= len(parts) <= 5, "components of a modal: 1 to 5")
    _unique_ids(parts)
    for part in parts:
        if part.get("type") == 10:
            _text(part.get("content"), TEXT, "content")
            continue
        _need(part.get("type") == 18, f"component {part.get('type')} in a modal")
        _text(part.get("label"), 45, "label")
        _need(len(part.get("description") or "") <= 100, "description: 100")
        _input(part["component"])


def check_choices(choices: Sequence[Json]) -> None:
    """Refuse suggestions that cannot be shown."""
    _need(len(choices) <= 25, "choices: 25")
    for choice in choices:
        _text(choice.get("name"), 100, "choice name")
        _text(choice.get("value"), 100, "choice value")


def check_commands(payload: Sequence[Json]) -> None:
    """Refuse what replacing the commands refuses."""
    _need(len(payload) <= 100, "commands: 100")
    names = [command["name"] for command in payload]
    _need(len(names) == len(set(names)), "command names twice")
    for command in payload:
        _need(re.fullmatch(r"[-_\w]{1,32}", command["name"]) is not None, "command name")
        _text(command.get("description"), 100, "description")
        _need(len(command.get("options", [])) <= 25, "options: 25")
        for option in command.get("options", []):
            _need(re.fullmatch(r"[-_a-z0-9]{1,32}", option["name"]) is not None, "option name")
            _text(option.get("description"), 100, "option description")
            check_choices(option.get("choices", []))
        size = sum(
            len(str(each.get("name", ""))) + len(str(each.get("description", "")))
            for each in (command, *command.get("options", []))
        )
        _need(size <= 8_000, "command: 8000")


def pings(body: Json) -> list[str]:
    """Whom a message would notify: what it mentions and its allowed mentions let through."""
    allowed = body.get("allowed_mentions")
    text = " ".join([str(body.get("content") or ""), *words(body.get("components") or [])])
    found = [match[0] for match in MENTIONS.finditer(re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL))]
    named = [f"<@&{id_}>" for id_ in (allowed or {}).get("roles", [])]
    replied = ["replied user"] if body.get("message_reference") and (allowed or {}).get("replied_user", True) else []
    return [one for one in found if allowed is None or allowed.get("parse") or one in named] + replied


def _check_mentions(allowed: Json | None) -> None:
    for kind in ("roles", "users"):
        ids = (allowed or {}).get(kind, [])
        _need(len(ids) <= 100 and all(str(id_).isdecimal() for id_ in ids), f"allowed_mentions {kind}: 100 ids")
        both = ids and kind in (allowed or {}).get("parse", [])
        _need(not both, f"allowed_mentions: parse and {kind} exclude each other")


def words(value: Any) -> Iterator[str]:
    """Every text that is displayed, of components or parts of them."""
    if isinstance(value, dict):
        if value.get("type") == 10:
            yield str(value.get("content", ""))
        for each in value.values():
            yield from words(each)
    elif isinstance(value, list):
        for each in value:
            yield from words(each)


def walk(parts: Sequence[Json]) -> Iterator[Json]:
    """Components, nested ones too."""
    for part in parts:
        yield part
        yield from walk(part.get("components") or [])
        for name in ("component", "accessory"):
            if part.get(name):
                yield part[name]


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise invalid(what)


def _text(value: Any, most: int, what: str) -> None:
    _need(isinstance(value, str) and 0 < len(value) <= most, f"{what}: 1 to {most}")
    _need(not any(0xD800 <= ord(sign) < 0xE000 for sign in value), f"{what}: not UTF-8")


def _check_tree(parts: Sequence[Json]) -> None:
    everything = list(walk(parts))
    _need(len(everything) <= COMPONENTS, "components: 40")
    _need(sum(len(text) for text in words(list(parts))) <= TEXT, "displayed text: 4000")
    _unique_ids(parts)
    for part in parts:
        kind = part.get("type")
        _need(kind in TOP, f"component {kind}")
        TOP[kind](part)


def _unique_ids(parts: Sequence[Json]) -> None:
    everything = list(walk(parts))
    custom = [part["custom_id"] for part in everything if "custom_id" in part]
    _need(len(custom) == len(set(custom)), "custom_id twice")
    ids = [part["id"] for part in everything if "id" in part]
    _need(len(ids) == len(set(ids)), "id twice")
    _need(all(isinstance(id_, int) and 0 <= id_ < 2**31 for id_ in ids), "id: 31 bits")


def _container(part: Json) -> None:
    inner = part.get("components")
    _need(bool(inner), "container: empty")
    for each in inner or []:
        kind = each.get("type")
        _need(kind in TOP and kind != 17, f"component {kind} in a container")
        TOP[kind](each)


def _display(part: Json) -> None:
    _text(part.get("content"), TEXT, "content")
    _need(bool(part["content"].strip()), "content: blank")


def _row(part: Json) -> None:
    inner = part.get("components") or []
    _need(1 <= len(inner) <= 5, "action row: 1 to 5")
    kinds = {each.get("type") for each in inner}
    _need(kinds == {2} or (len(inner) == 1 and kinds <= {3, 5, 6, 7, 8}), "action row: buttons, or one menu")
    for each in inner:
        if each["type"] == 2:
            _button(each)
        else:
            _menu(each)


def _button(part: Json) -> None:
    _text(part.get("label"), 80, "button label")
    _need(part.get("style") in (1, 2, 3, 4), "button style")
    _text(part.get("custom_id"), 100, "custom_id")


def _menu(part: Json) -> None:
    _text(part.get("custom_id"), 100, "custom_id")
    _need(len(part.get("placeholder") or "") <= 150, "placeholder: 150")
    if part["type"] != 3:
        found = part.get("default_values") or []
        _need(len(found) <= part.get("max_values", 1), "more default_values than max_values")
        _need(all(str(each["id"]).isdecimal() and each["type"] == DEFAULTS[part["type"]] for each in found), "default")
        return
    options = part.get("options") or []
    _need(1 <= len(options) <= 25, "options: 1 to 25")
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    _need(0 <= least <= most <= len(options), "min_values, max_values")
    values = [option.get("value") for option in options]
    _need(len(values) == len(set(values)), "option value twice")
    _need(sum(bool(option.get("default")) for option in options) <= most, "more defaults than max_values")
    for option in options:
        _text(option.get("label"), 100, "option label")
        _text(option.get("value"), 100, "option value")


def _input(part: Json) -> None:
    kind = part.get("type")
    _need(kind in (3, 4, 5, 6, 7, 8), f"input {kind}")
    if kind != 4:
        _menu(part)
        return
    _text(part.get("custom_id"), 100, "custom_id")
    _need(part.get("style") in (1, 2), "style")
    _need(1 <= part.get("max_length", 4000) <= 4000, "max_length")
    _need(len(part.get("value") or "") <= part.get("max_length", 4000), "value: 4000")
    _need("label" not in part, "label of an input within a label")


def _check_embeds(embeds: Sequence[Json]) -> None:
    _need(len(embeds) <= 10, "embeds: 10")
    size = 0
    for embed in embeds:
        fields = embed.get("fields", [])
        _need(len(embed.get("description") or "") <= 4096, "description: 4096")
        _need(len(embed.get("title") or "") <= 256, "title: 256")
        _need(len(fields) <= 25, "fields: 25")
        for each in fields:
            _text(each.get("name"), 256, "field name")
            _text(each.get("value"), 1024, "field value")
        size += len(embed.get("description") or "") + len(embed.get("title") or "")
        size += sum(len(each["name"]) + len(each["value"]) for each in fields)
    _need(size <= 6000, "embeds: 6000 in all")


DEFAULTS = {5: "user", 6: "role", 8: "channel"}

TOP: dict[Any, Callable[[Json], None]] = {1: _row, 10: _display, 14: lambda part: None, 17: _container}
