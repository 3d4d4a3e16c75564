"""A typed line as an answer to a card, given through the same Face as any platform's buttons and forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from adapters.terminal.buttons import form_button, letters, takes_text
from bot.card import Card, Choice, FieldErrors, FieldKind, Form, Reply
from bot.model import Actor, MessageRef, Place, Press, Submission
from bot.ports import Face

_ANSWER = re.compile(r"answer\s+(.+)", re.IGNORECASE | re.DOTALL)
_LETTERS = re.compile(r"[a-z](?:(?:\s*[,;&+]\s*|\s+and\s+|\s+)[a-z])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card on the screen; ``message`` where the channel sees it too."""

    card: Card
    message: MessageRef | None = None


def said(card: Card, line: str) -> str | None:
    """The answer in a line: ``b``, ``a c``, ``answer b``, or for an *output* question any words; None where the line
    must mean something else."""
    told = _ANSWER.fullmatch(line.strip())
    words = told[1].strip() if told else line.strip()
    if takes_text(card):
        return words or None
    if not _LETTERS.fullmatch(words) or (form_button(card) is None and words.lower() not in letters(card)):
        return None
    return words


async def answer(
    face: Face, shown: Shown, who: Actor, place: Place, words: str, now: datetime
) -> Reply | FieldErrors | None:
    """Give ``words`` (see ``said``) as the answer to a card; None where the card takes none of that kind."""
    lettered, opener = letters(shown.card), form_button(shown.card)
    button = lettered.get(words.lower()) or opener
    if button is None:
        return None
    came = await face.press(Press(who, place, button.id, (), shown.message), now)
    if isinstance(came, Reply):
        return came
    values = _values(came, words)
    if isinstance(values, FieldErrors):
        return values
    return await face.submit(Submission(who, place, came.id, values, shown.message), now)


def _values(form: Form, words: str) -> dict[str, tuple[str, ...]] | FieldErrors:
    field = form.fields[0]
    if field.kind is not FieldKind.MANY:
        return {field.name: (words,)}
    chosen = _chosen(field.choices, words)
    if chosen is None:
        last = chr(ord("a") + len(field.choices) - 1)
        return FieldErrors(((field.name, f"The options are a to {last}; type all that are right, such as: a {last}"),))
    return {field.name: chosen}


def _chosen(choices: tuple[Choice, ...], words: str) -> tuple[str, ...] | None:
    places = sorted({ord(letter) - ord("a") for letter in re.findall(r"\b[a-z]\b", words.lower())})
    if not places or places[-1] >= len(choices):
        return None
    return tuple(choices[place].value for place in places)
