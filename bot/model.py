"""The words of the product as frozen values. All datetimes are aware and in UTC; dates are local to their channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from content.question import Level, Question, Version


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel or a person of a workspace and, where wanted, a parent message's thread.

    All ids are the platform's own. ``name`` is what people call the place (``#python``), for sentences only.
    ``broadcast``: a reply in a thread that the whole channel is to see as well. Where somebody spoke, a channel beside
    a person is the one that they mean in their direct messages.
    """

    platform: str
    workspace: str
    channel: str | None = None
    person: str | None = None
    parent: str | None = None
    name: str = ""
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that a platform has taken, by the platform's own id."""

    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who speaks, as the platform describes them.

    ``admin``: may administrate the workspace. ``may_set_up``: the platform's rule lets them set PyQuiz up in the
    place they speak in. ``zone`` is their IANA zone where the platform tells it. ``channels``: the channels they can
    see, by the platform's ids, where the adapter knows; outside a channel only these are spoken of.
    """

    platform: str
    workspace: str
    person: str
    name: str
    admin: bool = False
    may_set_up: bool = False
    zone: str | None = None
    channels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a menu was used. ``button`` is the written ButtonId; ``values`` what a menu sent along.

    ``message`` is the channel's message that the button hangs on, and None for a private one.
    """

    actor: Actor
    place: Place
    button: str
    values: tuple[str, ...] = ()
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody typed ``/pyquiz <text>``, or ``<text>`` where no slash is needed."""

    actor: Actor
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A form was sent. ``form`` is the Form's id; ``values`` its fields' contents by name.

    ``place`` is where the form was opened or, where a field chose a channel, that channel by its id and name; then
    ``actor.may_set_up`` speaks of it. Adapters ask their platform; a channel that a person cannot see is not passed on.
    """

    actor: Actor
    place: Place
    form: str
    values: Mapping[str, tuple[str, ...]]
    message: MessageRef | None = None


class Weekday(StrEnum):
    """Days by name: numbers mean different days to different libraries."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


WORKING_DAYS = frozenset({Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI})


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a channel is asked and told, in its own local time.

    ``zone`` is an IANA name; ``reveal`` None means: with the next question; ``holidays`` an ISO 3166 country, with a
    subdivision after a dash where wanted (``DE-BE``), or None.
    """

    zone: str
    post: time = time(9, 0)
    reveal: time | None = time(16, 0)
    weekdays: frozenset[Weekday] = WORKING_DAYS
    holidays: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which questions a channel wants; empty sets mean all. ``python`` is the release the team runs, if it said so."""

    levels: frozenset[Level] = frozenset()
    topics: frozenset[str] = frozenset()
    python: Version | None = None
    easy_mondays: bool = True


class ChannelState(StrEnum):
    """Whether a channel is asked."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel with its schedule. ``managers`` are people by the platform's id, the first one who set it up first.

    ``reason`` says why it is paused or gone; ``paused_until`` is the local date on which it is asked again.
    ``last_number`` is the number of its latest round, 0 before the first. ``role`` is pinged by its questions, by the
    platform's id; None: nobody.
    """

    id: int
    workspace: int
    place: Place
    schedule: Schedule
    filters: Filters
    language: str
    state: ChannelState
    reason: str
    paused_until: date | None
    paused_by: str | None
    managers: tuple[Actor, ...]
    last_number: int
    next_date: date | None
    next_due: datetime | None
    role: str | None = None


class News(StrEnum):
    """What managers are told about their channel without having asked."""

    GONE = "gone"
    SILENT = "silent"
    ASLEEP = "asleep"


class RoundState(StrEnum):
    """A round is open until the commit that closes it, or that voids it."""

    OPEN = "open"
    CLOSED = "closed"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Round:
    """One question asked in one channel for one local date.

    ``question`` is the frozen copy; ``order[i]`` is the written position of the option displayed at place i;
    ``key`` is the canonical right answer (see ``bot.scoring.key``). ``closes`` is the promised instant, ``closed``
    the commit's. ``spared``: it closed over 15 minutes late, so a miss changes nothing.
    """

    id: int
    channel: int
    date: date
    number: int
    question: Question
    order: tuple[int, ...]
    points: int
    key: str
    opened: datetime
    closes: datetime
    closed: datetime | None
    state: RoundState
    spared: bool
    void_reason: str | None


@dataclass(frozen=True, slots=True)
class Player:
    """An account in a workspace."""

    id: int
    workspace: int
    person: str
    name: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a player said in a round; the last one counts. ``choice`` is canonical, ``text`` what was typed, if so."""

    round: int
    player: int
    choice: str
    text: str | None
    first_at: datetime
    at: datetime


class DeliveryKind(StrEnum):
    """What the clock owes somebody. ``RESULT`` edits the question's own message when its round closes."""

    QUESTION = "question"
    RESULT = "result"
    REVEAL = "reveal"
    DETAIL = "detail"
    NOTE = "note"
    REMINDER = "reminder"
    CORRECTION = "correction"


class DeliveryState(StrEnum):
    """Where a delivery is on its way; SKIPPED is a day without its question, CANCELLED one not owed any more."""

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that the clock owes. ``key`` is its name for ever (``question:7:2026-01-12``), ``fence`` grows with
    each claim, ``message`` is the platform's id once it is known, ``body`` the text of a note, ``person`` whom it goes
    to (by the platform's id) where it does not go to the channel."""

    id: int
    key: str
    kind: DeliveryKind
    channel: int
    round: int | None
    player: int | None
    date: date | None
    due: datetime
    state: DeliveryState
    lease: datetime | None
    fence: int
    attempts: int
    next_try: datetime | None
    message: str | None
    reason: str | None
    body: str | None
    person: str | None = None


class Period(StrEnum):
    """How far back a leaderboard counts."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class Standing(NamedTuple):
    """A player's tally in a channel and period, as flat as a board reads it: the last five are the player's."""

    points: int
    right: int
    answered: int
    id: int
    workspace: int
    person: str
    name: str
    hidden: bool

    @property
    def player(self) -> Player:
        """Whose tally it is."""
        return Player(self.id, self.workspace, self.person, self.name, bool(self.hidden))


@dataclass(frozen=True, slots=True)
class Streak:
    """Rounds of a channel answered in a row, and what belongs to it.

    ``right_run`` and ``best_right``: right answers in a row. ``progress``: answered rounds since the last earned
    freeze (0–6). ``first`` and ``last``: numbers of the first and of the latest answered round. ``ended``: the run
    the latest end cut off and ``covered``: misses that freezes covered, both since the latest answer: the news that
    rides on the next receipt.
    """

    run: int = 0
    best: int = 0
    right_run: int = 0
    best_right: int = 0
    freezes: int = 0
    progress: int = 0
    first: int | None = None
    last: int | None = None
    ended: int = 0
    covered: int = 0
