"""The schema: SQLModel tables, the one description of what is kept. Every statement is built from these.

Instants are aware and in UTC, dates local to their channel, words of an enum are checked by the database. The tables
stand in four groups: who plays where, what was asked and said, what follows from that, and what features remember.
"""

# mypy: disable-error-code="explicit-any"
# SQLModel's generated constructors are full of Any, which mypy reports on each class line.

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from bot.model import ChannelState, DeliveryKind, DeliveryState, Period, RoundState
from bot.store.keys import CODES, DayKey, PeriodKey
from content.question import Format, Kind, Level

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints and indexes are called, so that a migration can name them."""

ID = BigInteger().with_variant(Integer(), "sqlite")
"""Ids: 64 bits everywhere (SQLite's rowid wants to be called INTEGER)."""


class Base(SQLModel):
    """What all tables share: their metadata."""

    metadata = MetaData(naming_convention=NAMES)


def _words(words: type[StrEnum]) -> Enum:
    return Enum(words, native_enum=False, create_constraint=False, length=16, values_callable=_values)


def _values(words: Iterable[StrEnum]) -> list[str]:
    return [word.value for word in words]


def _one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """One of an enum's words. Spelled with OR: SQLite builds a table for an IN list with each row it checks."""
    return CheckConstraint(" OR ".join(f"{column} = '{word.value}'" for word in words), name=column)


def _only(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """A partial index: only the few rows that are under way."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


# Who plays where


class WorkspaceRow(Base, table=True):
    """A Slack team or a Discord guild. ``installer`` is who installed PyQuiz, by the platform's id."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    platform: str
    external_id: str
    name: str = ""
    installer: str | None = None
    restricted: bool = False
    created: dt.datetime


class ChannelRow(Base, table=True):
    """A channel with its schedule and the plan for its next question.

    ``version`` grows with every saved schedule: a plan made for an older one is void. ``after``: the next slot lies
    after this instant. ``plan_at``: when the channel wants its next plan, None while it has one or is paused without
    an end. ``next_*`` is the plan. ``quiet`` counts
    unanswered rounds in a row.
    """

    __tablename__ = "channel"
    __table_args__ = (
        UniqueConstraint("workspace", "external_id"),
        _one_of("state", ChannelState),
        _only("ix_channel_next_due", "next_due", where="next_due IS NOT NULL"),
        _only("ix_channel_plan_at", "plan_at", where="plan_at IS NOT NULL"),
        _only("ix_channel_next_question", "workspace", "next_question", where="next_question IS NOT NULL"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace: int = Field(foreign_key="workspace.id", sa_type=ID)
    external_id: str
    name: str = ""
    zone: str
    post: dt.time
    reveal: dt.time | None
    weekdays: str
    holidays: str | None = None
    levels: str = ""
    topics: str = ""
    python: str | None = None
    easy_mondays: bool = True
    language: str = "en"
    role: str | None = None
    state: ChannelState = Field(sa_type=_words(ChannelState))
    reason: str = ""
    paused_until: dt.date | None = None
    paused_by: str | None = None
    version: int = 1
    last_number: int = 0
    quiet: int = 0
    after: dt.datetime
    plan_at: dt.datetime | None = None
    next_date: dt.date | None = None
    next_due: dt.datetime | None = None
    next_closes: dt.datetime | None = None
    next_window: dt.datetime | None = None
    next_snapshot: str | None = Field(default=None, foreign_key="snapshot.digest")
    next_question: str | None = None
    next_order: str | None = None
    created: dt.datetime


class ManagerRow(Base, table=True):
    """Who may change a channel, in the order in which they became managers."""

    __tablename__ = "manager"
    channel: int = Field(primary_key=True, foreign_key="channel.id", sa_type=ID)
    person: str = Field(primary_key=True)
    name: str
    since: dt.datetime


class OverrideRow(Base, table=True):
    """A local date on which a channel is not asked, and why."""

    __tablename__ = "override"
    channel: int = Field(primary_key=True, foreign_key="channel.id", sa_type=ID)
    date: dt.date = Field(primary_key=True)
    reason: str
    at: dt.datetime


class PersonRow(Base, table=True):
    """Somebody with accounts in several workspaces who linked them."""

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    created: dt.datetime


class PlayerRow(Base, table=True):
    """An account in a workspace. ``deleted`` leaves a tombstone, so that tallies hold."""

    __tablename__ = "player"
    __table_args__ = (
        UniqueConstraint("workspace", "external_id"),
        _only("ix_player_person", "person", where="person IS NOT NULL"),
        _only("ix_player_off", "workspace", where="deleted OR gone"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace: int = Field(foreign_key="workspace.id", sa_type=ID)
    external_id: str
    name: str
    person: int | None = Field(default=None, foreign_key="person.id", sa_type=ID)
    hidden: bool = False
    deleted: bool = False
    gone: bool = False
    remind: bool = False
    created: dt.datetime


class AwayRow(Base, table=True):
    """Local dates, both included, on which a player's misses change nothing."""

    __tablename__ = "away"
    __table_args__ = (Index("ix_away_player", "player", "until"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    player: int = Field(foreign_key="player.id", sa_type=ID)
    since: dt.date
    until: dt.date
    at: dt.datetime


# What was asked and said: the log


class SnapshotRow(Base, table=True):
    """A question as it was asked: ``body`` is its JSON, ``digest`` names exactly that, ``key`` is canonical."""

    __tablename__ = "snapshot"
    __table_args__ = (_one_of("kind", Kind), _one_of("level", Level), _one_of("format", Format))
    digest: str = Field(primary_key=True)
    question: str
    topic: str
    kind: Kind = Field(sa_type=_words(Kind))
    level: Level = Field(sa_type=_words(Level))
    format: Format = Field(sa_type=_words(Format))
    points: int
    key: str
    body: str


class RoundRow(Base, table=True):
    """One question asked in one channel for one local date.

    ``workspace`` and ``question`` repeat what channel and snapshot say, so that the database itself refuses one
    question open twice in a workspace. ``edit_lease``: until then somebody is editing the question's message.
    """

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("channel", "date"),
        UniqueConstraint("channel", "number"),
        _one_of("state", RoundState),
        _only("uq_round_open", "channel", where="state = 'open'", unique=True),
        _only("uq_round_open_question", "workspace", "question", where="state = 'open'", unique=True),
        _only("ix_round_closes", "closes", where="state = 'open'"),
        _only("ix_round_voided", "channel", "number", where="state = 'voided'"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace: int = Field(foreign_key="workspace.id", sa_type=ID)
    channel: int = Field(foreign_key="channel.id", sa_type=ID)
    date: dt.date
    number: int
    snapshot: str = Field(foreign_key="snapshot.digest")
    question: str
    order: str
    points: int
    key: str
    opened: dt.datetime
    closes: dt.datetime
    closed: dt.datetime | None = None
    state: RoundState = Field(sa_type=_words(RoundState))
    spared: bool = False
    void_reason: str | None = None
    edit_lease: dt.datetime | None = None


class AnswerRow(Base, table=True):
    """What a player said in a round; the last one counts. ``choice`` is canonical."""

    __tablename__ = "answer"
    __table_args__ = (PrimaryKeyConstraint("round", "player"), {"sqlite_with_rowid": False})
    round: int = Field(primary_key=True, foreign_key="round.id", sa_type=ID)
    player: int = Field(primary_key=True, foreign_key="player.id", sa_type=ID)
    choice: str
    text: str | None = None
    first_at: dt.datetime
    at: dt.datetime


class DeliveryRow(Base, table=True):
    """One message that the clock owes somebody.

    ``platform`` repeats the workspace's, so that a claim reads one index. ``next_try`` is ``due`` until a platform
    asked for patience. ``window_ends``: a question not yet sending by then is withdrawn. ``person``: whom a note or a
    reminder goes to, by the platform's id.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("key"),
        _one_of("kind", DeliveryKind),
        _one_of("state", DeliveryState),
        _only("ix_delivery_due", "platform", "next_try", where="state = 'due'"),
        _only("ix_delivery_lease", "lease", where="state IN ('claimed', 'sending')"),
        _only("ix_delivery_unknown", "lease", where="state = 'unknown'"),
        _only("ix_delivery_window", "window_ends", where="state IN ('due', 'claimed') AND window_ends IS NOT NULL"),
        _only("ix_delivery_round", "round", "kind", where="round IS NOT NULL"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    key: str
    kind: DeliveryKind = Field(sa_type=_words(DeliveryKind))
    platform: str
    channel: int = Field(foreign_key="channel.id", sa_type=ID)
    round: int | None = Field(default=None, foreign_key="round.id", sa_type=ID)
    player: int | None = Field(default=None, foreign_key="player.id", sa_type=ID)
    person: str | None = None
    date: dt.date | None = None
    due: dt.datetime
    window_ends: dt.datetime | None = None
    state: DeliveryState = Field(sa_type=_words(DeliveryState))
    lease: dt.datetime | None = None
    fence: int = 0
    attempts: int = 0
    next_try: dt.datetime
    sent_at: dt.datetime | None = None
    message: str | None = None
    reason: str | None = None
    body: str | None = None


class CorrectionRow(Base, table=True):
    """A round's key was wrong and was put right after its reveal."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_round", "round"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    round: int = Field(foreign_key="round.id", sa_type=ID)
    old_key: str
    new_key: str
    person: str
    reason: str = ""
    at: dt.datetime


# What follows from the log: kept up when rounds close, rebuilt from the log alone. No foreign keys: rows are only ever
# written from rows that have them.


class AskedRow(Base, table=True):
    """The last closed round of a channel that asked a question, with what picking looks at."""

    __tablename__ = "asked"
    __table_args__ = (
        PrimaryKeyConstraint("channel", "question"),
        _one_of("level", Level),
        _one_of("format", Format),
        {"sqlite_with_rowid": False},
    )
    channel: int = Field(primary_key=True, sa_type=ID)
    question: str = Field(primary_key=True)
    number: int
    topic: str
    level: Level = Field(sa_type=_words(Level))
    format: Format = Field(sa_type=_words(Format))


class StandingRow(Base, table=True):
    """A player's tally in a channel and period; ``start`` is the period's first local date, 1970-01-01 for all time.

    ``last`` is the number of the latest closed round counted in it: who was not seen for long is read off the index.
    """

    __tablename__ = "standing"
    __table_args__ = (
        PrimaryKeyConstraint("channel", "period", "start", "player"),
        CheckConstraint(" OR ".join(f"period = {code}" for code in CODES.values()), name="period"),
        Index("ix_standing_board", "channel", "period", "start", "points", "last", "player"),
        {"sqlite_with_rowid": False},
    )
    channel: int = Field(primary_key=True, sa_type=ID)
    period: Period = Field(primary_key=True, sa_type=PeriodKey)
    start: dt.date = Field(primary_key=True, sa_type=DayKey)
    player: int = Field(primary_key=True, sa_type=ID)
    points: int
    right: int
    answered: int
    last: int


class StreakRow(Base, table=True):
    """A player's streak in a channel, as of its last closed round; see ``bot.model.Streak``."""

    __tablename__ = "streak"
    __table_args__ = (
        PrimaryKeyConstraint("channel", "player"),
        Index("ix_streak_player", "player"),
        {"sqlite_with_rowid": False},
    )
    channel: int = Field(primary_key=True, sa_type=ID)
    player: int = Field(primary_key=True, sa_type=ID)
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


# What features remember


class PracticeRow(Base, table=True):
    """A question somebody practised; ``choice`` None until they answered."""

    __tablename__ = "practice"
    __table_args__ = (
        Index("ix_practice_workspace", "workspace", "at"),
        Index("ix_practice_player", "player", "question"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace: int = Field(foreign_key="workspace.id", sa_type=ID)
    player: int = Field(foreign_key="player.id", sa_type=ID)
    channel: int | None = Field(default=None, foreign_key="channel.id", sa_type=ID)
    snapshot: str = Field(foreign_key="snapshot.digest")
    question: str
    order: str
    at: dt.datetime
    choice: str | None = None
    right: bool | None = None
    answered: dt.datetime | None = None


class ReviewRow(Base, table=True):
    """A question in somebody's review deck; ``card`` is the memory model's own JSON."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_due", "player", "due"),)
    player: int = Field(primary_key=True, foreign_key="player.id", sa_type=ID)
    question: str = Field(primary_key=True)
    snapshot: str = Field(foreign_key="snapshot.digest")
    card: str
    due: dt.datetime


class ReportState(StrEnum):
    """What became of a report or a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ReportRow(Base, table=True):
    """Somebody thinks that a question is wrong."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("round", "player"), _one_of("state", ReportState))
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    round: int = Field(foreign_key="round.id", sa_type=ID)
    player: int = Field(foreign_key="player.id", sa_type=ID)
    reason: str
    state: ReportState = Field(sa_type=_words(ReportState))
    at: dt.datetime


class SuggestionRow(Base, table=True):
    """A question that somebody proposes; ``person`` decided on it."""

    __tablename__ = "suggestion"
    __table_args__ = (_one_of("state", ReportState),)
    id: int | None = Field(default=None, primary_key=True, sa_type=ID)
    workspace: int = Field(foreign_key="workspace.id", sa_type=ID)
    player: int = Field(foreign_key="player.id", sa_type=ID)
    body: str
    state: ReportState = Field(sa_type=_words(ReportState))
    person: str | None = None
    at: dt.datetime


class VaultRow(Base, table=True):
    """What an adapter keeps, encrypted; ``version`` is for compare-and-set."""

    __tablename__ = "vault"
    adapter: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: bytes
    version: int


class LeaseRow(Base, table=True):
    """A name that one process holds until an instant; ``fence`` grows each time it changes hands."""

    __tablename__ = "lease"
    adapter: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    holder: str
    fence: int
    until: dt.datetime


class SeenRow(Base, table=True):
    """An event of a platform that some replica has taken."""

    __tablename__ = "seen"
    __table_args__ = (Index("ix_seen_until", "until"),)
    adapter: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    until: dt.datetime


def _table(row: type[Base]) -> Table:
    return Base.metadata.tables[str(row.__tablename__)]


workspaces = _table(WorkspaceRow)
channels = _table(ChannelRow)
managers = _table(ManagerRow)
overrides = _table(OverrideRow)
persons = _table(PersonRow)
players = _table(PlayerRow)
aways = _table(AwayRow)
snapshots = _table(SnapshotRow)
rounds = _table(RoundRow)
answers = _table(AnswerRow)
deliveries = _table(DeliveryRow)
corrections = _table(CorrectionRow)
askeds = _table(AskedRow)
standings = _table(StandingRow)
streaks = _table(StreakRow)
practices = _table(PracticeRow)
reviews = _table(ReviewRow)
reports = _table(ReportRow)
suggestions = _table(SuggestionRow)
vaults = _table(VaultRow)
leases = _table(LeaseRow)
seens = _table(SeenRow)
"""The tables themselves, for Core statements."""
