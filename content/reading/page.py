"""A topic file as a page: its front matter, and headings with the paragraphs, lists and fences under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Inline Markdown on one line."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: the words after its ticks, and its text without the last line break."""

    line: int
    info: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, line by line."""

    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one level."""

    line: int
    items: tuple[Item, ...]
    ordered: bool


Part: TypeAlias = Paragraph | Fence | Listing


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (``level`` 0: what stands before the first one) and what is under it."""

    line: int
    level: int
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that a topic file does not hold: a table, an image, HTML …"""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Page:
    """A whole file. ``front`` is None where there is no front matter; lines count from 1."""

    front: str | None
    sections: tuple[Section, ...]
    strays: tuple[Stray, ...]
    lines: int


_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

_STRAYS = {
    "table_open": "a table",
    "blockquote_open": "a quotation",
    "hr": "a rule",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "an image",
    "code_block": "code by indentation",
}


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def read_page(text: str) -> Page:
    """The page of a file's text, whose line breaks are line feeds."""
    match = _FRONT.match(text)
    front = match.group(1) if match else None
    # The front matter's lines stay as empty ones, so that every line keeps its number.
    body = "\n" * match.group(0).count("\n") + text[match.end() :] if match else text
    environment: dict[str, dict[str, object]] = {}
    tokens = _markdown().parse(body, environment)
    builder = _Builder(body.split("\n"))
    builder.build(tokens)
    if environment.get("references"):
        builder.strays.append(Stray(1, "a link definition ([name]: address)"))
    return Page(front, tuple(builder.sections), tuple(builder.strays), text.rstrip("\n").count("\n") + 1)


class _Builder:
    """Walks the tokens once and keeps what a page is made of."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.sections: list[Section] = [Section(1, 0, "", ())]
        self.strays: list[Stray] = []

    def build(self, tokens: Sequence[Token]) -> None:
        for token, inside in _blocks(tokens):
            self._inline_strays(token, inside)
            if token.type == "heading_open":
                self.sections.append(Section(_line(token), int(token.tag[1]), _content(inside), ()))
            else:
                part = self._part(token, inside)
                if part is not None:
                    last = self.sections[-1]
                    self.sections[-1] = Section(last.line, last.level, last.title, (*last.parts, part))

    def _part(self, token: Token, inside: Sequence[Token]) -> Part | None:
        if token.type == "paragraph_open":
            return Paragraph(_line(token), _content(inside))
        if token.type == "fence":
            return self._fence(token)
        if token.type in ("bullet_list_open", "ordered_list_open"):
            items = tuple(self._items(inside))
            return Listing(_line(token), items, token.type.startswith("ordered"))
        self.strays.append(Stray(_line(token), _STRAYS.get(token.type, token.type)))
        return None

    def _fence(self, token: Token) -> Fence:
        start, end = token.map or [0, 1]
        if end - start < 2 or not self.lines[end - 1].strip().startswith(token.markup):
            self.strays.append(Stray(start + 1, "a fence that is never closed"))
        return Fence(start + 1, token.info.strip(), token.content.removesuffix("\n"))

    def _items(self, tokens: Sequence[Token]) -> Iterator[Item]:
        for token, inside in _blocks(tokens):
            blocks = list(_blocks(inside))
            if [block.type for block, _ in blocks] == ["paragraph_open"]:
                yield Item(_line(token), tuple(line.strip() for line in inside[1].content.split("\n")))
            else:
                self.strays.append(Stray(_line(token), "a list item that is not one paragraph"))

    def _inline_strays(self, token: Token, inside: Sequence[Token]) -> None:
        for inner in inside:
            for child in inner.children or ():
                what = "underscores that are no code" if "_" in child.markup else _STRAYS.get(child.type)
                if what and child.nesting >= 0:
                    self.strays.append(Stray(_line(inner) if inner.map else _line(token), what))


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """The outermost blocks, each with the tokens inside it."""
    start = 0
    while start < len(tokens):
        depth: int = tokens[start].nesting
        end = start + 1
        while depth > 0:
            depth += tokens[end].nesting
            end += 1
        yield tokens[start], tokens[start + 1 : max(end - 1, start + 1)]
        start = end


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _content(inside: Sequence[Token]) -> str:
    return " ".join(line.strip() for token in inside if token.type == "inline" for line in token.content.split("\n"))
