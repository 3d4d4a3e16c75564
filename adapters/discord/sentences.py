"""What only Discord's adapter has to say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import Button, Card, Form, Plain, Strong, Style, Text

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
    "action": "Something other than changing how it asks",
}
ACTIONS = {
    "status": "See how it stands",
    "pause": "Pause",
    "resume": "Resume",
    "skip": "Skip the next day",
    "ask now": "Ask a question now",
}
THREAD = "Why, and who got it"
"""The name of a question's thread."""

SHEET = "PyQuiz set-up"


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
    words = "Setting PyQuiz up takes the permission Manage Server. Ask somebody who has it."
    return Card(words, (Text((Plain(words),)),))


def cannot_post(channel_name: str, lacking: Sequence[str]) -> Card:
    """PyQuiz is set up in a channel where it may not speak."""
    head = f"PyQuiz cannot post in {channel_name or 'that channel'} yet."
    rest = f" Give it there: {', '.join(lacking)}. Nothing is asked before."
    return Card(head + rest, (Text((Strong(head), Plain(rest))),))


def shared() -> Card:
    """What was shown to all, to the one who asked for it."""
    return Card("Shared in the channel.", (Text((Plain("Shared in the channel."),)),))


def failed() -> Card:
    """Something broke on our side."""
    words = "That did not work, and it is PyQuiz's fault. Nothing was changed; try again."
    return Card(words, (Text((Plain(words),)),))
