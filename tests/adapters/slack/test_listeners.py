"""What people do on Slack and what they get: privately, in place, in a modal, at home, in direct messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack.people import LOOK_UPS
from adapters.slack.slack import SlackAdapter
from bot.store import channels, rounds
from bot.store.errors import NotWritable
from bot.store.shelf import StoreShelf
from content.question import Kind
from tests.adapters.slack.stage import Clock, Stage, keys_for, questions, staged
from tests.standins.slack import Drop, Hang, Refuse, SlackStandIn


async def asked(stage: Stage) -> None:
    """Ada sets #python up, and it is nine."""
    await stage.set_up(stage.slack.person("Ada", "python"), "python")
    await stage.at(9)


async def test_a_receipt_leaves_the_public_question_alone(stage: Stage) -> None:
    """It is ephemeral, says so, and says that it replaces nothing."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    before = omar.read(stage.posted("python")[0])
    await omar.press("A", "python")
    await stage.whispers(omar, "python", 1)
    (body,) = stage.slack.called("response_url")[-1:]

    assert (body["response_type"], body["replace_original"]) == ("ephemeral", False)
    assert omar.read(stage.posted("python")[0]) == before
    assert stage.slack.person("Mei", "python").private("python") == []


async def test_a_change_replaces_the_receipt(stage: Stage) -> None:
    """[Change] shows the letters in its place, and what is pressed there becomes the new receipt."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    await omar.press("A", "python")
    await stage.whispers(omar, "python", 1)
    await omar.press("Change", "python")
    await stage.slack.until(lambda: "[Change]" not in omar.private("python")[-1])
    await omar.press("C", "python")
    await stage.slack.until(lambda: "Changed from A to C" in omar.private("python")[-1])
    said = [(body["response_type"], body["replace_original"]) for body in stage.slack.called("response_url")[-2:]]

    assert len(omar.private("python")) == 1
    assert said == [("ephemeral", True)] * 2


async def test_a_receipt_that_may_have_arrived_is_not_shown_twice(stage: Stage) -> None:
    """The connection breaks before Slack's reply: a second one would stand below the first."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    stage.slack.faults["response_url"].append(Drop(done=True))
    await omar.press("A", "python")
    await stage.whispers(omar, "python", 1)
    await stage.quiet()

    assert len(omar.private("python")) == 1


async def test_everything_typed_is_answered_privately(stage: Stage) -> None:
    """A topic, a misspelt one, a board, help; nobody else sees any of it."""
    await asked(stage)
    omar, mei = stage.slack.person("Omar", "python"), stage.slack.person("Mei", "python")
    said = []
    for number, text in enumerate(("topic-1", "topik-1", "leaderboard", "me", "help", "status", "today", "")):
        await omar.command(text, "python")
        said.append(await stage.whispers(omar, "python", number + 1))

    assert "Practice: " in said[0]
    assert "Did you mean" in said[1]
    assert len(mei.messages("python")) == 1
    assert stage.slack.pings == []


async def test_practice_is_answered_in_place(stage: Stage) -> None:
    """The question turns into its explanation."""
    omar = stage.slack.person("Omar", "python")
    await omar.command("topic-1", "python")
    question = await stage.whispers(omar, "python", 1)
    if "[Answer]" in question:
        await omar.press("Answer", "python")
        await stage.slack.until(lambda: "submit" in (omar.modal or {}))
        await omar.submit(answer="nothing" if "It prints" in omar.modal_text() else ["0"])
    else:
        await omar.press("A", "python")
    result = await stage.slack.until(lambda: [text for text in omar.private("python") if "Another on" in text])

    assert len(omar.private("python")) == 1
    assert "✅" in result[0] or "❌" in result[0]


async def test_a_board_is_shared_with_the_channel(stage: Stage) -> None:
    """Only when its button is pressed, and then as a message of its own."""
    await asked(stage)
    omar, mei = stage.slack.person("Omar", "python"), stage.slack.person("Mei", "python")
    await omar.press("A", "python")
    await stage.whispers(omar, "python", 1)
    await stage.at(16)
    await omar.command("leaderboard", "python")
    await stage.whispers(omar, "python", 2)
    before = len(mei.messages("python"))
    await omar.press("Share in channel", "python")
    await stage.slack.until(lambda: len(mei.messages("python")) > before)

    assert "Omar shared" in mei.last("python")


@pytest.fixture
async def typed(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> object:
    """The product with questions whose output has to be typed, and nothing else."""
    async with staged(sqlite_url, slack, clock, bank=questions(kinds=(Kind.OUTPUT,))) as found:
        yield found


async def test_an_output_is_typed_into_a_modal(typed: Stage) -> None:
    """One button opens it at once; what is missing stands beside the field; the receipt is private."""
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "submit" in (omar.modal or {}))
    shown = omar.modal_text()
    await omar.submit(answer="   ")
    refused = dict(omar.errors)
    await omar.submit(answer="1a")
    receipt = await typed.whispers(omar, "python", 1)
    opened, updated = typed.slack.called("views.open"), typed.slack.called("views.update")

    assert "It prints" in shown
    assert refused == {"answer": "Type what the code prints."}
    assert "You chose `1a`" in receipt
    assert omar.modal is None
    assert (len(opened), len(updated)) == (1, 1)


async def test_changing_a_typed_answer_replaces_the_receipt(typed: Stage) -> None:
    """The modal remembers which message it was opened from."""
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "submit" in (omar.modal or {}))
    await omar.submit(answer="one")
    await typed.whispers(omar, "python", 1)
    await omar.press("Change", "python")
    await typed.slack.until(lambda: "[Answer]" in omar.private("python")[-1])
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "(one)" in omar.modal_text())
    await omar.submit(answer="two")
    await typed.slack.until(lambda: "two" in omar.private("python")[-1])

    assert len(omar.private("python")) == 1


async def test_a_modal_of_a_closed_round_says_so(typed: Stage) -> None:
    """What opened from an old message shows how it ended, with buttons that work there."""
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    question = typed.posted("python")[0]
    button = question.blocks[-1]["elements"][0]["action_id"]
    await typed.at(16)
    await omar.press_id(button, typed.slack.channel("python"), question)
    text = await typed.slack.until(lambda: "One moment" not in omar.modal_text() and omar.modal_text())

    assert "You didn't answer question 1" in text or "closed at" in text


async def test_set_up_is_a_modal(stage: Stage) -> None:
    """Filled with how things stand, the caller's own zone first; it says what is wrong, and the next five dates."""
    ada = stage.slack.person("Ada", "python", zone="America/New_York")
    await ada.command("setup", "python")
    text = await stage.slack.until(lambda: "Time zone" in ada.modal_text() and ada.modal_text())
    zones = await ada.suggestions("zone", "Berl")
    await ada.submit(zone="Europe/Berlin", time="9:30", reveal="10:00")
    refused = dict(ada.errors)
    await ada.submit(zone="Europe/Berlin", time="9:30", reveal="16:00", days=["mon", "tue"])
    dates = ada.modal_text()
    saved_before = await stage.house.store.read(channels.channels_in, "slack", "T1")
    await ada.submit()
    said = await stage.whispers(ada, "python", 1)

    assert "(x) America/New_York" in text
    assert "Channel: <CPYTHON>" in text
    assert "Europe/Berlin" in zones
    assert list(refused) == ["reveal"]
    assert dates.startswith("PyQuiz would ask in #python, Mon and Tue at 09:30, answer at 16:00, Berlin time.")
    assert "Next: Mon 12 Jan, Tue 13, Mon 19, Tue 20, Mon 26." in dates
    assert saved_before == ()
    assert "PyQuiz will ask in #python" in said
    assert "Next: Mon 12 Jan, Tue 13, Mon 19, Tue 20, Mon 26." in said
    assert ada.modal is None


async def test_a_guest_may_not_set_up_and_a_member_may(stage: Stage) -> None:
    """Any full member of a channel may; a guest is told who could."""
    guest = stage.slack.person("Gil", "python", guest=True)
    await guest.command("setup zone=UTC", "python")
    refused = await stage.whispers(guest, "python", 1)

    assert "takes somebody who may manage" in refused


async def test_direct_messages_take_commands_as_plain_text(stage: Stage) -> None:
    """The same words, answered by messages that stay; an answer replaces what it answers."""
    omar = stage.slack.person("Omar")
    await omar.write("topic-1")
    await stage.slack.until(lambda: len(omar.messages("dm")) == 2)
    await omar.write("help")
    await stage.slack.until(lambda: len(omar.messages("dm")) == 4)

    assert "Practice: " in omar.sees("dm")[1]
    assert "One Python question each working day" in omar.last("dm")


@pytest.mark.parametrize(
    "text",
    ["*topic-1*", "`topic-1`", "```topic-1```", "“topic-1”", "/pyquiz topic-1", "<http://topic-1.example|topic-1>"],
)
async def test_what_slack_makes_of_plain_text_is_undone(stage: Stage, text: str) -> None:
    """Bold, code marks, curly quotes, and links that nobody typed."""
    omar = stage.slack.person("Omar")
    await omar.write(text)
    await stage.slack.until(lambda: len(omar.messages("dm")) == 2)

    assert "Practice: " in omar.last("dm")


async def test_an_answer_arrives_as_it_was_typed(typed: Stage) -> None:
    """Slack writes three characters as entities, in commands and in messages."""
    await asked(typed)
    omar, mei = typed.slack.person("Omar", "python"), typed.slack.person("Mei", "python")
    await omar.command("answer [1 &lt; 2 &amp;&amp; 3 &gt; 2]", "python")
    command = await typed.whispers(omar, "python", 1)
    await mei.write("answer &lt;class 'int'&gt;")
    await typed.slack.until(lambda: len(mei.messages("dm")) == 2)

    assert "You chose `[1 < 2 && 3 > 2]`." in command
    assert "You chose `<class 'int'>`." in mei.last("dm")


async def test_a_form_in_direct_messages_opens_from_a_button(stage: Stage) -> None:
    """Plain text brings no trigger; a button does."""
    await asked(stage)
    ada = stage.slack.person("Ada")
    await ada.write("setup")
    await stage.slack.until(lambda: "[Open]" in ada.last("dm"))
    await ada.press("Open", "dm")
    text = await stage.slack.until(lambda: "Time zone" in ada.modal_text() and ada.modal_text())

    assert "For #python" in text


async def test_a_mention_gives_help_privately(stage: Stage) -> None:
    """Where it was said, to who said it."""
    omar = stage.slack.person("Omar", "python")
    await omar.mention("<@UBOTT1> hello", "python")
    said = await stage.whispers(omar, "python", 1)

    assert "One Python question each working day" in said
    assert stage.posted("python") == []


async def test_a_mention_in_a_thread_tells_nobody_to_type_a_command(stage: Stage) -> None:
    """Slack takes none there; buttons work, and their answers stand there too."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    await omar.mention("<@UBOTT1> hello", "python", thread=stage.posted("python")[0].ts)
    said = await stage.whispers(omar, "python", 1)
    await omar.press("Leaderboard", "python")
    await stage.whispers(omar, "python", 2)

    assert "/pyquiz" not in said
    assert "[Today's question] [Practise] [Leaderboard]" in said
    assert omar.messages("python")[-2].thread_ts == stage.posted("python")[0].ts


async def test_home_shows_the_question_and_is_kept_fresh(stage: Stage) -> None:
    """Today's question with its buttons; a press there is answered in a modal, and the page knows it."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    await omar.open_home()
    before = await stage.slack.until(omar.home_text)
    await omar.press_in_view("A", home=True)
    await stage.slack.until(lambda: "You chose A" in omar.modal_text())
    await stage.slack.until(lambda: "You chose A" in omar.home_text())

    assert "Python question 1" in before
    assert stage.slack.called("views.publish")[-1]["hash"]


async def test_buttons_in_a_modal_go_on_in_it(stage: Stage) -> None:
    """A card that stands in a modal is answered there."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    await omar.open_home()
    await stage.slack.until(omar.home_text)
    await omar.press_in_view("A", home=True)
    await stage.slack.until(lambda: "[Change]" in omar.modal_text())
    await omar.press_in_view("Change")
    await stage.slack.until(lambda: "[C]" in omar.modal_text())
    await omar.press_in_view("C")
    await stage.slack.until(lambda: "Changed from A to C" in omar.modal_text())

    assert omar.private("python") == []


async def test_an_event_that_comes_again_has_one_effect(stage: Stage) -> None:
    """Trap 9: Slack repeats what it thinks was lost, over either connection."""
    omar = stage.slack.person("Omar", "python")
    event = {"type": "app_mention", "channel": "CPYTHON", "user": omar.id, "text": "hi", "ts": "1.0"}
    for number in range(3):
        retry = {"number": number, "reason": "timeout"} if number else {}
        await stage.slack.event(omar.team, event, "Ev-same", **retry)
    await stage.quiet()

    assert len(omar.private("python")) == 1


async def test_an_event_that_comes_again_to_another_replica_has_one_effect(stage: Stage) -> None:
    """Trap 9: what was seen is remembered by the database, for all of them."""
    other = SlackAdapter(keys_for(stage.slack), stage.clock.now)
    await other.start(stage.house.quiz, StoreShelf(stage.house.store, "slack"))
    omar = stage.slack.person("Omar", "python")
    event = {"type": "app_mention", "channel": "CPYTHON", "user": omar.id, "text": "hi", "ts": "1.0"}
    for number in range(4):
        await stage.slack.event(omar.team, event, "Ev-same", number=number, reason="timeout")
    await stage.quiet()
    await other.stop(timedelta(seconds=5))

    assert len(omar.private("python")) == 1


async def test_pyquiz_does_not_talk_to_itself_or_to_other_bots(stage: Stage) -> None:
    """Messages of bots, edits and joins in direct messages are nobody's command."""
    team = stage.slack.team()
    stage.slack.person("Omar")
    message = {
        "type": "message",
        "channel_type": "im",
        "channel": "DUOMAR",
        "user": "UOMAR",
        "text": "help",
        "ts": "1.0",
    }
    for more in ({"bot_id": "B1"}, {"subtype": "message_changed"}, {"user": None}, {"channel_type": "channel"}):
        await stage.slack.event(team, {**message, **more})
    await stage.quiet()

    assert stage.slack.called("chat.postMessage") == []


@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ({"type": "channel_archive", "channel": "CPYTHON"}, {"type": "channel_unarchive", "channel": "CPYTHON"}),
        (
            {"type": "member_left_channel", "channel": "CPYTHON", "user": "UBOTT1"},
            {"type": "member_joined_channel", "channel": "CPYTHON", "user": "UBOTT1"},
        ),
        ({"type": "channel_deleted", "channel": "CPYTHON"}, {}),
        ({"type": "app_uninstalled"}, {"type": "member_joined_channel", "channel": "CPYTHON", "user": "UBOTT1"}),
        (
            {"type": "tokens_revoked", "tokens": {"bot": ["UBOTT1"]}},
            {"type": "member_joined_channel", "channel": "CPYTHON", "user": "UBOTT1"},
        ),
    ],
    ids=lambda event: event.get("type", "never"),
)
async def test_what_is_gone_is_not_asked_and_goes_on_when_it_is_back(
    stage: Stage, gone: dict[str, object], back: dict[str, object]
) -> None:
    """The data stays; a day without a channel has no question; the day after its return has."""
    await stage.set_up(stage.slack.person("Ada", "python"), "python")
    await stage.slack.event(stage.slack.team(), gone)
    await stage.quiet()
    await stage.at(10)
    while_gone = len(stage.posted("python"))
    if back:
        await stage.slack.event(stage.slack.team(), back)
        await stage.quiet()
    await stage.at(10, day=1)

    assert while_gone == 0
    assert len(stage.posted("python")) == (1 if back else 0)


async def test_somebody_elses_leaving_changes_nothing(stage: Stage) -> None:
    """People come and go."""
    await stage.set_up(stage.slack.person("Ada", "python"), "python")
    await stage.slack.event(stage.slack.team(), {"type": "member_left_channel", "channel": "CPYTHON", "user": "UADA"})
    await stage.quiet()
    await stage.at(9)

    assert len(stage.posted("python")) == 1


async def test_nothing_is_asked_of_slack_before_a_press_is_acknowledged(stage: Stage) -> None:
    """P5 and trap 8: Slack hangs, the acknowledgement does not; no auth.test, ever after the start."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    hang = Hang()
    for method in ("users.info", "response_url", "auth.test"):
        stage.slack.faults[method].append(hang)
    before = len(stage.slack.calls)
    await omar.press("A", "python")
    calls_by_then = [call.method for call in stage.slack.calls[before:]]
    hang.go.set()
    await stage.whispers(omar, "python", 1)

    assert calls_by_then == []
    assert len(stage.slack.called("auth.test")) == 1


async def test_a_herd_is_acknowledged_and_counted_whole(stage: Stage) -> None:
    """Two hundred presses at once, each acknowledged in time, each with its receipt; no more names are asked for than
    Slack tells in a minute, and the others are taken from the payload."""
    await asked(stage)
    people = [stage.slack.person(f"P{number}", "python") for number in range(200)]
    await asyncio.gather(*(person.press("B", "python") for person in people))
    await stage.slack.until(lambda: all(person.private("python") for person in people))

    assert stage.slack.not_acknowledged == []
    assert len(stage.slack.called("users.info")) == LOOK_UPS
    assert stage.slack.refused == []


async def test_a_slow_look_up_of_a_name_holds_no_receipt_up_for_long(stage: Stage) -> None:
    """Then the payload's own name has to do."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    hang = Hang()
    stage.slack.faults["users.info"].append(hang)
    await omar.press("A", "python")
    receipt = await stage.whispers(omar, "python", 1)
    hang.go.set()

    assert "You chose A" in receipt


async def test_a_stop_finishes_what_was_acknowledged(stage: Stage) -> None:
    """Trap 10: Bolt would return with its listeners unfinished."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    hang = Hang()
    stage.slack.faults["users.info"].append(hang)
    await omar.press("A", "python")
    stopping = asyncio.create_task(stage.adapter.stop(timedelta(seconds=10)))
    await stage.slack.until(lambda: not stage.slack.sockets)
    hang.go.set()
    await stopping
    open_round = await stage.house.store.read(rounds.open_round, 1)
    assert open_round is not None

    assert "You chose A" in omar.private("python")[-1]
    assert await stage.house.store.read(rounds.answered, (open_round.id,)) == {open_round.id: 1}


async def test_a_used_up_response_url_is_answered_around(stage: Stage) -> None:
    """The receipt comes as an ephemeral message of the ordinary kind."""
    await asked(stage)
    omar = stage.slack.person("Omar", "python")
    stage.slack.faults["response_url"].append(Refuse("used_url"))
    await omar.press("A", "python")
    receipt = await stage.whispers(omar, "python", 1)

    assert "You chose A" in receipt
    assert len(stage.slack.called("chat.postEphemeral")) == 1


async def test_two_connections_share_the_work(stage: Stage) -> None:
    """One can go while the other carries on; the sdk brings the lost one back."""
    await asked(stage)
    both = len(stage.slack.sockets)
    await stage.slack.sockets[0].ws.close()
    omar = stage.slack.person("Omar", "python")
    await omar.press("A", "python")

    assert both == 2
    assert "You chose A" in await stage.whispers(omar, "python", 1)
    await stage.slack.until(lambda: len(stage.slack.sockets) == 2)
    assert stage.adapter.health().ok


@pytest.mark.parametrize(("setting", "wrong"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")])
async def test_a_wrong_token_is_told_at_the_start(
    sqlite_url: str, slack: SlackStandIn, clock: Clock, setting: str, wrong: str
) -> None:
    """One sentence with the setting's name; the sdk alone would go on trying an app token for ever."""
    keys = keys_for(slack, **{setting: wrong})
    with pytest.raises(RuntimeError, match=f"Slack does not take {setting}"):
        async with staged(sqlite_url, slack, clock, keys=keys):
            pass

    assert slack.sockets == []


async def test_a_slack_that_is_not_there_is_told_at_the_start(
    sqlite_url: str, slack: SlackStandIn, clock: Clock
) -> None:
    """With the address that was tried."""
    keys = keys_for(slack, SLACK_API_URL="http://127.0.0.1:9/api")
    with pytest.raises(RuntimeError, match=r"cannot be reached at http://127\.0\.0\.1:9/api/"):
        async with staged(sqlite_url, slack, clock, keys=keys):
            pass

    assert slack.calls == []


async def test_ghost_connections_are_reported(
    sqlite_url: str, slack: SlackStandIn, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack's hello counts ten while two are ours: presses may go astray, and the operator reads why."""
    slack.ghosts = 8
    async with staged(sqlite_url, slack, clock) as stage:
        omar = slack.person("Omar", "python")
        for number in range(1, 3):  # one over each connection, and after its hello
            await omar.command("help", "python")
            await stage.whispers(omar, "python", number)
        detail = stage.adapter.health().detail

    assert "it counts" in detail
    assert "Slack counts 10 Socket Mode connections" in caplog.text


async def test_a_slow_database_does_not_keep_a_modal_open_for_ever(
    typed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form is acknowledged within Slack's limit, and what came of it follows as a message."""
    monkeypatch.setattr("adapters.slack.sending.FORM_LIMIT", 0.05)
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "submit" in (omar.modal or {}))
    go, submit = asyncio.Event(), typed.house.quiz.submit

    async def slowly(*args: object) -> object:
        await go.wait()
        return await submit(*args)

    monkeypatch.setattr(typed.house.quiz, "submit", slowly)
    await omar.submit(answer="one")
    before = omar.private("python")
    go.set()

    assert (omar.modal, before) == (None, [])
    assert "You chose `one`" in await typed.whispers(omar, "python", 1)


async def test_a_form_that_is_closed_already_and_comes_to_nothing_says_so(
    typed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is slow and then gone: nobody is left to believe that their answer was taken."""
    monkeypatch.setattr("adapters.slack.sending.FORM_LIMIT", 0.05)
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "submit" in (omar.modal or {}))
    go = asyncio.Event()

    async def fails(*args: object) -> object:
        await go.wait()
        raise NotWritable(Path("pyquiz.db"), "the disk is full")

    monkeypatch.setattr(typed.house.quiz, "submit", fails)
    await omar.submit(answer="one")
    go.set()

    assert "try again" in (await typed.whispers(omar, "python", 1)).lower()


async def test_what_is_wrong_with_a_form_that_is_closed_already_is_told_with_a_way_back(
    typed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow database again: the form opens anew from a button."""
    monkeypatch.setattr("adapters.slack.sending.FORM_LIMIT", 0.05)
    await asked(typed)
    omar = typed.slack.person("Omar", "python")
    await omar.press("Answer", "python")
    await typed.slack.until(lambda: "submit" in (omar.modal or {}))
    go, submit = asyncio.Event(), typed.house.quiz.submit

    async def slowly(*args: object) -> object:
        await go.wait()
        return await submit(*args)

    monkeypatch.setattr(typed.house.quiz, "submit", slowly)
    await omar.submit(answer="  ")
    go.set()
    told = await typed.whispers(omar, "python", 1)
    await omar.press("Try again", "python")
    await typed.slack.until(lambda: "It prints" in omar.modal_text())

    assert told.splitlines() == ["That was not saved.", "Type what the code prints.", "[Try again]"]


async def test_a_form_that_comes_too_late_opens_from_a_button(stage: Stage) -> None:
    """Slack's triggers end after three seconds."""
    stage.slack.faults["views.open"].append(Refuse("expired_trigger_id"))
    ada = stage.slack.person("Ada", "python")
    await ada.command("setup", "python")
    said = await stage.whispers(ada, "python", 1)
    await ada.press("Open", "python")
    text = await stage.slack.until(lambda: "Time zone" in ada.modal_text() and ada.modal_text())

    assert "PyQuiz set-up: press to open it." in said
    assert "Channel: <CPYTHON>" in text


async def test_settings_in_the_environment_make_no_other_app_of_it(
    sqlite_url: str, slack: SlackStandIn, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Trap 15: SLACK_CLIENT_ID and its secret beside a bot token turn Bolt into an OAuth app with files."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.team().token)
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "c")
    async with staged(sqlite_url, slack, clock) as stage:
        omar = slack.person("Omar", "python")
        await omar.command("help", "python")
        said = await stage.whispers(omar, "python", 1)

    assert "One Python question" in said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
