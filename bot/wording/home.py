"""A person's own page: what stands between the questions and the boards on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.card import Block, Button, Card
from bot.model import Channel, ChannelState
from bot.wording.boards import points_and_rank
from bot.wording.phrases import button, does, joined, line, moment, named, quiet, read_aloud, spans, title
from bot.wording.schedules import rhythm, stopped
from bot.work import Own


def in_channel(card: Card, channel: Channel) -> Card:
    """A card outside of the channel it is about: which one that is."""
    return replace(card, blocks=(title(named(channel.place)), *card.blocks))


def none_open(following: Sequence[tuple[Channel, datetime | None]], now: datetime) -> Card:
    """Nothing is open in any of somebody's channels; when each is asked next."""
    said = [
        spans(f"{named(channel.place)} ", moment(due, channel.schedule.zone, now) if due else "is not asked")
        for channel, due in following
    ]
    return _card((line("No question is open. Next: ", joined(said, ", "), "."),))


def standings(found: Sequence[tuple[Channel, Own]]) -> Card:
    """How somebody stands in several channels, a line each."""
    lines = (
        line(f"{named(channel.place)}: {points_and_rank(own)}. Answered in a row: {own.run}.") for channel, own in found
    )
    boards = tuple(does(f"Leaderboard {named(channel.place)}", "leaderboard", channel.id) for channel, _ in found)
    return _card((title("You"), *lines), boards)


def managed_head(shown: int, all_: int) -> Card:
    """Above the channels that somebody manages."""
    more = quiet(f"{shown} of {all_}; for the others, type /pyquiz status there.") if shown < all_ else None
    return _card((title("Channels you manage"), *((more,) if more else ())))


def managed(channel: Channel, following: datetime | None, now: datetime) -> Card:
    """One channel of a manager: how it is set, when it is asked next or why not, and what to do about it."""
    if channel.state is not ChannelState.ACTIVE:
        tail = quiet(stopped(channel))
    elif following is None:
        tail = quiet("Nothing is planned.")
    else:
        tail = quiet("Next: ", moment(following, channel.schedule.zone, now), ".")
    turn = (
        does("Pause", "pause", channel.id)
        if channel.state is ChannelState.ACTIVE
        else does("Resume", "resume", channel.id)
    )
    name = named(channel.place)
    return _card((line(f"{name}: {rhythm(channel.schedule)}."), tail), (_edit(channel), turn))


def _edit(channel: Channel) -> Button:
    return button("Edit", "setup", channel.id, form=True)


def nothing_yet(may: bool) -> Card:
    """Nobody has set PyQuiz up in this workspace."""
    what = "PyQuiz asks a channel one Python question each working day and explains the answer in the afternoon."
    how = "Nothing is posted until somebody chooses a channel." if may else "An admin has to choose a channel first."
    return _card((title("PyQuiz"), line(what), line(how)))


def foot(may: bool, several: int) -> Card:
    """What one can do in any case."""
    set_up = (button("Set up another channel" if several else "Set up a channel", "setup", form=True),) if may else ()
    practice = quiet("Practice is private and worth no points: type /pyquiz and any topic, such as /pyquiz closures.")
    return _card((practice,), (*set_up, does("Practise", "random"), does("Topics", "topics"), does("Help", "help")))


def _card(blocks: Sequence[Block], actions: tuple[Button, ...] = ()) -> Card:
    return Card(read_aloud(blocks), tuple(blocks), actions)
