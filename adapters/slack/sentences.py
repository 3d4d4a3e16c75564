"""What only Slack's adapter has to say."""

from __future__ import annotations

from bot.card import Button, ButtonId, Card, FieldErrors, Form, Mono, Plain, Strong, Style, Text


def press_to_open(form: Form) -> Card:
    """A form came too late, or there is no way to open one from here: a button does it."""
    words = f"{form.title}: press to open it."
    return Card(words, (Text((Plain(words),)),), (Button(form.id, "Open", Style.PRIMARY, opens_form=True),))


def in_thread() -> Card:
    """PyQuiz was mentioned in a thread, where Slack takes no commands; buttons work everywhere."""
    words = (
        "Slack takes no commands in threads. Press one of these, or write to PyQuiz directly: any topic will do there."
    )
    buttons = (("Today's question", "today"), ("Practise", "random"), ("Leaderboard", "leaderboard"))
    return Card(
        words,
        (Text((Plain(words),)),),
        tuple(Button(str(ButtonId("do", (command,))), label) for label, command in buttons),
    )


def refused(errors: FieldErrors, form: str = "") -> Card:
    """A form that was sent could not be taken, and its fields are not there any more; ``form`` opens it anew."""
    head, sentences = "That was not saved.", tuple(sentence for _, sentence in errors.errors)
    lines = tuple(Text((Plain(sentence),)) for sentence in sentences)
    again = (Button(form, "Try again", Style.PRIMARY, opens_form=True),) if form else ()
    return Card(" ".join((head, *sentences)), (Text((Strong(head),)), *lines), again)


def invite(channel_name: str, again: str) -> Card:
    """PyQuiz is to ask in a channel that it is not in; ``again`` is the id of the button that looks anew."""
    head, how = f"PyQuiz is not in {channel_name or 'this channel'} yet.", "/invite @PyQuiz"
    rest = " there, then press Try again. What you set is kept."
    line = Text((Strong(head), Plain(" Type "), Mono(how), Plain(rest)))
    return Card(f"{head} Type {how}{rest}", (line,), (Button(again, "Try again", Style.PRIMARY),))


NO_CHANNEL = "PyQuiz asks in channels only: choose one."
ARCHIVED = "This channel is archived. Choose another."
UNSEEN = "PyQuiz does not see you in this channel. Join it, or, if it is private, type /invite @PyQuiz there first."
NOT_TOLD = "Slack did not say whether this channel can be chosen. Try again in a minute."


def shared(channel_name: str) -> Card:
    """A board was shared with its channel by somebody who is elsewhere."""
    words = f"Shared in {channel_name or 'the channel'}."
    return Card(words, (Text((Plain(words),)),))


def failed() -> Card:
    """Something broke on our side."""
    words = "That did not work, and it is PyQuiz's fault. Please try again."
    return Card(words, (Text((Plain(words),)),))
