"""Answers get into the log: once, in order, durable before anybody is told, and whatever happens to their waiters."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.model import RoundState, Streak
from bot.store import answers, rounds
from bot.store.door import Store
from bot.store.engine import locate, reading
from bot.store.errors import Closed
from bot.store.tables import answers as answer_table
from bot.store.writer import BATCH
from bot.work import AnswerOutcome, Draft, NoSuchRound, Recorded, RoundOver
from tests.bot.store.desk import QUESTIONS, Desk, at
from tests.bot.store.plans import Asked, noted


async def test_two_hundred_presses_of_one_player_are_one_row(desk: Desk) -> None:
    """Double clicks and redeliveries change an answer, they never add one."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    drafts = [Draft(round_.id, ada.id, str(i % 4), None, at(10, second=i % 60)) for i in range(200)]

    outcomes = await asyncio.gather(*(desk.store.record(draft) for draft in drafts))

    kept = await desk.store.read(answers.answer_of, round_.id, ada.id)
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    assert await desk.count(answer_table) == 1
    assert kept is not None
    assert kept.choice == drafts[-1].choice


async def test_each_press_of_a_batch_is_told_what_it_replaced(desk: Desk) -> None:
    """Waiters of one batch see each other's answers in the order in which they pressed."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    said = ["0", "1", "=x"]
    drafts = [Draft(round_.id, ada.id, choice, choice.strip("="), at(10)) for choice in said]

    outcomes = await asyncio.gather(*(desk.store.record(draft) for draft in drafts))

    assert outcomes == [Recorded(None, None), Recorded("0", None, "0"), Recorded("1", None, "1")]


async def test_a_changed_answer_keeps_when_it_was_first_given(desk: Desk) -> None:
    """The log says both: when somebody first answered, and when they last changed their mind."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    await desk.store.record(Draft(round_.id, ada.id, "0", None, at(10)))
    outcome = await desk.store.record(Draft(round_.id, ada.id, "=x", "x", at(11)))

    kept = await desk.store.read(answers.answer_of, round_.id, ada.id)

    assert outcome == Recorded("0", None)
    assert kept is not None
    assert (kept.choice, kept.text, kept.first_at, kept.at) == ("=x", "x", at(10), at(11))


async def test_a_receipt_carries_the_streak_as_of_the_last_closed_round(desk: Desk) -> None:
    """It is how a receipt can say "answered in a row" without another query."""
    channel = await desk.channel()
    await desk.play(channel, 0, "U1")

    outcome = await desk.answer(await desk.shown(channel, 1, QUESTIONS[1]))

    streak = Streak(run=1, best=1, right_run=1, best_right=1, progress=1, first=1, last=1)
    assert outcome == Recorded(None, streak)


async def test_at_the_printed_time_no_more_answers_are_taken(desk: Desk) -> None:
    """The closing instant is kept even where the commit that closes the round comes late."""
    round_ = await desk.shown(await desk.channel())
    before = await desk.answer(round_, now=round_.closes - timedelta(microseconds=1))

    after = await desk.answer(round_, right=False, now=round_.closes)
    never = await desk.answer(round_, "U2", now=round_.closes)

    assert isinstance(before, Recorded)
    assert (after, never) == (RoundOver(RoundState.OPEN, round_.key), RoundOver(RoundState.OPEN, None))
    assert await desk.store.read(rounds.answered, (round_.id,)) == {round_.id: 1}
    kept = await desk.store.read(answers.answer_of, round_.id, (await desk.player()).id)
    assert kept is not None
    assert kept.choice == round_.key


async def test_a_closed_round_says_which_answer_stands(desk: Desk) -> None:
    """A press after the reveal changes nothing, and is told what counts."""
    round_ = await desk.shown(await desk.channel())
    await desk.store.record(Draft(round_.id, (await desk.player()).id, "=a", "a", at(10)))
    await desk.close()

    stood = await desk.answer(round_, right=False)
    never = await desk.answer(round_, "U2")

    assert stood == RoundOver(RoundState.CLOSED, "=a", "a")
    assert never == RoundOver(RoundState.CLOSED, None)
    assert await desk.store.read(rounds.answered, (round_.id,)) == {round_.id: 1}
    kept = await desk.store.read(answers.answer_of, round_.id, (await desk.player()).id)
    assert kept is not None
    assert kept.choice == "=a"


async def test_a_round_that_never_was_takes_no_answer(desk: Desk) -> None:
    """A button can carry any id."""
    ada = await desk.player()

    assert await desk.store.record(Draft(404, ada.id, "0", None, at(10))) == NoSuchRound()


async def test_one_bad_answer_fails_alone(desk: Desk) -> None:
    """The others of its batch are recorded."""
    round_ = await desk.shown(await desk.channel())
    people = [await desk.player(f"U{i}") for i in range(5)]
    good = [Draft(round_.id, player.id, "0", None, at(10)) for player in people]
    bad = Draft(round_.id, 999, "0", None, at(10))

    outcomes = await asyncio.gather(
        *(desk.store.record(draft) for draft in [*good[:2], bad, *good[2:]]), return_exceptions=True
    )

    failed = outcomes.pop(2)
    assert isinstance(failed, Exception)
    assert not isinstance(failed, asyncio.CancelledError)
    assert outcomes == [Recorded(None, None)] * 5
    assert await desk.count(answer_table) == 5


async def test_a_receipt_comes_after_its_commit(desk: Desk, database_url: str) -> None:
    """Whoever looks from outside when a receipt is there sees the answer."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    outside = reading(locate(database_url))
    seen = []

    for choice in "0123":
        await desk.store.record(Draft(round_.id, ada.id, choice, None, at(10)))
        with outside.connect() as connection:
            seen.append(connection.execute(sa.select(answer_table.c.choice)).scalar_one())

    outside.dispose()
    assert seen == list("0123")


async def test_a_cancelled_waiter_harms_nobody(desk: Desk) -> None:
    """Its answer is kept, those beside it get their receipts, and the round counts as touched."""
    round_ = await desk.shown(await desk.channel())
    people = [await desk.player(f"U{i}") for i in range(3)]
    held = Hold(desk.store)
    waiting = [
        asyncio.ensure_future(desk.store.record(Draft(round_.id, player.id, "0", None, at(10)))) for player in people
    ]
    await asyncio.sleep(0)
    waiting[1].cancel()
    held.release()

    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert [outcomes[0], outcomes[2]] == [Recorded(None, None)] * 2
    assert await desk.count(answer_table) == 3
    assert desk.store.touched == {round_.id}


async def test_presses_go_before_queued_work(desk: Desk) -> None:
    """However much work is queued, a press waits for the piece in hand at most."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    held = Hold(desk.store)
    work = [asyncio.ensure_future(desk.store.write(_answers)) for _ in range(3)]
    await asyncio.sleep(0)
    press = asyncio.ensure_future(desk.store.record(Draft(round_.id, ada.id, "0", None, at(10))))
    await asyncio.sleep(0)
    held.release()

    seen = await asyncio.gather(*work)

    assert await press == Recorded(None, None)
    assert seen == [1, 1, 1]


def _answers(connection: Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(answer_table)).scalar_one())


async def test_closing_the_store_finishes_what_is_queued(desk: Desk, database_url: str) -> None:
    """Stopping loses nothing that was taken, and takes nothing more."""
    round_ = await desk.shown(await desk.channel())
    people = [await desk.player(f"U{i}") for i in range(20)]
    held = Hold(desk.store)
    waiting = [
        asyncio.ensure_future(desk.store.record(Draft(round_.id, player.id, "0", None, at(10)))) for player in people
    ]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(desk.store.close())
    waiting += await _until_refused(desk.store, Draft(round_.id, people[0].id, "1", None, at(10)))
    held.release()
    await closing

    assert await asyncio.gather(*waiting[:20]) == [Recorded(None, None)] * 20
    assert all(isinstance(outcome, Recorded) for outcome in await asyncio.gather(*waiting[20:]))
    again = await Store.open(database_url)
    assert await again.read(rounds.answered, [round_.id]) == {round_.id: 20}
    await again.close()


async def _until_refused(store: Store, draft: Draft) -> list[asyncio.Future[AnswerOutcome]]:
    """Press until the writer has been told to end."""
    taken = []
    while True:
        try:
            taken.append(store.record(draft))
        except Closed:
            return taken
        await asyncio.sleep(0.01)


async def test_more_presses_than_a_batch_holds_all_get_in(desk: Desk) -> None:
    """A herd is taken in several transactions."""
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    drafts = [Draft(round_.id, ada.id, str(i), None, at(10)) for i in range(BATCH + 5)]

    outcomes = await asyncio.gather(*(desk.store.record(draft) for draft in drafts))

    assert [o.previous for o in outcomes if isinstance(o, Recorded)] == [None, *(d.choice for d in drafts[:-1])]


class Dawdling(deque[Any]):
    """A queue whose second append comes only once the writer has done the first thing and sleeps again."""

    def append(self, item: Any, /) -> None:
        """Dawdle while something is queued."""
        if self:
            while self:
                time.sleep(0.01)
            time.sleep(0.2)
        super().append(item)


async def test_a_press_queued_while_the_writer_falls_asleep_wakes_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread may be held up anywhere between looking at the queue and joining it."""
    round_ = await desk.shown(await desk.channel())
    people = [await desk.player(f"U{i}") for i in range(2)]
    monkeypatch.setattr(desk.store._writer, "_drafts", Dawdling())

    waiting = [desk.store.record(Draft(round_.id, player.id, "0", None, at(10))) for player in people]
    async with asyncio.timeout(20):
        outcomes = await asyncio.gather(*waiting)

    assert outcomes == [Recorded(None, None)] * 2


async def test_the_database_itself_refuses_an_answer_by_nobody(desk: Desk) -> None:
    """Foreign keys hold, on SQLite too."""
    round_ = await desk.shown(await desk.channel())
    row = {"round": round_.id, "player": 999, "choice": "0", "first_at": at(10), "at": at(10)}

    with pytest.raises(IntegrityError):
        await desk.store.write(lambda connection: connection.execute(sa.insert(answer_table), row))


async def test_what_waits_together_is_one_transaction_and_what_is_alone_its_own(database_url: str) -> None:
    """Batches form by themselves under load; alone, nothing is held back for company."""
    with noted() as asked:
        desk = Desk(await Store.open(database_url, synchronous="OFF"))
        round_ = await desk.shown(await desk.channel())
        people = [await desk.player(f"U{i}") for i in range(50)]
        drafts = [Draft(round_.id, player.id, "0", None, at(10)) for player in people]
        asked.clear()
        held = Hold(desk.store)
        waiting = [asyncio.ensure_future(desk.store.record(draft)) for draft in drafts]
        await asyncio.sleep(0)
        held.release()
        await asyncio.gather(*waiting)
        together = _transactions_with_answers(asked)
        asked.clear()
        for draft in drafts[:3]:
            await desk.store.record(draft)
        await desk.store.close()

    assert together == 1
    assert _transactions_with_answers(asked) == 3


def _transactions_with_answers(asked: Sequence[Asked]) -> int:
    """SQLite's end with a word; PostgreSQL's are the one statement that writes a batch."""
    texts = [text for text, _ in asked if "INSERT INTO answer" in text or text == "COMMIT"]
    if any(text.startswith("WITH") for text in texts):
        return sum(text != "COMMIT" for text in texts)
    return sum(text == "COMMIT" and before != "COMMIT" for before, text in pairwise(["COMMIT", *texts]))


class Hold:
    """Keeps the writer's thread busy until it is released, so that a queue can form behind it."""

    def __init__(self, store: Store) -> None:
        self._go_on = threading.Event()
        self._began = threading.Event()
        self._task = asyncio.ensure_future(store.write(self._wait))

    def _wait(self, _: Connection) -> None:
        self._began.set()
        self._go_on.wait(30)

    def release(self) -> None:
        """Let the writer go on."""
        self._go_on.set()
