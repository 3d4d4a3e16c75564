"""Inline Markdown as frozen runs: plain words, words that stand out, code, links."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class RunStyle(StrEnum):
    """How a run of text looks."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; ``href`` is set where it leads somewhere."""

    text: str
    style: RunStyle = RunStyle.PLAIN
    href: str | None = None


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """The parser, imported on first use: a bot that has not shown a card yet has no need of it."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[Run, ...]:
    """The runs of inline Markdown, neighbours of one style joined; emphasis of either strength stands out.

    Line breaks are spaces. Images and HTML, which no pack that loads contains, come out as their plain words.
    """
    merged: list[Run] = []
    for run in _walk(_inline(text)):
        last = merged[-1] if merged else None
        if last is not None and (last.style, last.href) == (run.style, run.href):
            merged[-1] = Run(last.text + run.text, run.style, run.href)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def plain(text: str) -> str:
    """Inline Markdown without its marks: what a reader sees and what limits count."""
    return "".join(run.text for run in runs(text))


def _inline(text: str) -> list[Token]:
    parsed = _markdown().parseInline(text)
    return [child for token in parsed for child in token.children or ()]


def _walk(tokens: list[Token]) -> list[Run]:
    found: list[Run] = []
    strong, href = 0, None
    for token in tokens:
        if token.type in ("strong_open", "em_open"):
            strong += 1
        elif token.type in ("strong_close", "em_close"):
            strong -= 1
        elif token.type == "link_open":
            href = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            href = None
        elif token.type == "code_inline":
            found.append(Run(token.content, RunStyle.CODE, href))
        elif token.type in ("softbreak", "hardbreak"):
            found.append(Run(" ", RunStyle.STRONG if strong else RunStyle.PLAIN, href))
        else:
            found.append(Run(token.content, RunStyle.STRONG if strong else RunStyle.PLAIN, href))
    return found
