"""Lines from a keyboard, by prompt_toolkit: editing, history, completion. Imported only where there is a terminal."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory

from adapters.terminal.inert import inert_line
from adapters.terminal.lines import Complete, Interrupted


class Keyboard:
    """A terminal with line editing, a history kept in a file, and completion."""

    def __init__(self, history: Path) -> None:
        history.parent.mkdir(parents=True, exist_ok=True)
        self._session: PromptSession[str] = PromptSession(history=FileHistory(str(history)))

    async def read(self, prompt: str, complete: Complete | None = None) -> str | None:
        """The next line; None at Ctrl-D. Raises Interrupted on Ctrl-C."""
        try:
            return await self._session.prompt_async(
                [("ansigreen", prompt)],
                completer=None if complete is None else Completing(complete),
                complete_while_typing=False,
            )
        except EOFError:
            return None
        except KeyboardInterrupt:
            raise Interrupted from None


class Completing(Completer):
    """Completes the whole line, by asking for what it could become."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing without waiting: the suggestions come from the core."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """What the line could become."""
        typed = document.text_before_cursor
        for line, beside in await self._complete(typed):
            yield Completion(
                line, start_position=-len(typed), display=inert_line(line), display_meta=inert_line(beside)
            )
