"""Help, greetings and the sentences for what went wrong."""

from __future__ import annotations

from bot.card import Block, Button, Card, Mono, Person
from bot.commands import TABLE, Spec
from bot.model import Channel
from bot.wording.phrases import button, does, joined, line, quiet, read_aloud, spans, title
from bot.wording.schedules import clock, days


def help_card(channel: Channel | None, may_set_up: bool) -> Card:
    """What PyQuiz is, what can be said, and how it is set here."""
    blocks: list[Block] = [
        line("One Python question each working day; answer with the buttons. Looking things up is fine; guess first."),
        *(_row(spec) for spec in TABLE if not spec.managers),
    ]
    managers = joined([Mono(f"/pyquiz {spec.usage}") for spec in TABLE if spec.managers], " · ")
    blocks.append(quiet("Managers: ", managers))
    if channel:
        reveal = f"answered {clock(channel.schedule.reveal)}" if channel.schedule.reveal else "answered with the next"
        who = joined([Person(m.person, m.name) for m in channel.managers])
        here = f"Here: asked {clock(channel.schedule.post)}, {reveal}, {days(channel.schedule.weekdays)}."
        blocks.append(quiet(here, *((" Managers: ", who, ".") if channel.managers else ())))
    else:
        blocks.append(quiet("Not set up here yet; practice works."))
    set_up = (button("Set up", "setup", form=True),) if may_set_up and not channel else ()
    actions = (does("Today's question", "today"), does("Practise", "random"), does("Topics", "topics"), *set_up)
    return Card(read_aloud(blocks), tuple(blocks), actions)


def _row(spec: Spec) -> Block:
    return line(Mono(f"/pyquiz {spec.usage}"), f"  {spec.summary}")


def help_on(spec: Spec) -> Card:
    """One command: what it does, how it is said, what else it is called."""
    blocks: list[Block] = [line(Mono(f"/pyquiz {spec.usage}"), f"  {spec.summary}.")]
    if spec.also:
        blocks.append(quiet("Also: ", spans(", ".join(spec.also)), "."))
    if spec.managers:
        blocks.append(quiet("For managers."))
    actions: tuple[Button, ...] = () if spec.changes else (does(f"/pyquiz {spec.verb}", spec.verb),)
    return Card(read_aloud(blocks), tuple(blocks), (*actions, does("All commands", "help")))


def greeting() -> Card:
    """What whoever installed PyQuiz reads first."""
    blocks: list[Block] = [
        title("PyQuiz is installed"),
        line("It asks a channel one Python question each working day and explains the answer in the afternoon."),
        line("Nothing is posted until you choose a channel."),
    ]
    return Card(
        read_aloud(blocks),
        tuple(blocks),
        (button("Set up a channel", "setup", form=True), does("See a sample question", "random")),
    )


def set_up_another() -> Button:
    """The button that sets up a channel which PyQuiz does not ask yet."""
    return button("Set up another channel", "setup", form=True)


def stale_button() -> Card:
    """A button of a message that PyQuiz does not know any more."""
    block = line("This button belongs to something that is gone.")
    return Card(read_aloud((block,)), (block,), (does("Today's question", "today"), does("Help", "help")))


def not_yet(word: str) -> Card:
    """A command that will be."""
    block = line(f"PyQuiz does not know “{word}” yet. What it knows stands in the help.")
    return Card(read_aloud((block,)), (block,), (does("Help", "help"), does("All topics", "topics")))


def what_is_an_answer(letters: str) -> Card:
    """An answer that cannot be one."""
    block = line(f"That is no answer to this question. Choose {letters}.")
    return Card(read_aloud((block,)), (block,))


def nothing_at_all() -> Card:
    """Every question there is, is being asked somewhere right now."""
    block = line("Every question is being asked somewhere just now. Try again after the reveal.")
    return Card(read_aloud((block,)), (block,), (does("Topics", "topics"),))
