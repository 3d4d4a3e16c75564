"""Cards as Block Kit. Pure. Text goes into rich_text elements only, which Slack takes literally: nothing pings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from adapters.slack.limits import (
    ACTION_ID,
    ACTIONS,
    BLOCKS,
    BUTTON,
    CONTROLS,
    MESSAGE,
    OPTION_TEXT,
    OPTION_VALUE,
    OPTIONS,
    TOP_TEXT,
    cut,
)
from bot.card import (
    Action,
    Bars,
    Block,
    Button,
    Card,
    Choice,
    Code,
    Instant,
    Link,
    Menu,
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

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | dict[str, Json] | None"
Element: TypeAlias = dict[str, Json]

HIGHLIGHTED = frozenset({"python"})
"""Languages that are named to Slack: one that it does not know could have the whole message refused."""

BAR = 12
"""Cells of a full bar."""

_FORMATS = {When.TIME: "{time}", When.DAY: "{date_short_pretty}", When.DAY_TIME: "{date_short_pretty} {time}"}
"""Slack says today, yesterday or tomorrow where that is so."""


class Purse:
    """The characters a message may still spend; what comes when it is empty is cut."""

    def __init__(self, most: int) -> None:
        self._left = most

    @property
    def left(self) -> int:
        """So many."""
        return self._left

    def take(self, text: str) -> str:
        """The text, or as much of it as is left."""
        kept = cut(text, self._left) if text and self._left > 1 else ""
        self._left -= len(kept)
        return kept

    def pay(self, price: int) -> bool:
        """Take all of ``price`` or nothing; whether it was there."""
        if price > self._left:
            return False
        self._left -= price
        return True


def message(card: Card) -> Element:
    """``text`` and ``blocks`` of a message; ``text`` is what notifications and screen readers say."""
    return {"text": escaped(cut(card.plain, TOP_TEXT)), "blocks": blocks(card)}


def escaped(text: str) -> str:
    """Text for the one field that is read as mrkdwn: its three characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def blocks(card: Card, most: int = BLOCKS) -> list[Json]:
    """The card's blocks as one rich_text block, then its actions. An id that comes twice counts once."""
    controls = _controls(card.actions)
    purse = Purse(MESSAGE - sum(_price(action) for action in controls))
    elements = [element for block in card.blocks for element in _elements(block, purse)]
    found: list[Json] = [{"type": "rich_text", "elements": elements}] if elements else []
    found.extend(_row(controls[i : i + ACTIONS]) for i in range(0, len(controls), ACTIONS))
    return found[:most]


def _controls(actions: Sequence[Action]) -> list[Action]:
    """As many as a message can hold, in order."""
    purse, seen = Purse(CONTROLS), set[str]()
    kept: list[Action] = []
    for action in actions:
        empty = isinstance(action, Menu) and not options(action.choices)
        if action.id not in seen and len(action.id) <= ACTION_ID and not empty and purse.pay(_price(action)):
            kept.append(action)
            seen.add(action.id)
    return kept


def _price(action: Action) -> int:
    """The characters that an action shows."""
    if isinstance(action, Button):
        return len(cut(action.label, BUTTON))
    choices = action.choices[:OPTIONS]
    return len(cut(action.label, OPTION_VALUE)) + sum(len(cut(choice.label, OPTION_TEXT)) for choice in choices)


def _row(actions: Sequence[Action]) -> Json:
    return {"type": "actions", "elements": [_action(action) for action in actions]}


def _elements(block: Block, purse: Purse) -> list[Json]:
    match block:
        case Text(spans, tone):
            return _paragraph(spans, tone, purse)
        case Code(text, language):
            return _preformatted(purse.take(text), language)
        case Options(lines):
            return [
                element
                for one in lines
                for element in _paragraph(
                    (Strong(one.letter), *_said("  "), *one.spans, *(_said(f"  ({one.mark})") if one.mark else ())),
                    Tone.BODY,
                    purse,
                )
            ]
        case Bars(rows):
            lines_ = (f"{row.label}  {_bar(row.value, row.total)}  {row.value} of {row.total}" for row in rows)
            return _preformatted(purse.take("\n".join(lines_)), "")
        case Picture(_, alt):
            return _paragraph(_said(alt), Tone.QUIET, purse)


def _said(text: str) -> tuple[Span, ...]:
    return (Plain(text),)


def _paragraph(spans: Spans, tone: Tone, purse: Purse) -> list[Json]:
    parts = [part for span in spans if (part := _span(span, tone, purse)) is not None]
    return [{"type": "rich_text_section", "elements": [*parts, {"type": "text", "text": "\n"}]}] if parts else []


def _span(span: Span, tone: Tone, purse: Purse) -> Json:
    match span:
        case Instant():
            return _date(span, purse)
        case Link(text, url) if url.startswith(("https://", "http://")):
            kept = purse.take(text)
            return {"type": "link", "url": url, "text": kept} if kept else None
        case Person(_, name):
            text = name
        case _:
            text = span.text
    kept = purse.take(text)
    style = _style(span, tone)
    return ({"type": "text", "text": kept, **({"style": style} if style else {})}) if kept else None


def _style(span: Span, tone: Tone) -> Element:
    if isinstance(span, Mono):
        return {"code": True}
    if isinstance(span, Strong) or tone is Tone.TITLE:
        return {"bold": True}
    return {"italic": True} if tone is Tone.QUIET else {}


def _date(instant: Instant, purse: Purse) -> Element | None:
    """Slack shows it in the reader's own zone; the fallback is the channel's."""
    local = instant.at.astimezone(ZoneInfo(instant.zone))
    fallback = {When.TIME: f"{local:%H:%M}", When.DAY: f"{local:%a} {local.day} {local:%b}"}.get(
        instant.show, f"{local:%a} {local.day} {local:%b %H:%M}"
    )
    if not purse.pay(len(fallback)):
        return None
    return {
        "type": "date",
        "timestamp": _timestamp(instant.at),
        "format": _FORMATS[instant.show],
        "fallback": fallback,
    }


def _timestamp(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp())


def _preformatted(text: str, language: str) -> list[Json]:
    if not text:
        return []
    known = {"language": language} if language in HIGHLIGHTED else {}
    return [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}], **known}]


def _bar(value: int, total: int) -> str:
    full = round(BAR * value / total) if total else 0
    return "█" * full + "░" * (BAR - full)


def _action(action: Action) -> Json:
    if isinstance(action, Menu):
        return _menu(action)
    return _button(action)


def _button(button: Button) -> Element:
    style = {Style.PRIMARY: "primary", Style.DANGER: "danger"}.get(button.style)
    return {
        "type": "button",
        "action_id": button.id,
        "text": {"type": "plain_text", "text": cut(button.label, BUTTON)},
        **({"style": style} if style else {}),
    }


def _menu(menu: Menu) -> Element:
    several = menu.most > 1
    return {
        "type": "multi_static_select" if several else "static_select",
        "action_id": menu.id,
        "placeholder": {"type": "plain_text", "text": cut(menu.label, OPTION_VALUE)},
        "options": options(menu.choices),
        **({"max_selected_items": menu.most} if several else {}),
    }


def options(choices: Sequence[Choice]) -> list[Json]:
    """As many as a menu can hold; a value that comes twice counts once."""
    known = {choice.value: choice for choice in choices if 0 < len(choice.value) <= OPTION_VALUE}
    return [option(choice.value, choice.label) for choice in list(known.values())[:OPTIONS]]


def option(value: str, label: str) -> Element:
    """One option of a menu, of checkboxes, or of what is suggested."""
    return {"text": {"type": "plain_text", "text": cut(label, OPTION_TEXT)}, "value": value}
