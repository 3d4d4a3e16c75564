"""What people do, from what they press and type to what they read, over both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import FieldErrors, Form, Reply, Where
from bot.model import Actor, MessageRef, Place
from bot.ports import Unknown
from bot.quiz import Quiz
from bot.store import answers, channels, players, practice, rounds
from bot.store.door import Store
from bot.wording import guide
from bot.wording.phrases import read_aloud
from tests.bot.room import ADA, HERE, SAM, SETUP, STRANGER, Room, built_in, labelled, labels, only


async def test_setting_up_tells_what_comes(room: Room) -> None:
    """Rhythm, five dates, and the first question at once if wanted."""
    reply = await room.say(SETUP)

    assert read_aloud(reply.card.blocks).splitlines() == [
        "PyQuiz will ask in #python, Mon–Fri at 09:30, answer at 16:00, Berlin time. Levels: all, easiest on Mondays.",
        "Next: Tue 12 Jan, Wed 13, Thu 14, Fri 15, Mon 18.",
    ]
    assert labels(reply) == ["Ask the first one now", "Wait for Tuesday", "Edit"]


async def test_set_up_with_a_mistake_saves_nothing(room: Room) -> None:
    """The field, what was found, what is wanted."""
    said = await room.read("setup zone=Atlantis time=9:30")

    assert said.startswith("Nothing was saved.\nzone: ")
    assert "not set up" in await room.read("today")


async def test_the_set_up_form_comes_filled_and_saves(room: Room) -> None:
    """Without arguments, set-up asks."""
    form = await room.quiz.command(command("setup"), room.now)

    assert isinstance(form, Form)
    assert {field.name: field.values for field in form.fields}["time"] == ("09:00",)


async def test_a_press_is_receipted_privately(room: Room) -> None:
    """Only the caller sees the choice; the channel's message does not change by it."""
    room.bank = only(built_in(), "choice")
    room = Room(room.store, room.bank)
    card = await room.asked()

    reply = await room.press_label(card, "B")

    assert reply.where is Where.PRIVATE
    assert read_aloud(reply.card.blocks).startswith("You chose B: ")


async def test_a_press_on_its_message_proves_that_a_question_was_sent(store: Store) -> None:
    """Whatever the sender heard of it; a press on a private copy, or elsewhere, proves nothing."""
    room = Room(store, only(built_in(), "choice"))
    room.log.posts.append(Unknown("the connection broke"))
    await room.say(SETUP)
    await room.sleep_until_next()

    await room.press("pq|answer|1|0")
    await room.press("pq|answer|1|0", place=Place("stand-in", "W1", "C2"), message="m0")
    await room.press("pq|reanswer|1|0", message="m0")
    before = await store.read(rounds.question_message, 1)
    room.quiz = Quiz(store, room.bank)
    await room.press("pq|answer|1|0", message="m1")

    assert before is None
    assert await store.read(rounds.question_message, 1) == MessageRef(HERE, "m1")


async def test_a_double_press_is_one_answer(store: Store) -> None:
    """The second says so."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    await room.press_label(card, "B")

    reply = await room.press_label(card, "B")

    assert read_aloud(reply.card.blocks).endswith("Nothing changed.")
    assert "1 answered" in await room.read("today")


async def test_an_answer_can_be_changed_from_the_receipt(store: Store) -> None:
    """In the receipt's own place."""
    room = Room(store, only(built_in(), "choice"))
    receipt = await room.press_label(await room.asked(), "A")
    again = await room.press_label(receipt.card, "Change")

    changed = await room.press_label(again.card, "B")

    assert (again.where, changed.where) == (Where.REPLACE, Where.REPLACE)
    assert read_aloud(changed.card.blocks).startswith("Changed from A to B: ")


async def test_news_of_a_streak_is_told_once(store: Store) -> None:
    """With the first receipt after it ended, and not again when that answer is changed."""
    room = Room(store, only(built_in(), "choice"))
    await room.press_label(await room.asked(), "A")
    for _ in range(2):
        await room.question()
        while "open until" in await room.read("today"):
            await room.sleep_until_next()
    card = await room.question()

    first = await room.press_label(card, "A")
    changed = await room.press_label(card, "B")

    assert "Your streak ended at 1." in read_aloud(first.card.blocks)
    assert "streak ended" not in read_aloud(changed.card.blocks)


async def test_select_is_answered_by_a_form(store: Store) -> None:
    """Boxes to tick; none ticked is told at the field."""
    room = Room(store, only(built_in(), "select"))
    card = await room.asked()

    nothing = await room.fill(card, "Answer", answer=())
    some = await room.fill(card, "Answer", answer=("0", "2"))

    assert isinstance(nothing, FieldErrors)
    assert isinstance(some, Reply)
    assert read_aloud(some.card.blocks).startswith("You chose A and C.")


async def test_output_is_answered_by_typing(store: Store) -> None:
    """Spacing and quotes are forgiven, so what is right counts however it was typed."""
    room = Room(store, only(built_in(), "output"))
    card = await room.asked()
    question = (await store.read(rounds.open_round, 1)).question  # type: ignore[union-attr]  # one is open

    reply = await room.fill(card, "Answer", answer=(question.options[question.right[0]].text.strip("`"),))
    assert isinstance(reply, Reply)
    await room.sleep_until_next()

    assert "points" in await room.read("leaderboard")
    assert "0 points" not in await room.read("leaderboard")


async def test_typing_a_letter_answers(store: Store) -> None:
    """As in a terminal or a direct message."""
    room = Room(store, only(built_in(), "choice"))
    await room.asked()

    assert (await room.read("b")).startswith("You chose B: ")
    assert (await room.read("answer z")).startswith("That is no answer")


async def test_after_the_reveal_a_press_changes_nothing(store: Store) -> None:
    """It says what counts."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    await room.press_label(card, "A")
    await room.sleep_until_next()

    late = await room.press_label(card, "B")
    never = await room.press_label(card, "B", SAM)

    assert "Your answer A" in read_aloud(late.card.blocks)
    assert read_aloud(never.card.blocks).endswith("so this one doesn't count.")


async def test_between_closing_time_and_reveal_the_answer_is_on_its_way(store: Store) -> None:
    """The printed time counts, even where the reveal comes late."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    round_ = await store.read(rounds.open_round, 1)
    assert round_ is not None
    room.now = round_.closes

    reply = await room.press_label(card, "B")
    others = [await room.press(id_) for id_ in ("pq|change|1", "pq|answer-form|1")]

    assert all(isinstance(other, Reply) and other.card.plain.endswith("is on its way.") for other in others)
    assert "No question is open." in await room.read("today")
    assert read_aloud(reply.card.blocks).endswith("The answer is on its way.")


async def test_how_did_i_do_waits_for_the_reveal(store: Store) -> None:
    """Before it the button shows the open question, after it the reason."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    await room.press_label(card, "A")
    how = f"pq|how|{labelled(card, 'A').id.split('|')[2]}"

    before = await room.press(how)
    await room.sleep_until_next()
    after = await room.press(how)

    assert isinstance(before, Reply)
    assert isinstance(after, Reply)
    assert "open until" in read_aloud(before.card.blocks)
    assert read_aloud(after.card.blocks).startswith("You chose A: ")


async def test_practice_is_explained_at_once_and_worth_nothing(room: Room) -> None:
    """Private, in place, and not on the board."""
    await room.say(SETUP)
    reply = await room.say("metaclass")
    answer = next(action for action in reply.card.actions if action.label in ("A", "Answer"))

    result = (
        await room.press_label(reply.card, "A")
        if answer.label == "A"
        else await room.fill(reply.card, "Answer", answer=("0",))
    )

    assert isinstance(result, Reply)
    assert reply.where is Where.PRIVATE
    assert read_aloud(reply.card.blocks).startswith("Practice: metaclasses")
    assert any(sign in read_aloud(result.card.blocks) for sign in "✅❌")
    assert "No points yet" in await room.read("leaderboard")


async def test_another_question_is_another_one(store: Store) -> None:
    """Not the one that was just revealed to who answered it, though revealed ones come first."""
    room = Room(store, only(built_in(), "choice"))
    asked = await room.asked()
    await room.press_label(asked, "A")
    topic = (await store.read(rounds.round_, 1)).question.topic
    prompt = (await store.read(rounds.round_, 1)).question.prompt
    await room.sleep_until_next()

    ada, sam = await room.say(f"topic {topic}"), await room.say(f"topic {topic}", SAM)

    assert prompt not in ada.card.plain
    assert ada.card.name == sam.card.name == topic


async def test_one_more_is_on_the_topic_that_was_practised_last(room: Room) -> None:
    """Also where several were begun at the same instant."""
    for topic in ("metaclasses", "slots", "asyncio", "gil"):
        await room.say(topic)

        assert (await room.say("another")).card.name == topic


async def test_an_answer_without_one_shows_the_question(room: Room) -> None:
    """Whoever says ``answer`` alone sees what there is to answer."""
    await room.asked()

    assert (await room.say("answer")).card.plain == (await room.say("today")).card.plain


async def test_topics_that_nothing_is_near_are_told(room: Room) -> None:
    """No empty list."""
    said = await room.say("topics zzzzzz")

    assert said.card.plain == "No topic is near “zzzzzz”."
    assert labels(said) == ["All topics"]


async def test_a_command_to_come_is_not_taken_for_a_misspelt_topic(room: Room) -> None:
    """Nobody who wants to be left off the board is asked whether they mean properties."""
    said = await room.say("hide")

    assert said.card.plain == "PyQuiz does not know “hide” yet. What it knows stands in the help."
    assert labels(said) == ["Help", "All topics"]


async def test_what_is_open_is_not_practised(room: Room) -> None:
    """Nothing of an open round is shown by practice, whoever asks for however much of it."""
    await room.asked()
    open_ = await room.store.read(rounds.open_round, 1)
    assert open_ is not None

    for _ in range(12):
        await room.say(f"topic {open_.question.topic}")
    shown = await room.store.read(
        practice.practised, (await room.store.player("stand-in", "W1", "ada", "Ada Bell", room.now)).id
    )

    assert shown
    assert open_.question.id not in shown


async def test_a_practice_question_is_answered_by_who_was_shown_it(store: Store) -> None:
    """Ids count upwards: whoever sends another's is told nothing, and takes nothing from them."""
    room = Room(store, only(built_in(), "choice"))
    card = (await room.say("random", SAM)).card
    strange = await room.press(labelled(card, "A").id, ADA)
    own = await room.press(labelled(card, "A").id, SAM)

    assert strange == Reply(guide.stale_button())
    assert isinstance(own, Reply)
    assert " right. " in own.card.plain


async def test_what_is_opened_meanwhile_is_not_explained_to_who_was_practising_it(store: Store) -> None:
    """Checked again when the answer comes: it is out with the reveal, and not before."""
    room = Room(store, only(built_in(), "choice"))
    await room.asked()
    open_ = await store.read(rounds.open_round, 1)
    sam = await store.player("stand-in", "W1", "sam", "Sam Ito", room.now)
    assert open_ is not None
    begun = await store.write(practice.begin_practice, sam.id, None, open_.question, open_.order, room.now)
    early = await room.press(f"pq|try|{begun}|0", SAM)
    await room.sleep_until_next()
    late = await room.press(f"pq|try|{begun}|0", SAM)

    assert isinstance(early, Reply)
    assert early.card.plain == "This question is open in a channel now, so its answer comes out with the reveal there."
    assert isinstance(late, Reply)
    assert " right. " in late.card.plain


async def test_of_a_question_that_was_withdrawn_nothing_is_explained(store: Store) -> None:
    """It may be asked again."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    await room.press_label(card, "A")
    await store.write(rounds.void_round, 1, "the code has a slip", room.now)
    told = [await room.press(f"pq|{verb}|1") for verb in ("how", "detail")]

    withdrawn = "Question 1 was withdrawn: the code has a slip. Nobody's points change."
    assert [reply.card.plain if isinstance(reply, Reply) else "" for reply in told] == [withdrawn] * 2


async def test_a_misspelt_topic_offers_what_was_meant(room: Room) -> None:
    """As buttons, the nearest first."""
    reply = await room.say("metclas")

    assert read_aloud(reply.card.blocks) == "No topic is called “metclas”. Did you mean:"
    assert labels(reply)[0] == "Metaclasses"


async def test_what_changes_something_is_offered_never_guessed(room: Room) -> None:
    """A misspelt command is a button, and nothing happens by itself."""
    await room.say(SETUP)

    reply = await room.say("pasue")

    assert "/pyquiz pause" in labels(reply)
    assert "Paused" not in await room.read("status")


async def test_others_may_not_manage(room: Room) -> None:
    """The refusal names the managers, and how to see the settings."""
    await room.say(SETUP)

    refusals = [await room.read(command, SAM) for command in ("pause", "resume", "skip", "ask now", "setup time=10:00")]

    assert set(refusals) == {"Only managers change PyQuiz in #python: Ada Bell. Ask one of them or an admin."}


@pytest.mark.parametrize("stranger", [STRANGER, replace(STRANGER, platform="elsewhere", workspace="W1")])
async def test_other_workspaces_find_nothing(store: Store, stranger: Actor) -> None:
    """Ids in buttons of one workspace mean nothing in another, nor in one of another platform that has the same id."""
    room = Room(store, only(built_in(), "choice"))
    card = await room.asked()
    ids = [
        labelled(card, "A").id,
        "pq|how|1",
        "pq|change|1",
        "pq|share|1|week|2027-01-11",
        "pq|share-me|1",
        "pq|board|1|week|now|0",
        "pq|board|1|week|2027-01-11|0",
        "pq|runs|1|0",
        "pq|rounds|1|0",
        "pq|detail|1",
        "pq|try|1|0",
    ]

    other = Place(stranger.platform, stranger.workspace, "C9", name="#other")
    open_ = [await room.press(id_, stranger, other) for id_ in ids]
    status = await room.press("pq|do|status|1", stranger, other)
    await room.sleep_until_next()
    revealed = [await room.press(id_, stranger, other) for id_ in ids]

    nothing = Reply(guide.stale_button())
    assert dict(zip(ids, open_, strict=True)) == dict.fromkeys(ids, nothing)
    assert dict(zip(ids, revealed, strict=True)) == dict.fromkeys(ids, nothing)
    assert isinstance(status, Reply)
    assert "#python" not in status.card.plain
    eve = await store.player(stranger.platform, stranger.workspace, "eve", "Eve", room.now)
    assert await store.read(answers.answer_of, 1, eve.id) is None


@pytest.mark.parametrize(
    "id_", ["", "nonsense", "pq|", "pq|answer", "pq|answer|x|y", "pq|answer|1|99", "pq|how|-1", "pq|zzz|1"]
)
async def test_a_button_nobody_made_is_answered_kindly(room: Room, id_: str) -> None:
    """Whatever a client sends, it gets a reply, and nothing is recorded."""
    await room.asked()

    reply = await room.press(id_)

    assert isinstance(reply, Reply)
    assert "gone" in read_aloud(reply.card.blocks)


async def test_pause_resume_and_status(room: Room) -> None:
    """Each says what it did; doing it twice says so."""
    await room.say(SETUP)

    said = [await room.read(text) for text in ("pause until friday", "status", "pause", "resume", "resume")]

    assert said[0] == "Paused in #python until Fri 15 Jan. Streaks are safe; practice still works."
    assert "Paused until Fri 15 Jan by Ada Bell." in said[1]
    assert said[2].startswith("Already paused.")
    assert said[3] == "Running again in #python; next: Tue 12 Jan at 09:30."
    assert said[4] == "Already running; next: Tue 12 Jan at 09:30."


async def test_a_skipped_day_is_left_out(room: Room) -> None:
    """And shown as such."""
    await room.say(SETUP)

    said = await room.read("skip tomorrow")

    assert said == "Nothing will be asked in #python on Wed 13 Jan. Streaks go on."
    assert "Wed 13 (left out: skipped by Ada Bell)" in await room.read("status")


async def test_what_is_over_can_neither_be_skipped_nor_paused_until(room: Room) -> None:
    """Yesterday is no day to skip, and today's question is out."""
    await room.asked()

    assert "out already" in await room.read("skip today")
    assert await room.store.read(channels.overrides, 1) == {}
    assert "skipped" not in (await room.read("skip 2027-01-11")).lower()
    assert await room.store.read(channels.overrides, 1) == {}
    await room.read("pause until 2027-01-11")
    assert "Paused" not in await room.read("status")


async def test_ask_now_asks_once_a_day(room: Room) -> None:
    """The first time it goes out; the second it says that it is open; the day's own slot is used up."""
    await room.say(SETUP)
    first = await room.read("ask now")
    await room.beat()

    assert first.startswith("Question 1 goes to #python now and is answered at 16:00")
    assert await room.read("ask now") == "Today's question is already open."
    assert len(room.log.messages) == 1
    await room.sleep_until_next()
    assert "has been asked already. The next one comes Wed 13 Jan 09:30." in await room.read("ask now")


async def test_ask_now_waits_for_the_question_of_another_day(room: Room) -> None:
    """Where the answer comes with the next question, yesterday's is still open this morning."""
    await room.say("setup zone=UTC time=9:30 reveal=next")
    await room.sleep_until_next()
    room.now += timedelta(hours=20)

    told = await room.read("ask now")

    assert told.startswith("Question 1 is still open until ")
    assert len(room.log.messages) == 1


async def test_empty_states_say_what_comes_next(room: Room) -> None:
    """Before anything happened."""
    await room.say(SETUP)
    await room.beat()

    said = [await room.read(text) for text in ("today", "b", "leaderboard", "me", "streak", "another")]

    assert said[0] == said[1] == "No question is open. Next: 09:30."
    assert said[2] == "No points yet. The next question comes 09:30."
    assert said[3] == "You haven't answered here yet."
    assert said[4] == "Your streak starts with your first answer."
    assert said[5].startswith("Practice: ")


async def test_before_set_up_everything_teaches(room: Room) -> None:
    """Help works, practice works, the rest says how to begin."""
    said = {text: await room.read(text, SAM) for text in ("today", "leaderboard", "status", "pause", "help", "gil")}

    assert {said[text] for text in ("today", "leaderboard", "status", "pause")} == {
        "PyQuiz is not set up in #python yet; practice works everywhere."
    }
    assert said["help"].startswith("One Python question each working day")
    assert said["gil"].startswith("Practice: ")


async def test_a_direct_message_means_the_persons_only_channel(room: Room) -> None:
    """And asks which where there are several."""
    await room.asked()
    direct = Place("stand-in", "W1", person="ada")

    assert "open until" in await room.read("today", ADA, direct)
    assert (await room.read("help", ADA, direct)).startswith("#python\n")

    await room.say(SETUP, ADA, Place("stand-in", "W1", "C2", name="#other"))
    which = await room.say("today", SAM, Place("stand-in", "W1", person="sam"))
    assert sorted(labels(which)) == ["#other", "#python"]


async def test_ties_share_a_place_and_the_own_line_is_shown(store: Store) -> None:
    """1, 1, 3; whoever is not among the top still sees where they stand."""
    room = Room(store, only(built_in(), "choice"))
    await room.asked()
    round_ = await store.read(rounds.open_round, 1)
    assert round_ is not None
    right = round_.order.index(round_.question.right[0])
    crowd = [Actor("stand-in", "W1", f"p{i}", f"Person {i:02}") for i in range(12)]
    for who in crowd:
        await room.press(f"pq|answer|1|{right}", who)
    await room.press(f"pq|answer|1|{(right + 1) % len(round_.order)}", SAM)
    await room.sleep_until_next()

    lines = (await room.read("leaderboard", SAM)).splitlines()

    assert lines[1].startswith("1  Person 00")
    assert lines[-1].startswith("13  You  0 points, 0 of 1 right.")


async def crowded(store: Store, people: int, *, wrong: Actor) -> Room:
    """A closed round that so many got right, and one did not."""
    room = Room(store, only(built_in(), "choice"))
    await room.asked()
    round_ = await store.read(rounds.open_round, 1)
    assert round_ is not None
    right = round_.order.index(round_.question.right[0])
    for i in range(people):
        await room.press(f"pq|answer|1|{right}", Actor("stand-in", "W1", f"p{i}", f"Person {i:02}"))
    await room.press(f"pq|answer|1|{(right + 1) % len(round_.order)}", wrong)
    await room.sleep_until_next()
    return room


PERSON_00 = Actor("stand-in", "W1", "p0", "Person 00")


def names(reply: Reply) -> list[str]:
    """Whom a board shows, in order."""
    return re.findall(r"Person \d\d", read_aloud(reply.card.blocks))


@pytest.mark.parametrize("said", ["leaderboard", "leaderboard streak"])
async def test_a_board_is_turned_in_its_place_and_always_shows_the_own_line(store: Store, said: str) -> None:
    """Before the others or after them, wherever it stands; nobody else's line says more than place, name and points."""
    room = await crowded(store, 22, wrong=SAM)
    first = await room.say(said, SAM)
    second = await room.press_label(first.card, "11–20", SAM)
    third = await room.press_label(second.card, "21–30", SAM)
    ahead = await room.press_label((await room.say(said, PERSON_00)).card, "11–20", PERSON_00)
    back = await room.press_label(third.card, "11–20", SAM)

    assert [page.where for page in (first, second, third)] == [Where.PRIVATE, Where.REPLACE, Where.REPLACE]
    assert [len(names(page)) for page in (first, second, third)] == [10, 10, 2]
    assert names(first) + names(second) + names(third) == [f"Person {i:02}" for i in range(22)]
    assert all("You" in read_aloud(page.card.blocks) for page in (first, second, third, ahead))
    assert read_aloud(ahead.card.blocks).splitlines()[1].startswith("1  You")
    assert back.card == second.card
    assert {label for label in labels(third) if "–" in label} == {"11–20"}
    assert not re.search(r"Person \d\d.*(right|%| of )", read_aloud(second.card.blocks))


async def test_a_period_is_changed_in_the_boards_place(store: Store) -> None:
    """One private message, however often one looks."""
    room = await crowded(store, 2, wrong=SAM)
    month = await room.press_label((await room.say("leaderboard", SAM)).card, "Month", SAM)
    week = await room.press_label(month.card, "Week", SAM)

    assert month.where is week.where is Where.REPLACE
    assert read_aloud(month.card.blocks).startswith("#python this month")
    assert read_aloud(week.card.blocks).startswith("#python this week")


async def test_a_page_whose_people_left_shows_the_first(store: Store) -> None:
    """Old buttons outlive what they turn to."""
    room = await crowded(store, 2, wrong=SAM)
    reply = await room.press("pq|board|1|week|2027-01-11|5", SAM)

    assert isinstance(reply, Reply)
    assert len(names(reply)) == 2


@pytest.mark.parametrize(
    "id_", ["pq|board|1|week|2027-01-11|x", "pq|board|1|day|now|0", "pq|board|1|week|soon|0", "pq|board|1", "pq|runs|1"]
)
async def test_pages_that_no_button_turns_to_are_stale(store: Store, id_: str) -> None:
    """Ids come from outside."""
    room = await crowded(store, 1, wrong=SAM)
    reply = await room.press(id_, SAM)

    assert isinstance(reply, Reply)
    assert "something that is gone" in read_aloud(reply.card.blocks)


async def test_there_is_nothing_to_share_before_an_answer_is_out(store: Store) -> None:
    """One's own page has no button for it yet."""
    room = Room(store, only(built_in(), "choice"))
    await room.press_label(await room.asked(), "A")

    assert labels(await room.say("me")) == ["Streak", "Leaderboard"]


async def test_one_shows_oneself_if_one_wants_to(store: Store) -> None:
    """Points, place and runs, for all to see; nothing of what was wrong."""
    room = await crowded(store, 2, wrong=SAM)
    shared = await room.press_label((await room.say("me", SAM)).card, "Share in channel", SAM)

    assert shared.where is Where.PUBLIC
    assert read_aloud(shared.card.blocks).splitlines() == [
        "Sam Ito in #python: 0 points this month, 3rd of 3.",
        "Answered in a row: 1, best 1.",
    ]


@pytest.mark.parametrize("said", ["leaderboard", "me"])
@pytest.mark.parametrize(
    "place", [Place("stand-in", "W1", "C2", name="#other"), Place("stand-in", "W1", "C1", person="sam", name="#python")]
)
async def test_what_is_shared_is_for_the_channel_it_is_about(store: Store, said: str, place: Place) -> None:
    """Not for another one, and not for direct messages."""
    room = await crowded(store, 2, wrong=SAM)
    id_ = labelled((await room.say(said, SAM)).card, "Share in channel").id
    reply = await room.press(id_, SAM, place)

    assert isinstance(reply, Reply)
    assert reply.where is Where.PRIVATE
    assert "is for #python to read" in read_aloud(reply.card.blocks)


async def test_every_option_is_told_privately_behind_how_did_i_do(store: Store) -> None:
    """Shares, reasons and who got it, for whoever has no thread to read; nothing of it before the reveal."""
    room = Room(store, only(built_in(), "choice"))
    await room.press_label(await room.asked(), "A")
    before = await room.press("pq|detail|1")
    await room.sleep_until_next()
    how = await room.press("pq|how|1")
    assert isinstance(how, Reply)
    told = await room.press_label(how.card, "Every option")

    assert isinstance(before, Reply)
    assert read_aloud(before.card.blocks).startswith("Python question 1 · ")
    assert "(right)" not in read_aloud(before.card.blocks)
    assert told.where is Where.PRIVATE
    assert "the answer is" in read_aloud(told.card.blocks)
    assert re.search(r"(Got it: Ada Bell|Nobody got it)\.", read_aloud(told.card.blocks))


async def test_a_shared_board_shows_nobody_as_you(store: Store) -> None:
    """The whole channel reads it."""
    room = Room(store, only(built_in(), "choice"))
    await room.press_label(await room.asked(), "A")
    await room.sleep_until_next()

    shared = await room.press_label((await room.say("leaderboard")).card, "Share in channel")

    assert shared.where is Where.PUBLIC
    assert read_aloud(shared.card.blocks).startswith("Ada Bell shared the leaderboard: #python this week")
    assert "You" not in read_aloud(shared.card.blocks)


async def test_suggestions_hold_commands_and_topics(room: Room) -> None:
    """For completion: 25 at most."""
    found = [choice.value for choice in await room.quiz.suggest(ADA, "command", "me")]

    assert "me" in found
    assert "metaclasses" in found
    assert len(await room.quiz.suggest(ADA, "command", "")) <= 25
    assert (await room.quiz.suggest(ADA, "zone", "Berlin"))[0].value == "Europe/Berlin"


def command(text: str) -> object:
    """A command of Ada's, in the channel."""
    from bot.model import Command

    return Command(ADA, HERE, text)


async def test_accounts_are_made_once(room: Room) -> None:
    """Whoever speaks twice is one player, under the latest name."""
    first = await room.store.player("stand-in", "W1", "ada", "Ada", room.now)
    second = await room.store.player("stand-in", "W1", "ada", "Ada Bell", room.now)

    assert first.id == second.id
    assert (await room.store.write(players.player, "stand-in", "W1", "ada", "Ada Bell", room.now)).name == "Ada Bell"
