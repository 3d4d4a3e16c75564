"""What one beat does: closing, opening, planning, claiming; and what it does not do twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.model import DeliveryState, Filters, RoundState
from bot.picking import NOTHING_FITS
from bot.ports import Refused
from bot.store import deliveries, rounds, tables
from bot.store.door import Store
from bot.store.shelf import StoreShelf
from scheduler.daily import BATCH, LEASE, LOOK_AGAIN
from scheduler.sender import REQUEST
from tests.standins.channel_log import ChannelLog, Gate
from tests.standins.club import IN_UTC, PLATFORM, Club, at

LOST_FOR_GOOD = LEASE + REQUEST + timedelta(seconds=1)


def days_of(conn: sa.Connection, state: DeliveryState) -> Sequence[tuple[str, str]]:
    """Dates whose question delivery is in this state, with the reason."""
    table = tables.deliveries
    found = sa.select(table.c.date, table.c.reason).where(table.c.kind == "question", table.c.state == state)
    return [(day.isoformat(), reason) for day, reason in conn.execute(found.order_by(table.c.date))]


def states(conn: sa.Connection) -> dict[str, str]:
    """Each delivery's state by its kind; the tests that ask have one of each."""
    table = tables.deliveries
    return {kind.value: state.value for kind, state in conn.execute(sa.select(table.c.kind, table.c.state))}


async def test_a_day_is_a_question_and_then_its_result_reveal_and_detail(store: Store) -> None:
    """Two messages in the channel, one in the thread, and the question edited."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    await club.reach(at(16))

    assert club.log.kinds() == ["question", "reveal", "detail"]
    assert club.log.edited[-1][0] == club.log.messages[0].key
    assert [message.place.parent for message in club.log.messages] == [None, "m1", "m1"]
    assert [message.place.broadcast for message in club.log.messages] == [False, True, False]


async def test_a_tick_is_done_while_its_messages_are_still_on_their_way(store: Store) -> None:
    """Nobody's clock waits for a platform."""
    club = Club(store)
    await club.set_up()
    await club.tick()
    gate = Gate()
    club.log.posts = [gate]
    club.now = at(9)
    await club.daily.tick(club.now)
    seen_by_the_time_it_returned = club.log.kinds()
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))

    assert seen_by_the_time_it_returned == []
    assert club.log.kinds() == ["question"]


async def test_an_outage_of_two_days_gives_one_skip_a_day_and_no_flood(store: Store) -> None:
    """Trap 5: what was missed is recorded, not made up for."""
    club = Club(store)
    await club.set_up()
    await club.reach(at(8, day=0))
    await club.settle(at(10, day=2))

    assert club.log.kinds() == ["question"]
    assert [day for day, _ in await store.read(days_of, DeliveryState.SKIPPED)] == ["2026-01-12", "2026-01-13"]
    assert [day for day, _ in await store.read(days_of, DeliveryState.SENT)] == ["2026-01-14"]


async def test_a_reveal_is_made_however_late(store: Store) -> None:
    """Down at the reveal and until the next day: yesterday's answer comes before today's question."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    await club.settle(at(9, 5, day=1))

    assert sorted(club.log.kinds()) == ["detail", "question", "question", "reveal"]
    assert (await store.read(rounds.last_round, channel.id)).spared


async def test_who_is_down_at_the_post_time_posts_once_within_the_window(store: Store) -> None:
    """The window lasts until two hours before the closing."""
    club = Club(store)
    await club.set_up()
    await club.reach(at(8))
    await club.settle(at(13, 59))

    assert club.log.kinds() == ["question"]


async def test_who_is_down_for_the_whole_window_skips_the_day(store: Store) -> None:
    """A question that leaves nobody two hours is not asked."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(8))
    await club.settle(at(14, 1))

    assert club.log.kinds() == []
    assert len(await store.read(days_of, DeliveryState.SKIPPED)) == 1
    assert await store.read(rounds.open_round, channel.id) is None


async def test_nothing_is_claimed_for_an_adapter_that_is_not_up_here(store: Store) -> None:
    """Another process may have it; if none has within the window, the question is withdrawn and the day skipped."""
    club = Club(store)
    channel = await club.set_up()
    club.up.clear()
    await club.tick(at(8))
    await club.tick(at(9))
    waiting = await store.read(states)
    await club.tick(at(14, 1))

    assert waiting == {"question": "due"}
    assert await store.read(states) == {"question": "skipped"}
    assert await store.read(rounds.open_round, channel.id) is None


async def test_a_platform_that_hangs_holds_up_no_other(store: Store) -> None:
    """Each platform has a lane of its own."""
    club = Club(store)
    other = ChannelLog()
    club.up["other"] = other
    await club.set_up("C1")
    await club.set_up("C2", platform="other")
    await club.tick()
    gate = Gate()
    club.log.posts = [gate]
    club.now = at(9)
    club.daily = club.clock(at_once=1)
    await club.daily.tick(club.now)
    async with asyncio.timeout(10):
        await other.came.wait()
    hanging = club.log.kinds()
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))

    assert hanging == []


async def test_no_more_is_claimed_than_can_be_sent_within_a_lease(store: Store) -> None:
    """A lease of four requests leaves time for three in a row, two at a time."""
    club = Club(store)
    for number in range(9):
        await club.set_up(f"C{number}", workspace=f"W{number}")
    await club.tick()
    gate = Gate(2)
    club.log.posts = [gate] * 9
    club.now = at(9)
    club.daily = club.clock(at_once=2, lease=4 * REQUEST)
    await club.daily.tick(club.now)
    await gate.reached.wait()
    claimed = await store.read(_in_state, DeliveryState.CLAIMED, DeliveryState.SENDING)
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))

    assert claimed == 6
    assert club.log.most_at_once == 2


async def test_what_a_dead_process_had_claimed_is_sent_by_the_next(store: Store) -> None:
    """Once, after its lease."""
    club = Club(store)
    await club.set_up()
    club.up.clear()
    await club.tick(at(8))
    await club.tick(at(9))
    await store.write(deliveries.claim, at(9), frozenset({PLATFORM}), 1, LEASE)
    club.up = {PLATFORM: club.log}
    await club.tick(at(9) + LEASE)
    within_the_lease = club.log.kinds()
    await club.settle(at(9) + LEASE + timedelta(seconds=1))
    await club.settle(at(9) + 2 * LOST_FOR_GOOD)

    assert within_the_lease == []
    assert club.log.kinds() == ["question"]


async def test_what_a_dead_process_was_sending_is_looked_for_first(store: Store) -> None:
    """It may have arrived; only what is not there is sent again."""
    club = Club(store)
    await club.set_up()
    await club.tick(at(8))
    gate = Gate()
    club.log.posts = [gate]
    club.now = at(9)
    await club.daily.tick(club.now)
    await gate.reached.wait()
    await club.daily.drain(timedelta())
    club.daily = club.clock()
    await club.settle(at(9) + LEASE + timedelta(seconds=1))
    await club.settle(at(9) + 2 * LOST_FOR_GOOD)

    assert len(club.log.looked) == 1
    assert club.log.kinds() == ["question"]


async def test_a_step_that_fails_keeps_none_of_the_others_from_their_work(store: Store) -> None:
    """Where a table is missing nothing can be planned, but what is open is closed and revealed."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    club.now = at(16)
    await store.write(lambda conn: conn.execute(sa.text("ALTER TABLE practice RENAME TO elsewhere")))
    for _ in range(2):
        with pytest.raises(ExceptionGroup):
            await club.daily.tick(club.now)
        await club.daily.drain(timedelta(seconds=10))

    await store.write(lambda conn: conn.execute(sa.text("ALTER TABLE elsewhere RENAME TO practice")))

    assert club.log.kinds() == ["question", "reveal"]


@pytest.mark.parametrize("column", [{"topics": "not JSON"}, {"levels": "guru"}, {"weekdays": "mon,someday"}])
async def test_a_channel_whose_row_cannot_be_read_keeps_no_other_from_its_plan(
    store: Store, column: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is named in the log, now and then, and the ticks go well; mended, it is asked again."""
    club = Club(store)
    await club.set_up("C1")
    broken = await club.set_up("C2", workspace="W2")
    await store.write(_change, broken.id, **column)
    for second in range(3):
        await club.tick(at(8, 0, second))
    named = caplog.text.count(f"Channel {broken.id} cannot be read, so nothing is planned")
    await club.reach(at(9))
    alone = [message.place.channel for message in club.log.messages]
    await store.write(_change, broken.id, topics="[]", levels="junior,mid", weekdays="mon,tue")
    await club.settle(at(9, 2))

    assert named == 1
    assert alone == ["C1"]
    assert [message.place.channel for message in club.log.messages] == ["C1", "C2"]


async def test_a_channel_whose_row_cannot_be_read_keeps_no_other_from_its_question(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where it became so after its plan: what it is owed stays owed, and is sent once it is mended."""
    club = Club(store)
    broken = await club.set_up("C1", workspace="W1")
    await club.set_up("C2", workspace="W2")
    await club.tick(at(8))
    await store.write(_change, broken.id, topics="not JSON")
    await club.reach(at(9))
    alone = [message.place.channel for message in club.log.messages]
    await store.write(_change, broken.id, topics="[]")
    await club.settle(at(9) + LEASE + timedelta(seconds=1))

    assert alone == ["C2"]
    assert f"Channel {broken.id} cannot be read, so what it is owed stays" in caplog.text
    assert [message.place.channel for message in club.log.messages] == ["C2", "C1"]


async def test_a_round_whose_question_cannot_be_read_keeps_no_other_from_its_answer(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """What it is owed stays owed, and is sent once it is mended."""
    club = Club(store)
    broken, fine = await club.set_up("C1", workspace="W1"), await club.set_up("C2", workspace="W2")
    await club.reach(at(9))
    for channel in (broken, fine):
        await club.answer(channel, "ada")
    before = await store.write(_reorder, broken.id, "nonsense")
    for second in range(5):
        await club.tick(at(16, 0, second))
    alone = [message.place.channel for message in club.log.messages[2:]]
    await store.write(_reorder, broken.id, before)
    await club.settle(at(16) + LEASE + timedelta(seconds=1))

    assert set(alone) == {"C2"}
    assert "cannot be read, so what it is owed stays" in caplog.text
    assert {message.place.channel for message in club.log.messages[2:]} == {"C1", "C2"}


def _reorder(conn: sa.Connection, channel: int, order: str) -> str:
    """Write an order of options into a channel's round; what stood there."""
    here = tables.rounds.c.channel == channel
    before: str = conn.execute(sa.select(tables.rounds.c.order).where(here)).scalar_one()
    conn.execute(sa.update(tables.rounds).where(here).values(order=order))
    return before


async def test_a_channel_that_cannot_be_planned_keeps_no_other_from_its_plan(store: Store) -> None:
    """An unknown zone in one row, say after an import, is that channel's trouble."""
    club = Club(store)
    await club.set_up("C1")
    broken = await club.set_up("C2")
    await store.write(_change, broken.id, zone="Nowhere/Atlantis")
    await club.reach(at(9))

    assert [message.place.channel for message in club.log.messages] == ["C1"]


async def test_filters_that_nothing_fits_skip_each_day_when_it_comes(store: Store) -> None:
    """Not all days from here to the end of time at once."""
    club = Club(store)
    await club.set_up(filters=Filters(topics=frozenset({"no such topic"})))
    await club.settle(at(8))
    before = await store.read(days_of, DeliveryState.SKIPPED)
    await club.settle(at(9, 2))
    await club.settle(at(9, 2, day=1))

    assert before == []
    assert await store.read(days_of, DeliveryState.SKIPPED) == [
        ("2026-01-12", NOTHING_FITS),
        ("2026-01-13", NOTHING_FITS),
    ]


async def test_holidays_are_skipped_with_their_names(store: Store) -> None:
    """Good Friday and Easter Monday in Germany; the weekend between is no day of the schedule."""
    club = Club(store)
    club.now = at(12, day=80)  # Thursday 2 April 2026
    await club.set_up(schedule=replace(IN_UTC, holidays="DE"))
    await club.reach(at(12, day=85))

    assert await store.read(days_of, DeliveryState.SKIPPED) == [
        ("2026-04-03", "Good Friday"),
        ("2026-04-06", "Easter Monday"),
    ]
    assert club.log.kinds() == ["question"]


async def test_more_rounds_than_fit_one_transaction_open_and_close_in_one_tick(store: Store) -> None:
    """The herd at nine is asked at nine."""
    club = Club(store)
    number = BATCH + 1
    await asyncio.gather(*(club.set_up(f"C{i}", workspace=f"W{i}") for i in range(number)))
    club.up.clear()
    for minute in range(3):
        await club.tick(at(8, minute))
    await club.tick(at(9))
    opened = await store.read(_rounds_in, RoundState.OPEN)
    await club.tick(at(16))

    assert opened == number
    assert await store.read(_rounds_in, RoundState.OPEN) == 0


async def test_the_clock_says_what_it_will_do_next(store: Store) -> None:
    """The question, the closing, tomorrow's question: what the playground jumps to."""
    club = Club(store)
    first = await club.daily.next_due(at(8))
    await club.set_up()
    await club.settle(at(8))
    before_asking = await club.daily.next_due(at(8))
    await club.settle(at(9))
    while_open = await club.daily.next_due(at(9))
    await club.settle(at(16))

    assert first is None
    assert (before_asking, while_open) == (at(9), at(16))
    assert await club.daily.next_due(at(16)) == at(9, day=1)


async def test_what_is_owed_on_a_platform_that_is_not_up_here_is_nothing_to_wait_for(store: Store) -> None:
    """Else whoever jumps from instant to instant would never leave this one."""
    club = Club(store)
    await club.set_up("C1")
    await club.set_up("C2", platform="other")
    await club.settle(at(9))

    assert club.log.kinds() == ["question"]
    assert await club.daily.next_due(at(9)) == at(16)


async def test_a_result_refused_for_good_is_told_by_a_reveal_where_nobody_answered(store: Store) -> None:
    """Else the answer would be told nowhere: the question stands as if it were open. One message, and its thread."""
    club = Club(store)
    await club.set_up()
    await club.reach(at(9))
    club.log.edits = [Refused("edit_window_closed")]
    await club.reach(at(16))
    await club.settle(at(16, 5))
    reveal = next(message for message in club.log.messages if message.kind == "reveal")

    assert club.log.kinds() == ["question", "reveal", "detail"]
    assert "Question 1: the answer is" in reveal.versions[0].plain
    assert "Nobody answered" in reveal.versions[0].plain


async def test_a_result_refused_for_good_adds_no_second_reveal_where_somebody_answered(store: Store) -> None:
    """They have theirs."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    club.log.edits = [Refused("patience", retry_after=timedelta(seconds=1)), Refused("edit_window_closed")]
    await club.reach(at(16))
    await club.settle(at(16, 5))

    assert club.log.kinds() == ["question", "reveal", "detail"]


async def test_no_reveal_is_made_where_the_channel_itself_is_gone(store: Store) -> None:
    """Nobody would read it."""
    club = Club(store)
    await club.set_up()
    await club.reach(at(9))
    club.log.deleted = True
    await club.reach(at(16))

    assert (await store.read(states))["result"] == "refused"
    assert "reveal" not in await store.read(states)


async def test_a_message_that_cannot_be_looked_up_is_not_looked_up_at_every_beat(store: Store) -> None:
    """CannotTell stays, is asked again now and then, and is never blindly repeated."""
    club = Club(store)
    await club.set_up()
    club.log.lost, club.log.can_tell = {"question"}, False
    await club.reach(at(9))
    for second in range(5):
        await club.tick(at(9, 5, second))
    asked = len(club.log.looked)
    await club.tick(at(9, 5, 5) + LOOK_AGAIN)

    assert (asked, len(club.log.looked)) == (1, 2)
    assert club.log.kinds() == ["question"]


async def test_events_are_forgotten_once_they_need_not_be_remembered(store: Store) -> None:
    """The clock sweeps, now and then: an adapter that takes no leases would keep every event for ever."""
    club, shelf = Club(store), StoreShelf(store, PLATFORM)
    await club.set_up()
    await shelf.first("early", until=at(9))
    await shelf.first("late", until=at(12))
    await club.reach(at(8))
    await club.reach(at(10))

    assert await shelf.first("early", until=at(12))
    assert not await shelf.first("late", until=at(12))


def _in_state(conn: sa.Connection, *wanted: DeliveryState) -> int:
    table = tables.deliveries
    return conn.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.state.in_(wanted))) or 0


def _rounds_in(conn: sa.Connection, state: RoundState) -> int:
    table = tables.rounds
    return conn.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.state == state)) or 0


def _change(conn: sa.Connection, channel: int, **columns: str) -> None:
    conn.execute(sa.update(tables.channels).where(tables.channels.c.id == channel).values(**columns))
