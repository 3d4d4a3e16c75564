"""Practice: frozen when it begins, answered once, and never about what is open wherever the account plays."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from bot.model import Player
from bot.store import practice, rounds, tables
from bot.store.practice import Practised
from tests.bot.store.desk import PLATFORM, QUESTIONS, Desk, at, slot

ORDER = (2, 0, 3, 1)


async def begin(desk: Desk, player: Player, question: int = 0, hour: int = 10) -> int:
    """Somebody is shown a question."""
    return await desk.store.write(
        practice.begin_practice, player.id, None, QUESTIONS[question], ORDER, at(hour, minute=question)
    )


async def busy(desk: Desk, player: Player, hour: int = 10, day: int = 0) -> frozenset[str]:
    """What must not be shown to somebody."""
    return await desk.store.read(practice.busy_questions, player.id, at(hour, day=day))


async def test_a_practice_is_kept_as_it_was_shown(desk: Desk) -> None:
    """The question itself, not its name: a pack may change before the answer comes."""
    ada = await desk.player()
    id_ = await begin(desk, ada)

    assert await desk.store.read(practice.practice, id_) == Practised(ada.id, QUESTIONS[0], ORDER, None)
    assert await desk.store.read(practice.practice, id_ + 1) is None


async def test_only_the_first_answer_counts(desk: Desk) -> None:
    """A second press on a practice changes nothing, and knows it."""
    id_ = await begin(desk, await desk.player())

    assert await desk.store.write(practice.finish_practice, id_, "1", False, at(11))
    assert not await desk.store.write(practice.finish_practice, id_, "0", True, at(12))
    kept = await desk.store.read(practice.practice, id_)
    assert kept is not None
    assert kept.choice == "1"


async def test_practising_twice_keeps_one_snapshot(desk: Desk) -> None:
    """The same question is frozen once; a reworded one again."""
    ada = await desk.player()
    await begin(desk, ada)
    await begin(desk, ada, hour=11)
    reworded = replace(QUESTIONS[0], prompt="Said better?")
    await desk.store.write(practice.begin_practice, ada.id, None, reworded, ORDER, at(12))

    assert await desk.count(tables.snapshots) == 2


async def test_practised_questions_are_told_with_their_latest_time(desk: Desk) -> None:
    """By player: nobody's practice is somebody else's."""
    ada, mei = await desk.player("U1"), await desk.player("U2")
    for hour in (9, 11, 10):
        await begin(desk, ada, 3, hour)
    await begin(desk, ada, 5)
    await begin(desk, mei, 7)

    assert await desk.store.read(practice.practised, ada.id) == {
        QUESTIONS[3].id: at(11, minute=3),
        QUESTIONS[5].id: at(10, minute=5),
    }


async def test_what_is_open_in_the_workspace_is_busy_until_it_closes(desk: Desk) -> None:
    """In any channel of it, whether or not this player ever answered there."""
    ada = await desk.player()
    await desk.shown(await desk.channel("C1"), 0, QUESTIONS[0])
    await desk.shown(await desk.channel("C2"), 0, QUESTIONS[1])
    open_ = await busy(desk, ada)
    await desk.close(day=0)

    assert open_ == {QUESTIONS[0].id, QUESTIONS[1].id}
    assert await busy(desk, ada, hour=17) == frozenset()


async def test_a_voided_question_is_free_again(desk: Desk) -> None:
    """It is not open any more."""
    ada = await desk.player()
    round_ = await desk.shown(await desk.channel())
    await desk.store.write(rounds.void_round, round_.id, "wrong key", at(11))

    assert await busy(desk, ada) == frozenset()


async def test_a_question_is_busy_from_its_instant_not_from_its_opening(desk: Desk) -> None:
    """Between nine o'clock and the commit that opens the round it is as good as open; before, it is anybody's."""
    ada = await desk.player()
    channel = await desk.channel()
    await desk.plan(channel, slot())

    assert await busy(desk, ada, hour=8) == frozenset()
    assert await busy(desk, ada, hour=9) == {QUESTIONS[0].id}


async def test_the_same_account_elsewhere_keeps_a_question_busy(desk: Desk) -> None:
    """One platform id in two workspaces is one account; another platform's like id is somebody else."""
    await desk.shown(await desk.channel("C1", team="T2"), 0, QUESTIONS[4])
    at_home = await desk.player("U1", team="T1")
    await desk.player("U1", team="T2")
    stranger = await desk.store.player("discord", "T1", "U1", "Ada", at(7))
    colleague = await desk.player("U2", team="T1")

    assert PLATFORM != "discord"
    assert await busy(desk, at_home) == {QUESTIONS[4].id}
    assert await busy(desk, stranger) == frozenset()
    assert await busy(desk, colleague) == frozenset()


async def test_a_linked_account_elsewhere_keeps_a_question_busy(desk: Desk) -> None:
    """Somebody who linked accounts cannot ask one about the other's open question."""
    await desk.shown(await desk.channel("C1", team="T2"), 0, QUESTIONS[4])
    here, there = await desk.player("U1", team="T1"), await desk.player("U9", team="T2")
    person = sa.insert(tables.persons).values(id=1, created=at(7))
    linked = sa.update(tables.players).where(tables.players.c.id.in_([here.id, there.id])).values(person=1)
    await desk.store.write(lambda conn: (conn.execute(person), conn.execute(linked))[1].rowcount)

    assert await busy(desk, here) == {QUESTIONS[4].id}


async def test_revealed_are_the_questions_of_closed_rounds(desk: Desk) -> None:
    """Of the channels that are asked about; neither open nor voided ones."""
    here, there = await desk.channel("C1"), await desk.channel("C2")
    await desk.play(here, 0, "ada")
    voided = await desk.play(here, 1, "ada")
    await desk.store.write(rounds.void_round, voided.id, "wrong key", at(17, day=1))
    await desk.play(there, 2, "ada")
    await desk.shown(here, 3, QUESTIONS[3])

    assert await desk.store.read(practice.revealed_questions, [here.id]) == {QUESTIONS[0].id}
    assert await desk.store.read(practice.revealed_questions, [here.id, there.id]) == {QUESTIONS[0].id, QUESTIONS[2].id}
    assert await desk.store.read(practice.revealed_questions, []) == frozenset()
