"""What a running task is about: one id that every line it logs carries, and every task it begins inherits.

A delivery goes by its key. Whatever somebody pressed, typed or sent gets a number of its own, and no replica and no
restart gives the same again; it is written out only where a line is, for presses come in herds.
"""

from __future__ import annotations

import secrets
from contextvars import Context, ContextVar, Token, copy_context
from itertools import count

_about: ContextVar[str | int] = ContextVar("pyquiz_about", default="")
_process = secrets.token_hex(3)
_numbers = count(1)


def about() -> str:
    """The id of what the running task is about; empty where it is about nothing in particular."""
    found = _about.get()
    return found if isinstance(found, str) else f"press:{_process}-{found}"


def follow(name: str) -> None:
    """From here on the running task is about this."""
    _about.set(name)


def begin() -> Token[str | int] | None:
    """From here until ``end`` the running task is about something new, if it is about nothing yet."""
    return None if _about.get() else _about.set(next(_numbers))


def end(begun: Token[str | int] | None) -> None:
    """As it was before ``begin``."""
    if begun is not None:
        _about.reset(begun)


def inherited() -> Context:
    """The context for a task that does what was asked for: about what this one is about, or about something new."""
    context = copy_context()
    if not _about.get():
        context.run(_about.set, next(_numbers))
    return context
