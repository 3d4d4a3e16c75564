"""What only Discord's adapter has to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import Button, ButtonId, Card, Form, Mono, Plain, Promise, Role, Strong, Style, Text, Tone

COMMAND = "One Python question a day: answer, practise a topic, see how you stand"
OPTION = "A topic such as metaclasses, or leaderboard, me, streak, help; nothing: today's question"
SETUP = "Set PyQuiz up in a channel, or change how it asks there"
SETUP_OPTIONS = {
    "channel": "The channel to ask in; left out: this one",
    "zone": "Time zone; a city will do",
    "time": "When to ask, such as 9:30",
    "reveal": "When to answer, two hours later or more; next: with the next question",
    "days": "On which days, such as mon-fri",
    "levels": "junior, mid, senior, or all",
    "topics": "Topics with commas between them, or all",
    "holidays": "A country whose public holidays are left out, such as Germany or DE-BE",
    "role": "A role that each question pings; left out: nobody is pinged",
    "action": "Something other than changing how it asks",
    "date": "With Pause: the day it goes on; with Skip: the day left out, such as 2 Jan",
}
ACTIONS = {
    "setup": "Edit: see and change everything",
    "status": "Status: how it stands, what comes next",
    "pause": "Pause, until a date or for good",
    "resume": "Resume",
    "skip": "Skip a date, or the next day",
    "ask now": "Ask a question now",
}
DATED = {"pause": "pause until", "skip": "skip on"}
"""Actions that take a date, and how they are said with one."""

THREAD = "Why, and who got it"
"""The name of a question's thread."""

SHEET = "PyQuiz set-up"


def with_hint(card: Card) -> Card:
    """Nothing came with the command: clients drop what is typed before its option is chosen."""
    hint = (Plain("To practise a topic, choose the option "), Mono("text"), Plain(" first, then type it: metaclasses."))
    topics = Button(str(ButtonId("do", ("topics",))), "Topics")
    known = {action.id for action in card.actions}
    more = () if topics.id in known else (topics,)
    return replace(card, blocks=(*card.blocks, Text(hint, Tone.QUIET)), actions=(*card.actions, *more))


def press_to_open(form: Form) -> Card:
    """A form came too late to be opened: a button does it."""
    words = f"{form.title}: press to open it."
    return Card(words, (Text((Plain(words),)),), (Button(form.id, "Open", Style.PRIMARY, opens_form=True),))


def refused(errors: Sequence[tuple[str, str]], form_id: str) -> Card:
    """A form that was sent could not be taken, and it is closed already."""
    head, found = "That was not saved.", tuple(sentence for _, sentence in errors)
    lines = tuple(Text((Plain(sentence),)) for sentence in found)
    again = Button(form_id, "Try again", Style.PRIMARY, opens_form=True)
    return Card(" ".join((head, *found)), (Text((Strong(head),)), *lines), (again,))


def may_not_set_up() -> Card:
    """Somebody without the permission was let through by the server's own settings."""
    return _said("Setting PyQuiz up takes the permission Manage Server. Ask somebody who has it.")


def one_at_a_time() -> Card:
    """Settings and an action were given together."""
    return _said("One thing at a time: either change settings, or choose an action. Nothing was changed.")


def no_date_there() -> Card:
    """A date was given for something that takes none."""
    return _said("A date goes with the actions Pause and Skip. Nothing was changed.")


EVERYONE = "PyQuiz pings no whole server: choose a role other than @everyone, or none."


def stays_silent(role: str) -> tuple[Role, Plain]:
    """A role was chosen that PyQuiz may not ping."""
    rest = (
        " stands in each question, but notifies nobody yet. Let anyone mention that role (server settings, Roles),"
        " or give PyQuiz the permission “Mention @everyone, @here and All Roles”."
    )
    return (Role(role), Plain(rest))


def silent_role(role: str) -> Card:
    """The same, as a message of its own."""
    said = stays_silent(role)
    return Card("The role" + said[1].text, (Text(said),))


def cannot_post(promise: Promise, lacking: Sequence[str]) -> Card:
    """PyQuiz was to speak in a channel where it may not."""
    head = f"PyQuiz cannot post in {promise.place.name or 'that channel'} yet."
    rest = f" In the channel's settings, under Permissions, give it: {', '.join(lacking)}. Everything is saved."
    again = Button(promise.again, "Try again", Style.PRIMARY)
    return Card(head + rest, (Text((Strong(head), Plain(rest))),), (again,))


def set_up_in_the_server() -> Card:
    """[Set up] was pressed in direct messages, where no channel is meant."""
    return _said("A channel is set up in its server: type /pyquiz-setup in the channel that is to be asked.")


def shared() -> Card:
    """What was shown to all, to the one who asked for it."""
    return _said("Shared in the channel.")


def greeting(server: str) -> Card:
    """What the owner of a server that PyQuiz was added to reads first, privately. The way in is a command: in direct
    messages no channel can be chosen."""
    lines = (
        Text((Plain(f"PyQuiz was added to {server}"),), Tone.TITLE),
        Text((Plain(PRODUCT),)),
        Text(
            (
                Plain("Nothing is posted until somebody who manages the server types "),
                Mono("/pyquiz-setup"),
                Plain(" in the channel that is to be asked."),
            )
        ),
    )
    sample = Button(str(ButtonId("do", ("random",))), "See a sample question", Style.PRIMARY)
    return Card(f"PyQuiz was added to {server}. {PRODUCT} Type /pyquiz-setup to begin.", lines, (sample,))


PRODUCT = "It asks a channel one Python question each working day and explains the answer in the afternoon."


def failed() -> Card:
    """Something broke on our side."""
    return _said("That did not work, and it is PyQuiz's fault. Nothing was changed; try again.")


def _said(words: str) -> Card:
    return Card(words, (Text((Plain(words),)),))
