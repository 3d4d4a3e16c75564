"""What a card is drawn on: a width and whether there is colour; and how spans look on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text as Line

from adapters.terminal.inert import inert, inert_line
from bot.card import Instant, Link, Mono, Person, Plain, Role, Span, Spans, Strong, When

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

TITLE = Style(bold=True)
QUIET = Style(dim=True)
MONO = Style(color="cyan")
RIGHT = Style(color="green", bold=True)
PROMPT = Style(color="green")

_RULER = Console(width=80, color_system=None)
"""Wrapping asks a console for nothing that matters here; one serves all."""


@dataclass(frozen=True, slots=True)
class Page:
    """``width`` in cells, ``colour`` false where NO_COLOR asks for it or nobody would see it."""

    width: int = 80
    colour: bool = False

    def narrower(self, cells: int) -> Page:
        """The same page with a margin."""
        return Page(max(20, self.width - cells), self.colour)

    def words(self, spans: Spans, style: Style | None = None, *, bare: bool = False) -> Line:
        """Spans as one line, not yet wrapped. ``bare``: code goes without its backticks, as it stands alone."""
        line = Line(style=style or "", overflow="fold", end="")
        for span in spans:
            line.append_text(self._span(span, bare))
        return line

    def wrapped(self, line: Line, indent: str = "", hanging: str | None = None) -> list[Line]:
        """``line`` within the width: the first after ``indent``, the others after ``hanging`` (as wide by default)."""
        rest = " " * cell_len(indent) if hanging is None else hanging
        room = max(10, self.width - max(cell_len(indent), cell_len(rest)))
        found = []
        for number, part in enumerate(line.wrap(_RULER, room)):
            part.rstrip()
            part.end = ""
            found.append(Line(indent if number == 0 else rest, end="").append_text(part))
        return found

    def _span(self, span: Span, bare: bool) -> Line:
        match span:
            case Plain(text):
                return Line(inert(text))
            case Strong(text):
                return Line(inert(text), style=TITLE)
            case Mono(text):
                return self._mono(inert_line(text), bare)
            case Link(text, url):
                return self._link(inert_line(text), inert_line(url))
            case Person(_, name) | Role(_, name):
                return Line(inert_line(name))
            case Instant():
                return Line(shown(span.at, span.zone, span.show))

    def _mono(self, code: str, bare: bool) -> Line:
        if self.colour:
            return Line(code, style=MONO)
        if bare:
            return Line(code)
        fence = "``" if "`" in code else "`"
        return Line(f"{fence}{code}{fence}")

    def _link(self, words: str, url: str) -> Line:
        if not url.startswith(("https://", "http://")):
            return Line(words)
        if self.colour:
            return Line(words, style=Style(underline=True, link=url))
        return Line(words if words == url else f"{words} ({url})")


def shown(at: datetime, zone: str, show: When) -> str:
    """``16:00``, ``Wed 13 Jan`` or both, in ``zone`` (an IANA name)."""
    local = at.astimezone(ZoneInfo(zone))
    clock, day = f"{local:%H:%M}", f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return {When.TIME: clock, When.DAY: day, When.DAY_TIME: f"{day} {clock}"}[show]
