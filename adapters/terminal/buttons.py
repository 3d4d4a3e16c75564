"""Which parts of a card are pressed by a letter, which by typing an answer, and which by a number."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Button, Card, Menu, Options


@dataclass(frozen=True, slots=True)
class Key:
    """Something that can be pressed: what to type for it, what it says, and what is sent."""

    shown: str
    label: str
    id: str
    values: tuple[str, ...] = ()


def letters(card: Card) -> dict[str, Button]:
    """The lettered buttons of a card by their letters, in lower case."""
    lettered = (action for action in card.actions if isinstance(action, Button) and len(action.label) == 1)
    return {button.label.lower(): button for button in lettered if button.label.isalpha()}


def form_button(card: Card) -> Button | None:
    """The button whose form takes the answer, on a card that can be answered but has no letters."""
    if not card.name or letters(card):
        return None
    return next((action for action in card.actions if isinstance(action, Button) and action.opens_form), None)


def answerable(card: Card) -> bool:
    """Whether a typed line can answer this card."""
    return bool(letters(card)) or form_button(card) is not None


def takes_text(card: Card) -> bool:
    """Whether any words at all may be this card's answer: then numbers need a colon before them."""
    return form_button(card) is not None and not any(isinstance(block, Options) for block in card.blocks)


def keys(card: Card) -> tuple[Key, ...]:
    """Everything but the answers, numbered from 1; each choice of a menu is a key of its own."""
    answers = {id(button) for button in (*letters(card).values(), form_button(card))}
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for action in card.actions:
        if isinstance(action, Menu):
            found += [(f"{action.label}: {choice.label}", action.id, (choice.value,)) for choice in action.choices]
        elif id(action) not in answers:
            found.append((action.label, action.id, ()))
    mark = ":" if takes_text(card) else ""
    return tuple(Key(f"{mark}{number}", *key) for number, key in enumerate(found, 1))


def pressed(card: Card, line: str) -> Key | None:
    """The key that a line names: ``2``, ``:2``, ``[2]``, or its label in any case."""
    typed = line.strip().casefold()
    text = takes_text(card)
    for key in keys(card):
        number = key.shown.lstrip(":")
        names = {f":{number}", key.label.casefold()} | (set() if text else {number, f"[{number}]"})
        if typed in names:
            return key
    return None
