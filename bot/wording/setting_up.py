"""Setting a channel up: the form, what it would do, what it did, and why it may not be had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.card import Block, Button, Card, Choice, Field, FieldKind, Form, Style, Text
from bot.model import Channel, ChannelState, Place
from bot.settings import Wanted
from bot.wording.managing import refusal
from bot.wording.phrases import button, count, does, in_words, line, moment, named, quiet, read_aloud
from bot.wording.schedules import WEEK, clock, levels, next_dates, pinged, rhythm, stopped
from bot.work import Slot
from content.question import Level

FEW = 20
"""Below so many questions left it is said that they will come again."""


def setup_form(form_id: str, place: Place, stands: Wanted, topics: Sequence[Choice], *, choose: bool = False) -> Form:
    """Everything a channel can be set to, filled with how it stands. ``choose``: which channel is asked as well."""
    here = (place.channel,) if place.channel else ()
    which = (Field("channel", "Channel", FieldKind.CHANNEL, here, hint="PyQuiz has to be in it"),) if choose else ()
    intro: tuple[Block, ...] = () if choose and not here else (line(f"For {named(place)}."),)
    return Form(form_id, "PyQuiz set-up", "Save", (*which, *_fields(stands, topics)), intro, previewed=True)


def _fields(stands: Wanted, topics: Sequence[Choice]) -> tuple[Field, ...]:
    schedule, filters = stands.schedule, stands.filters
    reveal = clock(schedule.reveal) if schedule.reveal else "next"
    days_on = tuple(day for day in WEEK if day in schedule.weekdays)
    levels_on = tuple(sorted(filters.levels)) or tuple(Level)
    topics_on = tuple(sorted(filters.topics))
    holidays = (schedule.holidays,) if schedule.holidays else ()
    python = (".".join(map(str, filters.python)),) if filters.python else ()
    later = "Two hours later or more; “next”: with the next question"
    all_days = tuple(Choice(day, day.capitalize()) for day in WEEK)
    all_levels = tuple(Choice(level, level.capitalize()) for level in Level)
    country = "A country such as Germany, or DE-BE"
    return (
        Field("zone", "Time zone", FieldKind.SUGGEST, (schedule.zone,), hint="A city will do: Berlin"),
        Field("time", "Asked at", FieldKind.TEXT, (clock(schedule.post),), hint="9:30 or 9am"),
        Field("reveal", "Answered at", FieldKind.TEXT, (reveal,), hint=later),
        Field("days", "Days", FieldKind.MANY, days_on, all_days),
        Field("levels", "Levels", FieldKind.MANY, levels_on, all_levels),
        Field("topics", "Topics", FieldKind.MANY, topics_on, tuple(topics), True, "None: all"),
        Field("holidays", "Holidays left out", FieldKind.TEXT, holidays, (), True, country),
        Field("python", "The team's Python", FieldKind.TEXT, python, (), True, "3.12; empty: any"),
        Field("role", "Role to ping", FieldKind.ROLE, (stands.role,) if stands.role else (), optional=True),
    )


def setup_skeleton(form_id: str) -> Form:
    """The form before its values are known."""
    return Form(form_id, "PyQuiz set-up", "Save", (), (line("One moment…"),), previewed=True)


def preview(place: Place, wanted: Wanted, slots: Sequence[Slot], left: int, before: Channel | None) -> Card:
    """What saving would do; ``before``: how the channel is set now."""
    blocks: list[Block] = [
        line(f"PyQuiz would ask in {named(place)}, {rhythm(wanted.schedule)}. {levels(wanted.filters)}"),
        *_outlook(wanted, slots, left),
    ]
    if before is not None and before.schedule != wanted.schedule:
        blocks.append(quiet(f"Until now: {rhythm(before.schedule)}."))
    if before is not None and before.state is not ChannelState.ACTIVE:
        blocks.append(line(f"{stopped(before)}"))
    blocks.append(quiet("Nothing is saved yet."))
    return _card(blocks)


def _outlook(set_to: Wanted, slots: Sequence[Slot], left: int) -> list[Block]:
    blocks: list[Block] = [line(f"Next: {next_dates(slots)}.")]
    if set_to.filters.topics:
        blocks.append(line(f"Topics: {', '.join(sorted(set_to.filters.topics))}."))
    if set_to.schedule.holidays:
        blocks.append(quiet(f"Public holidays are left out ({set_to.schedule.holidays})."))
    if set_to.role:
        blocks.append(pinged(set_to.role))
    if left < FEW:
        blocks.append(quiet(f"These choices leave {count(left, 'question')}: after that, questions come again."))
    return blocks


def confirmation(channel: Channel, slots: Sequence[Slot], left: int) -> Card:
    """What was saved, when it will ask next, and what can be done at once."""
    schedule, edit = channel.schedule, button("Edit", "setup", channel.id, form=True)
    said = f"{rhythm(schedule)}. {levels(channel.filters)}"
    outlook = _outlook(Wanted(schedule, channel.filters, channel.role), slots, left)
    if channel.state is not ChannelState.ACTIVE:
        head = line(f"Saved for {named(channel.place)}: {said}")
        return _card([head, line(stopped(channel))], (does("Resume", "resume", channel.id), edit))
    head = line(f"PyQuiz will ask in {named(channel.place)}, {said}")
    if channel.last_number:
        return _card([head, *outlook], (edit, does("Pause", "pause", channel.id)))
    first = next((slot for slot in slots if slot.skip is None), None)
    wait = button(f"Wait for {first.date:%A}" if first else "Wait", "wait", channel.id)
    ask = does("Ask the first one now", "ask now", channel.id, Style.PRIMARY)
    return _card([head, *outlook], (ask, wait, edit))


def waiting(channel: Channel, following: datetime | None, now: datetime) -> Card:
    """[Wait] was pressed."""
    if following is None:
        return _card([line(f"Saved. {stopped(channel)}")])
    due = moment(following, channel.schedule.zone, now)
    return _card(
        [line("All set. The first question comes ", due, ".")], (button("Edit", "setup", channel.id, form=True),)
    )


def not_saved(errors: Sequence[tuple[str, str]]) -> Card:
    """Settings typed along that were not understood: nothing is saved."""
    blocks = [line("Nothing was saved."), *(line(f"{name}: {sentence}") for name, sentence in errors)]
    return _card(blocks, (does("Help on setup", "help setup"),))


def may_not_set_up(place: Place) -> Card:
    """The platform's rule does not let this person set PyQuiz up."""
    return _card([line(_may_not(place))], (does("Practise", "random"),))


def _may_not(place: Place) -> str:
    where = f" in {named(place)}" if place.channel else ""
    return f"Setting PyQuiz up{where} takes somebody who may manage the channel. Ask an admin to say setup there."


def not_yours(place: Place, channel: Channel | None) -> str:
    """Why a chosen channel may not be set up, beside its field."""
    return in_words(refusal(channel)) if channel else _may_not(place)


CHOOSE = "Choose the channel to ask in."


def _card(blocks: Sequence[Text | Block], actions: tuple[Button, ...] = ()) -> Card:
    return Card(read_aloud(blocks), tuple(blocks), actions)
