"""The playground's own commands, set apart by a colon: what they say, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

LONGEST = timedelta(days=60)
"""So much time passes at once, at most: each instant on the way is really played."""

LONGEST_NAME = 30

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PART = re.compile(r"(\d{1,5})\s*([mhdw])[a-z]*", re.IGNORECASE)
_WHOLE = re.compile(rf"(?:{_PART.pattern}[\s,]*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Next:
    """To the next delivery."""


@dataclass(frozen=True, slots=True)
class Advance:
    """So much time passes; None where the words say no length of time."""

    by: timedelta | None
    words: str


@dataclass(frozen=True, slots=True)
class Week:
    """Five working days."""


@dataclass(frozen=True, slots=True)
class As:
    """Somebody else speaks; an empty name says none."""

    name: str


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said below the last reveal."""


@dataclass(frozen=True, slots=True)
class Help:
    """The list of these commands."""


@dataclass(frozen=True, slots=True)
class Quit:
    """The end."""


@dataclass(frozen=True, slots=True)
class NoSuch:
    """None of them."""

    word: str


Colon: TypeAlias = Next | Advance | Week | As | Thread | Help | Quit | NoSuch

_BARE: dict[str, Colon] = {
    ":next": Next(),
    ":n": Next(),
    ":week": Week(),
    ":thread": Thread(),
    ":help": Help(),
    ":h": Help(),
    ":?": Help(),
    ":": Help(),
    ":quit": Quit(),
    ":q": Quit(),
    ":exit": Quit(),
}


def read_colon(line: str) -> Colon:
    """The command in a line that begins with a colon."""
    word, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    if word.lower() == ":advance":
        return Advance(read_length(rest), rest)
    if word.lower() == ":as":
        return As(rest[:LONGEST_NAME])
    return _BARE.get(word.lower(), NoSuch(word))


def read_length(words: str) -> timedelta | None:
    """``7h``, ``1d 4h``, ``90 minutes`` as a length of time, 60 days at most; None for anything else."""
    if not _WHOLE.fullmatch(words):
        return None
    length = sum((int(n) * _UNITS[unit.lower()] for n, unit in _PART.findall(words)), timedelta())
    return length if timedelta() < length <= LONGEST else None
