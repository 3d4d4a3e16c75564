"""A person's own page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Button, Card, Reply
from bot.home import MANAGED
from bot.model import Actor, Place
from bot.ports import PlaceGone
from bot.store.door import Store
from bot.wording.phrases import read_aloud
from tests.bot.room import ADA, HERE, SAM, SETUP, STRANGER, Room, built_in, labelled, only

RUST = Place("stand-in", "W1", "C2", name="#rust")


@pytest.fixture
def choices(store: Store) -> Room:
    """A room with questions to press a letter for."""
    return Room(store, only(built_in(), "choice"))


async def home(room: Room, who: Actor = ADA) -> tuple[Card, ...]:
    """Somebody's page."""
    return await room.quiz.home(who, room.now)


def words(cards: tuple[Card, ...]) -> str:
    """All that is on a page."""
    return "\n".join(read_aloud(card.blocks) for card in cards)


def labels(cards: tuple[Card, ...]) -> list[str]:
    """All the buttons on a page."""
    return [action.label for card in cards for action in card.actions]


async def test_it_shows_the_open_question_and_the_own_standing(choices: Room) -> None:
    """One channel, answered."""
    await choices.press_label(await choices.asked(), "A")

    cards = await home(choices)

    assert "You chose A" in words(cards)
    assert "You in #python" in words(cards)
    assert labels(cards)[0] == "A"


async def test_with_several_channels_each_open_question_is_there(choices: Room) -> None:
    """Under its channel's name, with buttons of its own; standings are a line each."""
    await choices.say(SETUP, place=RUST)
    await choices.press_label(await choices.asked(), "A")
    rust = (await choices.say("today", place=RUST)).card
    await choices.press(labelled(rust, "B").id, place=RUST)

    cards = await home(choices)

    assert [read_aloud(card.blocks[:1]) for card in cards[:2]] == ["#rust", "#python"]
    assert {labelled(card, "A").id for card in cards[:2]} == {"pq|answer|1|0", "pq|answer|2|0"}
    assert "#rust: 0 points this month. Answered in a row: 1." in words(cards)


async def test_with_several_channels_and_nothing_open_the_next_of_each_is_named(choices: Room) -> None:
    """Not only which channel is meant."""
    await choices.say(SETUP, place=RUST)
    await choices.say(SETUP)
    await choices.say("pause", place=RUST)

    assert "No question is open. Next: #rust is not asked, #python 09:30." in words(await home(choices))


async def test_managers_see_their_channels(room: Room) -> None:
    """How each is set, when it is asked next or why not, and what to do about it."""
    await room.say(SETUP)
    await room.say(SETUP, place=RUST)
    await room.say("pause", place=RUST)
    cards = await home(room)
    shown = words(cards)

    assert "Channels you manage" in shown
    assert "#python: Mon–Fri at 09:30, answer at 16:00, Berlin time.\nNext: 09:30." in shown
    assert "#rust: Mon–Fri at 09:30, answer at 16:00, Berlin time.\nPaused by Ada Bell." in shown
    assert [label for label in labels(cards) if label in ("Edit", "Pause", "Resume")] == [
        "Edit",
        "Pause",
        "Edit",
        "Resume",
    ]


async def test_the_buttons_of_a_channel_are_about_that_channel(room: Room) -> None:
    """Pressed on a page, where no channel is."""
    await room.say(SETUP)
    await room.say(SETUP, place=RUST)
    page = Place("stand-in", "W1", person="ada")
    pause = next(a for card in await home(room) if "#rust" in card.plain for a in card.actions if a.label == "Pause")
    assert isinstance(pause, Button)
    await room.press(pause.id, place=page)

    shown = words(await home(room))
    assert "#rust: Mon–Fri at 09:30, answer at 16:00, Berlin time.\nPaused by Ada Bell." in shown
    assert "Berlin time.\nNext: 09:30." in shown


async def test_who_manages_nothing_sees_no_schedules(room: Room) -> None:
    """Sam plays; he may set nothing up, and is offered nothing that he may not do."""
    await room.say(SETUP)
    cards = await home(room, SAM)

    assert "Channels you manage" not in words(cards)
    assert labels(cards)[-3:] == ["Practise", "Topics", "Help"]
    assert "Set up another channel" not in labels(cards)


async def test_an_admin_of_many_channels_sees_the_first_of_them(room: Room) -> None:
    """A page has an end, and says so."""
    for number in range(MANAGED + 3):
        await room.say(SETUP, place=replace(RUST, channel=f"C{number}", name=f"#c{number}"))
    shown = words(await home(room))

    assert f"{MANAGED} of {MANAGED + 3}" in shown
    assert shown.count("Berlin time.") == MANAGED


async def test_an_empty_page_says_how_to_begin(room: Room) -> None:
    """Whoever may, sets the first channel up; others are told who does, and practise."""
    ada, sam = await home(room), await home(room, SAM)

    assert "Nothing is posted until somebody chooses a channel." in words(ada)
    assert labels(ada) == ["Set up a channel", "Practise", "Topics", "Help"]
    assert labels(sam) == ["Practise", "Topics", "Help"]


async def test_channels_that_somebody_cannot_see_are_not_on_their_page(choices: Room) -> None:
    """Where the platform tells who is in a channel: neither its name nor its question."""
    await choices.asked()
    outside, inside = replace(SAM, channels=frozenset()), replace(SAM, channels=frozenset({"C1"}))

    assert "#python" not in words(await home(choices, outside))
    assert "Python question 1" not in words(await home(choices, outside))
    assert "Python question 1" in words(await home(choices, inside))


async def test_who_left_a_channel_does_not_see_it_any_more(choices: Room) -> None:
    """Having played there does not let them in, on the page or by a command."""
    await choices.press_label(await choices.asked(), "A", SAM)
    gone = replace(SAM, channels=frozenset({"C7"}))
    nowhere = Place("stand-in", "W1", person="sam")

    assert "#python" not in words(await home(choices, gone))
    assert "Python question" not in await choices.read("today", gone, nowhere)
    assert "Python question 1" in await choices.read("today", replace(gone, channels=frozenset({"C1"})), nowhere)


async def test_a_manager_sees_what_has_stopped_though_nobody_is_there_any_more(room: Room) -> None:
    """An archived channel is one that nobody is in: its managers can read why, and go on."""
    await room.say(SETUP)
    await room.quiz.happened(PlaceGone(HERE, "the channel was archived"), room.now)
    outside = replace(ADA, channels=frozenset())
    cards = await home(room, outside)
    resumed = await room.press("pq|do|resume|1", outside, Place("stand-in", "W1", person="ada"))
    others = await room.press(
        "pq|do|status|1", replace(SAM, channels=frozenset()), Place("stand-in", "W1", person="sam")
    )

    assert "Stopped: the channel was archived." in words(cards)
    assert isinstance(resumed, Reply)
    assert "Running again in #python" in resumed.card.plain
    assert isinstance(others, Reply)
    assert "#python" not in others.card.plain


async def test_another_workspace_is_not_on_the_page(choices: Room) -> None:
    """Not even an admin's."""
    await choices.asked()

    assert "#python" not in words(await home(choices, STRANGER))


async def test_a_question_that_is_over_is_not_shown_as_open(choices: Room) -> None:
    """Between its closing and the commit that closes it, when the next one comes."""
    await choices.asked()
    choices.now += timedelta(hours=7)

    assert "No question is open." in words(await home(choices))
