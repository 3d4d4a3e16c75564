"""Rounds begin: once a channel and date, one open a channel, no question twice in a workspace, and not too late."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.calendar import LATE
from bot.model import ChannelState, DeliveryKind, DeliveryState, RoundState
from bot.scoring import key
from bot.store import channels, rounds
from bot.store.opening import TOO_LATE
from bot.store.rounds import void_round
from bot.store.tables import rounds as round_table
from bot.work import Opening, Plan
from tests.bot.store.desk import MONDAY, QUESTIONS, UTC_DAY, Desk, at, slot


async def test_a_due_plan_becomes_a_round_and_owes_its_question(desk: Desk) -> None:
    """With a frozen copy of the question, its key and what it is worth."""
    channel = await desk.channel()
    await desk.plan(channel, slot())

    early, due = await desk.open_due(at(8, 59, 59)), await desk.open_due(at(9))

    round_ = await desk.store.read(rounds.open_round, channel.id)
    (owed,) = await desk.deliveries()
    assert (early, due) == (Opening(0, 0), Opening(1, 0))
    assert round_ is not None
    assert (round_.number, round_.date, round_.question) == (1, MONDAY, QUESTIONS[0])
    assert (round_.key, round_.order, round_.state) == (key(QUESTIONS[0]), (0, 1, 2, 3), RoundState.OPEN)
    assert (round_.opened, round_.closes, round_.closed, round_.spared) == (at(9), at(16), None, False)
    assert (owed.key, owed.kind, owed.round) == (f"question:{channel.id}:2026-01-12", "question", round_.id)
    assert (owed.state, owed.due, owed.next_try) == (DeliveryState.DUE, at(9), at(9))
    assert round_ == await desk.store.read(rounds.round_, round_.id)
    assert round_ == await desk.store.read(rounds.round_on, channel.id, MONDAY)


async def test_rounds_are_numbered_in_their_channel(desk: Desk) -> None:
    """1, 2, 3 …, each channel by itself."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    await desk.play(first, 0)
    await desk.play(first, 1)

    numbers = [(await desk.open(c, 2, q)).number for c, q in ((first, QUESTIONS[2]), (second, QUESTIONS[3]))]

    assert numbers == [3, 1]
    assert (await desk.fresh(first)).last_number == 3


@pytest.mark.parametrize("late", [timedelta(0), LATE, timedelta(hours=5)])
async def test_within_its_window_a_question_is_asked_late(desk: Desk, late: timedelta) -> None:
    """Until two hours before its closing; its date stays the one it was scheduled for."""
    channel = await desk.channel()
    await desk.plan(channel, slot())

    assert await desk.open_due(at(9) + late) == Opening(1, 0)

    assert (await desk.deliveries())[0].due == at(9)


async def test_past_its_window_the_day_is_skipped_with_its_reason(desk: Desk) -> None:
    """No round, no number, and planning goes on behind it."""
    channel = await desk.channel()
    await desk.plan(channel, slot())

    opening = await desk.open_due(at(14, 0, 1))

    (day,) = await desk.deliveries()
    (need,) = await desk.store.read(channels.unplanned, at(14, 0, 1), 10)
    assert opening == Opening(0, 1)
    assert (day.state, day.reason, day.round, day.date) == (DeliveryState.SKIPPED, TOO_LATE, None, MONDAY)
    assert (need.after, need.channel.last_number) == (at(9), 0)


async def test_fifteen_minutes_are_on_time_whatever_the_window(desk: Desk) -> None:
    """A round of an hour can be asked a quarter of an hour late, and no later."""
    channel = await desk.channel()
    short = replace(slot(), closes=at(10))
    await desk.plan(channel, short)

    assert await desk.open_due(at(9) + LATE) == Opening(1, 0)


async def test_a_date_has_one_round(desk: Desk) -> None:
    """A plan for a date that had its round, a voided one too, is dropped."""
    channel = await desk.channel()
    round_ = await desk.shown(channel)
    await desk.store.write(void_round, round_.id, "a bad question", at(10))
    await desk.plan(channel, slot(), QUESTIONS[1])

    opening = await desk.open_due(at(10))

    need = await desk.store.read(channels.need, channel.id, at(10))
    assert opening == Opening(0, 0)
    assert await desk.count(round_table) == 1
    assert (need.channel.next_due, need.channel.last_number, need.after) == (None, 1, at(9))
    assert [delivery.kind for delivery in await desk.deliveries()] == ["question", "result"]


async def test_a_channel_has_one_open_round(desk: Desk) -> None:
    """The next one waits for the closing, and is skipped where that is too late."""
    channel = await desk.channel()
    await desk.shown(channel)
    await desk.plan(channel, replace(slot(1), due=at(12), closes=at(20)), QUESTIONS[1])

    waits = await desk.open_due(at(12))
    await desk.close()
    opens = await desk.open_due(at(16))

    assert (waits, opens) == (Opening(0, 0), Opening(1, 0))
    (number,) = [round_.number for round_ in [await desk.store.read(rounds.open_round, channel.id)] if round_]
    assert number == 2


async def test_channels_that_must_wait_hold_up_no_others(desk: Desk) -> None:
    """However many they are: a batch is filled with those that can be opened."""
    for i in range(3):
        busy = await desk.channel(f"C{i}")
        await desk.shown(busy, 0, QUESTIONS[i])
        await desk.plan(busy, replace(slot(1), due=at(12), closes=at(20)), QUESTIONS[10 + i])
    free = await desk.channel("free")
    await desk.plan(free, replace(slot(), due=at(13), closes=at(20)), QUESTIONS[5])

    assert await desk.store.write(rounds.open_due, at(13), 2) == Opening(1, 0)

    assert await desk.store.read(rounds.open_round, free.id) is not None


async def test_a_question_open_elsewhere_in_the_workspace_drops_the_plan(desk: Desk) -> None:
    """The database itself says so at opening; the slot is planned anew with another question."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    far = await desk.channel("C1", team="T2")
    await desk.plan(second, slot(), QUESTIONS[0])
    await desk.plan(far, slot(), QUESTIONS[0])
    asked = await desk.store.write(channels.ask_now, Plan(first.id, 1, slot(), QUESTIONS[0]), at(9), at(8, 30))

    opening = await desk.open_due(at(9))

    needs = await desk.store.read(channels.unplanned, at(9), 10)
    assert asked is not None
    assert opening == Opening(1, 0)
    assert [(need.channel.id, need.after) for need in needs] == [(second.id, at(7))]


async def test_two_openings_at_once_open_each_round_once(desk: Desk) -> None:
    """A tick that overlaps another finds nothing left."""
    for i in range(6):
        await desk.plan(await desk.channel(f"C{i}"), slot(), QUESTIONS[i])

    openings = await asyncio.gather(*(desk.open_due(at(9)) for _ in range(3)))

    assert sum(opening.opened for opening in openings) == 6
    assert await desk.count(round_table) == 6


@pytest.mark.parametrize("clash", [{"number": 9}, {"date": slot(1).date}])
async def test_the_database_refuses_a_second_round(desk: Desk, clash: dict[str, object]) -> None:
    """Of a date, of a number, and, of another date and number, while one is open."""
    channel = await desk.channel()
    await desk.shown(channel)
    both = {"number": 9, "date": slot(1).date}

    with pytest.raises(IntegrityError):
        await desk.store.write(_copy_round, clash)
    with pytest.raises(IntegrityError):
        await desk.store.write(_copy_round, both)
    await desk.close()
    await desk.store.write(_copy_round, both)

    assert await desk.count(round_table) == 2


def _copy_round(connection: Connection, changes: dict[str, object]) -> None:
    row = dict(connection.execute(sa.select(round_table)).mappings().one())
    connection.execute(sa.insert(round_table).values(row | {"id": 99, "question": "other"} | changes))


# Ask now


async def test_asked_by_hand_a_round_opens_at_once(desk: Desk) -> None:
    """Due now, closing when its plan says; the plan that stood is void, the next slot lies behind what was given."""
    channel = await desk.channel()
    await desk.plan(channel, slot(), QUESTIONS[1])
    plan = Plan(channel.id, 1, replace(slot(), due=at(8)), QUESTIONS[0], (2, 0, 1, 3))

    round_ = await desk.store.write(channels.ask_now, plan, at(9), at(8))

    fresh = await desk.fresh(channel)
    need = await desk.store.read(channels.need, channel.id, at(8))
    assert round_ is not None
    assert (round_.question, round_.order, round_.opened) == (QUESTIONS[0], (2, 0, 1, 3), at(8))
    assert (fresh.next_due, fresh.last_number, need.after) == (None, 1, at(9))
    assert await desk.open_due(at(9)) == Opening(0, 0)
    assert [delivery.due for delivery in await desk.deliveries()] == [at(8)]


async def test_asking_by_hand_reuses_a_skipped_day(desk: Desk) -> None:
    """The day's delivery is the one it always had."""
    channel = await desk.channel()
    await desk.plan(channel, slot(skip="Epiphany"), None)
    (before,) = await desk.deliveries()

    round_ = await desk.store.write(channels.ask_now, Plan(channel.id, 1, slot(), QUESTIONS[0]), at(9), at(9))

    (after,) = await desk.deliveries()
    assert round_ is not None
    assert (after.id, after.key, after.state, after.round) == (before.id, before.key, DeliveryState.DUE, round_.id)
    assert (after.reason, after.fence) == (None, before.fence + 1)


async def test_asking_by_hand_is_refused_where_the_day_had_its_round(desk: Desk) -> None:
    """A voided one too, and while another is open."""
    channel = await desk.channel()
    round_ = await desk.shown(channel)
    open_ = await desk.store.write(channels.ask_now, Plan(channel.id, 1, slot(1), QUESTIONS[1]), at(9), at(10))
    await desk.store.write(void_round, round_.id, "a bad question", at(10))

    voided = await desk.store.write(channels.ask_now, Plan(channel.id, 1, slot(), QUESTIONS[1]), at(9), at(10))

    assert (open_, voided) == (None, None)


async def test_asking_a_paused_channel_by_hand_leaves_it_paused(desk: Desk) -> None:
    """A pause stops what the clock asks."""
    channel = await desk.channel()
    await desk.store.write(channels.set_state, channel.id, ChannelState.PAUSED, "paused", None, "Ada", at(8))

    round_ = await desk.store.write(channels.ask_now, Plan(channel.id, 2, slot(), QUESTIONS[0]), at(9), at(9))
    await desk.close()

    assert round_ is not None
    assert (await desk.fresh(channel)).state is ChannelState.PAUSED
    assert await desk.store.read(channels.unplanned, at(17), 10) == ()


async def test_a_schedule_saved_while_a_round_is_open_leaves_it_alone(desk: Desk) -> None:
    """A round keeps the closing instant with which it was opened."""
    channel = await desk.channel()
    round_ = await desk.shown(channel)

    await desk.channel(schedule=replace(UTC_DAY, zone="Asia/Tokyo"), now=at(10))

    assert await desk.store.read(rounds.open_round, channel.id) == round_
    assert [one.id for one in await desk.close()] == [round_.id]


async def test_no_question_is_owed_twice(desk: Desk) -> None:
    """Its key holds for ever."""
    channel = await desk.channel()
    await desk.play(channel, 0)

    owed = await desk.deliveries(DeliveryKind.QUESTION)
    await desk.plan(channel, slot(), QUESTIONS[1])
    await desk.open_due(at(16))

    assert await desk.deliveries(DeliveryKind.QUESTION) == owed
