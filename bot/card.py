"""A message without a platform: spans, blocks, actions, cards, forms and replies.

The core returns these; an adapter translates them. Nothing in here is ever escaped or formatted for a platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.model import Place


@dataclass(frozen=True, slots=True)
class Plain:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Mono:
    """Code within a sentence; ``text`` is the code itself, backticks not included."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the workspace, by the platform's id; shown by ``name``, and never pinged."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Role:
    """A group of people, by the platform's id; shown by the platform's own name for it, and never pinged."""

    id: str
    text: str = "a role"


class When(StrEnum):
    """How much of an instant is shown."""

    TIME = "time"  # 16:00
    DAY = "day"  # Wed 13 Jan
    DAY_TIME = "day_time"  # Wed 13 Jan 16:00


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment, shown in the reader's own zone where the platform can and in ``zone`` (IANA name) where it can't."""

    at: datetime
    zone: str
    show: When = When.TIME


Span: TypeAlias = Plain | Strong | Mono | Link | Person | Role | Instant
Spans: TypeAlias = tuple[Span, ...]


class Tone(StrEnum):
    """What a line of text is for."""

    TITLE = "title"
    BODY = "body"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph."""

    spans: Spans
    tone: Tone = Tone.BODY


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code, never wrapped or escaped."""

    text: str
    language: str = "python"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen: what is shown and what comes back."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One lettered option; ``mark`` is words such as "right", set only after the reveal."""

    letter: str
    spans: Spans
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The lettered options of a question, each on its own line."""

    lines: tuple[OptionLine, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: ``value`` of ``total``."""

    label: str
    value: int
    total: int


@dataclass(frozen=True, slots=True)
class Bars:
    """A small bar chart."""

    rows: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the words that stand for it."""

    png: bytes
    alt: str


Block: TypeAlias = Text | Code | Options | Bars | Picture


class Style(StrEnum):
    """How much a button stands out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button; ``id`` is a ButtonId in its written form.

    ``choices``: all that its form asks for is some of these. A platform with menus for several in its messages may show
    one instead of the button; what is chosen comes back as a Press of the same id with ``values``.
    """

    id: str
    label: str
    style: Style = Style.PLAIN
    opens_form: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A drop-down; what is chosen comes back as a Press with ``values``."""

    id: str
    label: str
    choices: tuple[Choice, ...]
    most: int = 1


Action: TypeAlias = Button | Menu


@dataclass(frozen=True, slots=True)
class Card:
    """A message: what notifications and screen readers say (``plain``), what is shown, and what can be done.

    ``name`` is set on a card that can be answered, and only there: a word or two that a prompt can call it by
    (``today``, ``metaclasses``). Its lettered buttons answer it, else its first button that opens a form.
    ``calls`` is the role that a new message pings, by the platform's id: only where a channel's manager asked for it.
    """

    plain: str
    blocks: tuple[Block, ...]
    actions: tuple[Action, ...] = ()
    name: str = ""
    calls: str | None = None


class Where(StrEnum):
    """Who sees a reply, and in whose place it comes."""

    PRIVATE = "private"
    REPLACE = "replace"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Promise:
    """A card says that something will be asked in ``place``. An adapter that knows PyQuiz cannot speak there says that
    instead, with a button whose id is ``again``: pressed, it brings the card anew."""

    place: Place
    again: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What to show to somebody who spoke."""

    card: Card
    where: Where = Where.PRIVATE
    promise: Promise | None = None


class FieldKind(StrEnum):
    """What a field of a form takes."""

    TEXT = "text"
    ONE = "one"  # one of choices
    MANY = "many"  # any of choices
    SUGGEST = "suggest"  # one, out of what Face.suggest offers as one types
    CHANNEL = "channel"  # a channel of this workspace, by the platform's id: see Submission.place
    ROLE = "role"  # a role of this workspace, by the platform's id; left out where a platform has none


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``values`` is what stands in it at first."""

    name: str
    label: str
    kind: FieldKind
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    optional: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Something to fill in; ``id`` is a ButtonId in its written form, and comes back with the Submission.

    ``previewed``: what it would do (``Face.preview``) is to be shown before it is sent.
    """

    id: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    intro: tuple[Block, ...] = ()
    previewed: bool = False


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Why a submission was not taken: one sentence a field, by the field's name."""

    errors: tuple[tuple[str, str], ...]


class BadButton(ValueError):
    """This button's id is none that PyQuiz writes."""


ID_BYTES = 100
"""The longest button id any platform takes: Discord's ``custom_id``, in characters; ours are ASCII."""

_MARK = "pq"


@dataclass(frozen=True, slots=True)
class ButtonId:
    """All the memory that a button needs: a verb and its arguments, in at most 100 bytes, and no secret."""

    verb: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The written form, e.g. ``pq|answer|81|2``; raises BadButton where it would not fit or not come back."""
        parts = (_MARK, self.verb, *self.args)
        text = "|".join(parts)
        if any("|" in part for part in parts) or not text.isascii() or len(text) > ID_BYTES:
            raise BadButton(f"a button id must be ASCII, without '|' in its parts, up to {ID_BYTES} bytes: {text!r}")
        return text

    @classmethod
    def read(cls, text: str) -> ButtonId:
        """The ButtonId of a written form; raises BadButton for anything else."""
        mark, *rest = text.split("|")
        if mark != _MARK or not rest or not rest[0]:
            raise BadButton(f"not a PyQuiz button: {text[:120]!r}")
        return cls(rest[0], tuple(rest[1:]))
