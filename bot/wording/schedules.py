"""How a channel is set, in words: its days and times, its levels, its next dates, why it is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.card import Role, Text
from bot.model import Channel, ChannelState, Filters, News, Schedule, Weekday
from bot.wording.messages import ASLEEP
from bot.wording.phrases import listed, quiet, short_day
from bot.work import Slot
from content.question import Level

WEEK = tuple(Weekday)


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


def levels(filters: Filters) -> str:
    """``Levels: all, easiest on Mondays.``"""
    of = "all" if len(filters.levels) in (0, len(Level)) else listed(sorted(filters.levels))
    return f"Levels: {of}{', easiest on Mondays' if filters.easy_mondays else ''}."


def next_dates(slots: Sequence[Slot]) -> str:
    """``Wed 13 Jan, Thu 14, Fri 15, Mon 18, Tue 19``; a month is named where it begins, a day left out says why."""
    said: list[str] = []
    month: tuple[int, int] | None = None
    for slot in slots:
        day = short_day(slot.date) if (slot.date.year, slot.date.month) != month else short_day(slot.date)[:-4]
        month = (slot.date.year, slot.date.month)
        said.append(f"{day} (left out: {slot.skip})" if slot.skip else day)
    return ", ".join(said)


def pinged(role: str) -> Text:
    """Whom each question pings."""
    return quiet("Each question pings ", Role(role), "; nothing else pings anybody.")


def stopped(channel: Channel) -> str:
    """Why a channel is not asked."""
    if channel.state is ChannelState.GONE:
        return f"Stopped: {channel.reason}."
    if channel.reason == News.ASLEEP:
        return f"Paused itself: {ASLEEP}. Streaks are safe; practice still works."
    until = f" until {short_day(channel.paused_until)}" if channel.paused_until else ""
    by = f" by {channel.paused_by}" if channel.paused_by else ""
    return f"Paused{until}{by}. Streaks are safe; practice still works."
