"""Rounds end: one commit closes them, counts them for everybody, and owes their results."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot import scoring
from bot.calendar import LATE
from bot.model import DeliveryKind, DeliveryState, Period, Player, RoundState, Streak
from bot.store import answers, deliveries, rounds
from bot.store.closing import NEVER_SHOWN
from bot.store.tables import aways, standings, streaks
from bot.work import RoundOver
from tests.bot.store.desk import QUESTIONS, Desk, at, slot


async def streak(desk: Desk, player: Player, channel: int = 1) -> Streak | None:
    """A player's streak as it is kept."""

    def read(connection: Connection) -> Streak | None:
        found = sa.select(streaks).where(streaks.c.channel == channel, streaks.c.player == player.id)
        row = connection.execute(found).first()
        return None if row is None else Streak(*row[2:])

    return await desk.store.read(read)


async def scores(desk: Desk, period: Period) -> dict[tuple[date, int], tuple[int, int, int, int]]:
    """Points, right, answered and last round by the period's start and player."""

    def read(connection: Connection) -> dict[tuple[date, int], tuple[int, int, int, int]]:
        kept = connection.execute(sa.select(standings).where(standings.c.period == period))
        return {(row.start, row.player): (row.points, row.right, row.answered, row.last) for row in kept}

    return await desk.store.read(read)


async def away(desk: Desk, player: Player, first: int, last: int) -> None:
    """Somebody is away on these days."""
    since, until = slot(first).date, slot(last).date
    row = {"player": player.id, "since": since, "until": until, "at": at(7)}
    await desk.store.write(lambda connection: connection.execute(sa.insert(aways), row) and None)


async def test_a_round_closes_at_its_instant(desk: Desk) -> None:
    """Not before, and once."""
    channel = await desk.channel()
    round_ = await desk.shown(channel)

    early = await desk.close(late=timedelta(seconds=-1))
    (closed,) = await desk.close(late=timedelta(seconds=20))
    again = await desk.close(late=timedelta(seconds=20))

    assert (early, again) == ((), ())
    assert closed == replace(round_, state=RoundState.CLOSED, closed=at(16, 0, 20))
    assert closed == await desk.store.read(rounds.last_round, channel.id)


async def test_a_closed_round_owes_its_result_and_an_answered_one_its_reveal(desk: Desk) -> None:
    """Without answers the question is only edited (rule 10)."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    answered = await desk.shown(first, 0, QUESTIONS[0])
    silent = await desk.shown(second, 0, QUESTIONS[1])
    await desk.answer(answered)

    await desk.close(late=timedelta(minutes=1))

    owed = [one for one in await desk.deliveries() if one.kind is not DeliveryKind.QUESTION]
    assert [(one.key, one.round, one.state, one.due) for one in owed] == [
        (f"result:{answered.id}", answered.id, DeliveryState.DUE, at(16)),
        (f"result:{silent.id}", silent.id, DeliveryState.DUE, at(16)),
        (f"reveal:{answered.id}", answered.id, DeliveryState.DUE, at(16)),
    ]


async def test_points_go_to_whoever_was_right_in_all_three_periods(desk: Desk) -> None:
    """Week, month and all time, from the round's local date; a wrong answer counts as answered."""
    channel = await desk.channel()
    ada, bob = await desk.player("U1"), await desk.player("U2")
    await desk.play(channel, 0, "U1", "U2", wrong=["U2"])
    last = await desk.play(channel, 6, "U1")

    worth = [scoring.points(QUESTIONS[day].level) for day in (0, 6)]
    both = (sum(worth), 2, 2, last.number)
    assert await scores(desk, Period.WEEK) == {
        (date(2026, 1, 12), ada.id): both,
        (date(2026, 1, 12), bob.id): (0, 0, 1, 1),
    }
    assert await scores(desk, Period.MONTH) == {
        (date(2026, 1, 1), ada.id): both,
        (date(2026, 1, 1), bob.id): (0, 0, 1, 1),
    }
    assert await scores(desk, Period.ALL) == {
        (scoring.ALL_TIME, ada.id): both,
        (scoring.ALL_TIME, bob.id): (0, 0, 1, 1),
    }


@pytest.mark.parametrize("day", [-11, 0, 6, 7, 18, 20, 353, 355])
async def test_the_periods_of_a_date_are_those_that_scoring_names(desk: Desk, day: int) -> None:
    """Around the ends of weeks, months and years."""
    await desk.play(await desk.channel(now=at(7, day=-30)), 0)
    channel = await desk.channel("C2", now=at(7, day=-30))
    round_ = await desk.shown(channel, day, QUESTIONS[1])
    await desk.answer(round_)
    await desk.close(day=day)

    starts = {period: [start for start, _ in await scores(desk, period)] for period in Period}

    assert starts == {period: [scoring.start_of(period, round_.date)] for period in Period}


async def test_a_changed_answer_counts_as_it_last_was(desk: Desk) -> None:
    """Only the last one is in the log."""
    round_ = await desk.shown(await desk.channel())
    await desk.answer(round_, right=True)
    await desk.answer(round_, right=False)
    await desk.close()

    assert [points for points, *_ in (await scores(desk, Period.ALL)).values()] == [0]


async def test_seven_answered_rounds_earn_a_freeze_and_a_miss_spends_it(desk: Desk) -> None:
    """Two are kept at most; a miss without one ends the streak (rule 5)."""
    channel = await desk.channel()
    ada = await desk.player()
    lived = []
    for day, plays in enumerate([*[True] * 8, False, False, True]):
        await desk.play(channel, day, *(["U1"] if plays else []))
        lived.append(await streak(desk, ada))

    seen = [(s.run, s.freezes, s.progress, s.covered, s.ended) for s in lived[5:] if s]
    assert seen == [
        (6, 0, 6, 0, 0),
        (7, 1, 0, 0, 0),
        (8, 1, 1, 0, 0),
        (8, 0, 1, 1, 0),
        (0, 0, 1, 1, 8),
        (1, 0, 2, 0, 0),
    ]


async def test_a_wrong_answer_goes_on_with_the_streak_and_ends_the_right_run(desk: Desk) -> None:
    """An unanswered round leaves the run of right answers as it is."""
    channel = await desk.channel()
    ada = await desk.player()
    await desk.play(channel, 0, "U1")
    await desk.play(channel, 1, "U1")
    await desk.play(channel, 2)
    missed = await streak(desk, ada)
    await desk.play(channel, 3, "U1", wrong=["U1"])

    wrong = await streak(desk, ada)

    assert missed == Streak(run=0, best=2, right_run=2, best_right=2, progress=2, first=1, last=2, ended=2)
    assert wrong == Streak(run=1, best=2, right_run=0, best_right=2, progress=3, first=1, last=4)


@pytest.mark.parametrize(("late", "run"), [(LATE, 0), (LATE + timedelta(microseconds=1), 1)])
async def test_a_closing_more_than_fifteen_minutes_late_spares_who_missed(
    desk: Desk, late: timedelta, run: int
) -> None:
    """The commit marks it; an answer counts as ever."""
    channel = await desk.channel()
    ada, bob = await desk.player("U1"), await desk.player("U2")
    await desk.play(channel, 0, "U1")
    await desk.answer(await desk.shown(channel, 1, QUESTIONS[1]), "U2")

    (closed,) = await desk.close(day=1, late=late)

    after, other = await streak(desk, ada), await streak(desk, bob)
    assert closed.spared is (run == 1)
    assert after is not None
    assert after.run == run
    assert other is not None
    assert other.run == 1


async def test_days_away_cost_nothing(desk: Desk) -> None:
    """Neither the first of them nor the last. An answer given all the same counts."""
    channel = await desk.channel()
    ada = await desk.player()
    await away(desk, ada, 1, 3)
    await desk.play(channel, 0, "U1")
    await desk.play(channel, 1)
    await desk.play(channel, 2, "U1")
    await desk.play(channel, 3)
    spared = await streak(desk, ada)
    await desk.play(channel, 4)

    ended = await streak(desk, ada)

    assert spared is not None
    assert (spared.run, spared.ended) == (2, 0)
    assert ended is not None
    assert (ended.run, ended.ended) == (0, 2)


async def test_a_streak_belongs_to_its_channel(desk: Desk) -> None:
    """What is missed in another channel changes nothing here."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    ada = await desk.player()
    await desk.play(first, 0, "U1")
    await desk.play(second, 1)

    here, there = await streak(desk, ada, first.id), await streak(desk, ada, second.id)

    assert here is not None
    assert here.run == 1
    assert there is None


@pytest.mark.parametrize("seed", range(3))
async def test_sql_and_scoring_agree_on_every_streak(desk: Desk, seed: int) -> None:
    """Random people over thirty rounds: what is kept is what folding the log gives."""
    dice = random.Random(seed)
    channel = await desk.channel()
    people = [f"U{i}" for i in range(6)]
    players = [await desk.player(person) for person in people]
    await away(desk, players[0], 5, 9)
    for day in range(30):
        present = [person for i, person in enumerate(people) if dice.random() < 0.5 + i / 12]
        round_ = await desk.shown(channel, day, QUESTIONS[day % len(QUESTIONS)])
        for person in present:
            await desk.answer(round_, person, right=dice.random() < 0.6)
        if dice.random() < 0.1:
            await desk.store.write(rounds.void_round, round_.id, "a bad question", at(12, day=day))
        await desk.close(day=day, late=timedelta(minutes=dice.choice([0, 0, 0, 20])))

    for player in players:
        log = await desk.store.read(answers.played, channel.id, player.id)
        assert await streak(desk, player) == scoring.fold(log)


@pytest.mark.parametrize("how", ["due", "unknown", "refused"])
async def test_a_round_whose_question_nobody_saw_is_void(desk: Desk, how: str) -> None:
    """Its day is skipped, its question back in the pool, and nobody missed anything."""
    channel = await desk.channel()
    ada = await desk.player()
    await desk.play(channel, 0, "U1")
    await desk.open(channel, 1, QUESTIONS[1])
    if how != "due":
        job = await desk.take(DeliveryKind.QUESTION, at(9, day=1))
        await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9, day=1))
    if how == "unknown":
        await desk.store.write(deliveries.unknown, job.delivery.id, job.fence, "no answer", at(9, day=1))
    if how == "refused":
        await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "no", None, False, at(9, day=1))

    await desk.close(day=1)

    after = await desk.store.read(rounds.round_on, channel.id, slot(1).date)
    owed = [one for one in await desk.deliveries() if one.round and after and one.round == after.id]
    kept = await streak(desk, ada)
    assert after is not None
    assert after.state is RoundState.VOIDED
    assert after.void_reason == ("no" if how == "refused" else NEVER_SHOWN)
    assert [one.state for one in owed] == [DeliveryState.REFUSED if how == "refused" else DeliveryState.SKIPPED]
    assert kept is not None
    assert kept.run == 1


async def test_an_answer_proves_that_a_question_was_seen(desk: Desk) -> None:
    """Its round counts, though nobody knows of the message."""
    channel = await desk.channel()
    round_ = await desk.open(channel)
    job = await desk.take(DeliveryKind.QUESTION, at(9))
    await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9))
    await desk.store.write(deliveries.unknown, job.delivery.id, job.fence, "no answer", at(9))
    await desk.answer(round_)

    (closed,) = await desk.close()

    assert closed.state is RoundState.CLOSED


async def test_a_question_still_on_its_way_at_closing_spares_everybody(desk: Desk) -> None:
    """It may come to be seen or not: nobody's miss is counted; found out later to be unknown, the round is void."""
    channel = await desk.channel()
    ada = await desk.player()
    await desk.play(channel, 0, "U1")
    round_ = await desk.open(channel, 1, QUESTIONS[1])
    job = await desk.take(DeliveryKind.QUESTION, at(9, day=1), timedelta(days=2))
    await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9, day=1))
    (closed,) = await desk.close(day=1)
    waiting = await desk.claim(at(16, day=1))
    await desk.store.write(deliveries.unknown, job.delivery.id, job.fence, "no answer", at(16, 1, day=1))

    settled = await desk.store.write(rounds.settle_unknown, at(16, 2, day=1))

    after = await desk.store.read(rounds.round_, round_.id)
    kept = await streak(desk, ada)
    assert (closed.state, closed.spared) == (RoundState.CLOSED, True)
    assert [one.delivery.key for one in waiting if one.round and one.round.id == round_.id] == []
    assert settled == 1
    assert after is not None
    assert after.state is RoundState.VOIDED
    assert kept is not None
    assert kept.run == 1


async def test_nothing_of_an_open_round_is_told(desk: Desk) -> None:
    """Only how many have answered (rule 3)."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    await desk.answer(round_)

    (open_,) = await desk.store.read(answers.played, round_.channel, ada.id)

    assert await desk.store.read(rounds.tally, round_.id) is None
    assert await desk.store.read(rounds.answered, [round_.id]) == {round_.id: 1}
    assert (open_.state, open_.answered, open_.right) == (RoundState.OPEN, True, None)


async def test_a_tally_names_who_was_right_and_their_milestones(desk: Desk) -> None:
    """Not who hides, however long they have answered, and nobody who was wrong."""
    channel = await desk.channel()
    for day in range(10):
        last = await desk.play(channel, day, "U1", "U2", "U5", *(["U3", "U4"] if day == 9 else []), wrong=["U3"])
    for hidden in ("U4", "U5"):
        await desk.store.write(_hide, (await desk.player(hidden)).id)

    tally = await desk.store.read(rounds.tally, last.id)

    ada, bob = await desk.player("U1"), await desk.player("U2")
    assert tally is not None
    assert (tally.answered, tally.right, tally.choices) == (5, 4, {last.key: 4, "9": 1})
    assert (tally.solvers, tally.hidden_solvers) == ((ada, bob), 2)
    assert tally.milestones == ((ada, 10), (bob, 10))


def _hide(connection: Connection, player: int) -> None:
    connection.exec_driver_sql(f"UPDATE player SET hidden = (1 = 1) WHERE id = {player}")


async def test_a_history_starts_with_the_first_answer(desk: Desk) -> None:
    """What came before one played is nobody's miss."""
    channel = await desk.channel()
    await desk.play(channel, 0)
    await desk.play(channel, 1, "U1", wrong=["U1"])
    await desk.play(channel, 2)
    await desk.shown(channel, 3, QUESTIONS[3])
    ada, bob = await desk.player("U1"), await desk.player("U2")

    played = await desk.store.read(answers.played, channel.id, ada.id)

    assert [(one.number, one.answered, one.right, one.excused) for one in played] == [
        (2, True, False, False),
        (3, False, None, False),
    ]
    assert await desk.store.read(answers.played, channel.id, bob.id) == ()


async def test_many_rounds_close_batch_by_batch(desk: Desk) -> None:
    """Those that are due longest first."""
    opened = [await desk.shown(await desk.channel(f"C{i}"), 0, QUESTIONS[i]) for i in range(5)]

    batches = [await desk.store.write(rounds.close_due, at(16), 2) for _ in range(4)]

    assert [len(batch) for batch in batches] == [2, 2, 1, 0]
    assert {one for batch in batches for one in batch} == {round_.id for round_ in opened}


async def test_an_answer_after_the_closing_commit_changes_nothing(desk: Desk) -> None:
    """Even one that says it was given before."""
    round_ = await desk.shown(await desk.channel())
    await desk.close()

    outcome = await desk.answer(round_, now=at(15))

    assert outcome == RoundOver(RoundState.CLOSED, None)
    assert await scores(desk, Period.ALL) == {}
