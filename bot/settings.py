"""What people ask a channel to be, read field by field: a form's values or words typed along. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta

from bot.card import FieldErrors
from bot.model import Filters, Schedule
from bot.spoken.countries import find_country
from bot.spoken.times import find_reveal, find_time
from bot.spoken.unclear import Unclear
from bot.spoken.weekdays import find_weekdays
from bot.spoken.zones import find_zone
from content.question import Level, Version
from content.search import Finder

LEAST_TO_ANSWER = timedelta(hours=2)
"""Set-up wants this much between ask and reveal."""

OLDEST, NEWEST = (3, 8), (3, 20)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A schedule and filters to be saved, and the role that questions ping, if any."""

    schedule: Schedule
    filters: Filters
    role: str | None = None


def read_settings(stands: Wanted, values: Mapping[str, tuple[str, ...]], finder: Finder) -> Wanted | FieldErrors:
    """How a channel stands, with what ``values`` name put in its place; every field that was not understood at once."""
    read = _Reading(stands)
    for name, given in values.items():
        reader = _READERS.get(name)
        if reader is not None:
            reader(read, tuple(value.strip() for value in given if value.strip()), finder)
    read.check_times()
    return FieldErrors(tuple(read.errors.items())) if read.errors else Wanted(read.schedule, read.filters, read.role)


class _Reading:
    def __init__(self, stands: Wanted) -> None:
        self.schedule = stands.schedule
        self.filters = stands.filters
        self.role = stands.role
        self.errors: dict[str, str] = {}

    def zone(self, given: tuple[str, ...], finder: Finder) -> None:
        found = find_zone(" ".join(given))
        if isinstance(found, Unclear):
            self.errors["zone"] = found.sentence
        else:
            self.schedule = replace(self.schedule, zone=found)

    def time(self, given: tuple[str, ...], finder: Finder) -> None:
        found = find_time(" ".join(given))
        if isinstance(found, Unclear):
            self.errors["time"] = found.sentence
        else:
            self.schedule = replace(self.schedule, post=found)

    def reveal(self, given: tuple[str, ...], finder: Finder) -> None:
        found = find_reveal(" ".join(given))
        if isinstance(found, Unclear):
            self.errors["reveal"] = found.sentence
        else:
            self.schedule = replace(self.schedule, reveal=found)

    def days(self, given: tuple[str, ...], finder: Finder) -> None:
        found = find_weekdays(", ".join(given))
        if isinstance(found, Unclear):
            self.errors["days"] = found.sentence
        else:
            self.schedule = replace(self.schedule, weekdays=found)

    def holidays(self, given: tuple[str, ...], finder: Finder) -> None:
        found = find_country(" ".join(given))
        if isinstance(found, Unclear):
            self.errors["holidays"] = found.sentence
        else:
            self.schedule = replace(self.schedule, holidays=found)

    def levels(self, given: tuple[str, ...], finder: Finder) -> None:
        wanted = _words(given)
        if wanted in ([], ["all"]):
            self.filters = replace(self.filters, levels=frozenset())
        elif unknown := [word for word in wanted if word not in set(Level)]:
            self.errors["levels"] = f"“{unknown[0]}” is no level: say junior, mid, senior or all."
        else:
            levels = frozenset(Level(word) for word in wanted)
            self.filters = replace(self.filters, levels=frozenset() if len(levels) == len(Level) else levels)

    def topics(self, given: tuple[str, ...], finder: Finder) -> None:
        slugs: set[str] = set()
        for word in (
            [] if _words(given) == ["all"] else [w.strip() for one in given for w in one.split(",") if w.strip()]
        ):
            found = finder.find(word)
            if found.exact is None:
                near = f" Did you mean {found.nearest[0].slug}?" if found.nearest else ""
                self.errors["topics"] = f"No topic is called “{word[:60]}”.{near}"
                return
            slugs.add(found.exact.slug)
        self.filters = replace(self.filters, topics=frozenset(slugs))

    def python(self, given: tuple[str, ...], finder: Finder) -> None:
        text = " ".join(given)
        if text.lower() in ("", "any", "all"):
            self.filters = replace(self.filters, python=None)
            return
        version = _version(text)
        if version is None:
            self.errors["python"] = f"“{text[:20]}” is no Python version: say one such as 3.12, or any."
        else:
            self.filters = replace(self.filters, python=version)

    def mondays(self, given: tuple[str, ...], finder: Finder) -> None:
        text = " ".join(given).lower()
        if text not in ("easy", "yes", "on", "as usual", "no", "off", "any"):
            self.errors["mondays"] = f"“{text[:20]}” is not understood: say easy, or any."
        else:
            self.filters = replace(self.filters, easy_mondays=text in ("easy", "yes", "on"))

    def to_ping(self, given: tuple[str, ...], finder: Finder) -> None:
        self.role = given[0] if given else None

    def check_times(self) -> None:
        reveal = self.schedule.reveal
        if reveal is None or {"time", "reveal"} & self.errors.keys():
            return
        if _between(self.schedule.post, reveal) < LEAST_TO_ANSWER:
            shown = f"{reveal:%H:%M} is less than two hours after {self.schedule.post:%H:%M}"
            self.errors["reveal"] = f"People need time to answer: {shown}. Choose a later time."


def _between(post: time, reveal: time) -> timedelta:
    minutes = (reveal.hour * 60 + reveal.minute) - (post.hour * 60 + post.minute)
    return timedelta(minutes=minutes if minutes > 0 else minutes + 24 * 60)


def _words(given: tuple[str, ...]) -> list[str]:
    return [word.lower() for one in given for word in re.split(r"[,\s]+", one) if word and word != "and"]


def _version(text: str) -> Version | None:
    found = re.fullmatch(r"(?:python\s*)?(\d)\.(\d{1,2})\+?", text.lower().strip())
    version = (int(found[1]), int(found[2])) if found else None
    return version if version and OLDEST <= version <= NEWEST else None


_READERS = {
    "zone": _Reading.zone,
    "time": _Reading.time,
    "reveal": _Reading.reveal,
    "days": _Reading.days,
    "levels": _Reading.levels,
    "topics": _Reading.topics,
    "holidays": _Reading.holidays,
    "python": _Reading.python,
    "mondays": _Reading.mondays,
    "role": _Reading.to_ping,
}
