"""A form, asked field by field."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain

from rich.text import Text as Line

from adapters.terminal import sentences
from adapters.terminal.inert import inert_line
from adapters.terminal.lines import Complete, Lines
from adapters.terminal.page import TITLE
from adapters.terminal.render import blocks
from adapters.terminal.screen import Screen
from bot.card import Card, Choice, Field, FieldErrors, FieldKind, Form, Reply
from bot.model import Actor, Place, Submission
from bot.ports import Face

Values = dict[str, tuple[str, ...]]


class Filling:
    """Asks for a form's fields and sends it until it is taken or left."""

    def __init__(self, face: Face, screen: Screen, lines: Lines, who: Actor, place: Place) -> None:
        self._face = face
        self._screen = screen
        self._lines = lines
        self._who = who
        self._place = place

    async def fill(self, form: Form, now: datetime) -> Reply | None:
        """The reply to the form once it is taken; None where it was left with ``:cancel`` or the lines ended."""
        self._screen.say(inert_line(form.title), TITLE)
        self._screen.lines(blocks(form.intro, self._screen.page))
        self._screen.quiet("Enter keeps what stands there; :cancel leaves everything as it was.")
        values: Values = {}
        wanted = [field.name for field in form.fields if field.kind is not FieldKind.ROLE]
        while wanted:
            for field in (field for field in form.fields if field.name in wanted):
                given = await self._ask(field)
                if given is None:
                    return None
                values[field.name] = given
            came = await self._send(form, Submission(self._who, self._place, form.id, dict(values)), now)
            if not isinstance(came, FieldErrors):
                return came
            wanted = self._explain(form, came)
        return None

    async def _send(self, form: Form, submission: Submission, now: datetime) -> Reply | FieldErrors | None:
        """Send a form, after a look at what it would do where it has one; None where that was enough."""
        if form.previewed:
            shown = await self._face.preview(submission, now)
            if not isinstance(shown, Card):
                return shown
            self._screen.lines(blocks(shown.blocks, self._screen.page))
            line = await self._lines.read(f"{inert_line(form.submit)} [{sentences.YES}]: ")
            if line is None or line.strip().casefold() not in sentences.AGREED:
                return None
        return await self._face.submit(submission, now)

    def _explain(self, form: Form, came: FieldErrors) -> list[str]:
        labels = {field.name: field.label for field in form.fields}
        for name, sentence in came.errors:
            self._screen.say(f"{inert_line(labels.get(name, name))}: {inert_line(sentence)}")
        return [name for name, _ in came.errors if name in labels]

    async def _ask(self, field: Field) -> tuple[str, ...] | None:
        """What stands in a field afterwards; None to leave the form."""
        if field.kind is FieldKind.CHANNEL:
            return (self._place.channel,) if self._place.channel else field.values
        self._offer(field)
        while True:
            line = await self._lines.read(self._prompt(field), self._complete(field))
            if line is None or line.strip().lower() == ":cancel":
                return None
            given = field.values if not line.strip() else read_field(field, line)
            if given is None:
                self._screen.say(sentences.SOME_OF if field.kind is FieldKind.MANY else sentences.ONE_OF)
            elif not given and not field.optional:
                self._screen.say(sentences.NEEDED)
            else:
                return given

    def _offer(self, field: Field) -> None:
        if field.hint:
            self._screen.quiet(inert_line(field.hint), "  ")
        choices = [f"[{number}] {inert_line(choice.label)}" for number, choice in enumerate(field.choices, 1)]
        if choices:
            self._screen.lines(self._screen.page.wrapped(Line("  ".join(choices)), "  "))

    def _prompt(self, field: Field) -> str:
        labels = {choice.value: choice.label for choice in field.choices}
        stands = ", ".join(labels.get(value, value) for value in field.values)
        return f"{inert_line(field.label)}{f' [{inert_line(stands)}]' if stands else ''}: "

    def _complete(self, field: Field) -> Complete | None:
        if field.kind is not FieldKind.SUGGEST:
            return None

        async def suggest(text: str) -> tuple[tuple[str, str], ...]:
            found = await self._face.suggest(self._who, field.name, text)
            return tuple((choice.value, choice.label) for choice in found)

        return suggest


def read_field(field: Field, line: str) -> tuple[str, ...] | None:
    """What a typed line says for a field; None where it names a choice that is not there. ``-`` empties a field."""
    if line.strip() == "-" and field.optional:
        return ()
    if not field.choices:
        return (line.strip(),)
    if field.kind is FieldKind.MANY:
        parts = [_choices(field.choices, part) for part in line.replace(",", " ").split()]
        return tuple(dict.fromkeys(chain(*parts))) if all(parts) else None
    one = _choice(field.choices, line)
    return None if one is None else (one,)


def _choices(choices: tuple[Choice, ...], typed: str) -> tuple[str, ...]:
    """One choice, or with a dash all from one to another; nothing where there is no such choice."""
    one = _choice(choices, typed)
    if one is not None:
        return (one,)
    first, _, last = re.sub("[–—]", "-", typed).partition("-")
    values = [choice.value for choice in choices]
    ends = _choice(choices, first), _choice(choices, last)
    if ends[0] is None or ends[1] is None:
        return ()
    return tuple(values[values.index(ends[0]) : values.index(ends[1]) + 1])


def _choice(choices: tuple[Choice, ...], typed: str) -> str | None:
    words = typed.strip().casefold().strip("[]")
    for number, choice in enumerate(choices, 1):
        if words in (str(number), choice.value.casefold(), choice.label.casefold()):
            return choice.value
    return None
