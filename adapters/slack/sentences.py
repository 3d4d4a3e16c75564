"""What only Slack's adapter has to say."""

from __future__ import annotations

from bot.card import Button, Card, Form, Mono, Plain, Strong, Style, Text


def press_to_open(form: Form) -> Card:
    """A form came too late, or there is no way to open one from here: a button does it."""
    words = f"{form.title}: press to open it."
    return Card(words, (Text((Plain(words),)),), (Button(form.id, "Open", Style.PRIMARY, opens_form=True),))


def refused(sentences: tuple[str, ...]) -> Card:
    """A form that was sent could not be taken, and it is closed already."""
    head = "That was not saved."
    lines = tuple(Text((Plain(sentence),)) for sentence in sentences)
    return Card(" ".join((head, *sentences)), (Text((Strong(head),)), *lines))


def invite(channel_name: str) -> Card:
    """PyQuiz is set up in a channel that it is not in."""
    head, how = f"PyQuiz is not in {channel_name or 'this channel'} yet.", "/invite @PyQuiz"
    rest = " there; nothing is asked before."
    line = Text((Strong(head), Plain(" Type "), Mono(how), Plain(rest)))
    return Card(f"{head} Type {how}{rest}", (line,))


def failed() -> Card:
    """Something broke on our side."""
    words = "That did not work, and it is PyQuiz's fault. Nothing was changed; try again."
    return Card(words, (Text((Plain(words),)),))
