"""A voided round: answers count for streaks as ever, misses change nothing, points are gone."""

from __future__ import annotations

from bot import scoring
from bot.model import DeliveryKind, DeliveryState, Period, RoundState
from bot.store import answers, deliveries, rounds
from bot.store.rounds import void_round
from tests.bot.store.desk import QUESTIONS, Desk, at
from tests.bot.store.test_closing import scores, streak


async def test_in_a_voided_open_round_answers_count_and_misses_do_not(desk: Desk) -> None:
    """Nobody gets points, and nobody's right run changes."""
    channel = await desk.channel()
    await desk.play(channel, 0, "U1", "U2")
    before = await scores(desk, Period.ALL)
    round_ = await desk.shown(channel, 1, QUESTIONS[1])
    await desk.answer(round_, "U1", right=False)

    await desk.store.write(void_round, round_.id, "voided by Ada", at(11, day=1))
    closed = await desk.close(day=1)

    ada, bob = await streak(desk, await desk.player("U1")), await streak(desk, await desk.player("U2"))
    after = await desk.store.read(rounds.round_, round_.id)
    assert closed == ()
    assert after is not None
    assert (after.state, after.void_reason, after.closed) == (RoundState.VOIDED, "voided by Ada", at(11, day=1))
    assert ada is not None
    assert bob is not None
    assert (ada.run, ada.right_run, ada.last) == (2, 1, 2)
    assert (bob.run, bob.right_run, bob.last) == (1, 1, 1)
    assert await scores(desk, Period.ALL) == before


async def test_voiding_a_closed_round_takes_back_what_it_gave(desk: Desk) -> None:
    """Points and right runs are rebuilt; who missed it has missed nothing."""
    channel = await desk.channel()
    await desk.play(channel, 0, "U1", "U2")
    kept = await scores(desk, Period.ALL)
    closed = await desk.play(channel, 1, "U1")

    await desk.store.write(void_round, closed.id, "a bad question", at(17, day=1))

    people = [await desk.player("U1"), await desk.player("U2")]
    for player in people:
        log = await desk.store.read(answers.played, channel.id, player.id)
        assert await streak(desk, player) == scoring.fold(log)
    ended = await streak(desk, people[1])
    assert ended is not None
    assert ended.run == 1
    assert {who: score[:3] for who, score in (await scores(desk, Period.ALL)).items()} == {
        who: score[:3] for who, score in kept.items()
    }


async def test_a_question_that_is_out_gets_the_news(desk: Desk) -> None:
    """One that is not stays where it is: the day is skipped."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    out = await desk.shown(first, 0, QUESTIONS[0])
    waiting = await desk.open(second, 0, QUESTIONS[1])
    for round_ in (out, waiting):
        await desk.store.write(void_round, round_.id, "a bad question", at(10))

    owed = {one.key: one.state for one in await desk.deliveries() if one.kind is not DeliveryKind.QUESTION}
    skipped = [one for one in await desk.deliveries(DeliveryKind.QUESTION) if one.round == waiting.id]

    assert owed == {f"result:{out.id}": DeliveryState.DUE}
    assert [(one.state, one.reason) for one in skipped] == [(DeliveryState.SKIPPED, "a bad question")]


async def test_a_reveal_that_is_not_out_is_cancelled(desk: Desk) -> None:
    """Its claimer is refused; the result still edits the question."""
    round_ = await desk.shown(await desk.channel())
    await desk.answer(round_)
    await desk.close()
    result = await desk.take(DeliveryKind.RESULT, at(16))
    await desk.store.write(deliveries.sending, result.delivery.id, result.fence, at(16))
    await desk.store.write(deliveries.sent, result.delivery.id, result.fence, "m", at(16))
    reveal = await desk.take(DeliveryKind.REVEAL, at(16))

    await desk.store.write(void_round, round_.id, "a bad question", at(16))

    (cancelled,) = await desk.deliveries(DeliveryKind.REVEAL)
    assert cancelled.state is DeliveryState.CANCELLED
    assert not await desk.store.write(deliveries.sending, reveal.delivery.id, reveal.fence, at(16))


async def test_voiding_twice_is_voiding_once(desk: Desk) -> None:
    """The first reason stands."""
    round_ = await desk.shown(await desk.channel())
    await desk.answer(round_)
    for reason in ("first", "second"):
        await desk.store.write(void_round, round_.id, reason, at(11))

    after = await desk.store.read(rounds.round_, round_.id)
    kept = await streak(desk, await desk.player())

    assert after is not None
    assert after.void_reason == "first"
    assert kept is not None
    assert kept.run == 1


async def test_a_round_of_which_nothing_is_known_is_settled_after_its_closing(desk: Desk) -> None:
    """Not before, and not where somebody answered."""
    first, second = await desk.channel("C1"), await desk.channel("C2")
    silent, answered = await desk.open(first, 0, QUESTIONS[0]), await desk.open(second, 0, QUESTIONS[1])
    for job in await desk.claim(at(9)):
        await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9))
        await desk.store.write(deliveries.unknown, job.delivery.id, job.fence, "no answer", at(9))
    await desk.answer(answered)

    early = await desk.store.write(rounds.settle_unknown, at(15, 59))
    settled = await desk.store.write(rounds.settle_unknown, at(16))

    states = [await desk.store.read(rounds.round_, round_.id) for round_ in (silent, answered)]
    assert (early, settled) == (0, 1)
    assert [round_.state for round_ in states if round_] == [RoundState.VOIDED, RoundState.OPEN]
