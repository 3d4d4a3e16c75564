"""Discord's errors, in the core's words. Pure. Numbers are of its reference, JSON error codes."""

from __future__ import annotations

from datetime import timedelta

import discord

from bot.ports import Refused

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, UNKNOWN_USER = 10003, 10004, 10008, 10013
UNKNOWN_INTERACTION, ANSWERED_ALREADY = 10062, 40060
TOO_MANY_EDITS = 30046
"""Edits of a message older than an hour are capped; Discord says so with a 429 that names no time."""

NO_ACCESS, CANNOT_DM, NO_PERMISSION, ARCHIVED_THREAD = 50001, 50007, 50013, 50083
THREAD_EXISTS = 160004

GONE = frozenset({UNKNOWN_CHANNEL, UNKNOWN_GUILD, NO_ACCESS, NO_PERMISSION})
"""Refusals that will stay until somebody does something about the place."""

AGAIN = timedelta(seconds=30)
LATER = timedelta(minutes=5)

SENTENCES = {
    UNKNOWN_CHANNEL: "the channel was deleted",
    UNKNOWN_GUILD: "PyQuiz was removed from the server",
    NO_ACCESS: "PyQuiz may not see the channel",
    NO_PERMISSION: "PyQuiz may not write in the channel",
    CANNOT_DM: "this person takes no direct messages",
    TOO_MANY_EDITS: "this message is too old to be edited again",
    UNKNOWN_MESSAGE: "the message was deleted",
}


def refused(error: discord.HTTPException, limited: float | None = None) -> Refused:
    """What a refusal (4xx) means. A token that is refused is somebody's to mend, so it is tried again later."""
    reason = SENTENCES.get(error.code) or f"Discord refused it: {error.status}, {error.code} {error.text}"[:300]
    if error.code == TOO_MANY_EDITS:
        return Refused(reason)
    if error.status == 429:
        return Refused("too many requests", retry_after=timedelta(seconds=limited) if limited else AGAIN)
    if error.status == 401:
        return Refused("Discord does not take DISCORD_TOKEN any more", retry_after=LATER)
    return Refused(reason, gone=error.code in GONE)
