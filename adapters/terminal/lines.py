"""Where typed lines come from: a pipe, or a list that somebody wrote before; ``keyboard`` has the third way."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Protocol, TextIO, TypeAlias

from rich.text import Text as Line

from adapters.terminal.inert import inert_line
from adapters.terminal.page import PROMPT
from adapters.terminal.screen import Screen

Complete: TypeAlias = Callable[[str], Awaitable[tuple[tuple[str, str], ...]]]
"""What a half-typed line could become: pairs of the whole line and what to show beside it."""


class Interrupted(Exception):
    """Ctrl-C at the prompt."""


class Lines(Protocol):
    """A source of typed lines."""

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line; None at the end. Raises Interrupted on Ctrl-C."""


class Written:
    """Lines that are known beforehand; each is shown as if it were being typed."""

    def __init__(self, screen: Screen, lines: Iterable[str]) -> None:
        self._screen = screen
        self._lines = iter(lines)

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line."""
        line = next(self._lines, None)
        if line is not None:
            echo(self._screen, prompt, line)
        return line


class Piped:
    """Lines of a stream that is no keyboard; a thread reads it, so that signals are never kept waiting."""

    def __init__(self, screen: Screen, stream: TextIO | None = None) -> None:
        self._screen = screen
        self._stream = sys.stdin if stream is None else stream
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._first: list[str | None] = []
        threading.Thread(target=self._pump, name="stdin", daemon=True).start()

    def _pump(self) -> None:
        with suppress(RuntimeError):  # the loop may end before the stream does
            for line in self._stream:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)

    async def empty(self) -> bool:
        """Whether there is no line at all; waits for the first one."""
        self._first = [await self._queue.get()]
        return self._first == [None]

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line, echoed after its prompt so that a transcript reads well. The end stays the end, however
        often it is read: a form that meets it is left, and then the conversation is."""
        line = self._first.pop() if self._first else await self._queue.get()
        if line is None:
            self._queue.put_nowait(None)
            return None
        line = line.rstrip("\r\n")
        echo(self._screen, prompt, line)
        return line


def echo(screen: Screen, prompt: str, line: str) -> None:
    """Show a line that nobody typed here."""
    screen.lines([Line(end="").append(prompt, style=PROMPT).append(inert_line(line))])
