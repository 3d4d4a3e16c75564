"""Discord's limits, in characters unless said otherwise; from its reference of components, messages and commands."""

TEXT = 4_000
"""All text displays of a message together."""

COMPONENTS = 40
"""Components of a message, nested ones too."""

ROW = 5
"""Buttons of one action row; a menu takes a row of its own."""

CUSTOM_ID = 100
BUTTON = 80
OPTIONS = 25
OPTION = 100
"""An option's label, and its value."""

PLACEHOLDER = 150

MODAL_PARTS = 5
"""Components on the top level of a modal."""

MODAL_TITLE = 45
LABEL = 45
DESCRIPTION = 100
INPUT = 4_000
"""What stands in a text field, at first and when it is sent."""

SUGGESTIONS = 25
SUGGESTION = 100
"""A suggestion's name, and its value."""


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than ``most``; never empty, and always UTF-8."""
    sound = text.encode("utf-8", "replace").decode() or " "
    return sound if len(sound) <= most else f"{sound[: most - 1]}…"
