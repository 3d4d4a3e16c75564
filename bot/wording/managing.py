"""Setting a channel up and keeping it: the form, its confirmation, status, pause and skip, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.card import Block, Button, Card, Choice, Field, FieldKind, Form, Person, Role, Span, Style
from bot.model import Channel, ChannelState, Filters, News, Round, Schedule, Weekday
from bot.settings import Wanted
from bot.wording.messages import ASLEEP
from bot.wording.phrases import (
    button,
    count,
    does,
    joined,
    line,
    listed,
    moment,
    quiet,
    read_aloud,
    short_day,
    title,
)
from bot.work import Slot
from content.question import Level

WEEK = tuple(Weekday)


def setup_form(form_id: str, place_name: str, stands: Wanted, topics: Sequence[Choice]) -> Form:
    """Everything a channel can be set to, filled with how it stands."""
    schedule, filters = stands.schedule, stands.filters
    return Form(
        form_id,
        "PyQuiz set-up",
        "Save",
        (
            Field("zone", "Time zone", FieldKind.SUGGEST, (schedule.zone,), hint="A city will do: Berlin"),
            Field("time", "Asked at", FieldKind.TEXT, (clock(schedule.post),), hint="9:30 or 9am"),
            Field(
                "reveal",
                "Answered at",
                FieldKind.TEXT,
                (clock(schedule.reveal) if schedule.reveal else "next",),
                hint="Two hours later or more; “next”: with the next question",
            ),
            Field("days", "Days", FieldKind.MANY, _days_on(schedule), tuple(Choice(d, d.capitalize()) for d in WEEK)),
            Field(
                "levels",
                "Levels",
                FieldKind.MANY,
                tuple(sorted(filters.levels)) or tuple(Level),
                tuple(Choice(level, level.capitalize()) for level in Level),
            ),
            Field("topics", "Topics", FieldKind.MANY, tuple(sorted(filters.topics)), tuple(topics), True, "None: all"),
            Field(
                "holidays",
                "Holidays left out",
                FieldKind.TEXT,
                (schedule.holidays,) if schedule.holidays else (),
                optional=True,
                hint="A country such as Germany, or DE-BE",
            ),
            Field(
                "python",
                "The team's Python",
                FieldKind.TEXT,
                (".".join(map(str, filters.python)),) if filters.python else (),
                optional=True,
                hint="3.12; empty: any",
            ),
            Field("role", "Role to ping", FieldKind.ROLE, (stands.role,) if stands.role else (), optional=True),
        ),
        (line(f"For {place_name}."),),
    )


def setup_skeleton(form_id: str) -> Form:
    """The form before its values are known."""
    return Form(form_id, "PyQuiz set-up", "Save", (), (line("One moment…"),))


def _days_on(schedule: Schedule) -> tuple[str, ...]:
    return tuple(day for day in WEEK if day in schedule.weekdays)


def clock(at: time) -> str:
    """``09:30``."""
    return f"{at:%H:%M}"


def days(weekdays: frozenset[Weekday]) -> str:
    """``Mon–Fri``, ``Mon, Wed and Fri``, ``every day``."""
    on = [i for i, day in enumerate(WEEK) if day in weekdays]
    if len(on) == 7:
        return "every day"
    if len(on) > 2 and on == list(range(on[0], on[-1] + 1)):
        return f"{WEEK[on[0]].capitalize()}–{WEEK[on[-1]].capitalize()}"
    return listed([WEEK[i].capitalize() for i in on])


def rhythm(schedule: Schedule) -> str:
    """``Mon–Fri at 09:30, answer at 16:00, Berlin time``."""
    reveal = f"answer at {clock(schedule.reveal)}" if schedule.reveal else "answer with the next question"
    return f"{days(schedule.weekdays)} at {clock(schedule.post)}, {reveal}, {city(schedule.zone)} time"


def city(zone: str) -> str:
    """``Europe/Berlin`` → ``Berlin``."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _levels(filters: Filters) -> str:
    levels = "all" if len(filters.levels) in (0, len(Level)) else listed(sorted(filters.levels))
    return f"Levels: {levels}{', easiest on Mondays' if filters.easy_mondays else ''}."


def next_dates(slots: Sequence[Slot]) -> str:
    """``Wed 13 Jan, Thu 14, Fri 15, Mon 18, Tue 19``; a month is named where it begins, a day left out says why."""
    said: list[str] = []
    month: tuple[int, int] | None = None
    for slot in slots:
        day = short_day(slot.date) if (slot.date.year, slot.date.month) != month else short_day(slot.date)[:-4]
        month = (slot.date.year, slot.date.month)
        said.append(f"{day} (left out: {slot.skip})" if slot.skip else day)
    return ", ".join(said)


def confirmation(channel: Channel, slots: Sequence[Slot], left: int) -> Card:
    """What was saved, when it will ask next, and what can be done at once."""
    schedule = channel.schedule
    blocks: list[Block] = [
        line(f"PyQuiz will ask in {channel.place.name}, {rhythm(schedule)}. {_levels(channel.filters)}"),
        line(f"Next: {next_dates(slots)}."),
    ]
    if schedule.holidays:
        blocks.append(quiet(f"Public holidays are left out ({schedule.holidays})."))
    if channel.role:
        blocks.append(_pinged(channel.role))
    if left < 20:
        blocks.append(quiet(f"These choices leave {count(left, 'question')}: after that, questions come again."))
    first = next((slot for slot in slots if slot.skip is None), None)
    wait = f"Wait for {first.date:%A}" if first else "Wait"
    actions = (
        does("Ask the first one now", "ask now", channel.id, Style.PRIMARY),
        button(wait, "wait", channel.id),
        button("Edit", "setup", channel.id, form=True),
    )
    return _card(blocks, actions)


def _pinged(role: str) -> Block:
    return quiet("Each question pings ", Role(role), "; nothing else pings anybody.")


def waiting(channel: Channel, now: datetime) -> Card:
    """[Wait] was pressed."""
    if channel.next_due is None:
        return _card([line("All set.")])
    return _card(
        [line("All set. The first question comes ", moment(channel.next_due, channel.schedule.zone, now), ".")]
    )


def status(channel: Channel, open_: Round | None, slots: Sequence[Slot], left: int, now: datetime) -> Card:
    """How a channel stands."""
    zone = channel.schedule.zone
    blocks: list[Block] = [title(f"PyQuiz in {channel.place.name}"), line(f"{rhythm(channel.schedule)}.")]
    blocks.append(line(_levels(channel.filters)))
    if channel.filters.topics:
        blocks.append(line(f"Topics: {', '.join(sorted(channel.filters.topics))}."))
    if channel.schedule.holidays:
        blocks.append(line(f"Holidays left out: {channel.schedule.holidays}."))
    if channel.role:
        blocks.append(_pinged(channel.role))
    if open_:
        blocks.append(line(f"Question {open_.number} is open until ", moment(open_.closes, zone, now), "."))
    if channel.state is ChannelState.ACTIVE:
        blocks.append(line(f"Next: {next_dates(slots)}."))
    else:
        blocks.append(line(_stopped(channel)))
    blocks.append(quiet(f"{count(left, 'question')} not asked yet. ", *_managers(channel)))
    actions = (
        button("Edit", "setup", channel.id, form=True),
        does("Resume", "resume", channel.id)
        if channel.state is not ChannelState.ACTIVE
        else does("Pause", "pause", channel.id),
    )
    return _card(blocks, actions)


def _stopped(channel: Channel) -> str:
    if channel.state is ChannelState.GONE:
        return f"Stopped: {channel.reason}."
    if channel.reason == News.ASLEEP:
        return f"Paused itself: {ASLEEP}. Streaks are safe; practice still works."
    until = f" until {short_day(channel.paused_until)}" if channel.paused_until else ""
    by = f" by {channel.paused_by}" if channel.paused_by else ""
    return f"Paused{until}{by}. Streaks are safe; practice still works."


def _managers(channel: Channel) -> tuple[Span | str | tuple[Span, ...], ...]:
    if not channel.managers:
        return ()
    return ("Managers: ", joined([Person(m.person, m.name) for m in channel.managers]), ".")


def paused(channel: Channel, open_: Round | None, now: datetime) -> Card:
    """It stops asking."""
    until = f" until {short_day(channel.paused_until)}" if channel.paused_until else ""
    blocks: list[Block] = [line(f"Paused in {channel.place.name}{until}. Streaks are safe; practice still works.")]
    if open_:
        closes = moment(open_.closes, channel.schedule.zone, now)
        blocks.append(line(f"Question {open_.number} stays open and is answered at ", closes, "."))
    return _card(blocks, (does("Resume", "resume", channel.id),))


def already_paused(channel: Channel) -> Card:
    """Paused twice."""
    return _card([line(f"Already paused. {_stopped(channel)}")], (does("Resume", "resume", channel.id),))


def resumed(channel: Channel, slots: Sequence[Slot], already: bool) -> Card:
    """It asks again."""
    head = "Already running" if already else f"Running again in {channel.place.name}"
    asked = [slot for slot in slots if slot.skip is None]
    following = f"; next: {next_dates(asked[:1])} at {clock(channel.schedule.post)}" if asked else ""
    return _card([line(f"{head}{following}.")])


def skipped(channel: Channel, day: date) -> Card:
    """A day is left out."""
    return _card([line(f"Nothing will be asked in {channel.place.name} on {short_day(day)}. Streaks go on.")])


def nothing_planned(day: date) -> Card:
    """There is nothing to skip."""
    return _card([line(f"Nothing is planned on {short_day(day)}.")], (does("See the status", "status"),))


def already_asked(channel: Channel, day: date) -> Card:
    """Skipping a date that has its question already."""
    return _card([line(f"The question of {short_day(day)} is out already, so it can't be skipped.")])


def asked_now(channel: Channel, round_: Round, now: datetime) -> Card:
    """The question goes out at once."""
    closes = moment(round_.closes, channel.schedule.zone, now)
    return _card([line(f"Question {round_.number} goes to {channel.place.name} now and is answered at ", closes, ".")])


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


def not_saved(errors: Sequence[tuple[str, str]]) -> Card:
    """Settings typed along that were not understood: nothing is saved."""
    blocks = [line("Nothing was saved."), *(line(f"{name}: {sentence}") for name, sentence in errors)]
    return _card(blocks, (does("Help on setup", "help setup"),))


def nothing_to_ask(reason: str) -> Card:
    """``ask now`` while nothing is eligible."""
    return _card([line(f"There is no question to ask now: {reason}.")], (does("See the status", "status"),))


def refused(channel: Channel) -> Card:
    """Only managers change things; who they are."""
    who = joined([Person(m.person, m.name) for m in channel.managers])
    blocks = [
        line(f"Only managers change PyQuiz in {channel.place.name}: ", who, ". Ask one of them or a workspace admin.")
        if channel.managers
        else line(f"Only a workspace admin can change PyQuiz in {channel.place.name}.")
    ]
    return _card(blocks, (does("See the settings", "status", channel.id),))


def may_not_set_up(name: str) -> Card:
    """The platform's rule does not let this person set PyQuiz up."""
    return _card(
        [line(f"Setting PyQuiz up in {name} takes somebody who may manage it. Ask an admin to say setup here.")]
    )


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
        return _card([line(f"No question is open. {_stopped(channel)}")], practise)
    if following is None:
        return _card([line("No question is open.")], practise)
    due = moment(following, channel.schedule.zone, now)
    return _card([line("No question is open. Next: ", due, ".")], practise)


def which_channel(channels: Sequence[Channel], command: str) -> Card:
    """Several channels could be meant."""
    buttons = tuple(
        does(channel.place.name or f"channel {channel.id}", command, channel.id) for channel in channels[:20]
    )
    return _card([line("Which channel do you mean?")], buttons)


def offer(command: str, usage: str, summary: str) -> Card:
    """A command that changes something is offered, never guessed."""
    return _card([line(f"Did you mean {usage}: {summary}?")], (does(f"/pyquiz {command}", command),))


def _card(blocks: Sequence[Block], actions: tuple[Button, ...] = ()) -> Card:
    return Card(read_aloud(blocks), tuple(blocks), actions)
