"""The invitation of the bot to a server: with the least permissions, each with its reason. Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """One of Discord's permissions: its number's bit, what the server's settings call it, and what it is for.

    ``attribute`` is its name in discord.py. Without one that is not ``needed`` PyQuiz does with less.
    """

    attribute: str
    bit: int
    name: str
    why: str
    needed: bool = True


PERMISSIONS = (
    Permission("view_channel", 10, "View Channel", "questions and answers"),
    Permission("send_messages", 11, "Send Messages", "questions and answers"),
    Permission("read_message_history", 16, "Read Message History", "replies, and finding out what arrived"),
    Permission("create_public_threads", 35, "Create Public Threads", "the reasons, in the question's thread", False),
    Permission("send_messages_in_threads", 38, "Send Messages in Threads", "the reasons, in the thread", False),
)

NUMBER = sum(1 << permission.bit for permission in PERMISSIONS)
"""What the invitation asks for, as Discord writes it."""


def invitation(application: int | str) -> str:
    """The address under which somebody who manages a server adds the bot to it."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot+applications.commands&permissions={NUMBER}"
    )


def application_of(token: str) -> str | None:
    """The bot's id, which its token begins with and which the application shares; None for a token that holds none."""
    head = token.split(".")[0]
    try:
        found = base64.b64decode(head + "=" * (-len(head) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return found if found.isdecimal() else None
