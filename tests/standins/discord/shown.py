"""Components as a person reads them: plain lines, buttons in brackets, instants in the reader's own zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.standins.discord.town import Json

FORMATS = {"t": "%H:%M", "D": "%d %B %Y", "f": "%d %B %Y %H:%M"}


def shown(components: Sequence[Json], zone: str = "UTC") -> str:
    """The text of components, buttons and fields included."""
    return "\n".join(line for part in components for line in _lines(part, zone))


def _lines(part: Json, zone: str) -> Iterator[str]:
    match part["type"]:
        case 17:
            yield from (line for each in part["components"] for line in _lines(each, zone))
        case 10:
            yield read(part["content"], zone)
        case 1:
            yield " ".join(control(each) for each in part["components"])
        case 18:
            yield f"{part['label']}: {control(part['component'])}"


def control(part: Json) -> str:
    """A button, a menu or a text field."""
    if part["type"] == 2:
        return f"[{part['label']}]"
    if part["type"] == 4:
        return f"({part.get('value', '')})"
    if part["type"] in (5, 6, 8):
        mark = {5: "@", 6: "@&", 8: "#"}[part["type"]]
        chosen = [f"<{mark}{each['id']}>" for each in part.get("default_values", [])]
        return f"({' '.join(chosen)})"
    options = part.get("options", [])
    return " ".join(f"({'x' if option.get('default') else ' '}) {option['label']}" for option in options)


def read(text: str, zone: str) -> str:
    """Markdown as it is read: marks and escapes gone, code as it is."""
    found = []
    for i, piece in enumerate(re.split(r"```[a-z0-9+-]*\n(.*?)\n```", text, flags=re.DOTALL)):
        found.append("\n".join(f"    {line}" for line in piece.split("\n")) if i % 2 else _prose(piece, zone))
    return "".join(found)


def _prose(text: str, zone: str) -> str:
    def moment(match: re.Match[str]) -> str:
        at = datetime.fromtimestamp(int(match[1]), UTC).astimezone(ZoneInfo(zone))
        return f"{at:{FORMATS[match[2]]}}"

    parts = re.split(r"((?<!\\)(`+)(?!`)(?:.+?)(?<!`)\2(?!`))", text)
    said = []
    skip = False
    for part in parts:
        if skip:
            skip = False
            continue
        code = re.fullmatch(r"(`+)(.+?)\1", part)
        if code:
            said.append(f"`{code[2].strip() if len(code[1]) > 1 else code[2]}`")
            skip = True
            continue
        plain = re.sub(r"<t:(\d+):(\w)>", moment, part)
        plain = re.sub(r"^(###|-#) ", "", plain, flags=re.MULTILINE)
        plain = re.sub(r"(?<!\\)\*\*", "", plain)
        plain = re.sub(r"(?<!\\)\[(.*?)(?<!\\)\]\(<(.*?)>\)", r"\1", plain)
        said.append(re.sub(r"\\([^0-9A-Za-z\s])", r"\1", plain).replace("\u200b", ""))
    return "".join(said)
