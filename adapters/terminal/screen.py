"""The terminal's surface: prints lines, knows its width, and keeps what the margin says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.style import Style
from rich.text import Text as Line

from adapters.terminal.page import QUIET, TITLE, Page

WIDEST = 100
"""Lines longer than this are hard to read, however wide the window is."""


PICTURE = 84
"""A picture is as wide as a page reads well."""


class Screen:
    """Prints on a console; without colour where NO_COLOR is set or nobody would see it (rich decides)."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @property
    def page(self) -> Page:
        """What there is to draw on at this moment: windows change their size."""
        colour = self._console.is_terminal and not self._console.no_color and self._console.color_system is not None
        return Page(min(self._console.width, WIDEST), colour)

    def lines(self, lines: Iterable[Line], margin: str = "", first: str | None = None) -> None:
        """Print lines, each after ``margin``, the first after ``first`` where that is given."""
        for number, line in enumerate(lines):
            before = first if first is not None and number == 0 else margin
            whole = Line(before if line.plain else "", end="").append_text(line)
            self._console.print(whole, soft_wrap=True, highlight=False)

    def say(self, sentence: str, style: Style | None = None, margin: str = "") -> None:
        """Print a sentence of the terminal's own, wrapped."""
        self.lines(self.page.narrower(len(margin)).wrapped(Line(sentence, style=style or "")), margin)

    def quiet(self, sentence: str, margin: str = "") -> None:
        """Print a sentence for those who look for it."""
        self.say(sentence, QUIET, margin)

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Print pairs in two columns."""
        widest = max(len(left) for left, _ in rows)
        for left, right in rows:
            line = Line("  ").append(left.ljust(widest), style=TITLE).append(f"  {right}")
            self.lines(self.page.wrapped(line, hanging=" " * (widest + 4)))

    def record(self) -> None:
        """From here on draw, in colour and without printing it, what will be a picture."""
        self._console = Console(
            file=StringIO(), record=True, force_terminal=True, width=PICTURE, color_system="256", no_color=False
        )

    def picture(self, title: str) -> str:
        """What was drawn since ``record``, as SVG that fetches no fonts from anywhere."""
        return re.sub(r"@font-face \{.*?\}\s*", "", self._console.export_svg(title=title), flags=re.DOTALL)

    def gap(self) -> None:
        """An empty line."""
        self._console.print()
