"""What can be asked and what can be learned: frozen values that know no chat, no players and no time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Version: TypeAlias = tuple[int, int]
"""A Python feature release, e.g. ``(3, 12)``."""


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    SELECT = "select"
    OUTPUT = "output"


class Level(StrEnum):
    """Whom a question is fair to; of the question, not of its topic."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Format(StrEnum):
    """What a question asks its reader to do."""

    CONCEPT = "concept"
    PRINTS = "prints"
    BUG = "bug"
    FIX = "fix"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that somebody might give, with the reason it is right or the misconception behind it.

    ``text`` and ``reason`` are inline Markdown (code spans, emphasis, links). For an *output* question the right
    options are what is accepted, and the others are wrong answers that we have an explanation for; neither is shown.
    """

    text: str
    right: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to answer. ``prompt`` and ``explanation`` are inline Markdown; ``code`` is Python or absent.

    ``difficulty`` runs from 1 to 10. ``since`` and ``until`` are the first and the last Python release it holds for.
    ``starter`` marks the ones that make people argue: a new channel begins with those.
    """

    id: str
    topic: str
    category: str
    kind: Kind
    level: Level
    difficulty: int
    format: Format
    prompt: str
    code: str | None
    options: tuple[Option, ...]
    explanation: str
    since: Version | None = None
    until: Version | None = None
    starter: bool = False

    @property
    def right(self) -> tuple[int, ...]:
        """Positions of the right options, in the order they are written."""
        return tuple(i for i, option in enumerate(self.options) if option.right)


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph of inline Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list whose items are inline Markdown."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block of code; ``language`` is ``python``, ``output`` (what the code above prints) or another fence's word."""

    text: str
    language: str = "python"


Block: TypeAlias = Prose | Bullets | CodeBlock


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What an interviewer asks next, with a one-line answer and, where it is one, the topic it leads to."""

    question: str
    answer: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document worth reading, at a stable address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a topic teaches, part by part."""

    answer: tuple[Block, ...]
    deep_dive: tuple[Block, ...]
    example: tuple[Block, ...]
    mistakes: tuple[Block, ...]
    production: tuple[Block, ...]
    follow_ups: tuple[FollowUp, ...]
    why: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a lesson is about; ``aliases`` are what people type, in lower case, each belonging to one topic."""

    slug: str
    title: str
    level: Level
    difficulty: int
    category: str
    aliases: tuple[str, ...]
    references: tuple[Reference, ...]
    lesson: Lesson
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of topics that loaded whole; ``name`` is the folder's."""

    name: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a pack: where, what was found there and what is wanted instead. ``line`` counts from 1."""

    file: str
    line: int
    field: str
    found: str
    wanted: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message} (found {self.found}; wanted {self.wanted})"


@dataclass(frozen=True, slots=True)
class Runs:
    """The code ends without an exception; where ``stdout`` is given it prints exactly that."""

    stdout: str | None = None


@dataclass(frozen=True, slots=True)
class Raises:
    """The code ends with this exception (its class's bare name), after printing ``stdout`` where that is given."""

    exception: str
    stdout: str | None = None


@dataclass(frozen=True, slots=True)
class DoesNotCompile:
    """Compiling the code raises SyntaxError or a subclass of it, named where it matters."""

    exception: str = "SyntaxError"


@dataclass(frozen=True, slots=True)
class Compiles:
    """The code is only compiled: a sketch that needs a library or a server."""


@dataclass(frozen=True, slots=True)
class PrintsOption:
    """The code prints what the right option says and what no wrong option says, spacing and quote style forgiven.

    Where the right option names an exception (``TypeError``) the code must end with it.
    """

    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Code whose behaviour a topic asserts; ``line`` is where its fence opens in ``file``."""

    file: str
    line: int
    code: str
    expect: Runs | Raises | DoesNotCompile | Compiles | PrintsOption
    since: Version | None = None
    until: Version | None = None
    question: str | None = field(default=None)
