"""One delivery: what each answer of a platform makes of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.card import Card
from bot.model import ChannelState, News
from bot.ports import Refused, Unknown
from bot.store import channels, notes, tables
from bot.store.door import Store
from bot.wording import messages
from scheduler.daily import LEASE
from scheduler.sender import EDIT_AGAIN, REQUEST
from tests.standins.channel_log import Answer, Gate
from tests.standins.club import Club, at

LOOKED_FOR = LEASE + REQUEST + timedelta(seconds=1)
"""After this, what may have been sent is looked for."""


def fate(conn: sa.Connection, kind: str) -> tuple[str, str | None]:
    """State and reason of the one delivery of a kind."""
    table = tables.deliveries
    row = conn.execute(sa.select(table.c.state, table.c.reason).where(table.c.kind == kind)).one()
    return row.state.value, row.reason


async def asked(store: Store, answer: Answer) -> Club:
    """Monday, 09:00: the platform answers the question with this."""
    club = Club(store)
    await club.set_up()
    club.log.posts = [answer]
    await club.reach(at(9))
    return club


async def test_what_the_platform_took_is_sent(store: Store) -> None:
    """Sent → sent."""
    await asked(store, None)

    assert (await store.read(fate, "question"))[0] == "sent"


async def test_what_was_refused_for_now_is_sent_when_the_platform_said(store: Store) -> None:
    """Refused with a time → due, and not before that time (429 with Retry-After)."""
    club = await asked(store, Refused("ratelimited", retry_after=timedelta(seconds=30)))
    await club.tick(at(9, 0, 29))
    too_early = club.log.kinds()
    await club.tick(at(9, 0, 30))

    assert too_early == []
    assert club.log.kinds() == ["question"]


async def test_what_was_refused_for_good_is_not_sent_again(store: Store) -> None:
    """A final Refused → refused, with the platform's reason."""
    club = await asked(store, Refused("msg_blocks_too_long"))
    await club.tick(at(9) + LOOKED_FOR)

    assert await store.read(fate, "question") == ("refused", "msg_blocks_too_long")
    assert club.log.kinds() == []


@pytest.mark.parametrize("answer", [Unknown("reset"), ConnectionResetError("reset"), RuntimeError("a bug")])
async def test_anything_else_is_unknown(store: Store, answer: Answer) -> None:
    """An exception says nothing of what the platform did before it."""
    await asked(store, answer)

    assert (await store.read(fate, "question"))[0] == "unknown"


async def test_a_request_that_takes_too_long_is_unknown(store: Store) -> None:
    """Its time is shorter than the lease, so nobody else has the delivery meanwhile."""
    club = Club(store)
    club.daily = club.clock(request=timedelta(milliseconds=50))
    await club.set_up()
    club.log.posts = [asyncio.Event().wait]
    await club.reach(at(9))

    assert (await store.read(fate, "question"))[0] == "unknown"


async def test_a_lost_reply_is_one_message_found_by_its_key(store: Store) -> None:
    """Trap 1: the platform took it, the connection broke before the reply. One post, unknown, then found."""
    club = Club(store)
    await club.set_up()
    club.log.lost = {"question"}
    await club.reach(at(9))
    unknown = await store.read(fate, "question")
    await club.tick(at(9) + LOOKED_FOR)

    assert unknown[0] == "unknown"
    assert (await store.read(fate, "question"))[0] == "sent"
    assert club.log.kinds() == ["question"]


async def test_what_never_arrived_is_sent_after_it_was_looked_for(store: Store) -> None:
    """Absent → due, while its window lasts; looked for once its sender has certainly given up, and not before."""
    club = await asked(store, ConnectionRefusedError("nobody there"))
    await club.tick(at(9, 0, 30))
    await club.tick(at(9) + LOOKED_FOR - timedelta(seconds=2))
    too_early = list(club.log.looked)
    await club.settle(at(9) + LOOKED_FOR)

    assert too_early == []
    assert club.log.kinds() == ["question"]


async def test_a_slow_look_does_not_repeat_what_was_sent_again_meanwhile(store: Store) -> None:
    """Two processes look at once; one sends again, and its reply is lost too. The other's "absent" is of before."""
    club = await asked(store, ConnectionResetError("reset"))
    slow, gate = club.clock(), Gate()
    club.log.finds = [gate]
    club.now = at(9) + LOOKED_FOR
    await slow.tick(club.now)
    await gate.reached.wait()
    club.log.lost = {"question"}
    await club.tick()
    await club.tick()
    gate.open.set()
    await slow.drain(timedelta(seconds=10))
    await club.settle(club.now + LOOKED_FOR)

    assert club.log.kinds() == ["question"]


async def test_an_unknown_question_nobody_answered_gives_its_day_back(store: Store) -> None:
    """At its closing the round is voided and the day recorded as skipped; nothing is revealed."""
    club = await asked(store, Unknown("reset"))
    club.log.can_tell = False
    await club.reach(at(16, 5))

    assert (await store.read(fate, "question"))[0] == "skipped"
    assert club.log.kinds() == []


async def test_an_unknown_reveal_is_still_shown_on_its_question(store: Store) -> None:
    """The edit is a delivery of its own; the reveal is never blindly repeated."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    club.log.lost, club.log.can_tell = {"reveal"}, False
    await club.reach(at(16))
    await club.reach(at(18))

    assert club.log.kinds() == ["question", "reveal"]
    assert "Closed. The answer is" in club.log.edited[-1][1].plain


async def test_an_edit_of_which_nothing_was_heard_is_made_again(store: Store) -> None:
    """The same edit twice is one edit."""
    club = Club(store)
    await club.set_up()
    await club.reach(at(9))
    club.log.edits = [ConnectionResetError("reset")]
    await club.reach(at(16))
    await club.tick(at(16) + EDIT_AGAIN)

    assert [key.partition(":")[0] for key, _ in club.log.edited] == ["question"]
    assert (await store.read(fate, "result"))[0] == "sent"


async def test_a_channel_that_is_gone_stops_and_its_manager_is_told_once(store: Store) -> None:
    """One note, privately; every other channel goes on."""
    club = Club(store)
    gone = await club.set_up("C1")
    await club.set_up("C2")
    club.log.posts = [Refused("channel_not_found", gone=True)]
    await club.reach(at(9))
    await club.reach(at(9, day=2))
    notes = [message for message in club.log.messages if message.kind == "note"]
    channel = await store.read(channels.channel, gone.id)

    assert channel is not None
    assert (channel.state, channel.reason) == (ChannelState.GONE, "channel_not_found")
    assert [(note.place.person, note.place.channel) for note in notes] == [("ada", None)]
    assert club.log.kinds("C2").count("question") == 3


async def test_a_channel_that_goes_while_a_question_is_open_is_told_of_once(store: Store) -> None:
    """Its result and its reveal are both refused; that is one piece of news."""
    club = Club(store)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    club.log.deleted = True
    await club.reach(at(18))

    assert club.log.kinds() == ["question", "note"]


async def test_a_manager_who_left_takes_no_channel_along(store: Store) -> None:
    """Their note cannot be delivered; the channel goes on."""
    club = Club(store)
    channel = await club.set_up()
    await club.tick()
    await store.write(notes.tell_managers, [channel.id], News.SILENT, club.now)
    club.log.posts = [Refused("user_not_found", gone=True)]
    await club.tick()
    await club.reach(at(9))

    assert await store.read(fate, "note") == ("refused", "user_not_found")
    assert club.log.kinds() == ["question"]


async def test_a_card_that_cannot_be_written_is_tried_again_and_harms_nobody_else(store: Store) -> None:
    """A slip in a sentence delays that message; it does not lose it."""
    broken = [True]

    def reveal_card(*args: object) -> Card:
        if broken:
            broken.clear()
            raise KeyError("no such word")
        return messages.reveal_card(*args)

    cards = SimpleNamespace(
        question_card=messages.question_card,
        result_card=messages.result_card,
        detail_card=messages.detail_card,
        note_card=messages.note_card,
        reveal_card=reveal_card,
    )
    club = Club(store, cards=cards)
    channel = await club.set_up()
    await club.reach(at(9))
    await club.answer(channel, "ada")
    await club.reach(at(16))
    at_first = club.log.kinds()
    await club.reach(at(16) + LEASE + timedelta(seconds=1))

    assert at_first == ["question"]
    assert club.log.kinds() == ["question", "reveal", "detail"]
