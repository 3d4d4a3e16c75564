"""Cards as Components V2. Pure. One container: the text, then the buttons; what has no room is cut, never refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from adapters.discord.limits import BUTTON, COMPONENTS, CUSTOM_ID, OPTION, OPTIONS, PLACEHOLDER, ROW, TEXT, cut
from adapters.discord.markup import code_block, is_role, rendered, role, words
from bot.card import (
    Action,
    Bars,
    Block,
    Button,
    Card,
    Choice,
    Code,
    Instant,
    Menu,
    Options,
    Picture,
    Plain,
    Role,
    Spans,
    Strong,
    Style,
    Text,
    Tone,
)

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | dict[str, Json] | None"
Component: TypeAlias = dict[str, Json]

ACTION_ROW, BUTTON_TYPE, MENU, ROLE_MENU, CHANNEL_MENU, TEXT_DISPLAY, CONTAINER = 1, 2, 3, 6, 8, 10, 17

STYLES = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 4}

PREFIX = {Tone.TITLE: "### ", Tone.QUIET: "-# ", Tone.BODY: ""}

LINE_BREAK = 1

BAR = 12
"""Cells of a full bar."""


class Purse:
    """The characters a message may still spend."""

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, text: str, mark_up: Callable[[str], str]) -> str:
        """``mark_up(text)``, or of as much of the text as there is room for; empty where there is none."""
        found = mark_up(text)
        if len(found) > self.left:
            found = self._part(text, mark_up)
        self.left -= len(found)
        return found

    def _part(self, text: str, mark_up: Callable[[str], str]) -> str:
        low, high = 0, min(len(text), self.left)
        while low < high:
            middle = (low + high + 1) // 2
            if len(mark_up(f"{text[:middle]}…")) <= self.left:
                low = middle
            else:
                high = middle - 1
        return mark_up(f"{text[:low]}…") if low else ""


def container(card: Card, mark: int = 0) -> list[Component]:
    """The card's components. ``mark`` is an id (31 bits) by which the message can be found again; 0: none.

    A role that the card calls stands above it; it is pinged only where the message's allowed mentions name it.
    """
    above: list[Component] = [text_display(role(called))] if (called := called_by(card)) else []
    most = TEXT - sum(len(str(each["content"])) for each in above)
    parts: list[Json] = []
    if text := text_of(card.blocks, most):
        parts.append(text_display(text))
    parts += rows(card.actions, COMPONENTS - 1 - len(above) - len(parts))
    parts = parts or [text_display(text_of((Text((Plain(card.plain),)),), most))]
    return [*above, {"type": CONTAINER, **({"id": mark} if mark else {}), "components": parts}]


def called_by(card: Card) -> str | None:
    """The id of the role that a card calls."""
    return card.calls if is_role(card.calls) else None


def text_display(content: str) -> Component:
    """A piece of Markdown; never blank, for that is refused."""
    return {"type": TEXT_DISPLAY, "content": content if content.strip() else "…"}


def text_of(blocks: Sequence[Block], most: int = TEXT) -> str:
    """Blocks as Markdown, of ``most`` characters."""
    purse = Purse(most)
    lines = [line for block in blocks for line in _lines(block, purse)]
    return "\n".join(lines).encode("utf-8", "replace").decode()


def _lines(block: Block, purse: Purse) -> list[str]:
    match block:
        case Text(spans, tone):
            return _paragraph(spans, PREFIX[tone], purse)
        case Code(text, language):
            return _block(text, language, purse)
        case Options(lines):
            return [
                found
                for one in lines
                for found in _paragraph(
                    (Strong(one.letter), Plain("  "), *one.spans, *((Plain(f"  ({one.mark})"),) if one.mark else ())),
                    "",
                    purse,
                )
            ]
        case Bars(rows_):
            drawn = "\n".join(f"{row.label}  {_bar(row.value, row.total)}  {row.value} of {row.total}" for row in rows_)
            return _block(drawn, "", purse)
        case Picture(_, alt):
            return _paragraph((Plain(alt),), PREFIX[Tone.QUIET], purse)


def _block(text: str, language: str, purse: Purse) -> list[str]:
    purse.left -= LINE_BREAK
    found = purse.spend(text, lambda part: code_block(part, language))
    return [found] if found else []


def _paragraph(spans: Spans, prefix: str, purse: Purse) -> list[str]:
    """One line, or several where a body's words have line breaks; a title and a quiet line have none."""
    purse.left -= len(prefix) + LINE_BREAK
    if purse.left <= 0:
        return []
    said = ""
    for span in spans:
        if isinstance(span, Instant | Role):
            found = rendered(span, "")
            if len(found) <= purse.left:
                said += found
                purse.left -= len(found)
        elif text := words(span):
            flat = " ".join(text.splitlines()) if prefix else text
            said += purse.spend(flat, partial(rendered, span))
    return [f"{prefix}{said}"] if said.strip() else []


def _bar(value: int, total: int) -> str:
    full = round(BAR * value / total) if total else 0
    return "█" * full + "░" * (BAR - full)


def rows(actions: Sequence[Action], most: int) -> list[Component]:
    """Action rows of up to five buttons, a menu in a row of its own, in ``most`` components, rows counted. An id that
    comes twice counts once."""
    found: list[list[Component]] = []
    seen: set[str] = set()
    buttons: list[Component] = []
    for action in map(_as_menu, actions):
        if action.id in seen or not 0 < len(action.id) <= CUSTOM_ID:
            continue
        fresh = isinstance(action, Menu) or len(buttons) in (0, ROW)
        if most < 1 + fresh or (isinstance(action, Menu) and not options(action.choices)):
            continue
        seen.add(action.id)
        most -= 1 + fresh
        if isinstance(action, Menu):
            found.append([_menu(action)])
            buttons = []
        else:
            if fresh:
                buttons = []
                found.append(buttons)
            buttons.append(button(action))
    return [row(*each) for each in found]


def _as_menu(action: Action) -> Action:
    """A button whose choices a menu can hold is one."""
    if isinstance(action, Button) and (shown := len(options(action.choices))):
        return Menu(action.id, action.label, action.choices, shown)
    return action


def row(*children: Component) -> Component:
    """An action row."""
    return {"type": ACTION_ROW, "components": list(children)}


def button(action: Button) -> Component:
    """A button."""
    return {
        "type": BUTTON_TYPE,
        "style": STYLES[action.style],
        "label": cut(action.label, BUTTON),
        "custom_id": action.id,
    }


def _menu(menu: Menu) -> Component:
    return menu_of(menu.id, menu.label, options(menu.choices), 1, menu.most)


def menu_of(id_: str, label: str, shown: list[Json], least: int, most: int) -> Component:
    """A menu of which ``least`` to ``most`` options are chosen."""
    return {
        "type": MENU,
        "custom_id": id_,
        "placeholder": cut(label, PLACEHOLDER),
        "min_values": least,
        "max_values": max(1, min(most, len(shown))),
        "options": shown,
    }


def options(choices: Sequence[Choice], chosen: Sequence[str] = ()) -> list[Json]:
    """As many as a menu can hold; a value that comes twice counts once."""
    known = {choice.value: choice for choice in choices if 0 < len(choice.value) <= OPTION}
    return [_option(choice, choice.value in chosen) for choice in list(known.values())[:OPTIONS]]


def _option(choice: Choice, chosen: bool) -> Component:
    return {
        "label": cut(choice.label, OPTION),
        "value": choice.value,
        **({"default": True} if chosen else {}),
    }
