"""The statements of a day, as the databases mean to read them once they are large and analysed: nothing is scanned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from benchmarks import fill
from benchmarks.stage import BANK, NOW
from bot.model import Period, Place
from bot.plan import make_plans
from bot.scoring import start_of
from bot.store import answers, boards, channels, deliveries, players, practice, rounds
from bot.store.door import Store
from bot.store.tables import channels as channel_table
from bot.work import Draft, Unplanned
from tests.bot.store.plans import noted, plans, scans

CHANNELS = 2000
PEOPLE = 5
DAYS = 3
DUE = 10
PLATFORMS = frozenset({fill.PLATFORM})
LEASE = timedelta(minutes=1)


def old_town(conn: Connection) -> None:
    """Thousands of channels that have played for some days; a few of them want their next plan."""
    fill.town(conn, CHANNELS, PEOPLE)
    for day in range(DAYS):
        fill.play(conn, CHANNELS, day)
    fill.plan(conn, CHANNELS, DAYS + 1)
    wanted = {"plan_at": NOW} | {column.name: None for column in channel_table.c if column.name.startswith("next_")}
    conn.execute(update(channel_table).where(channel_table.c.id <= DUE).values(wanted))
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT setval(pg_get_serial_sequence('player', 'id'), max(id)) FROM player")
    fill.analyse(conn)


class Day:
    """One more day in a few of these channels, verb by verb."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW + timedelta(days=DAYS)

    async def pass_by(self) -> None:
        """From the plan to the boards."""
        await self._opens()
        await self._is_sent()
        await self._is_answered()
        await self._is_looked_at()
        await self._closes()

    async def _opens(self) -> None:
        read, write = self.store.read, self.store.write
        needs = await read(channels.unplanned, self.now - timedelta(hours=12), DUE)
        made = make_plans([need for need in needs if isinstance(need, Unplanned)], BANK.questions)
        assert len(made) == DUE
        assert await write(channels.plan, made, self.now - timedelta(hours=12)) == DUE
        self.now = max(plan.slot.due for plan in made)
        await read(deliveries.next_due, PLATFORMS)
        assert (await write(rounds.open_due, self.now)).opened == DUE
        await write(rounds.withdraw_late, self.now)
        await write(rounds.settle_unknown, self.now)

    async def _is_sent(self) -> None:
        read, write, now = self.store.read, self.store.write, self.now
        jobs = await write(deliveries.claim, now, PLATFORMS, DUE, LEASE)
        lapsed, sending, later, lost, *rest = jobs
        for job in (sending, later, lost, *rest):
            assert await write(deliveries.sending, job.delivery.id, job.fence, now)
        await write(deliveries.refused, later.delivery.id, later.fence, "busy", now + LEASE, False, now)
        await write(deliveries.unknown, lost.delivery.id, lost.fence, "no answer", now)
        for job in rest:
            await write(deliveries.sent, job.delivery.id, job.fence, f"m{job.delivery.id}", now)
        now += 2 * LEASE
        assert await write(deliveries.recover, now) == len((lapsed, sending))
        (found, other) = await read(deliveries.lost, now, PLATFORMS, timedelta(), DUE)
        await write(deliveries.found, found.delivery.id, "m", now)
        await write(deliveries.absent, other.delivery.id, now, other.fence)

    async def _is_answered(self) -> None:
        read, write, now = self.store.read, self.store.write, self.now
        opened = [await read(rounds.open_round, id_) for id_ in range(1, DUE + 1)]
        self.rounds = [round_ for round_ in opened if round_ is not None]
        assert len(self.rounds) == DUE
        someone = await self.store.player(fill.PLATFORM, "W1", "p0", "P0", now)
        await self.store.player(fill.PLATFORM, "W1", "new", "New", now)
        for round_ in self.rounds:
            assert await read(channels.channel, round_.channel)
            await self.store.record(Draft(round_.id, someone.id, round_.key, None, now))
        (round_, *_) = self.rounds
        await read(rounds.round_, round_.id)
        await write(deliveries.proven, round_.id, "m", now)
        await write(deliveries.hold_edit, round_.id, now, LEASE)
        await read(rounds.answered, [one.id for one in self.rounds])
        await write(deliveries.release_edit, round_.id, now)
        await read(answers.answer_of, round_.id, someone.id)
        self.someone = someone

    async def _is_looked_at(self) -> None:
        read, id_, today = self.store.read, self.someone.id, NOW.date()
        for period in Period:
            start = start_of(period, today)
            await read(boards.board, 1, period, start, id_, self.now)
            await read(boards.standing, 1, period, start, id_)
            await read(boards.ranked, 1, period, start)
        await read(boards.streak, 1, id_)
        await read(boards.rank_streaks, 1, id_)
        await read(boards.strengths, id_, 1)
        await read(answers.played, 1, id_)
        await read(rounds.round_on, 1, today)
        await read(rounds.last_round, 1)
        await read(channels.channel_at, Place(fill.PLATFORM, "W1", "C1"))
        await read(channels.channels_in, fill.PLATFORM, "W1")
        await read(players.channels_played, id_)
        await read(practice.busy_questions, id_, self.now)

    async def _closes(self) -> None:
        closes = max(round_.closes for round_ in self.rounds)
        ended = await self.store.write(rounds.close_due, closes)
        assert set(ended) == {round_.id for round_ in self.rounds}
        await self.store.write(deliveries.claim, closes, PLATFORMS, 3 * DUE, LEASE)
        await self.store.read(rounds.tally, ended[0])


@pytest.mark.slow
async def test_a_day_scans_nothing(database_url: str) -> None:
    """Planning, opening, claiming, sending, presses, boards, closing and the reveal."""
    with noted() as asked:
        store = await Store.open(database_url, synchronous="OFF")
        await store.write(old_town)
        asked.clear()
        await Day(store).pass_by()
        await store.close()
    found = plans(database_url, asked)

    assert len(found) > 60
    assert scans(found) == []


async def test_a_scan_is_seen(database_url: str) -> None:
    """Of a table, and of a whole index where it is used like one."""
    with noted() as asked:
        store = await Store.open(database_url, synchronous="OFF")
        await store.write(fill.town, 1000, 1)
        await store.write(fill.analyse)
        asked.clear()
        await store.read(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM channel WHERE language = 'de'").all())
        await store.read(lambda conn: conn.exec_driver_sql("SELECT id FROM channel ORDER BY id LIMIT 10").all())
        await store.close()

    assert len(scans(plans(database_url, asked))) == 2
