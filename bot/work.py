"""What the clock and the store tell each other: plans, drafts, what came of them, jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from bot.model import Channel, Delivery, Player, Round, RoundState, Streak
from content.question import Format, Level, Question


@dataclass(frozen=True, slots=True)
class Slot:
    """One occurrence of a schedule: the local date, when it is due and when its round will close (UTC).

    ``skip`` says why nothing is asked on that date (a holiday's name, "skipped by Ada"), or is None.
    """

    date: date
    due: datetime
    closes: datetime
    skip: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What a channel was asked, as far as picking looks.

    ``asked``: question id → number of the last round that asked it. ``topics``: of the last five rounds, latest
    first. ``formats``: likewise. ``levels``: how many questions of each level were asked.
    ``busy``: questions no round may take now, open or planned elsewhere in the workspace. ``practised``: practised in
    the workspace within 30 days. ``rounds``: how many rounds there were.
    """

    asked: Mapping[str, int] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    levels: Mapping[Level, int] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()
    practised: frozenset[str] = frozenset()
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a channel will be asked next. ``question`` None: the day is skipped, and ``slot.skip`` says why.

    ``version`` is the channel's own when the plan was made: a schedule saved meanwhile makes the plan void.
    """

    channel: int
    version: int
    slot: Slot
    question: Question | None
    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A channel that wants a plan: with the instant after which its next slot lies, the dates that are overridden
    (date → reason), and what picking needs to know."""

    channel: Channel
    version: int
    after: datetime
    overrides: Mapping[date, str]
    history: History


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A channel that wants a plan and whose row cannot be read, with why; its ``version`` as in ``Unplanned``."""

    channel: int
    version: int
    why: str


@dataclass(frozen=True, slots=True)
class Opening:
    """How many rounds were opened, and how many days were skipped because their window was over."""

    opened: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer on its way into the log. ``choice`` is canonical (``bot.scoring.canonical``)."""

    round: int
    player: int
    choice: str
    text: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is durable. ``previous``: the choice it replaces, with ``previous_text`` as it was typed. ``streak``: as of
    the last closed round, None before a player's first closed round in this channel."""

    previous: str | None
    streak: Streak | None
    previous_text: str | None = None


@dataclass(frozen=True, slots=True)
class RoundOver:
    """The round takes no answers any more. ``stands``: the choice that counts, if any, and how it was typed."""

    state: RoundState
    stands: str | None
    stands_text: str | None = None


@dataclass(frozen=True, slots=True)
class NoSuchRound:
    """There is no round with this id."""


AnswerOutcome: TypeAlias = Recorded | RoundOver | NoSuchRound


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery somebody has claimed, with all that its card needs. ``fence`` is the claim's own.

    ``window_ends``: a question not yet sending by then is withdrawn; None: no end. ``answered`` and ``right`` count
    the round's answers. ``parent``: the platform's id of the message this one hangs under or edits.
    """

    delivery: Delivery
    channel: Channel
    round: Round | None
    fence: int
    window_ends: datetime | None
    answered: int
    right: int
    parent: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each canonical choice was given in a closed round, and who was right (hidden players left out of
    ``solvers`` and counted in ``hidden_solvers``). ``milestones``: (player, run) for runs of 10, 25, 50, 100, 200 …"""

    answered: int
    right: int
    choices: Mapping[str, int]
    solvers: tuple[Player, ...]
    hidden_solvers: int
    milestones: tuple[tuple[Player, int], ...]


class BoardRow(NamedTuple):
    """A line of a leaderboard: ``place``, the standard competition rank (1, 2, 2, 4), and a Standing's fields."""

    place: int
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
        """Whose line it is."""
        return Player(self.id, self.workspace, self.person, self.name, bool(self.hidden))


@dataclass(frozen=True, slots=True)
class Board:
    """A channel's leaderboard of one period. ``start`` is the period's first local date; ``own`` the caller's line,
    also when it is not among ``rows``; ``to_next`` the points to the next better place, None for the first.
    ``revealed`` of ``rounds``: rounds of the period closed so far, and rounds so far. ``page`` is counted from 0;
    ``more``: there are lines after this page.
    """

    start: date
    rows: tuple[BoardRow, ...]
    own: BoardRow | None
    to_next: int | None
    revealed: int
    rounds: int
    page: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class StreakRow:
    """A line of the board of streaks: ``place`` is the standard competition rank by ``run``."""

    place: int
    player: Player
    run: int
    best: int


@dataclass(frozen=True, slots=True)
class StreakBoard:
    """A page of who answered most rounds in a row, and the caller's own line, also when it is not among ``rows``."""

    rows: tuple[StreakRow, ...]
    own: StreakRow | None
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Played:
    """One round of a channel as one player lived it: for streaks and their history.

    ``answered`` and ``right`` concern the counted answer; ``right`` is None where the round was voided or is open.
    ``excused``: a miss changes nothing here (voided, spared or away).
    """

    number: int
    date: date
    state: RoundState
    answered: bool
    right: bool | None
    excused: bool
    topic: str
    points: int


@dataclass(frozen=True, slots=True)
class Own:
    """How one player stands in a channel: the month's line, out of how many, the streak, and the run of answered
    rounds with an open one in it."""

    month: BoardRow | None
    players: int
    streak: Streak
    run: int
