"""The count on an open question: few edits, and none after the result's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.model import Channel
from bot.ports import Refused
from bot.store.door import Store
from scheduler.sender import REQUEST
from tests.standins.channel_log import ChannelLog, Gate
from tests.standins.club import PLATFORM, Club, at


async def open_at_nine(store: Store) -> tuple[Club, Channel]:
    """Monday, 09:00, a question is open."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    return club, channel


def shown(club: Club) -> list[str]:
    """How many have answered, as each edit says."""
    return [card.blocks[-1].spans[0].text.partition(" ")[0] for _, card in club.log.edited]


async def test_ten_answers_are_one_edit(store: Store) -> None:
    """What comes between two beats is one number."""
    club, channel = await open_at_nine(store)
    await asyncio.gather(*(club.answer(channel, f"p{i}") for i in range(10)))
    await club.tick(at(9, 0, 10))

    assert shown(club) == ["10"]


async def test_in_the_first_minute_a_count_is_edited_every_five_seconds(store: Store) -> None:
    """People are watching then."""
    club, channel = await open_at_nine(store)
    for second in range(10, 22):
        await club.answer(channel, f"p{second}")
        await club.tick(at(9, 0, second))

    assert shown(club) == ["1", "6", "11"]


async def test_after_the_first_minute_a_count_is_edited_once_a_minute(store: Store) -> None:
    """Platforms cap the edits of older messages."""
    club, channel = await open_at_nine(store)
    for second in range(0, 150, 10):
        await club.answer(channel, f"p{second}")
        await club.tick(at(9, 5) + timedelta(seconds=second))

    assert shown(club) == ["1", "7", "13"]


async def test_without_answers_nothing_is_edited(store: Store) -> None:
    """A beat alone edits nothing."""
    club, _ = await open_at_nine(store)
    await club.tick(at(9, 10))
    await club.tick(at(9, 20))

    assert club.log.edited == []


async def test_no_count_follows_the_result(store: Store) -> None:
    """An answer of the last second counts; its edit is the result's."""
    club, channel = await open_at_nine(store)
    club.now = at(15, 59, 59)
    await club.answer(channel, "ada")
    await club.reach(at(16))
    await club.tick(at(16, 2))

    assert len(club.log.edited) == 1
    assert "Closed. The answer is" in club.log.edited[0][1].plain


async def test_the_result_waits_for_a_count_that_is_on_its_way(store: Store) -> None:
    """Edits of one message are one at a time: the slow count cannot land on top of the result."""
    club, channel = await open_at_nine(store)
    club.now = at(15, 59, 59)
    await club.answer(channel, "ada")
    gate = Gate()
    club.log.edits = [gate]
    await club.daily.tick(club.now)
    await gate.reached.wait()
    club.now = at(16)
    await club.daily.tick(club.now)
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))
    await club.reach(at(16, 1))

    assert ["Closed." in card.plain for _, card in club.log.edited] == [False, True]


async def test_the_result_waits_for_a_count_that_was_given_up(store: Store) -> None:
    """The platform may do it yet, as long after as a request can take: then the result's edit goes over it."""
    club, channel = await open_at_nine(store)
    club.now = at(16) - REQUEST - timedelta(seconds=5)
    await club.answer(channel, "ada")
    club.log.edits = [ConnectionResetError("nobody knows")]
    await club.tick()
    await club.tick(at(16))
    too_early = list(club.log.edited)
    await club.settle(at(16) + REQUEST)

    assert too_early == []
    assert ["Closed." in card.plain for _, card in club.log.edited] == [True]


async def test_two_processes_do_not_edit_one_message_at_once(store: Store) -> None:
    """Whoever comes second leaves it, and comes back."""
    club, channel = await open_at_nine(store)
    other = club.clock()
    gate = Gate()
    club.log.edits = [gate]
    await club.answer(channel, "ada")
    club.now = at(9, 10)
    await club.daily.tick(club.now)
    await gate.reached.wait()
    await club.answer(channel, "omar")
    await other.tick(club.now)
    await other.drain(timedelta(seconds=10))
    while_held = shown(club)
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))
    club.now = at(9, 12)
    await other.tick(club.now)
    await other.drain(timedelta(seconds=10))

    assert while_held == []
    assert shown(club)[-1] == "2"


async def test_a_platform_that_asks_for_patience_with_edits_is_given_it(store: Store) -> None:
    """A 429 on an edit holds up that count and nothing else."""
    club, channel = await open_at_nine(store)
    club.log.edits = [Refused("ratelimited", retry_after=timedelta(minutes=3))]
    await club.answer(channel, "ada")
    await club.tick(at(9, 10))
    await club.answer(channel, "omar")
    await club.tick(at(9, 12))
    meanwhile = shown(club)
    await club.tick(at(9, 13))

    assert meanwhile == []
    assert shown(club) == ["2"]


async def test_a_count_that_was_given_up_is_brought_up_to_date_later(store: Store) -> None:
    """Nobody has to answer for it: what the question says is right in the end."""
    club, channel = await open_at_nine(store)
    await club.answer(channel, "ada")
    club.log.edits = [ConnectionResetError("nobody knows")]
    await club.tick(at(9, 10))
    await club.tick(at(9, 11))
    await club.tick(at(9, 12))
    await club.tick(at(9, 13))

    assert shown(club) == ["1"]


async def test_counts_of_a_platform_that_hangs_hold_up_no_other_s(store: Store) -> None:
    """Each platform's have a lane of their own."""
    club = Club(store)
    other = ChannelLog()
    club.up["other"] = other
    here = await club.set_up("C1")
    there = await club.set_up("C2", platform="other")
    await club.reach(at(9))
    club.daily = club.clock(at_once=1)
    gate, passed = Gate(), Gate()
    passed.open.set()
    club.log.edits, other.edits = [gate], [passed]
    await club.answer(here, "ada")
    await club.answer(there, "omar")
    club.now = at(9, 10)
    await club.daily.tick(club.now)
    async with asyncio.timeout(10):
        await gate.reached.wait()
        await passed.reached.wait()
    gate.open.set()
    await club.daily.drain(timedelta(seconds=10))

    assert len(other.edited) == len(club.log.edited) == 1


async def test_a_count_waits_for_its_platform_to_come_up(store: Store) -> None:
    """What was answered meanwhile is shown then, without another answer."""
    club, channel = await open_at_nine(store)
    await club.answer(channel, "ada")
    club.up.clear()
    await club.tick(at(9, 10))
    while_down = shown(club)
    club.up[PLATFORM] = club.log
    await club.tick(at(9, 11))

    assert while_down == []
    assert shown(club) == ["1"]
