"""Keeping a channel: status, pause, skip, ask now, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.card import Block, Button, Card, Person, Span, Spans
from bot.model import Channel, ChannelState, Round
from bot.wording.phrases import (
    button,
    count,
    does,
    joined,
    line,
    moment,
    named,
    quiet,
    read_aloud,
    short_day,
    spans,
    title,
)
from bot.wording.schedules import clock, levels, next_dates, pinged, rhythm, stopped
from bot.work import Slot


def status(channel: Channel, open_: Round | None, slots: Sequence[Slot], left: int, now: datetime) -> Card:
    """How a channel stands."""
    zone = channel.schedule.zone
    blocks: list[Block] = [title(f"PyQuiz in {named(channel.place)}"), line(f"{rhythm(channel.schedule)}.")]
    blocks.append(line(levels(channel.filters)))
    if channel.filters.topics:
        blocks.append(line(f"Topics: {', '.join(sorted(channel.filters.topics))}."))
    if channel.schedule.holidays:
        blocks.append(line(f"Holidays left out: {channel.schedule.holidays}."))
    if channel.role:
        blocks.append(pinged(channel.role))
    if open_:
        blocks.append(line(f"Question {open_.number} is open until ", moment(open_.closes, zone, now), "."))
    if channel.state is ChannelState.ACTIVE:
        blocks.append(line(f"Next: {next_dates(slots)}."))
    else:
        blocks.append(line(stopped(channel)))
    blocks.append(quiet(f"{count(left, 'question')} not asked yet. ", *_managers(channel)))
    actions = (
        button("Edit", "setup", channel.id, form=True),
        does("Resume", "resume", channel.id)
        if channel.state is not ChannelState.ACTIVE
        else does("Pause", "pause", channel.id),
    )
    return _card(blocks, actions)


def _managers(channel: Channel) -> tuple[Span | str | tuple[Span, ...], ...]:
    if not channel.managers:
        return ()
    return ("Managers: ", joined([Person(m.person, m.name) for m in channel.managers]), ".")


def paused(channel: Channel, open_: Round | None, now: datetime) -> Card:
    """It stops asking."""
    until = f" until {short_day(channel.paused_until)}" if channel.paused_until else ""
    blocks: list[Block] = [line(f"Paused in {named(channel.place)}{until}. Streaks are safe; practice still works.")]
    if open_:
        closes = moment(open_.closes, channel.schedule.zone, now)
        blocks.append(line(f"Question {open_.number} stays open and is answered at ", closes, "."))
    return _card(blocks, (does("Resume", "resume", channel.id),))


def already_paused(channel: Channel) -> Card:
    """Paused twice."""
    return _card([line(f"Already paused. {stopped(channel)}")], (does("Resume", "resume", channel.id),))


def resumed(channel: Channel, slots: Sequence[Slot], already: bool) -> Card:
    """It asks again."""
    head = "Already running" if already else f"Running again in {named(channel.place)}"
    asked = [slot for slot in slots if slot.skip is None]
    following = f"; next: {next_dates(asked[:1])} at {clock(channel.schedule.post)}" if asked else ""
    return _card([line(f"{head}{following}.")])


def skipped(channel: Channel, day: date) -> Card:
    """A day is left out."""
    return _card([line(f"Nothing will be asked in {named(channel.place)} on {short_day(day)}. Streaks go on.")])


def nothing_planned(day: date) -> Card:
    """There is nothing to skip."""
    return _card([line(f"Nothing is planned on {short_day(day)}.")], (does("See the status", "status"),))


def already_asked(channel: Channel, day: date) -> Card:
    """Skipping a date that has its question already."""
    return _card([line(f"The question of {short_day(day)} is out already, so it can't be skipped.")])


def asked_now(channel: Channel, round_: Round, now: datetime) -> Card:
    """The question goes out at once."""
    closes = moment(round_.closes, channel.schedule.zone, now)
    head = f"Question {round_.number} goes to {named(channel.place)} now and is answered at "
    return _card([line(head, closes, ".")])


def already_open(channel: Channel) -> Card:
    """``ask now`` while today's question is open."""
    return _card([line("Today's question is already open.")], (does("Go to it", "today", channel.id),))


def had_today(channel: Channel, now: datetime) -> Card:
    """``ask now`` on a date that had its question."""
    if channel.next_due is None:
        return _card([line("Today's question has been asked already.")])
    due = moment(channel.next_due, channel.schedule.zone, now)
    return _card([line("Today's question has been asked already. The next one comes ", due, ".")])


def still_open(channel: Channel, round_: Round, now: datetime) -> Card:
    """``ask now`` while an earlier question is open: one at a time."""
    closes = moment(round_.closes, channel.schedule.zone, now)
    head = f"Question {round_.number} is still open until "
    return _card(
        [line(head, closes, "; a channel has one open question at a time.")], (does("Go to it", "today", channel.id),)
    )


def which_day(text: str) -> Card:
    """A date that was not understood, or has gone by."""
    what = f"“{text[:40]}” is no day to come" if text else "Nothing is planned"
    return _card([line(f"{what}. Say one such as tomorrow, Friday or 2 Jan.")], (does("See the status", "status"),))


def nothing_to_ask(reason: str) -> Card:
    """``ask now`` while nothing is eligible."""
    return _card([line(f"There is no question to ask now: {reason}.")], (does("See the status", "status"),))


def refused(channel: Channel) -> Card:
    """Only managers change things; who they are."""
    return _card([line(refusal(channel))], (does("See the settings", "status", channel.id),))


def refusal(channel: Channel) -> Spans:
    """Who changes PyQuiz in a channel."""
    who = joined([Person(m.person, m.name) for m in channel.managers])
    if not channel.managers:
        return spans(f"Only an admin can change PyQuiz in {named(channel.place)}.")
    head = f"Only managers change PyQuiz in {named(channel.place)}: "
    return spans(head, who, ". Ask one of them or an admin.")


def no_channel_here() -> Card:
    """A manager's command where there is no channel."""
    return _card([line("Say this in the channel that is meant.")], (does("Help", "help"),))


def not_set_up(name: str, may: bool) -> Card:
    """A command that wants a channel which PyQuiz was never set up in."""
    text = (
        f"PyQuiz is not set up in {name} yet; practice works everywhere."
        if name
        else ("PyQuiz asks none of your channels yet; practice works everywhere.")
    )
    set_up = (button("Set up", "setup", form=True),) if may else ()
    return _card([line(text)], (*set_up, does("Practise", "random"), does("Topics", "topics")))


def nothing_open(channel: Channel, following: datetime | None, now: datetime) -> Card:
    """There is no open question; when the next one comes."""
    practise = (does("Practise", "random"), does("Topics", "topics"))
    if channel.state is not ChannelState.ACTIVE:
        return _card([line(f"No question is open. {stopped(channel)}")], practise)
    if following is None:
        return _card([line("No question is open.")], practise)
    due = moment(following, channel.schedule.zone, now)
    return _card([line("No question is open. Next: ", due, ".")], practise)


def which_channel(channels: Sequence[Channel], command: str, also: tuple[Button, ...] = ()) -> Card:
    """Several channels could be meant."""
    buttons = tuple(
        does(channel.place.name or f"channel {channel.id}", command, channel.id) for channel in channels[:20]
    )
    return _card([line("Which channel do you mean?")], (*buttons, *also))


def offer(command: str, usage: str, summary: str) -> Card:
    """A command that changes something is offered, never guessed."""
    return _card([line(f"Did you mean {usage}: {summary}?")], (does(f"/pyquiz {command}", command),))


def _card(blocks: Sequence[Block], actions: tuple[Button, ...] = ()) -> Card:
    return Card(read_aloud(blocks), tuple(blocks), actions)
