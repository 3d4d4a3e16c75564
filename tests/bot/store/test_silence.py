"""Rounds that nobody answers, and what managers are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.model import ChannelState, DeliveryKind
from bot.ports import Refused, Unknown
from bot.store import channels, rounds
from bot.store.door import Store
from bot.store.silence import ASK_AFTER
from bot.wording.phrases import read_aloud
from tests.bot.room import HERE, SETUP, Room, built_in, only


def notes(room: Room) -> Sequence[tuple[str | None, str]]:
    """To whom which notes went."""
    sent = [message for message in room.log.messages if message.kind == DeliveryKind.NOTE]
    return [(message.place.person, read_aloud(message.versions[-1].blocks)) for message in sent]


async def pass_days(room: Room, days: int) -> None:
    """So many rounds open and close, and nobody answers."""
    for _ in range(2 * days):
        await room.sleep_until_next()


async def test_managers_are_asked_after_five_silent_rounds(store: Store) -> None:
    """Once, privately."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)

    await pass_days(room, 6)

    said = "Nobody in #python answered the last 5 questions. Would another time or level suit better?"
    assert notes(room) == [("ada", said)]


async def test_a_channel_pauses_itself_after_ten_silent_rounds(store: Store) -> None:
    """Its manager is told once and can resume; the silence then counts anew."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)
    await pass_days(room, 10)

    channel = await store.read(channels.channel_at, HERE)
    assert channel is not None
    assert channel.state is ChannelState.PAUSED
    assert notes(room)[1:] == [
        (
            "ada",
            "PyQuiz paused itself in #python: nobody answered the last 10 questions. Scores and streaks are kept.",
        )
    ]
    assert "Paused itself: nobody answered the last 10 questions." in await room.read("status")
    await room.say("resume")
    await pass_days(room, 4)
    assert len(notes(room)) == 2


async def test_rounds_that_nobody_could_see_the_end_of_are_no_silence(store: Store) -> None:
    """PyQuiz was down at each closing: a miss changes nothing then, for the channel as little as for its players."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)

    for _ in range(ASK_AFTER):
        await room.sleep_until_next()
        closing = await room.daily.next_due(room.now)
        assert closing is not None
        room.now = closing + timedelta(hours=1)
        await room.beat()

    assert notes(room) == []


async def test_questions_that_nobody_saw_are_no_silence(store: Store) -> None:
    """Their rounds are void: it is not the channel that said nothing."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)
    room.log.can_tell = False

    for _ in range(ASK_AFTER):
        room.log.posts.append(Unknown("the connection broke"))
        await pass_days(room, 1)

    assert await store.read(rounds.last_round, 1) is None
    assert notes(room) == []


async def test_one_answer_ends_the_silence(store: Store) -> None:
    """Four silent rounds, an answer, four silent rounds: nobody is asked."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)
    await pass_days(room, 4)
    await room.sleep_until_next()
    await room.read("b")
    await room.sleep_until_next()

    await pass_days(room, 4)

    assert notes(room) == []


async def test_a_channel_that_is_gone_is_told_once(store: Store) -> None:
    """To its manager; no more questions come, and nothing is lost."""
    room = Room(store, only(built_in(), "choice"))
    await room.say(SETUP)
    room.log.posts.append(Refused("is_archived", gone=True))

    await room.sleep_until_next()
    await room.beat()

    assert notes(room) == [
        (
            "ada",
            (
                "PyQuiz can't speak in #python any more (is_archived), so it stopped there. "
                "Nothing is lost: once it can, it goes on."
            ),
        )
    ]
    assert await room.daily.next_due(room.now) is None
