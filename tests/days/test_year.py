"""A year of ten channels in ten zones, with people, pauses, moves and outages as chance wants them.

At its end every streak, freeze, point and rank is told once more by ``naive``, which knows the rules and nothing of
``bot``.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from bot import scoring
from bot.calendar import local
from bot.model import Channel, ChannelState, Period, Round, Schedule
from bot.store import boards, channels, rounds, tables
from bot.store.door import Store
from bot.store.keys import CODES
from bot.work import AnswerOutcome, Draft, Recorded
from content.bank import Bank
from tests.days import naive
from tests.standins.club import PLATFORM, Club, at, choice_of
from tests.standins.questions import make_pack

HOURS = {
    "America/New_York": (time(7), time(12)),
    "Europe/Berlin": (time(13), time(18)),
    "Australia/Lord_Howe": (time(23), time(4)),
    "Asia/Kathmandu": (time(17, 45), None),
    "America/St_Johns": (time(8, 30), time(13, 30)),
    "Pacific/Apia": (time(1), time(6)),
    "Asia/Kolkata": (time(17, 30), time(22, 30)),
    "Africa/Casablanca": (time(13), time(18)),
    "America/Santiago": (time(9), time(14)),
    "Pacific/Kiritimati": (time(2), time(7)),
}
"""When each zone asks and tells: in January all at once, later as their clocks and their managers will have it."""

ZONES = tuple(HOURS)
PEOPLE = tuple(f"p{number:02}" for number in range(9))
LEAVERS = ("p03", "p07")
STAYERS = len(PEOPLE) - len(LEAVERS)
YEAR = timedelta(days=365)
COLUMNS = ("run", "best", "right_run", "best_right", "freezes", "progress", "first", "last", "ended", "covered")


@dataclass
class Year:
    """The year while it goes by. ``said`` is the record that no database keeps for us; ``seen`` the rounds answered."""

    club: Club
    chance: Random
    said: dict[tuple[int, date], dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    seen: set[int] = field(default_factory=set)
    habits: dict[tuple[str | None, str], tuple[float, float]] = field(default_factory=dict)
    too_late: list[AnswerOutcome] = field(default_factory=list)

    async def begin(self) -> list[Channel]:
        """Ten channels in three workspaces, each in its own zone and at its own hours."""
        found = []
        for number, zone in enumerate(ZONES):
            schedule = Schedule(zone, *HOURS[zone], holidays="DE" if zone == "Europe/Berlin" else None)
            found.append(await self.club.set_up(f"C{number}", schedule, workspace=f"W{number % 3}"))
            for person in PEOPLE:
                self.habits[f"C{number}", person] = (self.chance.uniform(0.3, 0.99), self.chance.uniform(0.2, 0.9))
        return found

    async def pass_by(self) -> None:
        """From opening to closing to opening; now and then nobody is there for a while.

        What a closing owes goes out at the next instant, for messages are not what this year is about.
        """
        end = self.club.now + YEAR
        known = await self.begin()
        await self.club.tick()
        while self.club.now < end:
            then = await self.club.store.read(next_instant, self.club.now)
            if self.chance.random() < 0.004:
                then += timedelta(minutes=self.chance.choice((5, 14, 16, 100, 700, 4000)))
                await self._press_after_closing(then)
            await self.club.tick(then)
            await self._answer()
            if self.chance.random() < 0.02:
                await self._upset(self.chance.choice(known))
                await self.club.tick()

    async def _answer(self) -> None:
        for round_ in await self.club.store.read(open_rounds, self.seen):
            self.seen.add(round_.id)
            await self._answer_one(round_)

    async def _answer_one(self, round_: Round) -> None:
        channel = await self.club.store.read(channels.channel, round_.channel)
        coming = [person for person in PEOPLE if self.chance.random() < self._comes(channel, person)]
        wanted = [(one, [self._knows(channel, one) for _ in range(1 + (i % 5 == 0))]) for i, one in enumerate(coming)]
        await asyncio.gather(*(self._say(round_, channel, person, rights) for person, rights in wanted))

    def _comes(self, channel: Channel, person: str) -> float:
        """How likely somebody answers: a few leave for good one day."""
        left = person in LEAVERS and self.club.now > at(0, day=150)
        return 0 if left else self.habits[channel.place.channel, person][0]

    def _knows(self, channel: Channel, person: str) -> bool:
        return self.chance.random() < self.habits[channel.place.channel, person][1]

    async def _say(self, round_: Round, channel: Channel, person: str, rights: list[bool]) -> None:
        """Answer, and perhaps think again; the last one counts."""
        where, now = channel.place, self.club.now
        player = await self.club.store.player(PLATFORM, where.workspace, person, person.title(), now)
        for right in rights:
            choice = choice_of(round_, right)
            if isinstance(await self.club.store.record(Draft(round_.id, player.id, choice, None, now)), Recorded):
                self.said[round_.channel, round_.date][player.id] = choice

    async def _press_after_closing(self, then: datetime) -> None:
        """Nobody closes a round while the clock is away, and yet it is over at the printed time."""
        for round_ in await self.club.store.read(open_rounds):
            if round_.closes < then and self.said[round_.channel, round_.date]:
                player = next(iter(self.said[round_.channel, round_.date]))
                self.too_late.append(await self.club.store.record(Draft(round_.id, player, "0", None, then)))

    async def _upset(self, channel: Channel) -> None:
        """Something a manager does on some day."""
        store, now = self.club.store, self.club.now
        today = local(channel.schedule.zone, now).date()
        match self.chance.randrange(5):
            case 0:
                until = today + timedelta(days=self.chance.randint(1, 20))
                await store.write(channels.set_state, channel.id, ChannelState.PAUSED, "holidays", until, "ada", now)
            case 1:
                await store.write(channels.set_state, channel.id, ChannelState.ACTIVE, "", None, None, now)
            case 2:
                await store.write(channels.skip_day, channel.id, today + timedelta(days=1), "skipped by Ada", now)
            case 3:
                zone = self.chance.choice(ZONES)
                schedule = Schedule(zone, channel.schedule.post, channel.schedule.reveal)
                place = channel.place
                await self.club.set_up(place.channel or "", schedule, workspace=place.workspace)
            case 4:
                last = await store.read(rounds.last_round, channel.id)
                if last is not None:
                    await store.write(rounds.void_round, last.id, "the question was wrong", now)


_OPEN = sa.select(tables.rounds.c.id).where(tables.rounds.c.state == "open").order_by(tables.rounds.c.id)


def open_rounds(conn: sa.Connection, known: Set[int] = frozenset()) -> list[Round]:
    """All rounds that are open, whosever they are, without those that are known already."""
    found = [id_ for id_ in conn.scalars(_OPEN) if id_ not in known]
    return [round_ for id_ in found if (round_ := rounds.round_(conn, id_))]


_asked, _closes, _wakes = tables.channels.c.next_due, tables.rounds.c.closes, tables.channels.c.plan_at
_INSTANTS = (
    sa.select(sa.func.min(_asked)).where(_asked > sa.bindparam("now")),
    sa.select(sa.func.min(_closes)).where(_closes > sa.bindparam("now"), tables.rounds.c.state == "open"),
    sa.select(sa.func.min(_wakes)).where(_wakes > sa.bindparam("now")),
)


def next_instant(conn: sa.Connection, now: datetime) -> datetime:
    """When a question is due, a round closes or a pause ends next; a day on, where nothing does."""
    found = [conn.scalar(statement, {"now": now}) for statement in _INSTANTS]
    return min((instant for instant in found if instant), default=now + timedelta(days=1))


def kept_streaks(database: sqlite3.Connection) -> dict[tuple[int, int], naive.Run]:
    """The ``streak`` table as it is."""
    rows = database.execute(f"SELECT channel, player, {', '.join(COLUMNS)} FROM streak")
    return {(channel, player): naive.Run(*rest) for channel, player, *rest in rows}


def kept_standings(database: sqlite3.Connection) -> dict[tuple[int, str, date, int], list[int]]:
    """The ``standing`` table as it is."""
    rows = database.execute('SELECT channel, period, start, player, points, "right", answered FROM standing')
    words = {code: period.value for period, code in CODES.items()}
    epoch = scoring.ALL_TIME
    return {(c, words[code], epoch + timedelta(days=day), p): rest for c, code, day, p, *rest in rows}


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_year_agrees_with_its_naive_retelling_to_the_last_row(tmp_path: Path) -> None:
    """Streaks, freezes, points and ranks of ten channels."""
    path = tmp_path / "year.db"
    store = await Store.open(f"sqlite:///{path}", synchronous="OFF")
    club = Club(store, Bank([make_pack(20, 4)]))
    year = Year(club, Random(2026))
    await year.pass_by()
    database = sqlite3.connect(path)
    told = naive.asked(database)
    numbers = naive.numbers(database)
    shown = await ranks_shown(store, numbers)
    points = naive.standings(told, year.said)

    assert sum(map(len, told.values())) > 1500
    assert sum(one.voided for rounds_ in told.values() for one in rounds_) > 10
    assert sum(one.late for rounds_ in told.values() for one in rounds_) > 10
    assert year.too_late
    assert not [outcome for outcome in year.too_late if isinstance(outcome, Recorded)]
    assert kept_streaks(database) == naive.streaks(told, year.said)
    assert kept_standings(database) == points
    assert shown == naive.boards(numbers, told, year.said, points)
    assert {len(places) for (_, period, _), places in shown.items() if period == "all"} == {STAYERS}
    database.close()
    await store.close()


async def ranks_shown(store: Store, numbers: naive.Numbers) -> dict[tuple[int, str, date], dict[int, int]]:
    """The places on every board of every channel and period."""
    found = {}
    for channel, period, start in numbers:
        board = await store.read(boards.board, channel, Period(period), start, None, at(0, day=400))
        found[channel, period, start] = {row.player.id: row.place for row in board.rows}
    return found
