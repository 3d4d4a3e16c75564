"""Forms that no modal can hold, as a private message of menus. Pure: what is chosen so far stands in the message
itself, so nothing is kept in memory and nothing is lost by a restart.

A menu shows its choice as its defaults; a text field is a line that ends in its value as code, which a button opens a
modal for. Above them stands a note: what saving would do, or what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from adapters.discord.components import (
    BUTTON_TYPE,
    CHANNEL_MENU,
    CONTAINER,
    MENU,
    ROLE_MENU,
    TEXT_DISPLAY,
    Component,
    Json,
    menu_of,
    options,
    row,
    text_display,
    text_of,
)
from adapters.discord.forms import GUILD_NEWS, GUILD_TEXT, LABELLED, TEXT_INPUT, defaults, is_long, picked, window
from adapters.discord.limits import BUTTON, COMPONENTS, CUSTOM_ID, INPUT, MODAL_PARTS, PLACEHOLDER, cut
from bot.card import Block, Field, FieldErrors, FieldKind, Form, Plain, Strong, Text, Tone

SAVE, WRITE = "save", "write"
NOTE_AT, TEXTS_FROM = 90, 100
"""Ids of the note and of the first text field's line."""

OF_MENU, OF_SAVING = 3, 2
"""Components of a menu with its label, and of the button that saves."""

MOST, LABEL_SHOWN, HINT_SHOWN, HEAD, NOTE = 250, 30, 60, 250, 700
"""Characters of a text field's value (all that a sheet shows, and so keeps), of its label and hint, of what stands
above the fields: with eight fields less than a message may hold."""

PICKED: dict[FieldKind, Component] = {
    FieldKind.CHANNEL: {"type": CHANNEL_MENU, "channel_types": [GUILD_TEXT, GUILD_NEWS]},
    FieldKind.ROLE: {"type": ROLE_MENU},
}
PICKED_BY: dict[Json, str] = {CHANNEL_MENU: "channel", ROLE_MENU: "role"}
"""Menus that Discord itself fills, and what their defaults are called."""

ID = re.compile(r"sheet\|(?P<what>[a-z]+)\|(?P<name>[^|]*)\|(?P<form>pq\|.+)")
_LINE = re.compile(
    r"\*\*(?P<label>.*?)\*\*  (?:`(?P<value>[^`]*)`|none)(?P<optional>, optional)?(?:\n-# (?P<hint>.*))?"
)


@dataclass(frozen=True, slots=True)
class SheetId:
    """What a sheet's control does: ``save``, ``choose`` in a menu (``name`` is the field's), or ``write`` a group of
    text fields (``name`` is theirs, with commas between)."""

    what: str
    name: str
    form: str

    def __str__(self) -> str:
        return f"sheet|{self.what}|{self.name}|{self.form}"

    @classmethod
    def read(cls, text: str) -> SheetId | None:
        """The SheetId of a custom id; None for one that is none."""
        found = ID.fullmatch(text)
        return cls(found["what"], found["name"], found["form"]) if found else None


def sheet(form: Form, in_server: bool = True) -> list[Component]:
    """The message, filled with how things stand. ``in_server``: else there are no channels and roles to choose from."""
    texts = [field for field in form.fields if _is_text(field)]
    head = Text((Plain(form.title),), Tone.TITLE)
    menus = [field for field in form.fields if _is_menu(field) and (in_server or field.kind not in PICKED)]
    channels = [field for field in menus if field.kind is FieldKind.CHANNEL]
    intro = () if channels else form.intro  # it names the channel that the menu shows
    parts: list[Component] = [text_display(text_of((head, *intro), HEAD))]
    for field in channels:
        parts += [text_display(f"**{cut(field.label, LABEL_SHOWN)}**"), row(_menu(field, form))]
    for i, field in enumerate(texts):
        line = _line(field.label, ", ".join(field.values), field.optional, field.hint)
        parts.append({**text_display(line), "id": TEXTS_FROM + i})
    if texts:
        parts.append(row(*(_opens(group, form) for group in _groups(texts, form))))
    room = COMPONENTS - 1 - len(list(_walk(parts))) - OF_SAVING
    for field in [field for field in menus if field.kind is not FieldKind.CHANNEL][: room // OF_MENU]:
        parts += [text_display(f"**{cut(field.label, LABEL_SHOWN)}**"), row(_menu(field, form))]
    parts.append(row(_button(SheetId(SAVE, "", form.id), form.submit, 1)))
    return [{"type": CONTAINER, "components": parts}]


def chosen(parts: Sequence[Component], name: str, values: Sequence[str]) -> list[Component]:
    """The sheet after a choice in one of its menus."""

    def change(part: Component) -> Component:
        found = SheetId.read(str(part.get("custom_id", "")))
        if found is None or found.name != name:
            return part
        if kind := PICKED_BY.get(part.get("type")):
            return {**{key: value for key, value in part.items() if key != "default_values"}, **picked(values, kind)}
        if part.get("type") != MENU:
            return part
        return {**part, "options": [_marked(option, values) for option in _dicts(part["options"])]}

    return _changed(parts, change)


def written(parts: Sequence[Component], values: Mapping[str, Sequence[str]]) -> list[Component]:
    """The sheet after some of its text fields were filled in, in a modal of ``window_for``."""

    def change(part: Component) -> Component:
        line = _read(part)
        if line is None or str(part.get("id")) not in values:
            return part
        value = " ".join(values[str(part["id"])])
        return {**part, "content": _line(line["label"], value, bool(line["optional"]), line["hint"] or "")}

    return _changed(parts, change)


def with_errors(parts: Sequence[Component], found: FieldErrors) -> list[Component]:
    """The sheet with what is wrong with it."""
    return with_note(parts, [Text((Strong("Not saved. "), Plain(sentence))) for _, sentence in found.errors])


def with_note(parts: Sequence[Component], said: Sequence[Block]) -> list[Component]:
    """The sheet with something said on top, in the place of what was said there before; nothing: only that is gone."""
    inner = [part for part in _inside(parts) if part.get("id") != NOTE_AT]
    if said:
        inner.insert(1, {**text_display(text_of(said, NOTE)), "id": NOTE_AT})
    return [{"type": CONTAINER, "components": inner}]


def values_of(parts: Sequence[Component]) -> dict[str, tuple[str, ...]]:
    """What the sheet says, by field name. A text that had to be cut is left out: it stays as it was."""
    found: dict[str, tuple[str, ...]] = {}
    for part in _walk(parts):
        control = SheetId.read(str(part.get("custom_id", "")))
        if part.get("type") == MENU and control is not None:
            found[control.name] = tuple(str(o["value"]) for o in _dicts(part["options"]) if o.get("default"))
        if part.get("type") in PICKED_BY and control is not None:
            found[control.name] = tuple(str(each["id"]) for each in _dicts(part.get("default_values")))
    for name, (_, line) in zip(_names(parts), _lines(parts), strict=False):
        if not (line["value"] or "").endswith("…"):
            found[name] = (line["value"],) if line["value"] else ()
    return found


def window_for(parts: Sequence[Component], control: SheetId, title: str) -> Component:
    """The modal of one group of a sheet's text fields, as they stand."""
    wanted = control.name.split(",")
    fields: list[Component] = []
    for name, (id_, line) in zip(_names(parts), _lines(parts), strict=False):
        if name not in wanted:
            continue
        initial: Component = {"value": line["value"]} if line["value"] else {}
        hint: Component = {"description": line["hint"]} if line["hint"] else {}
        entry: Component = {
            "type": TEXT_INPUT,
            "custom_id": str(id_),
            "style": 1,
            "required": not line["optional"],
            "max_length": min(INPUT, MOST),
            **initial,
        }
        fields.append({"type": LABELLED, "label": line["label"], **hint, "component": entry})
    return window(str(control), title, fields)


def _lines(parts: Sequence[Component]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of the text fields, in order, with their ids."""
    for part in _walk(parts):
        line, id_ = _read(part), part.get("id")
        if line is not None and isinstance(id_, int):
            yield id_, line


def _names(parts: Sequence[Component]) -> list[str]:
    """The names of the text fields, in order: the buttons that open them know."""
    controls = (SheetId.read(str(part.get("custom_id", ""))) for part in _walk(parts))
    return [name for control in controls if control and control.what == WRITE for name in control.name.split(",")]


def _groups(texts: Sequence[Field], form: Form) -> list[list[Field]]:
    """The text fields, as many together as one modal and its button's id can hold, about as many in each."""
    groups: list[list[Field]] = [[]]
    modals = ceil(len(texts) / MODAL_PARTS)
    for field in texts:
        named = SheetId(WRITE, ",".join(each.name for each in (*groups[-1], field)), form.id)
        if len(groups[-1]) == ceil(len(texts) / modals) or (groups[-1] and len(str(named)) > CUSTOM_ID):
            groups.append([])
        groups[-1].append(field)
    return groups


def _is_menu(field: Field) -> bool:
    return field.kind in PICKED or (field.kind in (FieldKind.ONE, FieldKind.MANY) and not is_long(field))


def _is_text(field: Field) -> bool:
    return field.kind in (FieldKind.TEXT, FieldKind.SUGGEST) or is_long(field)


def _line(label: str, value: str, optional: bool, hint: str) -> str:
    said = " ".join(value.replace("`", "'").split())
    shown = f"`{cut(said, MOST)}`" if said else "none"
    rest = f"\n-# {cut(hint, HINT_SHOWN)}" if hint else ""
    return f"**{cut(label, LABEL_SHOWN)}**  {shown}{', optional' if optional else ''}{rest}"


def _read(part: Mapping[str, Any]) -> dict[str, Any] | None:
    id_ = part.get("id")
    if part.get("type") != TEXT_DISPLAY or not isinstance(id_, int) or id_ < TEXTS_FROM:
        return None
    found = _LINE.fullmatch(str(part.get("content", "")))
    return found.groupdict() if found else None


def _menu(field: Field, form: Form) -> Component:
    name = str(SheetId("choose", field.name, form.id))
    least = 0 if field.optional else 1
    if field.kind in PICKED:
        shown_as: Component = {"custom_id": name, "placeholder": cut(field.label, PLACEHOLDER), "min_values": least}
        return {**PICKED[field.kind], **shown_as, **defaults(field)}
    shown = options(field.choices, field.values)
    most = 1 if field.kind is FieldKind.ONE else len(shown)
    return menu_of(name, field.label, shown, least, most)


def _opens(group: Sequence[Field], form: Form) -> Component:
    words = ", ".join(field.label for field in group)
    return _button(SheetId(WRITE, ",".join(field.name for field in group), form.id), f"{words} …", 2)


def _button(id_: SheetId, label: str, style: int) -> Component:
    return {"type": BUTTON_TYPE, "style": style, "label": cut(label, BUTTON), "custom_id": str(id_)}


def _marked(option: Component, values: Sequence[str]) -> Component:
    rest = {name: value for name, value in option.items() if name != "default"}
    return {**rest, **({"default": True} if option["value"] in values else {})}


def _dicts(found: Json) -> Iterator[Component]:
    if isinstance(found, Sequence):
        yield from (each for each in found if isinstance(each, dict))


def _inside(parts: Sequence[Component]) -> list[Component]:
    return [part for whole in parts for part in _dicts(whole.get("components"))]


def _walk(parts: Sequence[Component]) -> Iterator[Component]:
    for part in parts:
        yield part
        yield from _walk(list(_dicts(part.get("components"))))


def _changed(parts: Sequence[Component], change: Any) -> list[Component]:
    found = []
    for part in parts:
        inner = part.get("components")
        found.append(change({**part, "components": _changed(list(_dicts(inner)), change)} if inner else part))
    return found
