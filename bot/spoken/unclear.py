"""The value that stands for words nobody could read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that were not understood: ``sentence`` says so and what would be, ``nearest`` is what may be meant."""

    sentence: str
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence


def either(names: Sequence[str]) -> str:
    """``a, b or c``."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def quoted(text: str) -> str:
    """What somebody typed, in quotes, on one line and not too long for a sentence."""
    words = " ".join(text.split())
    return f'"{words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"}"'
