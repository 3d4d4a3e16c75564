"""A delivery goes its way once: due, claimed, sending, then sent, refused or unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import ChannelState, Delivery, DeliveryKind, DeliveryState, MessageRef, RoundState
from bot.store import channels, deliveries, rounds
from bot.store.opening import TOO_LATE
from bot.work import Job, Plan
from tests.bot.store.desk import LEASE, MONDAY, PLATFORM, QUESTIONS, UTC_DAY, Desk, at, slot

OLDER = timedelta(seconds=70)


async def only(desk: Desk, kind: DeliveryKind = DeliveryKind.QUESTION) -> Delivery:
    """The one delivery of a kind."""
    (found,) = await desk.deliveries(kind)
    return found


async def under_way(desk: Desk) -> Job:
    """A question that is being sent."""
    await desk.open(await desk.channel())
    job = await desk.take(DeliveryKind.QUESTION, at(9))
    assert await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9))
    return job


async def mark_unknown(desk: Desk, job: Job) -> None:
    """Nobody knows whether it arrived."""
    await desk.store.write(deliveries.unknown, job.delivery.id, job.fence, "no answer", at(9))


async def told(desk: Desk) -> tuple[int, str]:
    """A channel's closed round with an answer, and its question's message."""
    round_ = await desk.shown(await desk.channel())
    await desk.answer(round_)
    await desk.close()
    return round_.id, f"m{round_.id}"


async def test_a_claim_carries_all_that_a_card_needs(desk: Desk) -> None:
    """And nobody else gets it while its lease lasts."""
    channel = await desk.channel()
    round_ = await desk.open(channel)

    (job,) = await desk.claim(at(9))
    again = await desk.claim(at(9))

    assert job.delivery == await only(desk)
    assert (job.delivery.state, job.delivery.lease, job.delivery.attempts) == ("claimed", at(9) + LEASE, 1)
    assert (job.channel, job.round, job.fence) == (await desk.fresh(channel), round_, 1)
    assert (job.window_ends, job.answered, job.right, job.parent) == (at(14), 0, 0, None)
    assert again == ()


async def test_only_platforms_that_are_up_are_claimed_for(desk: Desk) -> None:
    """What is owed on another waits for it."""
    await desk.open(await desk.channel())

    other = await desk.store.write(deliveries.claim, at(9), frozenset({"discord"}), 10, LEASE)
    both = await desk.store.write(deliveries.claim, at(9), frozenset({"discord", PLATFORM}), 10, LEASE)
    none = await desk.store.write(deliveries.claim, at(9), frozenset(), 10, LEASE)

    assert (len(other), len(both), len(none)) == (0, 1, 0)


async def test_what_is_due_first_is_claimed_first(desk: Desk) -> None:
    """And no more than can be sent."""
    for i, hour in enumerate((11, 9, 10)):
        await desk.plan(await desk.channel(f"C{i}"), replace(slot(), due=at(hour)), QUESTIONS[i])
    await desk.open_due(at(11))

    jobs = await desk.claim(at(11), limit=2)

    assert [job.delivery.due for job in jobs] == [at(9), at(10)]


async def test_an_expired_claim_is_due_again(desk: Desk) -> None:
    """Whoever had it and wakes up later is refused by its fence."""
    await desk.open(await desk.channel())
    stale = await desk.take(DeliveryKind.QUESTION, at(9))

    early = await desk.store.write(deliveries.recover, at(9) + LEASE)
    late = await desk.store.write(deliveries.recover, at(9, 1, 1))
    fresh = await desk.take(DeliveryKind.QUESTION, at(9, 1, 1))

    assert (early, late) == (0, 1)
    assert fresh.fence == stale.fence + 1
    assert not await desk.store.write(deliveries.sending, stale.delivery.id, stale.fence, at(9, 1, 1))
    assert await desk.store.write(deliveries.sending, fresh.delivery.id, fresh.fence, at(9, 1, 1))


async def test_a_lapsed_claim_is_not_sent_even_before_it_was_taken_back(desk: Desk) -> None:
    """What is sent at a lease's very end is found later; after it nothing may be sent."""
    await desk.open(await desk.channel())
    job = await desk.take(DeliveryKind.QUESTION, at(9))

    assert not await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9, 1, 1))


async def test_a_delivery_is_marked_as_sending_once(desk: Desk) -> None:
    """It is the last commit before the network."""
    job = await under_way(desk)

    assert not await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(9))


async def test_a_sent_delivery_is_never_claimed_again(desk: Desk) -> None:
    """Its message is known by then."""
    job = await under_way(desk)
    assert job.round is not None
    await desk.store.write(deliveries.sent, job.delivery.id, job.fence, "m1", at(9))
    await desk.store.write(deliveries.recover, at(12))

    message = await desk.store.read(rounds.question_message, job.round.id)

    assert await desk.claim(at(12)) == ()
    assert ((await only(desk)).state, (await only(desk)).message) == (DeliveryState.SENT, "m1")
    assert message == MessageRef(job.channel.place, "m1")


async def test_an_expired_sending_is_unknown_and_never_blindly_repeated(desk: Desk) -> None:
    """Its process died between the last commit and the platform's answer, or after it."""
    await under_way(desk)

    recovered = await desk.store.write(deliveries.recover, at(9, 2))

    assert recovered == 1
    assert (await only(desk)).state is DeliveryState.UNKNOWN
    assert await desk.claim(at(9, 2)) == ()


async def test_a_late_word_from_its_sender_is_heard(desk: Desk) -> None:
    """The lease ran out, but nobody else took it meanwhile: the sender knows best."""
    job = await under_way(desk)
    await desk.store.write(deliveries.recover, at(9, 2))

    await desk.store.write(deliveries.sent, job.delivery.id, job.fence, "m1", at(9, 3))

    assert (await only(desk)).state is DeliveryState.SENT


@pytest.mark.parametrize("word", ["sent", "refused", "later", "unknown"])
async def test_a_word_under_an_old_fence_is_not_heard(desk: Desk, word: str) -> None:
    """Somebody else has it by now."""
    job = await under_way(desk)
    await mark_unknown(desk, job)
    assert await desk.store.write(deliveries.absent, job.delivery.id, at(9, 5))
    before = await only(desk)

    if word == "sent":
        await desk.store.write(deliveries.sent, job.delivery.id, job.fence, "m1", at(9, 6))
    elif word == "unknown":
        await mark_unknown(desk, job)
    else:
        retry = at(9, 7) if word == "later" else None
        await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "no", retry, True, at(9, 6))

    assert await only(desk) == before
    assert (await desk.fresh(job.channel)).state is ChannelState.ACTIVE


@pytest.mark.parametrize("word", ["sent", "refused", "later", "unknown"])
async def test_a_word_of_before_is_not_taken_for_one_of_who_sends_it_now(desk: Desk, word: str) -> None:
    """Sent again meanwhile, it is under way as it was then: only the fence tells the two apart."""
    job = await under_way(desk)
    await mark_unknown(desk, job)
    await desk.store.write(deliveries.absent, job.delivery.id, at(9, 5))
    again = await desk.take(DeliveryKind.QUESTION, at(9, 5))
    assert await desk.store.write(deliveries.sending, again.delivery.id, again.fence, at(9, 5))
    before = await only(desk)

    if word == "sent":
        await desk.store.write(deliveries.sent, job.delivery.id, job.fence, "m1", at(9, 6))
    elif word == "unknown":
        await mark_unknown(desk, job)
    else:
        retry = at(9, 7) if word == "later" else None
        await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "no", retry, True, at(9, 6))

    assert before.state is DeliveryState.SENDING
    assert await only(desk) == before
    assert (await desk.fresh(job.channel)).state is ChannelState.ACTIVE


async def test_what_is_lost_is_looked_for_after_a_while(desk: Desk) -> None:
    """Not before its sender has certainly given up."""
    job = await under_way(desk)
    await desk.store.write(deliveries.recover, at(9, 2))
    up = frozenset({PLATFORM})

    early = await desk.store.read(deliveries.lost, at(9, 2, 9), up, OLDER, 10)
    (found,) = await desk.store.read(deliveries.lost, at(9, 2, 10), up, OLDER, 10)
    elsewhere = await desk.store.read(deliveries.lost, at(9, 5), frozenset({"discord"}), OLDER, 10)

    assert (early, elsewhere) == ((), ())
    assert (found.delivery.id, found.fence, found.delivery.state) == (job.delivery.id, job.fence, "unknown")


async def test_what_was_found_is_sent(desk: Desk) -> None:
    """Once; a second look changes nothing."""
    job = await under_way(desk)
    await mark_unknown(desk, job)

    await desk.store.write(deliveries.found, job.delivery.id, "m1", at(9, 5))
    await desk.store.write(deliveries.found, job.delivery.id, "m2", at(9, 6))

    assert ((await only(desk)).state, (await only(desk)).message) == (DeliveryState.SENT, "m1")


async def test_what_is_absent_is_due_again_under_a_new_fence(desk: Desk) -> None:
    """While its window lasts."""
    job = await under_way(desk)
    await mark_unknown(desk, job)

    again = await desk.store.write(deliveries.absent, job.delivery.id, at(14))

    fresh = await desk.take(DeliveryKind.QUESTION, at(14))
    assert again
    assert fresh.fence == job.fence + 2


async def test_a_question_absent_when_its_window_is_over_voids_its_round(desk: Desk) -> None:
    """Nobody can have answered it; the day is skipped."""
    job = await under_way(desk)
    assert job.round is not None
    await mark_unknown(desk, job)

    again = await desk.store.write(deliveries.absent, job.delivery.id, at(14, 0, 1))

    after = await desk.store.read(rounds.round_, job.round.id)
    assert not again
    assert after is not None
    assert (after.state, after.void_reason) == (RoundState.VOIDED, TOO_LATE)
    assert ((await only(desk)).state, (await only(desk)).reason) == (DeliveryState.SKIPPED, TOO_LATE)


async def test_a_press_proves_that_a_question_was_sent(desk: Desk) -> None:
    """Whatever was known of it; whoever would send it again is refused."""
    job = await under_way(desk)
    assert job.round is not None
    await mark_unknown(desk, job)
    await desk.store.write(deliveries.absent, job.delivery.id, at(9, 5))
    again = await desk.take(DeliveryKind.QUESTION, at(9, 5))

    await desk.store.write(deliveries.proven, job.round.id, "m7", at(9, 5))

    assert ((await only(desk)).state, (await only(desk)).message) == (DeliveryState.SENT, "m7")
    assert not await desk.store.write(deliveries.sending, again.delivery.id, again.fence, at(9, 5))


async def test_a_proof_changes_nothing_that_is_known(desk: Desk) -> None:
    """A press on a copy of the message."""
    round_ = await desk.shown(await desk.channel())

    await desk.store.write(deliveries.proven, round_.id, "m7", at(9, 5))

    assert (await only(desk)).message == f"m{round_.id}"


async def test_asked_for_patience_a_delivery_waits(desk: Desk) -> None:
    """Until the platform's time has come, and then it is tried again."""
    job = await under_way(desk)

    await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "429", at(9, 0, 30), False, at(9))

    waits = await desk.claim(at(9, 0, 29))
    again = await desk.take(DeliveryKind.QUESTION, at(9, 0, 30))
    assert waits == ()
    assert (again.fence, again.delivery.attempts, again.delivery.reason) == (2, 2, "429")


async def test_a_question_refused_for_good_voids_its_round(desk: Desk) -> None:
    """And stops neither its channel nor anything else."""
    job = await under_way(desk)
    assert job.round is not None

    await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "too long", None, False, at(9))

    after = await desk.store.read(rounds.round_, job.round.id)
    assert after is not None
    assert (after.state, after.void_reason) == (RoundState.VOIDED, "too long")
    assert ((await only(desk)).state, (await only(desk)).reason) == (DeliveryState.REFUSED, "too long")
    assert (await desk.fresh(job.channel)).state is ChannelState.ACTIVE


async def test_a_place_that_is_gone_stops_its_channel_only(desk: Desk) -> None:
    """With the platform's reason."""
    other = await desk.channel("C2")
    job = await under_way(desk)

    await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "is_archived", None, True, at(9))

    gone = await desk.fresh(job.channel)
    assert (gone.state, gone.reason) == (ChannelState.GONE, "is_archived")
    assert (await desk.fresh(other)).state is ChannelState.ACTIVE


async def test_a_question_late_for_its_window_is_withdrawn(desk: Desk) -> None:
    """Round void, day skipped; whoever claimed it is refused."""
    round_ = await desk.open(await desk.channel())
    job = await desk.take(DeliveryKind.QUESTION, at(13, 59, 30))

    early = await desk.store.write(rounds.withdraw_late, at(14))
    sending = await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(14, 0, 1))
    withdrawn = await desk.store.write(rounds.withdraw_late, at(14, 0, 1))

    after = await desk.store.read(rounds.round_, round_.id)
    assert (early, sending, withdrawn) == (0, False, 1)
    assert after is not None
    assert after.state is RoundState.VOIDED
    assert ((await only(desk)).state, (await only(desk)).reason) == (DeliveryState.SKIPPED, TOO_LATE)
    assert not await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(14, 0, 1))


async def test_a_question_that_somebody_answered_is_not_withdrawn(desk: Desk) -> None:
    """It was seen somewhere, whatever is known of it: their answer counts."""
    round_ = await desk.open(await desk.channel())
    await desk.answer(round_)

    withdrawn = await desk.store.write(rounds.withdraw_late, at(14, 0, 1))

    after = await desk.store.read(rounds.round_, round_.id)
    assert withdrawn == 0
    assert after is not None
    assert after.state is RoundState.OPEN


async def test_what_is_being_sent_is_not_withdrawn(desk: Desk) -> None:
    """It may have arrived."""
    await under_way(desk)

    assert await desk.store.write(rounds.withdraw_late, at(14, 0, 1)) == 0


async def test_the_result_goes_before_the_reveal_and_the_reveal_before_the_detail(desk: Desk) -> None:
    """Each hangs under the question or edits it; the detail is owed once its reveal is sent."""
    _, message = await told(desk)
    kinds = []
    for _ in range(3):
        (job,) = await desk.claim(at(16))
        kinds.append((job.delivery.kind, job.parent, job.answered, job.right))
        assert await desk.claim(at(16)) == ()
        await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(16))
        await desk.store.write(deliveries.sent, job.delivery.id, job.fence, f"r{len(kinds)}", at(16))

    assert kinds == [(kind, message, 1, 1) for kind in ("result", "reveal", "detail")]
    assert await desk.claim(at(18)) == ()


async def test_a_result_that_fails_does_not_keep_the_reveal(desk: Desk) -> None:
    """A reveal is always made, however late."""
    await told(desk)
    job = await desk.take(DeliveryKind.RESULT, at(16))
    await desk.store.write(deliveries.sending, job.delivery.id, job.fence, at(16))

    held = await desk.claim(at(16))
    await desk.store.write(deliveries.refused, job.delivery.id, job.fence, "429", at(17), False, at(16))
    (reveal,) = await desk.claim(at(16))

    assert held == ()
    assert reveal.delivery.kind is DeliveryKind.REVEAL


async def test_a_result_waits_while_its_question_is_being_edited(desk: Desk) -> None:
    """Edits never follow the reveal's."""
    round_ = await desk.shown(await desk.channel())
    at_work = await desk.store.write(deliveries.hold_edit, round_.id, at(15, 59, 55), timedelta(seconds=20))
    twice = await desk.store.write(deliveries.hold_edit, round_.id, at(15, 59, 55), timedelta(seconds=20))
    await desk.close()

    held = await desk.claim(at(16))
    after_close = await desk.store.write(deliveries.hold_edit, round_.id, at(16, 1), timedelta(seconds=20))
    await desk.store.write(deliveries.release_edit, round_.id, at(16))
    (result,) = await desk.claim(at(16))

    assert at_work == MessageRef((await desk.fresh(await desk.channel())).place, f"m{round_.id}")
    assert (twice, held, after_close) == (None, (), None)
    assert result.delivery.kind is DeliveryKind.RESULT


async def test_an_edit_that_was_given_up_holds_nobody_for_long(desk: Desk) -> None:
    """Its hold runs out like a lease."""
    round_ = await desk.shown(await desk.channel())
    await desk.store.write(deliveries.hold_edit, round_.id, at(10), timedelta(seconds=20))

    again = await desk.store.write(deliveries.hold_edit, round_.id, at(10, 0, 20), timedelta(seconds=20))

    assert again is not None


async def test_a_question_nobody_knows_of_cannot_be_edited(desk: Desk) -> None:
    """There is nothing to hold."""
    round_ = await desk.open(await desk.channel())

    assert await desk.store.write(deliveries.hold_edit, round_.id, at(10), LEASE) is None


async def test_the_next_thing_due_is_told(desk: Desk) -> None:
    """A planned question, then its sending, the closing, the result; in between the end of a pause."""
    channel = await desk.channel()
    nothing = await desk.store.read(deliveries.next_due, frozenset({PLATFORM}))
    await desk.plan(channel, slot())
    planned = await desk.store.read(deliveries.next_due, frozenset({PLATFORM}))
    round_ = await desk.open(channel)
    opened = await desk.store.read(deliveries.next_due, frozenset({PLATFORM}))
    await desk.show(round_)
    sent = await desk.store.read(deliveries.next_due, frozenset({PLATFORM}))
    await desk.close()
    owed = await desk.store.read(deliveries.next_due, frozenset({PLATFORM}))

    assert (nothing, planned, opened, sent, owed) == (None, at(9), at(9), at(16), at(16))


async def test_a_paused_channel_is_next_due_on_its_morning(desk: Desk) -> None:
    """There will be something to plan."""
    channel = await desk.channel(schedule=replace(UTC_DAY, zone="Asia/Tokyo"))
    until = slot(3).date
    await desk.store.write(channels.set_state, channel.id, ChannelState.PAUSED, "paused", until, "Ada", at(8))

    assert await desk.store.read(deliveries.next_due, frozenset({PLATFORM})) == at(15, day=2)


async def test_a_question_asked_by_hand_has_its_own_window(desk: Desk) -> None:
    """Due now, until two hours before its closing."""
    channel = await desk.channel()
    plan = Plan(channel.id, 1, replace(slot(), date=MONDAY, due=at(12), closes=at(18)), QUESTIONS[0])
    await desk.store.write(channels.ask_now, plan, at(12), at(12))

    assert (await desk.take(DeliveryKind.QUESTION, at(12))).window_ends == at(16)
