"""Channels are set up, paused, skipped and found; whatever changes them voids what was planned."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.model import Actor, ChannelState, Filters, Place, Schedule, Weekday
from bot.store import channels, players
from bot.store.door import Store
from bot.work import Plan
from content.question import Level
from tests.bot.store.desk import ADA, MONDAY, PLATFORM, QUESTIONS, UTC_DAY, Desk, at, slot

PLACE = Place(PLATFORM, "T1", "C1", name="#python")
BERLIN = Schedule("Europe/Berlin", time(9, 30), None, frozenset({Weekday.TUE, Weekday.SUN}), holidays="DE-BE")
CHOOSY = Filters(frozenset({Level.MID, Level.SENIOR}), frozenset({"closures", "gil"}), (3, 12), easy_mondays=False)


async def test_what_is_saved_comes_back(store: Store) -> None:
    """Every setting of a schedule and of filters, and who saved it first."""
    saved = await store.write(channels.save_channel, PLACE, BERLIN, CHOOSY, ADA, at(7), "77")

    assert saved == await store.read(channels.channel, saved.id) == await store.read(channels.channel_at, PLACE)
    assert (saved.place, saved.schedule, saved.filters, saved.role) == (PLACE, BERLIN, CHOOSY, "77")
    assert (saved.state, saved.managers, saved.last_number) == (ChannelState.ACTIVE, (ADA,), 0)


async def test_the_first_who_saves_is_the_manager(store: Store) -> None:
    """Saving again changes the settings, not who manages; an unnamed place keeps its name."""
    await store.write(channels.save_channel, PLACE, BERLIN, CHOOSY, ADA, at(7))
    bob = Actor(PLATFORM, "T1", "U2", "Bob")

    again = await store.write(channels.save_channel, replace(PLACE, name=""), UTC_DAY, Filters(), bob, at(8))

    assert again.managers == (ADA,)
    assert (again.schedule, again.filters, again.place.name) == (UTC_DAY, Filters(), "#python")


async def test_a_role_is_pinged_only_while_somebody_wants_it(store: Store) -> None:
    """Saved without one, nobody is pinged."""
    await store.write(channels.save_channel, PLACE, BERLIN, CHOOSY, ADA, at(7), "77")
    again = await store.write(channels.save_channel, PLACE, BERLIN, CHOOSY, ADA, at(8))

    assert again.role is None


async def test_one_workspace_never_sees_another(desk: Desk) -> None:
    """The same channel id in two workspaces is two channels."""
    here, there = await desk.channel("C1", team="T1"), await desk.channel("C1", team="T2")

    found = await desk.store.read(channels.channels_in, PLATFORM, "T2")

    assert here.id != there.id
    assert found == (there,)
    assert await desk.store.read(channels.channels_in, "discord", "T1") == ()


async def test_saving_voids_the_plan_and_counts_from_now(desk: Desk) -> None:
    """Only instants after saving count (rule 13)."""
    channel = await desk.channel()
    await desk.plan(channel, slot())
    planned = await desk.fresh(channel)

    saved = await desk.channel(now=at(9, 5))

    (need,) = await desk.store.read(channels.unplanned, at(9, 5), 10)
    assert planned.next_due == at(9)
    assert (saved.next_date, saved.next_due) == (None, None)
    assert (need.after, need.version) == (at(9, 5), 2)


async def test_a_plan_made_for_an_older_schedule_is_void(desk: Desk) -> None:
    """The schedule was saved while the plan was being made."""
    channel = await desk.channel()
    need = await desk.store.read(channels.need, channel.id, at(7))
    await desk.channel(now=at(8))

    taken = await desk.store.write(channels.plan, [Plan(channel.id, need.version, slot(), QUESTIONS[0])], at(8))

    assert taken == 0
    assert (await desk.fresh(channel)).next_due is None


async def test_a_pause_keeps_questions_away_until_its_morning(desk: Desk) -> None:
    """Paused until a date, the channel wants a plan again from the start of that date, in its own zone."""
    tokyo = await desk.channel(schedule=replace(UTC_DAY, zone="Asia/Tokyo"))
    await desk.plan(tokyo, slot())
    until = date(2026, 1, 15)

    paused = await desk.store.write(channels.set_state, tokyo.id, ChannelState.PAUSED, "paused", until, "Ada", at(8))

    assert (paused.state, paused.reason, paused.paused_until, paused.paused_by) == ("paused", "paused", until, "Ada")
    assert paused.next_due is None
    assert await desk.store.read(channels.unplanned, at(14, 59, day=2), 10) == ()
    (need,) = await desk.store.read(channels.unplanned, at(15, day=2), 10)
    assert need.after == at(15, day=2)


async def test_the_plan_after_a_pause_ends_it(desk: Desk) -> None:
    """Nobody has to resume by hand."""
    channel = await desk.channel()
    until = date(2026, 1, 14)
    await desk.store.write(channels.set_state, channel.id, ChannelState.PAUSED, "paused", until, "Ada", at(8))

    early = await desk.plan(channel, slot(2))
    await desk.store.read(channels.unplanned, at(0, day=2), 10)
    need = await desk.store.read(channels.need, channel.id, at(0, day=2))
    late = await desk.store.write(channels.plan, [Plan(channel.id, need.version, slot(2), QUESTIONS[0])], at(0, day=2))

    fresh = await desk.fresh(channel)
    assert (early, late) == (0, 1)
    assert (fresh.state, fresh.paused_until, fresh.paused_by) == (ChannelState.ACTIVE, None, None)
    assert fresh.next_due == at(9, day=2)


async def test_resuming_plans_anew_from_now(desk: Desk) -> None:
    """What was missed while paused is not made up for."""
    channel = await desk.channel()
    await desk.store.write(channels.set_state, channel.id, ChannelState.PAUSED, "paused", None, "Ada", at(8))
    for_good = await desk.store.read(channels.unplanned, at(8, day=300), 10)

    resumed = await desk.store.write(channels.set_state, channel.id, ChannelState.ACTIVE, "", None, None, at(9, day=9))

    (need,) = await desk.store.read(channels.unplanned, at(9, day=9), 10)
    assert for_good == ()
    assert (resumed.state, resumed.paused_by) == (ChannelState.ACTIVE, None)
    assert need.after == at(9, day=9)


@pytest.mark.parametrize("state", [ChannelState.PAUSED, ChannelState.GONE])
async def test_a_channel_at_rest_wants_no_plan(desk: Desk, state: ChannelState) -> None:
    """Neither a paused channel nor one that is gone is asked."""
    channel = await desk.channel()
    await desk.plan(channel, slot())
    await desk.store.write(channels.set_state, channel.id, state, "archived", None, None, at(8))

    opening = await desk.open_due(at(9))

    assert await desk.store.read(channels.unplanned, at(10), 10) == ()
    assert (opening.opened, opening.skipped) == (0, 0)


async def test_saving_brings_a_channel_back_that_was_gone(desk: Desk) -> None:
    """Somebody spoke to us there."""
    channel = await desk.channel()
    await desk.store.write(channels.set_state, channel.id, ChannelState.GONE, "archived", None, None, at(8))

    assert (await desk.channel(now=at(9))).state is ChannelState.ACTIVE


@pytest.mark.parametrize(("until", "by"), [(date(2026, 1, 20), "Ada"), (None, "Ada"), (None, None)])
async def test_a_channel_that_was_paused_is_paused_when_it_is_back(
    desk: Desk, until: date | None, by: str | None
) -> None:
    """However often it went: what somebody stopped, or what stopped itself, only somebody starts again."""
    channel = await desk.channel()
    await desk.store.write(channels.set_state, channel.id, ChannelState.PAUSED, "paused", until, by, at(8))
    for minute in (1, 2):
        await desk.store.write(channels.set_state, channel.id, ChannelState.GONE, "kicked", None, None, at(8, minute))
    gone = await desk.fresh(channel)
    back = await desk.store.write(channels.bring_back, channel.id, at(9))
    again = await desk.store.write(channels.bring_back, channel.id, at(9, 1))

    assert gone.state is ChannelState.GONE
    assert (back.state, back.paused_until, back.paused_by) == (ChannelState.PAUSED, until, by or "PyQuiz")
    assert again == back
    assert bool(await desk.store.read(channels.unplanned, at(10, day=30), 10)) == bool(until)


async def test_a_channel_that_was_asked_is_asked_when_it_is_back(desk: Desk) -> None:
    """From then on; and saving brings back one that was paused before it was gone."""
    channel, other = await desk.channel(), await desk.channel("C2")
    await desk.store.write(channels.set_state, other.id, ChannelState.PAUSED, "paused", MONDAY, "Ada", at(8))
    for one in (channel, other):
        await desk.store.write(channels.set_state, one.id, ChannelState.GONE, "kicked", None, None, at(8))
    back = await desk.store.write(channels.bring_back, channel.id, at(9))
    saved = await desk.channel("C2", now=at(9))

    assert (back.state, back.paused_by) == (ChannelState.ACTIVE, None)
    assert (saved.state, saved.paused_until, saved.paused_by) == (ChannelState.ACTIVE, None, None)


async def test_a_skipped_day_is_passed_on_to_planning(desk: Desk) -> None:
    """A plan for that date is void; one for another date stands."""
    channel = await desk.channel()
    await desk.plan(channel, slot(1))
    await desk.store.write(channels.skip_day, channel.id, MONDAY, "skipped by Ada", at(8))
    stands = (await desk.fresh(channel)).next_date
    await desk.store.write(channels.skip_day, channel.id, slot(1).date, "skipped by Bob", at(8))

    (need,) = await desk.store.read(channels.unplanned, at(8), 10)

    assert stands == slot(1).date
    assert need.overrides == {MONDAY: "skipped by Ada", slot(1).date: "skipped by Bob"}
    assert await desk.store.read(channels.overrides, channel.id) == need.overrides


async def test_people_play_where_they_answered(desk: Desk) -> None:
    """An answer in an open round is enough; a channel that is gone is none."""
    first, second, _ = await desk.channel("C1"), await desk.channel("C2"), await desk.channel("C3")
    ada = await desk.player()
    await desk.play(first, 0, "U1")
    await desk.answer(await desk.shown(second, 1, QUESTIONS[5]))

    played = await desk.store.read(players.channels_played, ada.id)
    await desk.store.write(channels.set_state, first.id, ChannelState.GONE, "archived", None, None, at(11, day=1))
    left = await desk.store.read(players.channels_played, ada.id)

    assert [channel.id for channel in played] == [first.id, second.id]
    assert [channel.id for channel in left] == [second.id]
