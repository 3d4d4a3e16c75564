"""Whole days on Discord, by several people, with what goes wrong on the way."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.slack import SlackAdapter
from bot.store import rounds
from content.question import Kind
from tests.adapters.discord.stage import TIMES, Clock, Stage, controls, questions, staged
from tests.adapters.slack.stage import keys_for as slack_keys
from tests.days.ledger import answers_in, states
from tests.standins.discord import DiscordStandIn, Drop, RateLimited, Refuse
from tests.standins.discord.server import DiscordStandIn as Server
from tests.standins.discord.town import BEGIN_THREADS, HISTORY, SILENT
from tests.standins.slack import SlackStandIn

PEOPLE = ("Ada", "Grace", "Mei", "Noor", "Omar", "Sam")
GRACE = timedelta(seconds=5)
LOST = (Drop(done=True), Drop(done=False), Drop(done=False))
"""A post that arrives, of which no answer ever comes back."""


def doubled(discord: DiscordStandIn) -> dict[str, int]:
    """Deliveries that stand on Discord more than once."""
    channels = {channel.id: channel for channel in discord.channels.values()}.values()
    nonces = Counter(m.nonce for channel in channels for m in channel.messages if m.nonce)
    return {nonce: number for nonce, number in nonces.items() if number > 1}


async def test_a_day_of_several_people(stage: Stage) -> None:
    """Everybody answers, one changes their mind, one comes late; the reveal counts them; the count is kept up."""
    discord = stage.discord
    people = [discord.person(name, manager=name == "Ada") for name in PEOPLE]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    receipts = [await stage.answer(who, "python", i % 3) for i, who in enumerate(people[:-1])]
    await stage.at(9, 2)
    question = stage.posted("python")[0]
    counted = people[1].read(question)
    changed = await stage.answer(people[1], "python", 2)
    button = controls(question)[0]["custom_id"]
    await stage.at(16)
    await people[-1].press_id(str(button), "python", question)
    late = await stage.told(people[-1], "python", 0)
    _, reveal = stage.posted("python")
    thread = discord.thread(question)
    assert thread is not None
    detail = thread.messages[0]

    assert all("You chose" in text for text in receipts)
    assert "5 answered" in counted
    assert "Changed from B to C" in changed
    assert "Question 1 closed at" in late
    assert "of 5 got it" in people[0].read(reveal)
    assert "of 5." in people[0].read(detail)
    assert reveal.flags & detail.flags & SILENT
    assert doubled(discord) == {}
    assert discord.pings == []
    assert discord.interactions.late == []
    assert discord.interactions.doubled == []
    assert discord.refused == {}


async def test_a_question_whose_reply_was_lost_is_found_in_the_history(stage: Stage, sqlite_url: str) -> None:
    """Trap 1: unknown; then the channel is looked through, and the day goes on."""
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    stage.discord.faults["post"].extend(LOST)
    await stage.at(9)
    unknown = states(sqlite_url)
    await stage.at(9, 5)
    known = states(sqlite_url)
    await stage.answer(ada, "python", 0)
    await stage.at(16)

    assert unknown == {"unknown": 1}
    assert known == {"sent": 1}
    assert len(stage.posted("python")) == 2
    assert doubled(stage.discord) == {}


async def test_without_the_permission_it_stays_unknown_until_somebody_presses(stage: Stage, sqlite_url: str) -> None:
    """Never repeated blindly; a press on its message proves it sent."""
    stage.discord.channel("python").denied = HISTORY
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    stage.discord.faults["post"].extend(LOST)
    await stage.at(9)
    await stage.at(10)
    unknown = states(sqlite_url)
    await stage.answer(ada, "python", 0)
    known = states(sqlite_url)

    assert unknown == {"unknown": 1}
    assert known == {"sent": 1}
    assert len(stage.posted("python")) == 1


@pytest.mark.parametrize("kind", [Kind.SELECT, Kind.OUTPUT])
async def test_a_menu_or_a_form_proves_its_question_sent_too(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, kind: Kind
) -> None:
    """As a letter's button does."""
    async with staged(sqlite_url, discord, clock, bank=questions(kinds=(kind,))) as stage:
        discord.channel("python").denied = HISTORY
        ada = discord.person("Ada", manager=True)
        await stage.set_up(ada, "python")
        discord.faults["post"].extend(LOST)
        await stage.at(9)
        await stage.at(10)
        unknown = states(sqlite_url)
        await stage.answer(ada, "python", 0)

    assert unknown == {"unknown": 1}
    assert states(sqlite_url) == {"sent": 1}


async def test_a_question_that_never_arrived_is_posted_again(stage: Stage) -> None:
    """The history says that it is absent: then it is safe."""
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    stage.discord.faults["post"].extend([Drop(done=False)] * 3)
    await stage.at(9)
    nothing = list(stage.posted("python"))
    await stage.at(9, 5)

    assert nothing == []
    assert len(stage.posted("python")) == 1


async def test_a_press_on_a_private_copy_proves_nothing(stage: Stage) -> None:
    """Whether the question stands in the channel is still to be looked for: only its own message tells."""
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    stage.discord.faults["post"].extend([Drop(done=False)] * 3)
    await stage.at(9)
    await stage.say(ada, "today", "python")
    await ada.press("A", "python")
    before = await stage.house.store.read(rounds.question_message, 1)
    await stage.at(9, 5)

    assert before is None
    assert len(stage.posted("python")) == 1


async def test_a_channel_that_is_held_up_holds_up_no_other(stage: Stage) -> None:
    """A 429 is waited out, there and only there."""
    ada = stage.discord.person("Ada", manager=True)
    for channel in ("python", "rust"):
        await stage.set_up(ada, channel)
    stage.discord.faults["post"].append(RateLimited(0.3))
    await stage.at(9)

    assert [len(stage.posted(channel)) for channel in ("python", "rust")] == [1, 1]


async def test_the_count_of_an_old_question_leaves_room_for_its_result(stage: Stage) -> None:
    """Discord caps edits of messages older than an hour: six an hour are ours, and the last is never in question."""
    stage.discord.old_edits = 7
    people = [stage.discord.person(f"P{n}", manager=n == 0) for n in range(20)]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    for n, who in enumerate(people):
        await stage.at(11, 3 * n)
        await stage.answer(who, "python", 0)
    await stage.at(12)
    counted = people[0].read(stage.posted("python")[0])
    edits = len(stage.discord.called("edit"))
    await stage.at(16)

    assert 4 <= edits <= 6
    assert re.search(r"1[5-9] answered", counted)
    assert "Closed." in people[0].read(stage.posted("python")[0])


@pytest.mark.parametrize("fault", [Refuse(429, 30046), Refuse(404, 10008), Refuse(403, 50005)])
async def test_a_reveal_is_made_where_the_question_cannot_be_edited(stage: Stage, fault: Refuse) -> None:
    """Trap 13: it is a new message, and there is one of it."""
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(9, 10)
    stage.discord.faults["edit"].append(fault)
    await stage.at(16)
    await stage.at(17)

    assert ["the answer is" in ada.read(m) for m in stage.posted("python")] == [False, True]


async def test_a_reveal_is_made_where_the_question_was_deleted(stage: Stage) -> None:
    """There is nothing to reply to: it stands in the channel, alone."""
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    stage.posted("python")[0].deleted = True
    await stage.at(16)
    (reveal,) = stage.posted("python")

    assert "the answer is" in ada.read(reveal)
    assert reveal.reply_to is None


async def test_a_channel_without_threads_has_its_details_behind_the_buttons(stage: Stage, sqlite_url: str) -> None:
    """And goes on the next day."""
    stage.discord.channel("python").denied = BEGIN_THREADS
    ada = stage.discord.person("Ada", manager=True)
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(16)
    before = len(ada.private("python"))
    await ada.press("How did I do?", "python")
    told = await stage.told(ada, "python", before)
    await ada.press("Every option", "python")
    every = await stage.told(ada, "python", before + 1)
    await stage.at(9, day=1)

    assert states(sqlite_url)["refused"] == 1
    assert "Answered in a row: 1" in told
    assert re.search(r"^[A-E]  ✅ Right: ", every, re.MULTILINE)
    assert re.search(r"^(Got it: Ada|Nobody got it)\.$", every, re.MULTILINE)
    assert len(stage.posted("python")) == 3


PATIENT = replace(TIMES, patience=2.2, form_patience=2.2)
"""An acknowledgement that comes first would be a byte more on one day than on another, on a slow machine."""


async def told_before_the_reveal(folder: Path, right: int, kind: Kind) -> tuple[list[str], str]:
    """A day with a pack in which one option is right: every byte that leaves before the reveal, and the reveal."""
    clock, bank = Clock(), questions(key=lambda _: right, kinds=(kind,))
    async with Server(clock.seconds) as discord:
        discord.channel("python")
        async with staged(f"sqlite:///{folder}/{right}.db", discord, clock, bank=bank, times=PATIENT) as stage:
            await _morning(stage)
            before = [f"{call.name} {json.dumps(call.names)} {call.raw}" for call in discord.calls]
            await stage.at(16)
            reveal = discord.person("Ada").read(stage.posted("python")[1])
        return before, reveal


async def _morning(stage: Stage) -> None:
    people = [stage.discord.person(name, manager=name == "Ada") for name in PEOPLE]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    for i, who in enumerate(people):
        await stage.answer(who, "python", i % 4)
    await stage.answer(people[0], "python", 3)
    await stage.at(9, 10)
    for text in ("today", "me", "streak", "leaderboard", "status", "topics", "help", ""):
        await stage.say(people[1], text, "python")
    await people[1].suggestions("t", "python")
    await stage.at(15, 59)
    await stage.quiet()


@pytest.mark.parametrize("kind", list(Kind))
async def test_no_byte_before_the_reveal_tells_the_answer(tmp_path: Path, kind: Kind) -> None:
    """Two packs that differ only in which option is right give the same bytes until then, and not after."""
    first, first_reveal = await told_before_the_reveal(tmp_path, 0, kind)
    second, second_reveal = await told_before_the_reveal(tmp_path, 2, kind)

    assert len(first) > 20
    assert first == second
    assert first_reveal != second_reveal


async def test_every_receipted_answer_is_kept(stage: Stage, sqlite_url: str) -> None:
    """The receipt comes after the commit."""
    people = [stage.discord.person(name, manager=name == "Ada") for name in PEOPLE]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    for who in people:
        await stage.answer(who, "python", 1)

    assert {person for _, person in answers_in(sqlite_url)} == {who.id for who in people}


async def test_both_platforms_live_in_one_process(stage: Stage, clock: Clock) -> None:
    """One database, one clock, separate workspaces: each gets its own, and neither sees the other."""
    async with SlackStandIn(clock.seconds) as slack:
        slack.team()
        other = SlackAdapter(slack_keys(slack), clock.now)
        await stage.house.start([other])
        grace, ada = slack.person("Grace", "python"), stage.discord.person("Ada", manager=True)
        await stage.set_up(ada, "python")
        await grace.command("setup zone=UTC time=9:00 reveal=16:00", "python")
        await slack.until(lambda: grace.private("python"), "the confirmation")
        await stage.at(9)
        await stage.answer(ada, "python", 0)
        await stage.at(16)
        on_slack = [grace.read(m) for m in slack.channel("python").messages if m.only_for is None]
        board = await stage.say(ada, "leaderboard all", "python")
        await stage.house.daily.drain(GRACE)
        await other.stop(GRACE)
        stage.house.up.remove(other)

    assert len(on_slack) == 1
    assert "Nobody answered" in on_slack[0]
    assert len(stage.posted("python")) == 2
    assert "1 of 1 right" in board
    assert "Grace" not in board
