"""What people do on Discord, and what they see: commands, buttons, menus, forms, suggestions; in time, and once."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import Press
from bot.quiz import Quiz
from content.question import Kind
from tests.adapters.discord.stage import Clock, Stage, questions, staged
from tests.standins.discord import DiscordStandIn, Person
from tests.standins.discord.limits import walk
from tests.standins.discord.town import EPHEMERAL, SEND


@pytest.fixture
def ada(discord: DiscordStandIn) -> Person:
    """Manages the server."""
    return discord.person("Ada", manager=True)


@pytest.fixture
def omar(discord: DiscordStandIn) -> Person:
    """Manages nothing."""
    return discord.person("Omar")


async def test_a_topic_is_typed_after_the_command(stage: Stage, omar: Person) -> None:
    """To the letter: /pyquiz topic1; private, and answered in its place."""
    said = await stage.say(omar, "topic1", "python")
    done = await omar.press("A", "python")

    assert said.startswith("Practice: ")
    assert stage.posted("python") == []
    assert done.response is not None
    assert done.response["type"] == 7
    assert len(omar.private("python")) == 1
    assert "(right)" in omar.private("python")[0]


async def test_nothing_typed_shows_todays_question(stage: Stage, ada: Person, omar: Person) -> None:
    """Clients may drop what is typed into an option that nobody chose."""
    await stage.set_up(ada, "python")
    before = await stage.say(omar, "", "python")
    await stage.at(9)
    after = await stage.say(omar, "", "python")

    assert "No question is open. Next:" in before
    assert "Python question 1" in after
    assert all("To practise a topic, choose the option `text` first, then type it" in said for said in (before, after))
    assert all(said.count("[Topics]") == 1 for said in (before, after))


async def test_suggestions_name_topics_and_commands(stage: Stage, omar: Person) -> None:
    """What can follow the command; for set-up, zones."""
    everything = await omar.suggestions("", "python")
    lead = await omar.suggestions("lead", "python")
    zones = await omar.suggestions("Berl", "python", "pyquiz-setup", "zone")

    assert 0 < len(everything) <= 25
    assert lead[0] == "leaderboard"
    assert zones[0] == "Europe/Berlin"


async def test_set_up_is_one_command(stage: Stage, ada: Person) -> None:
    """With its options it is saved at once, for another channel too."""
    rust = stage.discord.channel("rust")
    await ada.slash("pyquiz-setup", {"zone": "Berlin", "time": "9:30", "channel": str(rust.id)}, "python")
    said = await stage.told(ada, "python", 0)

    assert "PyQuiz will ask in #rust, Mon–Fri at 09:30" in said


async def test_set_up_tells_what_is_wrong_with_it(stage: Stage, ada: Person) -> None:
    """Every field at once, and a way to try again."""
    await ada.slash("pyquiz-setup", {"zone": "Xyzzy", "time": "25:00"}, "python")
    said = await stage.told(ada, "python", 0)

    assert "That was not saved." in said
    assert "Xyzzy" in said
    assert "25:00" in said
    assert "[Try again]" in said


async def test_set_up_without_options_is_a_sheet_that_keeps_itself(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person
) -> None:
    """Menus, a modal for zone and times, errors on it, and a restart in the middle."""
    async with staged(sqlite_url, discord, clock) as stage:
        await ada.slash("pyquiz-setup", {}, "python")
        await stage.told(ada, "python", 0)
        await ada.choose("Days", ["mon", "wed"], "python")
        opens = next(label for label in _labels(ada) if label.startswith("Time zone"))
        await ada.press(opens, "python")
        await ada.submit("python", time_zone="Berlin", asked_at="25:00", answered_at="16:00")
    async with staged(sqlite_url, discord, clock) as stage:
        await ada.press("Save", "python")
        wrong = ada.private("python")[-1]
        await ada.press(opens, "python")
        await ada.submit("python", asked_at="9:30")
        await ada.press("Save", "python")
        await stage.quiet()
        said = ada.private("python")

    assert "Not saved." in wrong
    assert "25:00" in wrong
    assert len(said) == 1
    assert "PyQuiz will ask in #python, Mon and Wed at 09:30, answer at 16:00, Berlin time." in said[0]


def _labels(who: Person) -> list[str]:
    return [part["label"] for part in walk(who.messages("python")[-1].components) if part["type"] == 2]


async def test_set_up_takes_the_permission(stage: Stage, ada: Person, omar: Person) -> None:
    """Checked again, whatever the server's settings let through; admins may always."""
    await omar.slash("pyquiz-setup", {"zone": "UTC"}, "python")
    refused = await stage.told(omar, "python", 0)
    typed = await stage.say(omar, "setup zone=UTC", "python")
    root = stage.discord.person("Root", admin=True)
    await stage.set_up(root, "python")

    assert "Manage Server" in refused
    assert "takes somebody who may manage" in typed


async def test_set_up_where_pyquiz_may_not_post_says_so(stage: Stage, ada: Person) -> None:
    """What it lacks and where to give it, in the place of what it would do; tried again, it is as it was saved."""
    rust = stage.discord.channel("rust")
    await stage.discord.deny(rust, SEND)
    await ada.slash("pyquiz-setup", {"zone": "UTC", "channel": str(rust.id)}, "python")
    told = await stage.told(ada, "python", 0)
    await ada.press("Try again", "python")
    still = ada.private("python")[-1]
    await stage.discord.deny(rust, 0)
    await stage.quiet()
    await ada.press("Try again", "python")

    assert told.startswith("PyQuiz cannot post in #rust yet. In the channel's settings, under Permissions, give it: ")
    assert "give it: Send Messages. Everything is saved." in told
    assert still == told
    assert [said.split(",")[0] for said in ada.private("python")] == ["PyQuiz will ask in #rust"]


async def test_the_sheet_shows_what_would_come_before_anything_is_saved(stage: Stage, ada: Person) -> None:
    """The next five dates, anew with each change; what cannot be is told at once."""
    await ada.slash("pyquiz-setup", {}, "python")
    opened = await stage.told(ada, "python", 0)
    await ada.choose("Days", ["tue", "thu"], "python")
    changed = ada.private("python")[-1]
    opens = next(label for label in _labels(ada) if label.startswith("Time zone"))
    await ada.press(opens, "python")
    await ada.submit("python", asked_at="15:00")
    wrong = ada.private("python")[-1]
    status = await stage.say(ada, "status", "python")

    assert "Next: Mon 12 Jan, Tue 13, Wed 14, Thu 15, Fri 16." in opened
    assert "Nothing is saved yet." in opened
    assert "Next: Tue 13 Jan, Thu 15, Tue 20, Thu 22, Tue 27." in changed
    assert "Not yet: People need time to answer" in wrong
    assert "(x) Tue" in wrong
    assert "not set up" in status


async def test_the_sheet_is_about_the_channel_that_is_chosen(stage: Stage, ada: Person) -> None:
    """The one it was opened for at first; another one by its menu."""
    python, rust = stage.discord.channel("python"), stage.discord.channel("rust")
    await ada.slash("pyquiz-setup", {"channel": str(rust.id)}, "python")
    about_rust = await stage.told(ada, "python", 0)
    await ada.choose("Channel", [str(python.id)], "python")
    about_python = ada.private("python")[-1]
    await ada.choose("Channel", [str(rust.id)], "python")
    await ada.press("Save", "python")
    await stage.quiet()

    assert "PyQuiz would ask in #rust" in about_rust
    assert "PyQuiz would ask in #python" in about_python
    assert ada.private("python")[-1].startswith("PyQuiz will ask in #rust")
    assert "not set up in #python" in await stage.say(ada, "status", "python")


async def test_what_a_sheet_cannot_show_stays_as_it_was(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person
) -> None:
    """Forty topics are too long for its line; saved without touching them, they are kept."""
    async with staged(sqlite_url, discord, clock, bank=questions(topics=40)) as stage:
        topics = ",".join(f"topic-{n}" for n in range(40))
        await stage.set_up(ada, "python", f"setup zone=UTC time=9:00 reveal=16:00 topics={topics}")
        await ada.press("Edit", "python")
        sheet = await stage.told(ada, "python", 1)
        await ada.press("Save", "python")
        await stage.quiet()
        saved = ada.private("python")[-1]
        status = await stage.say(ada, "status", "python")

    assert "…" in sheet
    assert saved.startswith("PyQuiz will ask in #python")
    assert "topic-39" in status


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"action": "pause", "date": "16 Jan"}, "Paused in #python until Fri 16 Jan."),
        ({"action": "pause", "date": "someday"}, "“someday” is no day to come."),
        ({"action": "skip", "date": "14 Jan"}, "Nothing will be asked in #python on Wed 14 Jan."),
        ({"action": "skip"}, "Nothing will be asked in #python on Mon 12 Jan."),
        ({"action": "skip", "date": "never"}, "“never” is no day to come."),
        ({"action": "status"}, "PyQuiz in #python"),
        ({"action": "setup"}, "PyQuiz set-up"),
        ({"action": "ask now"}, "Question 1 goes to #python now"),
        ({"action": "resume"}, "Already running"),
        ({"action": "pause", "zone": "Berlin"}, "One thing at a time"),
        ({"date": "16 Jan"}, "A date goes with the actions Pause and Skip."),
        ({"action": "resume", "date": "16 Jan"}, "A date goes with the actions Pause and Skip."),
    ],
)
async def test_everything_a_manager_does_is_an_action(
    stage: Stage, ada: Person, given: dict[str, str], said: str
) -> None:
    """What is given beside it goes with it or is refused, never passed over."""
    await stage.set_up(ada, "python")
    await ada.slash("pyquiz-setup", given, "python")

    assert (await stage.told(ada, "python", 1)).startswith(said)


async def test_a_manager_pauses_and_resumes(stage: Stage, ada: Person) -> None:
    """By /pyquiz-setup or by saying so."""
    await stage.set_up(ada, "python")
    await ada.slash("pyquiz-setup", {"action": "pause"}, "python")
    paused = await stage.told(ada, "python", 1)
    resumed = await stage.say(ada, "resume", "python")

    assert "Paused in #python" in paused
    assert "Running again" in resumed


async def test_direct_messages_mean_the_channel_that_was_last_used_and_name_it(stage: Stage, ada: Person) -> None:
    """Of several; and it can be answered there, the receipt private as ever."""
    for channel in ("python", "rust"):
        await stage.set_up(ada, channel)
    await stage.at(9)
    for channel in ("python", "rust"):
        await stage.answer(ada, channel, 0)
    in_rust = await stage.say(ada, "", "dm")
    await ada.command("help", "python")
    in_python = await stage.say(ada, "today", "dm")
    await ada.press("B", "dm")
    await stage.quiet()
    typed = await stage.say(ada, "answer c", "dm")

    assert in_rust.startswith("#rust\nPython question 1")
    assert in_python.startswith("#python\nPython question 1")
    assert "Changed from A to B" in ada.sees("dm")[-2]
    assert typed.startswith("#python\nChanged from B to C")


async def test_direct_messages_name_no_channel_that_somebody_does_not_see(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person, omar: Person
) -> None:
    """One that was closed to them, or a server they left: nothing of it is told any more."""
    noor = discord.person("Noor", admin=True)
    async with staged(sqlite_url, discord, clock) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        for who in (omar, noor):
            await stage.answer(who, "python", 0)
    discord.channel("python").closed = True
    async with staged(sqlite_url, discord, clock) as stage:
        closed = [await stage.say(omar, text, "dm") for text in ("today", "leaderboard", "status")]
        admin = await stage.say(noor, "today", "dm")
    discord.channel("python").closed = False
    async with staged(sqlite_url, discord, clock) as stage:
        again = await stage.say(omar, "today", "dm")
    del discord.guild().rights[omar.user.id]
    async with staged(sqlite_url, discord, clock) as stage:
        left = [await stage.say(omar, text, "dm") for text in ("today", "leaderboard", "status")]

    assert not any("#python" in said or "Python question" in said for said in (*closed, *left))
    assert "Python question 1" in admin
    assert "Python question 1" in again


async def test_who_manages_a_server_sets_up_from_direct_messages(stage: Stage, ada: Person, omar: Person) -> None:
    """The channel they last spoke in; there is no menu of channels in direct messages. Others may not."""
    for who in (ada, omar):
        await stage.say(who, "help", "rust")
    sheet = await stage.say(ada, "setup", "dm")
    await ada.press("Save", "dm")
    await stage.quiet()
    refused = await stage.say(omar, "setup", "dm")

    assert "PyQuiz would ask in #rust" in sheet
    assert "\nChannel\n" not in sheet
    assert "PyQuiz will ask in #rust" in ada.sees("dm")[-1]
    assert "Only managers change PyQuiz in #rust: Ada." in refused


async def test_elsewhere_only_channels_that_one_sees_are_offered(stage: Stage, ada: Person, omar: Person) -> None:
    """A closed channel is not even named."""
    stage.discord.channel("board").closed = True
    stage.discord.channel("lobby")
    root = stage.discord.person("Root", admin=True)
    await stage.discord.add_bot(stage.discord.guild())
    for channel in ("python", "rust", "board"):
        await stage.set_up(root, channel)
    for_omar = await stage.say(omar, "leaderboard", "lobby")
    for_root = await stage.say(root, "leaderboard", "lobby")

    assert "[#python] [#rust]" in for_omar
    assert "board]" not in for_omar
    assert "[#board]" in for_root


async def test_direct_messages_mean_the_server_they_last_spoke_in(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person, omar: Person
) -> None:
    """Also after a restart; whoever never spoke in one can practise."""
    noor = discord.person("Noor")
    async with staged(sqlite_url, discord, clock) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        await stage.answer(omar, "python", 0)
    async with staged(sqlite_url, discord, clock) as stage:
        known = await stage.say(omar, "status", "dm")
        unknown = await stage.say(noor, "status", "dm")
        practice = await stage.say(noor, "random", "dm")

    assert "PyQuiz in #python" in known
    assert "practice works everywhere" in unknown
    assert practice.startswith("Practice: ")


async def test_several_are_chosen_in_a_menu(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person
) -> None:
    """On the question itself, on the way to change it, and in practice; as many as there are, so that none is told."""
    async with staged(sqlite_url, discord, clock, bank=questions(kinds=(Kind.SELECT,))) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        question = stage.posted("python")[0]
        (menu,) = [part for part in walk(question.components) if part["type"] == 3]
        await ada.choose("Answer", ["0", "1"], "python")
        receipt = await stage.told(ada, "python", 1)
        await ada.press("Change", "python")
        await ada.choose("Answer", ["2"], "python")
        await stage.quiet()
        changed = ada.private("python")
        await ada.command("random", "python")
        await stage.told(ada, "python", 2)
        await ada.choose("Answer", ["0", "3"], "python")
        await stage.quiet()
        practised = ada.private("python")[-1]

    assert (menu["min_values"], menu["max_values"]) == (1, len(menu["options"]))
    assert [option["value"] for option in menu["options"]] == ["0", "1", "2", "3"]
    assert [option["label"][:3] for option in menu["options"]] == ["A  ", "B  ", "C  ", "D  "]
    assert "You chose A and B." in receipt
    assert len(changed) == 2
    assert "Changed from A and B to C." in changed[-1]
    assert "are right" in practised or "is right" in practised
    assert not [each for each in discord.calls if each.name == "callback" and each.body["type"] == 9]


@pytest.mark.parametrize("values", [["9"], ["x"], ["0", "-1"]])
async def test_what_a_menu_does_not_offer_is_no_answer(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person, values: list[str]
) -> None:
    """Values come from outside; nothing is recorded."""
    async with staged(sqlite_url, discord, clock, bank=questions(kinds=(Kind.SELECT,))) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        question = stage.posted("python")[0]
        (menu,) = [part for part in walk(question.components) if part["type"] == 3]
        menu["options"] += [{"label": value, "value": value} for value in values]
        menu["max_values"] = 9
        await ada.choose("Answer", values, "python")
        told = await stage.told(ada, "python", 1)
        await stage.at(9, 10)

    assert "You chose" not in told
    assert "0 answered" in ada.read(stage.posted("python")[0])


async def test_an_output_is_typed_in_a_form(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person
) -> None:
    """A modal on the press itself; the receipt is private, and the question stays."""
    async with staged(sqlite_url, discord, clock, bank=questions(kinds=(Kind.OUTPUT,))) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        done = await ada.press("Answer", "python")
        await ada.submit("python", answer="something")
        receipt = await stage.told(ada, "python", 1)
        question = stage.posted("python")[0]

    assert done.response is not None
    assert done.response["type"] == 9
    assert "You chose" in receipt
    assert "[Answer]" in ada.read(question)


async def test_a_choice_is_changed_in_the_receipts_place(stage: Stage, ada: Person, omar: Person) -> None:
    """Change, then another letter: still one private message."""
    await stage.set_up(ada, "python")
    await stage.at(9)
    await omar.press("A", "python")
    await stage.told(omar, "python", 0)
    await omar.press("Change", "python")
    await omar.press("C", "python", message=omar.messages("python")[-1])

    assert len(omar.private("python")) == 1
    assert "Changed from A to C" in omar.private("python")[0]


async def test_a_leaderboard_is_shared_with_all(stage: Stage, ada: Person) -> None:
    """Privately first; the button shows it to the channel."""
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.answer(ada, "python", 0)
    await stage.at(16)
    await stage.say(ada, "leaderboard all", "python")
    before = len(stage.posted("python"))
    await ada.press("Share in channel", "python")
    await stage.quiet()

    assert len(stage.posted("python")) == before + 1
    assert "shared" in ada.read(stage.posted("python")[-1])


async def test_a_slow_database_is_acknowledged_and_answered_later(
    stage: Stage, ada: Person, omar: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trap 8: past half a second it is deferred, well within three; the receipt takes the deferral's place."""
    await stage.set_up(ada, "python")
    await stage.at(9)
    go, press = asyncio.Event(), Quiz.press

    async def slow(self: Quiz, it: Press, now: object) -> object:
        await go.wait()
        return await press(self, it, now)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(Quiz, "press", slow)
    done = await omar.press("B", "python")
    thinking = omar.messages("python")[-1]
    go.set()
    await stage.discord.until(lambda: "You chose B" in "".join(omar.private("python")), "the receipt")

    assert done.response is not None
    assert done.response["type"] == 5
    assert thinking.flags & EPHEMERAL
    assert "You chose B" in omar.private("python")[0]
    assert len(omar.private("python")) == 1
    assert stage.discord.interactions.slowest < 2


async def test_what_breaks_is_said_so(stage: Stage, omar: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that will not come."""

    async def broken(*_: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Quiz, "command", broken)

    assert "PyQuiz's fault" in await stage.say(omar, "help", "python")


async def test_an_old_button_works_after_a_restart(
    sqlite_url: str, discord: DiscordStandIn, clock: Clock, ada: Person
) -> None:
    """Trap 12: all the memory is in the button; a modal that was open meanwhile can be sent too."""
    bank = questions(kinds=(Kind.OUTPUT,))
    async with staged(sqlite_url, discord, clock, bank=bank) as stage:
        await stage.set_up(ada, "python")
        await stage.at(9)
        await ada.press("Answer", "python")
    async with staged(sqlite_url, discord, clock, bank=bank) as stage:
        await ada.submit("python", answer="3")
        receipt = await stage.told(ada, "python", 1)

    assert "You chose" in receipt


async def test_buttons_of_others_are_none_of_ours(stage: Stage, ada: Person, omar: Person) -> None:
    """An id that we never write is answered kindly."""
    await stage.set_up(ada, "python")
    await stage.at(9)
    question = stage.posted("python")[0]
    odd = {"type": 2, "label": "?", "style": 2, "custom_id": "pq|nonsense|1"}
    question.versions.append({"components": [{"type": 1, "components": [odd]}]})
    await omar.press_id("pq|nonsense|1", "python", question)

    assert await stage.told(omar, "python", 0)
