"""Forms as modals and as sheets: within every limit, and what was filled in comes back."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import sheets
from adapters.discord.components import Component
from adapters.discord.forms import fits, labelled, modal, values
from adapters.discord.sheets import SheetId
from bot.card import Card, Choice, Field, FieldErrors, FieldKind, Form
from tests.adapters.discord.drawn import cards, forms
from tests.standins.discord.limits import check_message, check_modal, pings, walk
from tests.standins.discord.town import COMPONENTS_V2

DAYS = tuple(Choice(day, day.capitalize()) for day in ("mon", "tue", "wed"))
FORM = Form(
    "pq|setup|12",
    "PyQuiz set-up",
    "Save",
    (
        Field("zone", "Time zone", FieldKind.SUGGEST, ("Europe/Berlin",), hint="A city will do"),
        Field("time", "Asked at", FieldKind.TEXT, ("09:00",)),
        Field("days", "Days", FieldKind.MANY, ("mon", "wed"), DAYS),
        Field("reveal", "Answered at", FieldKind.TEXT, ("16:00",)),
        Field("holidays", "Holidays", FieldKind.TEXT, (), optional=True),
        Field("topics", "Topics", FieldKind.MANY, (), tuple(Choice(f"t{n}", f"T{n}") for n in range(30)), True),
        Field("python", "Python", FieldKind.TEXT, (), optional=True),
    ),
)


@settings(max_examples=150, deadline=None)
@given(forms, cards, st.booleans())
def test_any_sheet_takes_any_note_and_keeps_what_stands(form: Form, card: Card, in_server: bool) -> None:
    """Whatever is said on it, and again; only a server has channels and roles to choose from."""
    bare = sheets.sheet(form, in_server)
    noted = sheets.with_note(sheets.with_note(bare, card.blocks), card.blocks)
    check_message({"components": noted, "flags": COMPONENTS_V2})
    kinds = {part["type"] for part in walk(noted)}

    assert sheets.values_of(noted) == sheets.values_of(bare)
    assert in_server or not kinds & {6, 8}
    assert pings({"components": noted, "allowed_mentions": {"parse": []}}) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["1", "22", "@everyone", "x" * 50, "", "٣", "9" * 30]), max_size=1))
def test_a_channel_and_a_role_are_chosen_and_read_back(ids: list[str]) -> None:
    """Ids that are none are left out, and so is a text that had to be cut."""
    first = sheets.sheet(PICKING)
    changed = sheets.chosen(sheets.chosen(first, "channel", ids), "role", ids)
    check_message({"components": changed, "flags": COMPONENTS_V2})
    kept = tuple(id_ for id_ in ids if id_.isascii() and id_.isdecimal())
    found = sheets.values_of(changed)

    assert sheets.values_of(first) == {"channel": ("500",), "role": (), "zone": ("UTC",)}
    assert found == {"channel": kept, "role": kept, "zone": ("UTC",)}


PICKING = Form(
    "pq|setup",
    "PyQuiz set-up",
    "Save",
    (
        Field("channel", "Channel", FieldKind.CHANNEL, ("500",)),
        Field("zone", "Time zone", FieldKind.SUGGEST, ("UTC",)),
        Field("topics", "Topics", FieldKind.TEXT, ("topic, " * 100,), optional=True),
        Field("role", "Role to ping", FieldKind.ROLE, (), optional=True),
    ),
)


@settings(max_examples=150, deadline=None)
@given(forms)
def test_any_form_is_a_modal_or_a_sheet_that_discord_takes(form: Form) -> None:
    """Labels, choices and what stands in fields at first, however long and however many."""
    if fits(form):
        check_modal(modal(form))
    else:
        check_message({"components": sheets.sheet(form), "flags": COMPONENTS_V2})

    assert all(labelled(field)["type"] == 18 for field in form.fields)


def test_what_was_filled_in_comes_back_by_name() -> None:
    """Text, a menu's choices, and nothing where nothing was said."""
    parts: list[Component] = [
        {"type": 10, "id": 1},
        {"type": 18, "component": {"type": 4, "custom_id": "time", "value": "9:00"}},
        {"type": 18, "component": {"type": 4, "custom_id": "python", "value": ""}},
        {"type": 18, "component": {"type": 3, "custom_id": "days", "values": ["mon", "tue"]}},
    ]

    assert values(parts) == {"time": ("9:00",), "python": (), "days": ("mon", "tue")}


def test_a_sheet_holds_what_stands() -> None:
    """All of a form's values can be read off the message alone."""
    assert sheets.values_of(sheets.sheet(FORM)) == {
        "zone": ("Europe/Berlin",),
        "time": ("09:00",),
        "days": ("mon", "wed"),
        "reveal": ("16:00",),
        "holidays": (),
        "topics": (),
        "python": (),
    }


def test_a_choice_and_a_text_change_their_field_and_no_other() -> None:
    """Step by step, each in the message that the last one left."""
    first = sheets.sheet(FORM)
    control = next(found for found in _controls(first) if found.what == sheets.WRITE)
    window = sheets.window_for(first, control, "PyQuiz set-up")
    ids = {part["label"]: part["component"]["custom_id"] for part in _parts(window)}
    changed = sheets.written(sheets.chosen(first, "days", ("tue",)), {ids["Asked at"]: ("9am `now`",)})
    before, after = sheets.values_of(first), sheets.values_of(changed)

    check_modal(window)
    assert after["days"] == ("tue",)
    assert after["time"] == ("9am 'now'",)
    assert {name for name in before if before[name] != after[name]} == {"days", "time"}


def test_a_sheet_says_what_is_wrong_once() -> None:
    """The sentences stand on it until it is saved or refused anew; its values stay."""
    errors = FieldErrors((("zone", "“Xyz” is no zone."),))
    once = sheets.with_errors(sheets.sheet(FORM), errors)
    twice = sheets.with_errors(once, errors)

    check_message({"components": twice, "flags": COMPONENTS_V2})
    assert once == twice
    assert sheets.values_of(twice) == sheets.values_of(sheets.sheet(FORM))


def test_a_sheets_ids_come_back() -> None:
    """What each control does is written in its id, and nothing else is taken for one."""
    for found in _controls(sheets.sheet(FORM)):
        assert len(str(found)) <= 100
        assert SheetId.read(str(found)) == found
    assert SheetId.read("pq|setup|12") is None


def _controls(parts: list[Component]) -> list[SheetId]:
    ids = (SheetId.read(str(part.get("custom_id", ""))) for part in walk(parts))
    return [found for found in ids if found]


def _parts(window: Component) -> list[dict[str, Any]]:
    found: Any = window["components"]
    return list(found)
