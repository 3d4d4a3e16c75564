"""The small parts that sentences are made of: lines of spans, letters, counts, lists, dates, moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.card import (
    Bars,
    Block,
    Button,
    ButtonId,
    Code,
    Instant,
    Link,
    Mono,
    Options,
    Person,
    Picture,
    Plain,
    Span,
    Spans,
    Strong,
    Style,
    Text,
    Tone,
    When,
)
from bot.model import Place
from content.markup import RunStyle, runs

Part: TypeAlias = str | Span | Spans

LETTERS = "ABCDE"

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spans(*parts: Part) -> Spans:
    """One run of spans out of words, spans and runs of spans."""
    found: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            found.append(Plain(part))
        elif isinstance(part, tuple):
            found.extend(part)
        else:
            found.append(part)
    return tuple(found)


def line(*parts: Part) -> Text:
    """A line of body text."""
    return Text(spans(*parts))


def title(*parts: Part) -> Text:
    """The line that says what a card is."""
    return Text(spans(*parts), Tone.TITLE)


def quiet(*parts: Part) -> Text:
    """A line for those who look for it."""
    return Text(spans(*parts), Tone.QUIET)


def markdown(text: str) -> Spans:
    """The spans of a pack's inline Markdown."""
    return tuple(_span(run.text, run.style, run.href) for run in runs(text))


def _span(text: str, style: RunStyle, href: str | None) -> Span:
    if href:
        return Link(text, href)
    if style is RunStyle.CODE:
        return Mono(text)
    return Strong(text) if style is RunStyle.STRONG else Plain(text)


def button(label: str, verb: str, *args: object, style: Style = Style.PLAIN, form: bool = False) -> Button:
    """A button whose id holds a verb and its arguments."""
    return Button(str(ButtonId(verb, tuple(str(arg) for arg in args))), label, style, form)


def does(label: str, command: str, channel: int | None = None, style: Style = Style.PLAIN) -> Button:
    """A button that says a command, in a channel where one is meant."""
    return button(label, "do", command, *(() if channel is None else (channel,)), style=style)


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """``1 point``, ``3 points``."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """``Ada``, ``Ada and Omar``, ``Ada, Mei and Omar``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def joined(items: Iterable[Part], between: str = ", ") -> Spans:
    """Spans with something between them."""
    found: list[Part] = []
    for item in items:
        if found:
            found.append(between)
        found.append(item)
    return spans(*found)


def named(place: Place) -> str:
    """``#python``; where a platform does not tell a channel's name, ``this channel``."""
    return place.name or "this channel"


def short_day(day: date) -> str:
    """``Wed 13 Jan``."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def moment(at: datetime, zone: str, now: datetime) -> Instant:
    """``16:00`` where it is today in ``zone``, ``Wed 13 Jan 16:00`` where it is not."""
    tz = ZoneInfo(zone)
    same = at.astimezone(tz).date() == now.astimezone(tz).date()
    return Instant(at, zone, When.TIME if same else When.DAY_TIME)


def letters_of(order: Sequence[int], positions: Iterable[int]) -> list[str]:
    """The letters under which written positions are displayed, in alphabetical order."""
    return sorted(LETTERS[order.index(position)] for position in positions)


def in_words(parts: Iterable[Span]) -> str:
    """What spans say, without any platform: instants in their own zone."""
    return "".join(_word(part) for part in parts)


def _word(part: Span) -> str:
    if isinstance(part, Instant):
        local = part.at.astimezone(ZoneInfo(part.zone))
        clock, day = f"{local:%H:%M}", short_day(local.date())
        return {When.TIME: clock, When.DAY: day, When.DAY_TIME: f"{day} {clock}"}[part.show]
    return part.name if isinstance(part, Person) else part.text


def read_aloud(blocks: Iterable[Block]) -> str:
    """The text that stands for a card where its blocks are not shown."""
    return "\n".join(text for block in blocks if (text := _aloud(block)))


def _aloud(block: Block) -> str:
    match block:
        case Text(parts):
            return in_words(parts)
        case Code(text):
            return text
        case Options(lines):
            return "\n".join(f"{o.letter}  {in_words(o.spans)}{f' ({o.mark})' if o.mark else ''}" for o in lines)
        case Bars(rows):
            return "\n".join(f"{row.label}: {row.value} of {row.total}" for row in rows)
        case Picture(_, alt):
            return alt
