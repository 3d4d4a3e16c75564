"""Forms as modals, and what comes back from them. Pure."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adapters.slack.blocks import Element, Json, blocks, options
from adapters.slack.limits import (
    BOXES,
    ERROR,
    HINT,
    INITIAL,
    LABEL,
    MODAL_BLOCKS,
    MODAL_TITLE,
    OPTIONS,
    PRIVATE_METADATA,
    cut,
)
from bot.card import Card, Choice, FieldErrors, Form, Plain, Text
from bot.card import Field as FormField
from bot.card import FieldKind as Kind

CALLBACK = "pyquiz-form"

NEXT = "Next"
"""On a form whose outcome is shown before it is sent."""

Filled: TypeAlias = Mapping[str, tuple[str, ...]]
"""What stands in a form, by field name."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a modal has to remember: the form, where it was opened, and how an answer gets there.

    ``home``: it was opened from the Home tab. ``values``: what was filled in, where the modal shows what that would do.
    """

    form: str
    channel: str = ""
    response_url: str = ""
    replaceable: bool = False
    channel_name: str = ""
    home: bool = False
    values: str = ""

    def written(self) -> str:
        """For ``private_metadata``; a response URL is some 100 characters, a channel's name at most 80."""
        where = (self.form, self.channel, self.response_url, self.replaceable, self.channel_name)
        return json.dumps([*where, self.home, self.values])

    @classmethod
    def read(cls, text: str) -> Memory:
        """The Memory of a modal; raises ValueError for anything that PyQuiz did not write."""
        match json.loads(text):
            case [str(form), str(channel), str(url), bool(replaceable), str(name), bool(home), str(filled)]:
                return cls(form, channel, url, replaceable, name, home, filled)
        raise ValueError("not a form of PyQuiz")

    def holding(self, filled: Filled) -> Memory | None:
        """This, with what was filled in; None where it is more than a modal can remember."""
        text = json.dumps(filled, separators=(",", ":"))
        packed = base64.b85encode(zlib.compress(text.encode())).decode()
        found = replace(self, values=packed)
        return found if len(found.written()) <= PRIVATE_METADATA else None

    @property
    def filled(self) -> Filled:
        """What was filled in."""
        read = json.loads(zlib.decompress(base64.b85decode(self.values)))
        return {name: tuple(values) for name, values in read.items()}


def view(form: Form, memory: Memory) -> Element:
    """A modal; without fields it is the skeleton that an update will fill.

    Where a field chooses the channel, what says which it is is left out: the choice may change.
    """
    chooses = any(field.kind is Kind.CHANNEL for field in form.fields)
    intro = [] if chooses else blocks(Card("", form.intro))
    label = NEXT if form.previewed else form.submit
    submit = {"submit": _plain(label, MODAL_TITLE)} if form.fields else {}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "title": _plain(form.title, MODAL_TITLE),
        "close": _plain("Cancel", MODAL_TITLE),
        **submit,
        "blocks": [*intro, *(_input(field) for field in form.fields if _can_show(field))][:MODAL_BLOCKS],
    }


def preview(card: Card, form: Form, memory: Memory) -> Element:
    """What a form would do, on top of it: [Save] does it, [Back] goes back to the form as it was filled in."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "title": _plain(form.title, MODAL_TITLE),
        "close": _plain("Back", MODAL_TITLE),
        "submit": _plain(form.submit, MODAL_TITLE),
        "blocks": blocks(card),
    }


def waiting(form: Form, memory: Memory, id_: str) -> Element:
    """In place of a preview that is not known in time; ``id_`` is what it is updated by."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "external_id": id_,
        "title": _plain(form.title, MODAL_TITLE),
        "close": _plain("Back", MODAL_TITLE),
        "blocks": blocks(Card("", (Text((Plain("One moment…"),)),))),
    }


def page(card: Card, memory: Memory, *, back: bool = False) -> Element:
    """A modal that shows a card: in place of a form that may not be had, or where no message can be answered. ``back``:
    the form that lies under it is gone back to; else closing it closes all."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "title": _plain("PyQuiz", MODAL_TITLE),
        "close": _plain("Back" if back else "Close", MODAL_TITLE),
        "clear_on_close": not back,
        "blocks": blocks(card),
    }


def home(cards: Sequence[Card]) -> Element:
    """The Home tab: its parts with a line between."""
    shown: list[Json] = []
    for card in cards:
        part = blocks(card, MODAL_BLOCKS)
        if len(shown) + len(part) >= MODAL_BLOCKS:
            break
        shown += [{"type": "divider"}, *part] if shown else part
    return {"type": "home", "blocks": shown}


def _can_show(field: FormField) -> bool:
    """Slack has no roles; a menu needs something to choose from."""
    if field.kind is Kind.ROLE:
        return False
    return field.kind not in (Kind.ONE, Kind.MANY) or bool(options(field.choices))


def _plain(text: str, most: int) -> Element:
    return {"type": "plain_text", "text": cut(text, most)}


def _input(field: FormField) -> Element:
    hint = {"hint": _plain(field.hint, HINT)} if field.hint else {}
    return {
        "type": "input",
        "block_id": field.name,
        "label": _plain(field.label, LABEL),
        "optional": field.optional,
        "element": _element(field),
        **hint,
    }


def _element(field: FormField) -> Element:
    match field.kind:
        case Kind.TEXT:
            initial: Element = {"initial_value": cut(field.values[0], INITIAL)} if field.values else {}
            return {"type": "plain_text_input", "action_id": field.name, **initial}
        case Kind.SUGGEST:
            shown = options([Choice(value, value) for value in field.values[:1]])
            chosen: Element = {"initial_option": shown[0]} if shown else {}
            return {"type": "external_select", "action_id": field.name, "min_query_length": 2, **chosen}
        case Kind.CHANNEL:
            here: Element = {"initial_conversation": field.values[0]} if field.values else {}
            only: Element = {"filter": {"include": ["public", "private"], "exclude_bot_users": True}}
            return {"type": "conversations_select", "action_id": field.name, **only, **here}
    return _from_choices(field)


def _from_choices(field: FormField) -> Element:
    if field.kind is Kind.MANY and len(field.choices) > OPTIONS:
        return _searched(field)
    shown = options(field.choices)
    chosen: list[Json] = [each for each in shown if isinstance(each, dict) and each["value"] in field.values]
    if field.kind is Kind.ONE:
        first: Element = {"initial_option": chosen[0]} if chosen else {}
        return {"type": "static_select", "action_id": field.name, "options": shown, **first}
    initial: Element = {"initial_options": chosen} if chosen else {}
    kind = "checkboxes" if len(shown) <= BOXES else "multi_static_select"
    return {"type": kind, "action_id": field.name, "options": shown, **initial}


def _searched(field: FormField) -> Element:
    """More than a menu can hold are looked for by typing."""
    shown = options([choice for choice in field.choices if choice.value in field.values])
    chosen: Element = {"initial_options": shown} if shown else {}
    return {"type": "multi_external_select", "action_id": field.name, "min_query_length": 1, **chosen}


def values(state: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[str, tuple[str, ...]]:
    """What was filled in, by field name, of a view's ``state.values``."""
    return {name: _value(actions.get(name, {})) for name, actions in state.items()}


def _value(entry: Mapping[str, object]) -> tuple[str, ...]:
    for key in ("value", "selected_conversation"):
        if isinstance(found := entry.get(key), str):
            return (found,)
    one = entry.get("selected_option")
    several = entry.get("selected_options")
    chosen = [one] if one else several if isinstance(several, list) else []
    return tuple(str(each["value"]) for each in chosen if isinstance(each, dict))


def errors(found: FieldErrors) -> Element:
    """The answer to a view_submission that was not taken: a sentence beside each field."""
    return {"response_action": "errors", "errors": {name: cut(text, ERROR) for name, text in found.errors}}
