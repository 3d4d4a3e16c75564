"""What planning is told of channels, and what becomes of its plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot import picking
from bot.model import Channel, DeliveryKind, DeliveryState
from bot.store import channels
from bot.store.frozen import digest, keep
from bot.store.planning import PRACTISED_LATELY
from bot.store.rounds import void_round
from bot.store.tables import practices
from bot.work import History, Plan
from content.question import Question
from tests.bot.store.desk import MONDAY, QUESTIONS, UTC_DAY, Desk, at, slot


async def history(desk: Desk, channel: Channel, day: int = 0) -> History:
    """What picking is told."""
    return (await desk.store.read(channels.need, channel.id, at(17, day=day))).history


async def test_history_is_what_picking_says_it_must_be(desk: Desk) -> None:
    """Kept by the store and folded by ``picking.asked``, over more rounds than are looked back, with repeats."""
    channel = await desk.channel()
    wanted = History()
    for day in range(14):
        question = QUESTIONS[day % 9]
        await desk.answer(await desk.shown(channel, day, question))
        await desk.close(day=day)
        wanted = picking.asked(wanted, question)

    assert await history(desk, channel, 13) == wanted


async def test_an_open_round_is_in_history_already(desk: Desk) -> None:
    """A channel that reveals with its next question is planned while a round is open."""
    channel = await desk.channel(schedule=replace(UTC_DAY, reveal=None))
    await desk.shown(channel)

    (need,) = await desk.store.read(channels.unplanned, at(9), 10)

    assert need.history == picking.asked(History(), QUESTIONS[0])


async def test_a_channel_with_a_reveal_time_is_planned_after_it(desk: Desk) -> None:
    """The next question is picked soon after the last round closed (rule 6)."""
    channel = await desk.channel()
    await desk.shown(channel)

    before = await desk.store.read(channels.unplanned, at(15, 59), 10)
    (after,) = await desk.store.read(channels.unplanned, at(16), 10)

    assert before == ()
    assert (after.channel.id, after.after) == (channel.id, at(9))


async def test_a_voided_round_returns_its_question(desk: Desk) -> None:
    """Before its reveal and after it; an earlier round that asked the same stands."""
    channel = await desk.channel()
    await desk.play(channel, 0, "U1")
    await desk.shown(channel, 1, QUESTIONS[0])
    (again,) = await desk.close(day=1)
    other = await desk.shown(channel, 2, QUESTIONS[1])
    twice = await history(desk, channel, 2)
    for round_ in (again, other):
        await desk.store.write(void_round, round_.id, "a bad question", at(17, day=2))

    assert twice.asked == {QUESTIONS[0].id: 2, QUESTIONS[1].id: 3}
    assert (await history(desk, channel, 2)).asked == {QUESTIONS[0].id: 1}
    assert (await history(desk, channel, 2)).topics == (QUESTIONS[0].topic,)


async def test_what_others_of_the_workspace_have_open_or_planned_is_busy(desk: Desk) -> None:
    """Another workspace's questions are nobody's business."""
    channel = await desk.channel("C1")
    await desk.shown(await desk.channel("C2"), 0, QUESTIONS[1])
    await desk.plan(await desk.channel("C3"), slot(1), QUESTIONS[2])
    await desk.plan(await desk.channel("C4", team="T2"), slot(1), QUESTIONS[3])
    await desk.plan(channel, slot(1), QUESTIONS[4])

    assert (await history(desk, channel)).busy == {QUESTIONS[1].id, QUESTIONS[2].id}


async def test_practice_of_thirty_days_is_told(desk: Desk) -> None:
    """Anybody's in the workspace."""
    channel = await desk.channel()
    ada, far = await desk.player("U2"), await desk.player("U3", "T2")
    now = at(17)
    await desk.store.write(_practise, ada.workspace, ada.id, QUESTIONS[0], now - PRACTISED_LATELY)
    await desk.store.write(_practise, ada.workspace, ada.id, QUESTIONS[1], now - PRACTISED_LATELY - timedelta(1))
    await desk.store.write(_practise, far.workspace, far.id, QUESTIONS[2], now)

    assert (await history(desk, channel)).practised == {QUESTIONS[0].id}


def _practise(connection: Connection, workspace: int, player: int, question: Question, now: object) -> None:
    keep(connection, [question])
    row = {"workspace": workspace, "player": player, "snapshot": digest(question), "question": question.id}
    connection.execute(sa.insert(practices).values(**row, order="0,1,2,3", at=now))


async def test_those_who_wait_longest_are_planned_first(desk: Desk) -> None:
    """And no more than asked for."""
    ids = [(await desk.channel(f"C{i}", now=at(7 - i))).id for i in range(3)]

    found = await desk.store.read(channels.unplanned, at(7), 2)

    assert [need.channel.id for need in found] == [ids[2], ids[1]]


async def test_one_question_is_planned_once_a_workspace(desk: Desk) -> None:
    """Two plans that were made without knowing of each other: the second is void, and made anew."""
    first, second, far = await desk.channel("C1"), await desk.channel("C2"), await desk.channel("C1", team="T2")
    plans = [Plan(channel.id, 1, slot(), QUESTIONS[0]) for channel in (first, second, far)]

    taken = await desk.store.write(channels.plan, plans, at(7))

    waiting = await desk.store.read(channels.unplanned, at(7), 10)
    assert taken == 2
    assert [need.channel.id for need in waiting] == [second.id]


async def test_a_plan_does_not_replace_a_plan(desk: Desk) -> None:
    """Two processes planned the same channel: the first stands."""
    channel = await desk.channel()

    taken = [await desk.plan(channel, slot(), question) for question in QUESTIONS[:2]]

    assert taken == [1, 0]
    assert (await desk.open(channel)).question == QUESTIONS[0]


async def test_a_day_without_a_question_is_recorded_and_passed_over(desk: Desk) -> None:
    """With its reason; planning goes on with the slot after it."""
    channel = await desk.channel()

    await desk.plan(channel, slot(skip="Epiphany"), None)

    (day,) = await desk.deliveries()
    (need,) = await desk.store.read(channels.unplanned, at(7), 10)
    assert (day.kind, day.state, day.reason) == (DeliveryKind.QUESTION, DeliveryState.SKIPPED, "Epiphany")
    assert (day.date, day.round, day.due) == (MONDAY, None, at(9))
    assert need.after == at(9)
