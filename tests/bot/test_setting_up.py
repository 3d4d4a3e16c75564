"""Setting a channel up: which one, by whom, what it would do, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.card import Card, FieldErrors, FieldKind, Form, Reply, Where
from bot.model import Actor, Command, Place, Submission
from bot.store import channels
from bot.wording.phrases import read_aloud
from tests.bot.room import ADA, HERE, SAM, SETUP, STRANGER, Room, labels

NOWHERE = Place("stand-in", "W1", person="ada")
RUST = Place("stand-in", "W1", "C2", name="#rust")
MEI = Actor("stand-in", "W1", "mei", "Mei", may_set_up=True, zone="Asia/Tokyo")


async def form_of(room: Room, who: Actor = ADA, place: Place = NOWHERE, button: str = "pq|setup") -> Form:
    """The form that a button opens."""
    form = await room.press(button, who, place)
    assert isinstance(form, Form)
    return form


def sent(form: Form, who: Actor = ADA, place: Place = RUST, **values: str) -> Submission:
    """A form with its values as they stand, but for those named."""
    stands = {field.name: field.values for field in form.fields}
    return Submission(who, place, form.id, stands | {name: (value,) for name, value in values.items()})


def said(found: Card | Reply | FieldErrors) -> str:
    """What it says."""
    assert isinstance(found, Card)
    return read_aloud(found.blocks)


async def test_outside_a_channel_the_form_asks_which(room: Room) -> None:
    """From the own page, a greeting or direct messages nothing is preselected, and nothing is claimed."""
    form = await form_of(room)

    assert (form.fields[0].name, form.fields[0].kind, form.fields[0].values) == ("channel", FieldKind.CHANNEL, ())
    assert form.intro == ()
    assert form.previewed


async def test_in_a_channel_it_is_preselected(room: Room) -> None:
    """Another one may be chosen still."""
    form = await form_of(room, place=RUST)

    assert form.fields[0].values == ("C2",)


async def test_editing_a_channel_asks_for_no_other(room: Room) -> None:
    """The form of a channel that is set up is about that channel, wherever it is opened."""
    await room.say(SETUP)
    form = await form_of(room, button="pq|setup|1")

    assert "channel" not in {field.name for field in form.fields}
    assert read_aloud(form.intro) == "For #python."


async def test_setup_said_in_a_direct_message_opens_the_form(room: Room) -> None:
    """With the speaker's own zone in it."""
    form = await room.quiz.command(Command(MEI, replace(NOWHERE, person="mei"), "setup"), room.now)

    assert isinstance(form, Form)
    assert {field.name: field.values for field in form.fields}["zone"] == ("Asia/Tokyo",)


async def test_who_manages_no_channel_yet_sets_up_a_new_one(room: Room) -> None:
    """The only channel there is belongs to Ada: Mei, in her direct messages, means another; Sam may set up none."""
    await room.say(SETUP)
    hers = await room.quiz.command(Command(MEI, replace(NOWHERE, person="mei"), "setup"), room.now)
    his = await room.read("setup", SAM, replace(NOWHERE, person="sam"))

    assert isinstance(hers, Form)
    assert hers.fields[0].name == "channel"
    assert his.startswith("Only managers change PyQuiz in #python: Ada Bell.")


async def test_the_dates_are_shown_before_anything_is_saved(room: Room) -> None:
    """Holidays among the dates are marked."""
    room.now = datetime(2027, 3, 24, 7, 0, tzinfo=UTC)
    form = await form_of(room)
    found = await room.quiz.preview(sent(form, channel="C2", zone="Berlin", time="9:30", holidays="Germany"), room.now)

    assert said(found).splitlines() == [
        "PyQuiz would ask in #rust, Mon–Fri at 09:30, answer at 16:00, Berlin time. Levels: all, easiest on Mondays.",
        "Next: Wed 24 Mar, Thu 25, Fri 26 (left out: Good Friday), Mon 29 (left out: Easter Monday), Tue 30.",
        "Public holidays are left out (DE).",
        "Nothing is saved yet.",
    ]
    assert await room.store.read(channels.channel_at, RUST) is None


async def test_what_was_previewed_is_what_is_saved(room: Room) -> None:
    """The same form, sent: the channel that was chosen, under its name, with the same dates."""
    form = await form_of(room)
    submission = sent(form, channel="C2", zone="Berlin", time="9:30", days="tue")
    before = said(await room.quiz.preview(submission, room.now))
    after = await room.quiz.submit(submission, room.now)

    assert isinstance(after, Reply)
    assert "Next: Tue 12 Jan, Tue 19, Tue 26, Tue 2 Feb, Tue 9." in before
    assert read_aloud(after.card.blocks).splitlines()[1] in before
    saved = await room.store.read(channels.channel_at, RUST)
    assert saved is not None
    assert (saved.place.name, [manager.person for manager in saved.managers]) == ("#rust", ["ada"])


async def test_a_change_shows_how_it_was_and_saves_nothing_by_looking(room: Room) -> None:
    """A preview of an edit names the schedule that it would replace."""
    await room.say(SETUP)
    form = await form_of(room, button="pq|setup|1")
    shown = said(await room.quiz.preview(sent(form, place=HERE, time="11:00"), room.now))

    assert "at 11:00" in shown
    assert "Until now: Mon–Fri at 09:30, answer at 16:00, Berlin time." in shown
    assert "Mon–Fri at 09:30" in await room.read("status")


async def test_a_day_that_had_its_question_is_not_promised_again(room: Room) -> None:
    """Moved to later today, a channel that was asked today is asked tomorrow."""
    await room.asked()
    form = await form_of(room, button="pq|setup|1")
    submission = sent(form, place=HERE, time="13:00", reveal="16:30")
    before = said(await room.quiz.preview(submission, room.now))
    after = await room.quiz.submit(submission, room.now)

    assert isinstance(after, Reply)
    assert "Next: Wed 13 Jan, Thu 14" in before
    assert "Next: Wed 13 Jan, Thu 14" in read_aloud(after.card.blocks)


async def test_mistakes_are_told_beside_their_fields_before_anything_else(room: Room) -> None:
    """A preview of what cannot be read is none."""
    form = await form_of(room)
    found = await room.quiz.preview(sent(form, channel="C2", zone="Atlantis", time="25:00"), room.now)

    assert isinstance(found, FieldErrors)
    assert [name for name, _ in found.errors] == ["zone", "time"]


async def test_rights_are_those_in_the_chosen_channel(room: Room) -> None:
    """Where the adapter says that this person may not set up what they chose, it stands beside the field."""
    await room.say(SETUP)
    form = await form_of(room, MEI)
    may_not = sent(form, replace(MEI, may_set_up=False), channel="C2")
    of_ada = sent(form, MEI, HERE, channel="C1")
    for submission, wanted in ((may_not, "takes somebody who may manage"), (of_ada, "Only managers change PyQuiz")):
        for found in (
            await room.quiz.preview(submission, room.now),
            await room.quiz.submit(submission, room.now),
        ):
            assert isinstance(found, FieldErrors)
            ((name, sentence),) = found.errors
            assert name == "channel"
            assert wanted in sentence
    assert await room.store.read(channels.channel_at, RUST) is None
    assert [m.person for m in (await room.store.read(channels.channel_at, HERE)).managers] == ["ada"]


async def test_a_channel_that_the_adapter_did_not_look_at_is_not_trusted(room: Room) -> None:
    """A value that names another channel than the place the adapter vouches for, or none at all, saves nothing."""
    form = await form_of(room)
    forged = await room.quiz.submit(sent(form, place=RUST, channel="C9"), room.now)
    nowhere = await room.quiz.submit(sent(form, place=NOWHERE, channel="C9"), room.now)
    empty = await room.quiz.submit(Submission(ADA, NOWHERE, form.id, {"channel": ()}), room.now)

    assert forged == nowhere == empty == FieldErrors((("channel", "Choose the channel to ask in."),))
    assert await room.store.read(channels.channels_in, "stand-in", "W1") == ()


async def test_the_form_of_a_channel_opens_for_its_managers_alone(room: Room) -> None:
    """Whoever comes by its button: not for who plays there, nor for who might set up another."""
    await room.say(SETUP)
    opened = await room.press("pq|setup|1", ADA)
    refused = [await room.press("pq|setup|1", who) for who in (SAM, MEI)]

    assert isinstance(opened, Form)
    assert all(isinstance(reply, Reply) and "Only managers" in reply.card.plain for reply in refused)


async def test_a_form_of_another_workspace_finds_nothing(room: Room) -> None:
    """By its id or by what it would do."""
    await room.say(SETUP)
    theirs = Submission(STRANGER, Place("stand-in", "W2", "C1"), "pq|setup|1", {"time": ("11:00",)})
    for found in (await room.quiz.preview(theirs, room.now), await room.quiz.submit(theirs, room.now)):
        assert isinstance(found, Reply)
        assert "gone" in found.card.plain
    assert "Mon–Fri at 09:30" in await room.read("status")


async def test_a_confirmation_is_a_promise_that_can_be_had_again(room: Room) -> None:
    """An adapter that knows PyQuiz is not there shows that instead; its button brings the confirmation in place."""
    saved = await room.say(SETUP)
    assert saved.promise is not None
    again = await room.press(saved.promise.again)

    assert saved.promise.place == HERE
    assert isinstance(again, Reply)
    assert (again.card, again.where, again.promise) == (saved.card, Where.REPLACE, saved.promise)


async def test_resuming_promises_as_well(room: Room) -> None:
    """Nothing is asked where PyQuiz cannot speak."""
    await room.say(SETUP)
    await room.say("pause")
    resumed = await room.say("resume")

    assert resumed.promise is not None
    assert resumed.promise.place == HERE
    again = await room.press(resumed.promise.again)
    assert isinstance(again, Reply)
    assert "next: Tue 12 Jan at 09:30" in again.card.plain


async def test_saving_a_paused_channel_does_not_say_that_it_asks(room: Room) -> None:
    """It stays paused, and says so before and after."""
    await room.say(SETUP)
    await room.say("pause")
    form = await form_of(room, button="pq|setup|1")
    before = said(await room.quiz.preview(sent(form, place=HERE, time="11:00"), room.now))
    after = await room.say("setup time=11:00")

    assert "Paused by Ada Bell." in before
    assert read_aloud(after.card.blocks).startswith("Saved for #python: Mon–Fri at 11:00")
    assert labels(after) == ["Resume", "Edit"]


async def test_a_first_question_is_offered_only_to_a_channel_that_had_none(room: Room) -> None:
    """Later changes have nothing to do with a first one."""
    await room.asked()
    after = await room.say("setup time=10:00")

    assert labels(after) == ["Edit", "Pause"]


async def test_waiting_says_for_what_though_nothing_is_planned_yet(room: Room) -> None:
    """The clock plans a moment later; the date is known."""
    saved = await room.say(SETUP)
    waiting = await room.press_label(saved.card, "Wait for Tuesday")

    assert waiting.card.plain == "All set. The first question comes 09:30."
    assert waiting.where is Where.REPLACE


async def test_topics_stand_where_people_look_for_them(room: Room) -> None:
    """By their titles, without quotes, underscores and capitals."""
    form = await form_of(room)
    labels = [choice.label for field in form.fields if field.name == "topics" for choice in field.choices]
    letters = [next(letter for letter in label.casefold() if letter.isalpha()) for label in labels]

    assert letters == sorted(letters)
    assert not any("`" in label for label in labels)
    assert len(labels) > 50


async def test_other_forms_have_no_preview(room: Room) -> None:
    """An id of another form, or none at all, shows nothing."""
    for form in ("pq|answer-form|1", "nonsense", "pq|setup|x"):
        found = await room.quiz.preview(Submission(ADA, HERE, form, {}), room.now)
        assert isinstance(found, Reply)
