"""What SQL keeps up as rounds close is what ``bot.scoring`` says: random histories, played through the real verbs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot import scoring
from bot.calendar import LATE
from bot.model import Channel, Period, Round, RoundState, Streak
from bot.store import answers, boards, rounds, tables
from bot.store.rebuilding import rebuild
from bot.work import Draft
from tests.bot.store.desk import MONDAY, QUESTIONS, Desk, at

PEOPLE = tuple(f"p{i}" for i in range(7))
DAYS = 75
DERIVED = (tables.standings, tables.streaks, tables.askeds)


def derived(conn: Connection, channel_id: int) -> dict[str, list[tuple[object, ...]]]:
    """A channel's derived rows, in order."""
    return {
        table.name: [
            tuple(row)
            for row in conn.execute(
                sa.select(table).where(table.c.channel == channel_id).order_by(*table.primary_key.columns)
            )
        ]
        for table in DERIVED
    }


class History:
    """A season of one channel that nobody planned: people answer or not, rightly or not, and all sorts of things go
    wrong."""

    def __init__(self, desk: Desk, channel: Channel, seed: str) -> None:
        self.desk = desk
        self.channel = channel
        self.chance = random.Random(seed)
        self.closed: list[Round] = []

    async def play(self, days: int) -> None:
        """So many days, one after another; some have no round."""
        for day in range(days):
            if self.chance.random() < 0.9:
                await self._day(day)

    async def _day(self, day: int) -> None:
        question = self.chance.choice(QUESTIONS)
        if self.chance.random() < 0.05:
            await self.desk.open(self.channel, day, question)
            await self.desk.store.write(rounds.withdraw_late, at(15, day=day))
            return
        round_ = await self.desk.shown(self.channel, day, question)
        for person in PEOPLE:
            await self._answer(round_, person, day)
        if self.chance.random() < 0.04:
            await self._void(round_)
        late = self.chance.choice([timedelta(), timedelta(), LATE, LATE + timedelta(seconds=1), 3 * LATE])
        ended = await self.desk.close(day=day, late=late)
        self.closed += [one for one in ended if one.state is RoundState.CLOSED]
        if self.closed and self.chance.random() < 0.06:
            await self.check()
            await self._void(self.closed.pop(self.chance.randrange(len(self.closed))))

    async def _answer(self, round_: Round, person: str, day: int) -> None:
        keen = 0.97 - 0.07 * PEOPLE.index(person)
        if day < 5 * PEOPLE.index(person) or self.chance.random() > keen:
            return
        player = await self.desk.player(person)
        for choice in self.chance.choice([[round_.key], [round_.key], ["9"], ["9", round_.key], [round_.key, "=x"]]):
            await self.desk.store.record(Draft(round_.id, player.id, choice, None, at(10, day=day)))

    async def check(self) -> dict[str, list[tuple[object, ...]]]:
        """What is kept, which must be what a rebuild makes of the log."""
        kept = await self.desk.store.read(derived, self.channel.id)
        await self.desk.store.write(rebuild, self.channel.id)
        assert await self.desk.store.read(derived, self.channel.id) == kept
        return kept

    async def _void(self, round_: Round) -> None:
        await self.desk.store.write(rounds.void_round, round_.id, "the key was wrong", at(22, day=DAYS))


async def go_away(desk: Desk, person: str, since: int, until: int) -> None:
    """Somebody is away, these days included."""
    player = await desk.player(person)
    row = {
        "player": player.id,
        "since": MONDAY + timedelta(days=since),
        "until": MONDAY + timedelta(days=until),
        "at": at(7),
    }
    await desk.store.write(lambda conn: conn.execute(sa.insert(tables.aways), row).rowcount)


@pytest.mark.parametrize("seed", ["tea", "orbit", "allotment"])
async def test_what_is_kept_is_what_the_log_says(desk: Desk, seed: str) -> None:
    """Standings, streaks and what was asked: kept up by SQL round after round, and rebuilt from the log by Python.

    Voiding a closed round rebuilds, which could hide that something had gone wrong before: it is looked at before.
    """
    channel = await desk.channel()
    for person, since, until in (("p1", 10, 16), ("p3", 30, 33), ("p3", 40, 60), ("p5", 31, 31)):
        await go_away(desk, person, since, until)
    history = History(desk, channel, seed)
    await history.play(DAYS)

    kept = await history.check()
    assert len(kept["standing"]) > 80
    assert len(kept["streak"]) == len(PEOPLE)
    assert await desk.store.read(eventful, channel.id)


def eventful(conn: Connection, channel_id: int) -> bool:
    """Whether a history had what it is there for: voided and spared rounds, freezes earned and spent, ended streaks."""
    round_, streak = tables.rounds.c, tables.streaks.c
    states = conn.execute(sa.select(round_.state, round_.spared).where(round_.channel == channel_id)).all()
    runs = conn.execute(sa.select(streak.run, streak.best).where(streak.channel == channel_id)).all()
    voided = sum(state is RoundState.VOIDED for state, _ in states)
    spared = sum(state is RoundState.CLOSED and spared for state, spared in states)
    return voided > 2 and spared > 5 and any(run < best for run, best in runs) and any(best > 14 for _, best in runs)


@pytest.mark.parametrize("seed", ["lighthouse", "night train"])
async def test_a_streak_is_what_its_own_history_folds_to(desk: Desk, seed: str) -> None:
    """The page that shows a streak round by round, and the number above it, say the same."""
    channel = await desk.channel()
    await go_away(desk, "p2", 15, 25)
    await History(desk, channel, seed).play(DAYS)

    for person in PEOPLE:
        player = await desk.player(person)
        played = await desk.store.read(answers.played, channel.id, player.id)
        assert await desk.store.read(boards.streak, channel.id, player.id) == scoring.fold(played)


async def test_rows_from_nowhere_do_not_survive(desk: Desk) -> None:
    """A rebuild reads the log and nothing else, and touches no other channel."""
    here, there = await desk.channel("C1"), await desk.channel("C2")
    await desk.play(here, 0, "ada")
    ada = await desk.player("ada")
    right = await desk.store.read(derived, here.id)
    await desk.store.write(spoil, here.id, ada.id)
    await desk.store.write(spoil, there.id, ada.id)
    untouched = await desk.store.read(derived, there.id)

    await desk.store.write(rebuild, here.id)

    assert await desk.store.read(derived, here.id) == right
    assert await desk.store.read(derived, there.id) == untouched


def spoil(conn: Connection, channel: int, player: int) -> None:
    """Wrong numbers, and a row that no answer stands behind."""
    conn.execute(sa.update(tables.standings).where(tables.standings.c.channel == channel).values(points=99, last=7))
    conn.execute(sa.update(tables.streaks).where(tables.streaks.c.channel == channel).values(run=50, freezes=2))
    ghost = {"channel": channel, "player": player + 1, **_columns(Streak(run=3, best=3))}
    conn.execute(sa.insert(tables.streaks), ghost)
    tally = {"points": 5, "right": 1, "answered": 1, "last": 1}
    row = {"channel": channel, "period": Period.WEEK, "start": date(2025, 1, 6), "player": player, **tally}
    conn.execute(sa.insert(tables.standings), row)


def _columns(streak: Streak) -> dict[str, int | None]:
    return {name: getattr(streak, name) for name in Streak.__slots__}


async def test_a_channel_without_rounds_has_nothing_to_rebuild(desk: Desk) -> None:
    """No rows, no error."""
    channel = await desk.channel()
    await desk.store.write(rebuild, channel.id)

    rows: Sequence[object] = [row for rows in (await desk.store.read(derived, channel.id)).values() for row in rows]
    assert rows == []
