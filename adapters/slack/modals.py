"""Forms as modals, and what comes back from them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.slack.blocks import Element, Json, blocks, options
from adapters.slack.limits import BOXES, ERROR, HINT, INITIAL, LABEL, MODAL_BLOCKS, MODAL_TITLE, cut
from bot.card import Card, Choice, FieldErrors, Form
from bot.card import Field as FormField
from bot.card import FieldKind as Kind

CALLBACK = "pyquiz-form"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a modal has to remember: the form, where it was opened, and how an answer gets there."""

    form: str
    channel: str = ""
    response_url: str = ""
    replaceable: bool = False
    channel_name: str = ""

    def written(self) -> str:
        """For ``private_metadata``; a response URL is some 100 characters, a channel's name at most 80."""
        return json.dumps([self.form, self.channel, self.response_url, self.replaceable, self.channel_name])

    @classmethod
    def read(cls, text: str) -> Memory:
        """The Memory of a modal; raises ValueError for anything that PyQuiz did not write."""
        match json.loads(text):
            case [str(form), str(channel), str(url), bool(replaceable), str(name)]:
                return cls(form, channel, url, replaceable, name)
        raise ValueError("not a form of PyQuiz")


def view(form: Form, memory: Memory) -> Element:
    """A modal; without fields it is the skeleton that an update will fill.

    Where a field chooses the channel, what says which it is is left out: the choice may change.
    """
    chooses = any(field.kind is Kind.CHANNEL for field in form.fields)
    intro = [] if chooses else blocks(Card("", form.intro))
    submit = {"submit": _plain(form.submit, MODAL_TITLE)} if form.fields else {}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "title": _plain(form.title, MODAL_TITLE),
        "close": _plain("Cancel", MODAL_TITLE),
        **submit,
        "blocks": [*intro, *(_input(field) for field in form.fields if _can_show(field))][:MODAL_BLOCKS],
    }


def page(card: Card, memory: Memory) -> Element:
    """A modal that shows a card: in place of a form that may not be had, or where no message can be answered."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": memory.written(),
        "title": _plain("PyQuiz", MODAL_TITLE),
        "close": _plain("Close", MODAL_TITLE),
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
            here: Element = (
                {"initial_conversation": field.values[0]} if field.values else {"default_to_current_conversation": True}
            )
            return {"type": "conversations_select", "action_id": field.name, **here}
    return _from_choices(field)


def _from_choices(field: FormField) -> Element:
    shown = options(field.choices)
    chosen: list[Json] = [each for each in shown if isinstance(each, dict) and each["value"] in field.values]
    if field.kind is Kind.ONE:
        first: Element = {"initial_option": chosen[0]} if chosen else {}
        return {"type": "static_select", "action_id": field.name, "options": shown, **first}
    initial: Element = {"initial_options": chosen} if chosen else {}
    kind = "checkboxes" if len(shown) <= BOXES else "multi_static_select"
    return {"type": kind, "action_id": field.name, "options": shown, **initial}


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
