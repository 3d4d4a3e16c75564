"""Cards as lines of a terminal: a pure function of the card and the page it is drawn on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.syntax import Syntax
from rich.text import Text as Line

from adapters.terminal.buttons import Key, keys
from adapters.terminal.inert import inert, inert_line
from adapters.terminal.page import QUIET, RIGHT, TITLE, Page
from bot.card import Bars, Block, Card, Code, Mono, OptionLine, Options, Picture, Plain, Text, Tone

_GAP = 8
"""Cells between two columns of options."""

_BAR = 20
"""Cells of a full bar."""

_SHORT = 2
"""Paragraphs of so many lines may stand close together."""

_ITEM = re.compile(r"(?:•|\d{1,2}\.|[A-E] ) ")

_TONES = {Tone.TITLE: TITLE, Tone.BODY: None, Tone.QUIET: QUIET}


def card_lines(card: Card, page: Page) -> list[Line]:
    """A whole card: its blocks, then what can be pressed."""
    buttons = actions(card, page)
    apart = buttons and card.blocks and not isinstance(card.blocks[-1], Text)
    return [*blocks(card.blocks, page), *([Line()] if apart else []), *buttons]


def blocks(parts: Sequence[Block], page: Page) -> list[Line]:
    """Blocks below each other, with air around code and options and between long paragraphs."""
    lines: list[Line] = []
    before: Block | None = None
    height = 0
    for part in parts:
        drawn = block(part, page)
        if before is not None and _apart(before, part, min(height, len(drawn))):
            lines.append(Line())
        lines += drawn
        before, height = part, len(drawn)
    return lines


def _apart(above: Block, below: Block, height: int) -> bool:
    if not isinstance(above, Text) or not isinstance(below, Text):
        return True
    return height > _SHORT and above.tone is below.tone is Tone.BODY and not _bullet(below)


def _bullet(part: Text) -> int:
    """How many cells the mark of a list's item takes; 0 for a paragraph."""
    first = part.spans[0] if part.spans else None
    mark = _ITEM.match(first.text) if isinstance(first, Plain) else None
    return len(mark[0]) if mark else 0


def block(part: Block, page: Page) -> list[Line]:
    """One block."""
    match part:
        case Text(spans, tone):
            return page.wrapped(page.words(spans, _TONES[tone]), hanging=" " * _bullet(part))
        case Code(text, language):
            return code(text, language, page)
        case Options(lines):
            return options(lines, page)
        case Bars():
            return bars(part, page)
        case Picture(_, alt):
            return page.wrapped(Line(f"[picture: {inert_line(alt)}]", style=QUIET))


def code(text: str, language: str, page: Page) -> list[Line]:
    """Code as it is, four cells in; a line that is too long is left for the terminal to break."""
    plain = inert(text).rstrip("\n")
    whole = _highlighted(plain, language) if page.colour else Line(plain)
    lines = whole.split("\n", allow_blank=True)
    return [Line("    ", end="").append_text(line) if line.plain else Line() for line in lines]


@lru_cache(maxsize=64)
def _highlighted(plain: str, language: str) -> Line:
    lit = Syntax(plain, language, theme="ansi_dark", background_color="default").highlight(plain)
    lit.rstrip()
    return lit


def options(lines: Sequence[OptionLine], page: Page) -> list[Line]:
    """Lettered options: two to a row where all of them fit and none is marked, else one to a row."""
    bare = all(len(line.spans) == 1 and isinstance(line.spans[0], Mono) for line in lines)
    cells = [page.words(line.spans, bare=bare) for line in lines]
    for cell in cells:
        cell.plain = inert_line(cell.plain) if "\n" in cell.plain else cell.plain
    rows = _two_columns(lines, cells, page) if not any(line.mark for line in lines) else None
    return rows if rows is not None else _one_column(lines, cells, page)


def _letter(option: OptionLine) -> Line:
    return Line("  ", end="").append(inert_line(option.letter), style=TITLE).append("  ")


def _one_column(lines: Sequence[OptionLine], cells: Sequence[Line], page: Page) -> list[Line]:
    found: list[Line] = []
    for option, cell in zip(lines, cells, strict=True):
        marked = cell.copy()
        if option.mark:
            marked.append(f"  ← {inert_line(option.mark)}", style=RIGHT)
        first, *rest = page.wrapped(marked, " " * 5)
        found += [_letter(option).append_text(first[5:]), *rest]
    return found


def _two_columns(lines: Sequence[OptionLine], cells: Sequence[Line], page: Page) -> list[Line] | None:
    left = max((cell_len(cell.plain) for cell in cells[::2]), default=0)
    right = max((cell_len(cell.plain) for cell in cells[1::2]), default=0)
    if len(lines) < 3 or 5 + left + _GAP + 3 + right > page.width:
        return None
    found = []
    for at in range(0, len(lines), 2):
        row = _letter(lines[at]).append_text(cells[at])
        if at + 1 < len(lines):
            row.append(" " * (left - cell_len(cells[at].plain) + _GAP - 2))
            row.append_text(_letter(lines[at + 1])).append_text(cells[at + 1])
        found.append(row)
    return found


def bars(chart: Bars, page: Page) -> list[Line]:
    """One bar a line, with its numbers in words beside it."""
    labels = [inert_line(row.label) for row in chart.rows]
    widest = max(map(cell_len, labels), default=0)
    size = max(5, min(_BAR, page.width - widest - 16))
    found = []
    for label, row in zip(labels, chart.rows, strict=True):
        full = round(size * row.value / row.total) if row.total else 0
        drawn = "█" * full + "░" * (size - full)
        found.append(Line(f"  {label}{' ' * (widest - cell_len(label))}  {drawn}  {row.value} of {row.total}"))
    return found


def actions(card: Card, page: Page) -> list[Line]:
    """What can be pressed by number, in as few lines as they take; lettered buttons are their options."""
    return numbered(keys(card), page)


def numbered(found: Sequence[Key], page: Page) -> list[Line]:
    """``[1] Another on this topic  [2] Read the lesson``, broken between buttons only."""
    lines: list[Line] = []
    for key in found:
        part = Line(end="").append(f"[{key.shown}]", style=TITLE).append(f" {inert_line(key.label)}")
        if lines and cell_len(lines[-1].plain) + 2 + cell_len(part.plain) <= page.width:
            lines[-1].append("  ").append_text(part)
        else:
            lines += page.wrapped(part)[:1] if cell_len(part.plain) <= page.width else page.wrapped(part)
    return lines
