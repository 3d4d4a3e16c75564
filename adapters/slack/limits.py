"""Slack's limits, in characters unless said otherwise; from its reference of Block Kit and of chat.postMessage."""

MESSAGE = 13_000
"""All text of a message's blocks: from about 13,200 on it is refused with msg_blocks_too_long."""

CONTROLS = 6_000
"""Characters that buttons and menus may take of a message; a card has few."""

TOP_TEXT = 3_000
BUTTON = 75
ACTIONS = 25
"""Elements of one actions block."""

ACTION_ID = 255
BLOCKS = 50
MODAL_BLOCKS = 100
OPTIONS = 100
OPTION_TEXT = 75
OPTION_VALUE = 150
BOXES = 10
"""Options of one group of checkboxes."""

MODAL_TITLE = 24
LABEL = 2_000
HINT = 2_000
INITIAL = 3_000
"""What stands in a text field at first."""

PRIVATE_METADATA = 3_000
ERROR = 2_000


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than ``most``; never empty, and always UTF-8."""
    sound = text.encode("utf-8", "replace").decode() or " "
    return sound if len(sound) <= most else f"{sound[: most - 1]}…"
