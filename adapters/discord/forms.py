"""Forms as modals, and what comes back from them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adapters.discord.components import (
    CHANNEL_MENU,
    MENU,
    ROLE_MENU,
    Component,
    Json,
    options,
    text_display,
    text_of,
)
from adapters.discord.limits import (
    CUSTOM_ID,
    DESCRIPTION,
    INPUT,
    LABEL,
    MODAL_PARTS,
    MODAL_TITLE,
    OPTION,
    OPTIONS,
    cut,
)
from bot.card import Field as FormField
from bot.card import FieldKind as Kind
from bot.card import Form

LABELLED, TEXT_INPUT = 18, 4
GUILD_TEXT, GUILD_NEWS = 0, 5
"""Kinds of channels that are asked."""


def fits(form: Form) -> bool:
    """Whether a modal can hold the form."""
    parts = len(form.fields) + bool(form.intro)
    return len(form.fields) > 0 and parts <= MODAL_PARTS and all(not is_long(field) for field in form.fields)


def is_long(field: FormField) -> bool:
    """Whether a field has more choices than a menu can show, or none that it can."""
    shown = {choice.value for choice in field.choices if 0 < len(choice.value) <= OPTION}
    return field.kind in (Kind.ONE, Kind.MANY) and not 0 < len(shown) <= OPTIONS


def modal(form: Form) -> Component:
    """``custom_id``, ``title`` and ``components`` of a modal."""
    intro: list[Component] = [text_display(text_of(form.intro))] if form.intro else []
    return window(form.id, form.title, [*intro, *(labelled(field) for field in form.fields)])


def window(id_: str, title: str, parts: Sequence[Component]) -> Component:
    """A modal of labelled parts."""
    return {"custom_id": id_, "title": cut(title, MODAL_TITLE), "components": list(parts)[:MODAL_PARTS]}


def labelled(field: FormField) -> Component:
    """A field with its label."""
    hint: Component = {"description": cut(field.hint, DESCRIPTION)} if field.hint else {}
    return {"type": LABELLED, "label": cut(field.label, LABEL), **hint, "component": _input(field)}


def _input(field: FormField) -> Component:
    name = cut(field.name, CUSTOM_ID)
    required: Component = {"custom_id": name, "required": not field.optional}
    match field.kind:
        case Kind.TEXT | Kind.SUGGEST:
            initial: Component = {"value": cut(field.values[0], INPUT)} if field.values and field.values[0] else {}
            return {"type": TEXT_INPUT, **required, "style": 1, "max_length": INPUT, **initial}
        case Kind.CHANNEL:
            return {"type": CHANNEL_MENU, **required, "channel_types": [GUILD_TEXT, GUILD_NEWS], **defaults(field)}
        case Kind.ROLE:
            return {"type": ROLE_MENU, **required, **defaults(field)}
    shown = options(field.choices, field.values)
    most = 1 if field.kind is Kind.ONE else len(shown)
    least = 0 if field.optional else 1
    return {"type": MENU, **required, "min_values": least, "max_values": most, "options": shown}


def defaults(field: FormField) -> Component:
    """What stands in a menu of channels or of roles at first."""
    return picked(field.values[:1], "role" if field.kind is Kind.ROLE else "channel")


def picked(ids: Sequence[str], kind: str) -> Component:
    """What is chosen in such a menu; ``kind`` is ``channel`` or ``role``. Ids that are none are left out."""
    found: list[Json] = [{"id": id_, "type": kind} for id_ in ids if id_.isascii() and id_.isdecimal()]
    return {"default_values": found} if found else {}


def values(parts: Sequence[Mapping[str, Json]]) -> dict[str, tuple[str, ...]]:
    """What was filled in, by field name, of a submission's components."""
    return dict(_values(parts))


def _values(parts: Sequence[Mapping[str, Json]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in parts:
        inner = part.get("component")
        if not isinstance(inner, dict):
            continue
        several, one = inner.get("values"), inner.get("value")
        if isinstance(several, list):
            yield str(inner["custom_id"]), tuple(str(each) for each in several)
        elif isinstance(one, str):
            yield str(inner["custom_id"]), (one,) if one else ()
