"""Spans as Discord's Markdown. Pure. What people or packs wrote is escaped: it neither pings, links nor formats."""

from __future__ import annotations

import re
from datetime import UTC

from bot.card import Instant, Link, Mono, Person, Plain, Role, Span, Strong, When

GAP = "\u200b"
"""A space of no width: it parts what Discord would join, where a backslash cannot."""

_SPECIAL = re.compile(r"[\\`*_~|\[\]<>@]")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))", re.MULTILINE)
_TICKS = re.compile(r"`+")

STYLES = {When.TIME: "t", When.DAY: "D", When.DAY_TIME: "f"}


def escaped(text: str) -> str:
    """Text that shows as it is."""
    plain = _SPECIAL.sub(r"\\\g<0>", text).replace("://", f":{GAP}//")
    return _LINE_START.sub(_guarded, plain)


def _guarded(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}{GAP}" if mark.isdigit() else f"{found[1]}\\{mark}"


def inline_code(text: str) -> str:
    """Code within a sentence, in more backticks than it holds."""
    flat = " ".join(text.split("\n"))
    ticks = "`" * (1 + max((len(run) for run in _TICKS.findall(flat)), default=0))
    pad = " " if flat.startswith("`") or flat.endswith("`") or not flat.strip() else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"


def code_block(text: str, language: str) -> str:
    """A block of code that its own backticks cannot end."""
    name = language if re.fullmatch(r"[a-z0-9+-]{1,20}", language) else ""
    return f"```{name}\n{text.replace('``', f'`{GAP}`')}\n```"


def link(text: str, url: str) -> str:
    """Words that lead somewhere; only the words where the address is none."""
    if not re.fullmatch(r"https?://[^\s<>()\\]+", url):
        return escaped(text)
    return f"[{escaped(text)}](<{url}>)"


def instant(moment: Instant) -> str:
    """A moment, which each reader sees in their own zone."""
    return f"<t:{int(moment.at.astimezone(UTC).timestamp())}:{STYLES[moment.show]}>"


def role(id_: str) -> str:
    """A role, which Discord shows by its name and colour; whether it pings is for allowed mentions to say."""
    return f"<@&{id_}>" if is_role(id_) else "a role"


def is_role(id_: str | None) -> bool:
    """Whether something can be a role's id: a number of 64 bits."""
    return id_ is not None and re.fullmatch(r"[0-9]{1,20}", id_) is not None


def rendered(span: Span, text: str) -> str:
    """A span that says ``text``: its own, or as much of it as there is room for."""
    match span:
        case Mono():
            return inline_code(text)
        case Strong():
            return f"**{escaped(text)}**"
        case Link(_, url):
            return link(text, url)
        case Plain() | Person():
            return escaped(text)
        case Role(id_):
            return role(id_)
        case Instant():
            return instant(span)


def words(span: Span) -> str:
    """What a span says, before it is marked up; nothing for a moment or a role, which cannot be cut."""
    match span:
        case Person(_, name):
            return name
        case Instant() | Role():
            return ""
        case _:
            return span.text
