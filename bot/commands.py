"""What can be said after ``/pyquiz``: one table, from which parsing, help and completion follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from bot.model import Period
from bot.spoken.dates import find_date
from bot.spoken.unclear import Unclear


class Verb(StrEnum):
    """The commands by name."""

    TODAY = "today"
    ANSWER = "answer"
    TOPIC = "topic"
    RANDOM = "random"
    ANOTHER = "another"
    TOPICS = "topics"
    LEADERBOARD = "leaderboard"
    ME = "me"
    STREAK = "streak"
    HELP = "help"
    SETUP = "setup"
    STATUS = "status"
    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"
    ASK_NOW = "ask now"


@dataclass(frozen=True, slots=True)
class Said:
    """A command that parsed: ``words`` is what came after its name, ``values`` what that means by name."""

    verb: Verb
    words: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


Arguments: TypeAlias = Callable[[str], Mapping[str, str] | None]
"""Reads what follows a command's name: its values, or None where it cannot be meant."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One row of the table. ``usage`` and ``summary`` are what help prints; ``changes`` marks what is never guessed."""

    verb: Verb
    also: tuple[str, ...]
    usage: str
    summary: str
    takes: Arguments
    managers: bool = False
    changes: bool = False


def _nothing(rest: str) -> Mapping[str, str] | None:
    return None if rest else {}


def _anything(rest: str) -> Mapping[str, str] | None:
    return {"words": rest}


def _something(rest: str) -> Mapping[str, str] | None:
    return {"words": rest} if rest else None


PERIODS: Mapping[str, str] = {
    "": Period.WEEK,
    "week": Period.WEEK,
    "weekly": Period.WEEK,
    "this week": Period.WEEK,
    "month": Period.MONTH,
    "monthly": Period.MONTH,
    "this month": Period.MONTH,
    "all": Period.ALL,
    "all time": Period.ALL,
    "ever": Period.ALL,
    "streak": "streak",
    "streaks": "streak",
}


def _period(rest: str) -> Mapping[str, str] | None:
    period = PERIODS.get(rest.lower())
    return None if period is None else {"period": period}


SETTINGS = ("zone", "time", "reveal", "days", "levels", "topics", "holidays", "python", "mondays")

_SETTING = re.compile(rf"(?:^|[\s,;])({'|'.join(SETTINGS)})\s*[=:]\s*", re.IGNORECASE)


def _settings(rest: str) -> Mapping[str, str] | None:
    """``zone=Berlin time=9:30 days=mon-fri`` → values by name; None where something stands before the first name."""
    parts = _SETTING.split(rest)
    if parts[0].strip():
        return None
    return {name.lower(): value.strip(" ,;") for name, value in zip(parts[1::2], parts[2::2], strict=True)}


def _help_on(rest: str) -> Mapping[str, str] | None:
    if rest and rest.lower() not in _NAMES:
        return None
    return {"words": rest}


def _day(rest: str) -> Mapping[str, str] | None:
    """A day, or nothing; after ``on`` anything is meant as one, and told where it is none."""
    if found := re.fullmatch(r"on\s+(.+)", rest, re.IGNORECASE):
        return {"words": found[1]}
    return {"words": rest} if not rest or _names_a_day(rest) else None


def _names_a_day(words: str) -> bool:
    return not isinstance(find_date(words, date(2024, 1, 1)), Unclear)


def _until(rest: str) -> Mapping[str, str] | None:
    """A day to come back on, or nothing; after ``until`` anything is meant as one, and told where it is none."""
    if not rest:
        return {"until": ""}
    if found := re.fullmatch(r"(?:until|till)\s+(.+)", rest, re.IGNORECASE):
        return {"until": found[1]}
    found = re.fullmatch(r"(?:to|for)\s+(.+)", rest, re.IGNORECASE)
    return {"until": found[1]} if found and _names_a_day(found[1]) else None


TABLE: tuple[Spec, ...] = (
    Spec(Verb.TODAY, ("q", "question", "daily", "now"), "today", "the open question", _nothing),
    Spec(Verb.ANSWER, (), "answer b", "answer the open question", _anything, changes=True),
    Spec(
        Verb.TOPIC,
        ("practice", "practise", "quiz me on", "quiz on", "quiz", "about"),
        "topic closures",
        "practise a topic, privately; its name alone does the same",
        _something,
    ),
    Spec(
        Verb.RANDOM,
        ("quiz me", "quiz", "practice", "practise", "surprise me", "any"),
        "random",
        "practise anything",
        _nothing,
    ),
    Spec(Verb.ANOTHER, ("again", "more"), "another", "one more on the same topic", _nothing),
    Spec(
        Verb.TOPICS,
        ("topic", "browse", "search", "categories"),
        "topics [words]",
        "what there is to practise",
        _anything,
    ),
    Spec(
        Verb.LEADERBOARD,
        ("lb", "top", "board", "rank", "ranking", "standings", "scores"),
        "leaderboard [week, month, all, streak]",
        "where everybody stands",
        _period,
    ),
    Spec(
        Verb.ME,
        ("stats", "profile", "score", "points", "progress", "my stats"),
        "me",
        "your points, accuracy and strengths",
        _nothing,
    ),
    Spec(
        Verb.STREAK,
        ("streaks", "history", "calendar", "freezes"),
        "streak",
        "your streak, round by round",
        _nothing,
    ),
    Spec(Verb.HELP, ("?", "h", "commands", "hi", "hello"), "help [command]", "this page", _help_on),
    Spec(
        Verb.SETUP,
        ("settings", "config", "configure", "preferences", "edit", "schedule"),
        "setup [zone=Berlin time=9:30 reveal=16:00 days=mon-fri]",
        "when and what this channel is asked",
        _settings,
        managers=True,
        changes=True,
    ),
    Spec(Verb.STATUS, ("info",), "status", "how this channel is set up, and what comes next", _nothing),
    Spec(
        Verb.PAUSE,
        ("stop", "mute"),
        "pause [until 2 Jan]",
        "stop asking; streaks are safe",
        _until,
        managers=True,
        changes=True,
    ),
    Spec(Verb.RESUME, ("start", "unpause"), "resume", "ask again", _nothing, managers=True, changes=True),
    Spec(Verb.SKIP, (), "skip [date]", "leave a day out", _day, managers=True, changes=True),
    Spec(Verb.ASK_NOW, ("post now",), "ask now", "ask today's question at once", _nothing, managers=True, changes=True),
)

LATER = frozenset(
    [
        "review",
        "due",
        "missed",
        "flashcards",
        "share",
        "away",
        "back",
        "ooo",
        "pto",
        "vacation",
        "holiday",
        "remind",
        "reminders",
        "nudge",
        "unsubscribe",
        "hide",
        "show",
        "suggest",
        "submit",
        "contribute",
        "report",
        "flag",
        "privacy",
        "managers",
        "reports",
        "correct",
        "void",
        "questions",
        "link",
    ]
) | frozenset({"opt out", "opt in", "my data", "forget me", "wrong answer"})
"""Words that no topic may take, because commands to come will."""


LIKE_ENOUGH = 74
"""How alike (0–100) a misspelt command has to be to be offered: ``ledaerboard`` is, ``closures`` is not."""


def _phrases() -> dict[str, list[Spec]]:
    found: dict[str, list[Spec]] = {}
    for spec in TABLE:
        for phrase in (spec.verb.value, *spec.also):
            found.setdefault(phrase, []).append(spec)
    return found


_PHRASES = _phrases()
_NAMES = frozenset(_PHRASES)
_LONGEST = max(len(phrase.split()) for phrase in _NAMES)

RESERVED = _NAMES | LATER
"""Every word or phrase that belongs to a command: no topic alias may equal one."""

_DASHES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " "})
_MARKS = re.compile(r"^(\*{1,2}|`{1,3}|~)(?=\S)(.*\S)\1$", re.DOTALL)


def clean(text: str) -> str:
    """What was meant: without a leading ``/pyquiz``, and with the curly quotes, long dashes, bold and code marks that
    platforms add undone."""
    words = text.translate(_DASHES).strip()
    words = re.sub(r"^/pyquiz\b\s*", "", words, flags=re.IGNORECASE)
    while (found := _MARKS.match(words)) and found[1] not in found[2]:
        words = found[2].strip()
    return words


def parse(text: str) -> Said | None:
    """The command that a cleaned text says, or None where it says none: then it may be a topic.

    The longest name wins; a name whose arguments don't parse is no command.
    """
    if not text:
        return Said(Verb.TODAY)
    if re.fullmatch(r"[a-eA-E]", text):
        return Said(Verb.ANSWER, text)
    words = text.split()
    for length in range(min(_LONGEST, len(words)), 0, -1):
        name = " ".join(words[:length]).lower()
        rest = text.split(maxsplit=length)[length] if len(words) > length else ""
        for spec in _PHRASES.get(name, ()):
            values = spec.takes(rest)
            if values is not None:
                return Said(spec.verb, values.get("words", rest), values)
    return None


def completions(prefix: str) -> tuple[str, ...]:
    """Command names that begin with ``prefix``, the table's order."""
    wanted = prefix.lower().strip()
    return tuple(spec.verb.value for spec in TABLE if spec.verb.value.startswith(wanted) and spec.verb != Verb.ANSWER)


def nearest(text: str) -> tuple[str, ...]:
    """The commands a text may have meant, the likeliest first, three at most: misspelt, or with what cannot follow."""
    from rapidfuzz import fuzz, process

    wanted = " ".join(text.lower().split()[:_LONGEST])
    near = process.extract(wanted, sorted(_NAMES), scorer=fuzz.ratio, limit=8, score_cutoff=LIKE_ENOUGH)
    said = [spec.verb.value for spec in TABLE if f"{wanted} ".startswith(f"{spec.verb.value} ")]
    found = dict.fromkeys((*said, *(_PHRASES[name][0].verb.value for name, _, _ in near)))
    return tuple(verb for verb in found if verb not in (Verb.ANSWER, Verb.TOPIC))[:3]


def named(name: str) -> Spec | None:
    """The row of a command by its name or another name for it."""
    found = _PHRASES.get(name.lower())
    return found[0] if found else None
