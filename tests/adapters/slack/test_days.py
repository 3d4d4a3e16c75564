"""Whole days on Slack, by several people, over both ways in, with what goes wrong on the way."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.store import rounds
from content.bank import Bank
from content.question import Kind
from tests.adapters.slack.stage import Clock, Stage, keys_for, over_http, questions, staged
from tests.days.ledger import answers_in, states
from tests.standins.slack import Broken, Drop, RateLimited, Refuse, SlackStandIn
from tests.standins.slack.server import SlackStandIn as Server

PEOPLE = ("Ada", "Grace", "Mei", "Noor", "Omar", "Sam")
WAYS = {"socket": keys_for, "http": over_http}


def doubled(slack: SlackStandIn) -> dict[str, int]:
    """Deliveries that stand on Slack more than once."""
    keys = Counter(
        message.metadata["event_payload"]["key"]
        for team in slack.teams.values()
        for channel in team.channels.values()
        for message in channel.messages
        if message.metadata
    )
    return {key: number for key, number in keys.items() if number > 1}


@pytest.mark.parametrize("way", WAYS)
async def test_a_day_of_several_people(sqlite_url: str, slack: SlackStandIn, clock: Clock, way: str) -> None:
    """Everybody answers, one changes their mind, one comes late; the reveal counts them; the count is kept up."""
    async with staged(sqlite_url, slack, clock, keys=WAYS[way](slack)) as stage:
        people = [slack.person(name, "python") for name in PEOPLE]
        await stage.set_up(people[0], "python")
        await stage.at(9)
        receipts = [await stage.answer(who, "python", i % 3) for i, who in enumerate(people[:-1])]
        await stage.at(9, 2)
        counted = people[1].read(stage.posted("python")[0])
        changed = await stage.answer(people[1], "python", 2)
        question = stage.posted("python")[0]
        button = question.blocks[-1]["elements"][0]["action_id"]
        await stage.at(16)
        await people[-1].press_id(button, slack.channel("python"), question)
        late = await stage.whispers(people[-1], "python", 1)
        _, reveal, detail = stage.posted("python")

    assert all("You chose" in text for text in receipts)
    assert "5 answered" in counted
    assert "Changed from B to C" in changed
    assert "Question 1 closed at" in late
    assert "of 5 got it" in people[0].read(reveal)
    assert "of 5." in people[0].read(detail)
    assert doubled(slack) == {}
    assert slack.pings == []
    assert slack.not_acknowledged == []
    assert all(call["text"] for call in slack.called("chat.postMessage"))


@pytest.mark.parametrize("fault", [Drop(done=True), Broken(503, done=True)])
async def test_a_question_whose_reply_was_lost_is_found_in_the_history(
    stage: Stage, sqlite_url: str, fault: Drop | Broken
) -> None:
    """Trap 1: one post, state unknown; then the channel is asked, and the day goes on."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    stage.slack.faults["chat.postMessage"].append(fault)
    await stage.at(9)
    unknown = states(sqlite_url)
    await stage.at(9, 5)
    known = states(sqlite_url)
    await stage.answer(ada, "python", 0)
    await stage.at(16)

    assert unknown == {"unknown": 1}
    assert known == {"sent": 1}
    assert len(stage.posted("python")) == 3
    assert doubled(stage.slack) == {}


async def test_without_the_scope_it_stays_unknown_until_somebody_presses(stage: Stage, sqlite_url: str) -> None:
    """Never repeated blindly; a press on its message proves it sent."""
    stage.slack.team().scopes -= {"channels:history"}
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    stage.slack.faults["chat.postMessage"].append(Drop(done=True))
    await stage.at(9)
    await stage.at(10)
    unknown = states(sqlite_url)
    await stage.answer(ada, "python", 0)
    known = states(sqlite_url)

    assert unknown == {"unknown": 1}
    assert known == {"sent": 1}
    assert len(stage.posted("python")) == 1


async def test_a_question_that_never_arrived_is_posted_again(stage: Stage) -> None:
    """The history says that it is absent: then it is safe."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    stage.slack.faults["chat.postMessage"].append(Drop(done=False))
    await stage.at(9)
    nothing = list(stage.posted("python"))
    await stage.at(9, 5)

    assert nothing == []
    assert len(stage.posted("python")) == 1


async def test_a_press_on_a_private_copy_proves_nothing(stage: Stage) -> None:
    """Whether the question stands in the channel is still to be looked for: only its own message tells."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    stage.slack.faults["chat.postMessage"].append(Drop(done=False))
    await stage.at(9)
    await ada.command("today", "python")
    await stage.whispers(ada, "python", 2)
    await ada.press("A", "python")
    await stage.whispers(ada, "python", 3)
    before = await stage.house.store.read(rounds.question_message, 1)
    await stage.at(9, 5)

    assert before is None
    assert len(stage.posted("python")) == 1


async def test_a_channel_that_is_held_up_holds_up_no_other(stage: Stage) -> None:
    """A 429 is waited out for as long as Slack says, there and only there."""
    ada = stage.slack.person("Ada", "python", "rust")
    for channel in ("python", "rust"):
        await stage.set_up(ada, channel)
    stage.slack.faults["chat.postMessage"].append(RateLimited(60))
    await stage.at(9)
    at_nine = sorted(len(stage.posted(channel)) for channel in ("python", "rust"))
    await stage.at(9, 2)
    later = [len(stage.posted(channel)) for channel in ("python", "rust")]

    assert at_nine == [0, 1]
    assert later == [1, 1]


@pytest.mark.parametrize("code", ["edit_window_closed", "message_not_found", "cant_update_message"])
async def test_a_reveal_is_made_where_the_question_cannot_be_edited(stage: Stage, code: str) -> None:
    """Trap 13: it is a new message, and there is one of it."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(9, 10)
    stage.slack.faults["chat.update"].append(Refuse(code))
    await stage.at(16)

    assert [m.metadata["event_payload"]["key"] for m in stage.posted("python")][1:] == ["reveal:1", "detail:1"]


async def test_a_reveal_is_made_where_the_question_was_deleted(stage: Stage) -> None:
    """Its thread is gone: it stands in the channel."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    stage.posted("python")[0].deleted = True
    await stage.at(16)

    assert "the answer is" in ada.read(stage.posted("python")[1])


async def test_an_old_button_works_after_a_restart(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> None:
    """Trap 12: all the memory is in the button."""
    ada = slack.person("Ada", "python")
    async with staged(sqlite_url, slack, clock) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
    async with staged(sqlite_url, slack, clock) as stage:
        receipt = await stage.answer(ada, "python", 1)

    assert "You chose B" in receipt


async def told_before_the_reveal(folder: Path, right: int, kind: Kind, way: str) -> tuple[list[str], str]:
    """A day with a pack in which one option is right: every byte that leaves before the reveal, and the reveal."""
    clock, bank = Clock(), questions(key=lambda _: right, kinds=(kind,))
    async with Server(clock.seconds) as slack:
        slack.team()
        async with staged(f"sqlite:///{folder}/{right}.db", slack, clock, bank=bank, keys=WAYS[way](slack)) as stage:
            await _morning(stage, bank)
            before = [*(f"{call.method} {call.raw}" for call in slack.calls), json.dumps(slack.acknowledged)]
            await stage.at(16)
            reveal = slack.person("Ada").read(stage.posted("python")[1])
        return [text.replace(slack.address, "") for text in before], reveal


async def _morning(stage: Stage, bank: Bank) -> None:
    people = [stage.slack.person(name, "python") for name in PEOPLE]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    for i, who in enumerate(people):
        await stage.answer(who, "python", i % 4)
    await stage.answer(people[0], "python", 3)
    await stage.at(9, 10)
    for text in ("today", "me", "streak", "leaderboard", "status", "topics", "help"):
        before = len(people[1].private("python"))
        await people[1].command(text, "python")
        await stage.whispers(people[1], "python", before + 1)
    await people[2].open_home()
    await stage.slack.until(people[2].home_text)
    await stage.at(15, 59)
    await stage.quiet()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", list(Kind))
async def test_no_byte_before_the_reveal_tells_the_answer(tmp_path: Path, kind: Kind, way: str) -> None:
    """Two packs that differ only in which option is right give the same bytes until then, and not after."""
    first, first_reveal = await told_before_the_reveal(tmp_path, 0, kind, way)
    second, second_reveal = await told_before_the_reveal(tmp_path, 2, kind, way)

    assert len(first) > 20
    assert first == second
    assert first_reveal != second_reveal


async def test_every_receipted_answer_is_kept(stage: Stage, sqlite_url: str) -> None:
    """The receipt comes after the commit."""
    people = [stage.slack.person(name, "python") for name in PEOPLE]
    await stage.set_up(people[0], "python")
    await stage.at(9)
    for who in people:
        await stage.answer(who, "python", 1)

    assert {person for _, person in answers_in(sqlite_url)} == {who.id for who in people}
