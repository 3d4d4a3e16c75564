"""Messages of the clock on Discord: posted once under a nonce, edited, and looked for by a mark they carry."""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import discord
from discord.http import Route

from adapters.discord.components import Component, called_by, container
from adapters.discord.refusals import AGAIN, GONE, THREAD_EXISTS, UNKNOWN_CHANNEL, refused
from adapters.discord.rest import BROKEN, Rest, Trail
from adapters.discord.sentences import THREAD
from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown

PAGES, PAGE = 5, 100
"""So much of a channel's history is looked through for one message."""

TRIES = 3
"""So often a post is tried under one nonce: to the outside these are one request. All within seconds; a nonce lives
some minutes."""

PAUSE = 0.5
"""Seconds between tries."""

SILENT, COMPONENTS_V2 = 1 << 12, 1 << 15
"""Flags of a message."""

NOBODY: Component = {"parse": [], "replied_user": False}
"""Allowed mentions: none, whatever a message says."""

ARCHIVE = 1440
"""Minutes after which a quiet thread folds up: a day."""


def nonce_of(key: str) -> str:
    """A delivery's nonce: 24 characters, Discord takes 25."""
    return base64.b32encode(blake2b(key.encode(), digest_size=15).digest()).decode()


def mark_of(key: str) -> int:
    """A delivery's mark: the id of its message's container, 1 to 2³¹ - 1."""
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") % (2**31 - 1) + 1


OLD = timedelta(hours=1)
OLD_AGAIN = timedelta(minutes=10)
"""Edits of messages older than an hour are capped (30046), and Discord does not say at how many: so often the count
of an open question is brought up to date then, which leaves room for its result."""

REMEMBERED = 10_000
"""So many messages' latest edits are remembered."""


class DiscordMessenger:
    """Implements ``bot.ports.Messenger`` over REST. ``rest`` returns None while Discord is not up; ``clock`` returns
    aware UTC."""

    def __init__(
        self,
        rest: Callable[[], Rest | None],
        pause: float = PAUSE,
        clock: Callable[[], datetime] = discord.utils.utcnow,
    ) -> None:
        self._rest = rest
        self._pause = pause
        self._clock = clock
        self._edited: OrderedDict[str, datetime] = OrderedDict()

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Send a message: into the channel, silently as a reply where it is a reveal, into the question's thread where
        it is a detail, to a person where one is meant."""
        rest = self._rest()
        if rest is None:
            return Refused("Discord is not up", retry_after=AGAIN)
        where = await self._channel(rest, to)
        if isinstance(where, Refused):
            return where
        body = message(card, key)
        if to.parent and to.broadcast:
            body["message_reference"] = {"message_id": to.parent, "fail_if_not_exists": False}
        if to.parent:
            body["flags"] = SILENT | COMPONENTS_V2
        return await self._create(rest, where, body, to)

    async def _create(self, rest: Rest, channel: str, body: Component, to: Place) -> Sent | Refused | Unknown:
        trail, route = Trail(), Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self._pause)
            try:
                answer = await rest.call(route, body, trail=trail)
                return Sent(MessageRef(to, str(answer["id"])))
            except discord.HTTPException as error:
                if error.status < 500:
                    return refused(error, trail.limited)
                reason = f"Discord answered {error.status}"
            except TimeoutError:
                return _gave_up(trail)
            except (*BROKEN, KeyError, TypeError) as error:
                reason = f"the connection to Discord broke: {type(error).__name__}"
        return Unknown(reason) if trail.unclear else Refused(reason, retry_after=AGAIN)

    async def _channel(self, rest: Rest, to: Place) -> str | Refused:
        """The id of the channel, direct messages or thread that a message goes to, made where there is none yet."""
        try:
            if to.channel is None:
                return await _direct(rest, to.person or "")
            if to.parent and not to.broadcast:
                return await _thread(rest, to.channel, to.parent)
        except discord.HTTPException as error:
            found = refused(error)
            return Refused(found.reason, retry_after=AGAIN if error.status >= 500 else found.retry_after)
        except BROKEN as error:
            return Refused(f"the connection to Discord broke: {type(error).__name__}", retry_after=AGAIN)
        return to.channel

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Replace a message: the same edit twice is one edit, so what broke is tried again later."""
        rest = self._rest()
        if rest is None:
            return Refused("Discord is not up", retry_after=AGAIN)
        if card.name and (wait := self._too_often(at.id)):
            return Refused("an old message was edited lately", retry_after=wait)
        trail = Trail()
        route = Route(
            "PATCH",
            "/channels/{channel_id}/messages/{message_id}",
            channel_id=at.place.channel,
            message_id=at.id,
        )
        body = {"components": container(card), "flags": COMPONENTS_V2, "allowed_mentions": NOBODY}
        try:
            await rest.call(route, body, trail=trail)
        except discord.HTTPException as error:
            if error.status < 500:
                return refused(error, trail.limited)
            return Refused(f"Discord answered {error.status}", retry_after=AGAIN)
        except TimeoutError:
            wait = timedelta(seconds=trail.limited) if trail.limited else AGAIN
            return Refused("Discord took too long", retry_after=wait)
        except (*BROKEN, KeyError, TypeError) as error:
            return Refused(f"the connection to Discord broke: {type(error).__name__}", retry_after=AGAIN)
        return Sent(at)

    def _too_often(self, message: str) -> timedelta | None:
        """How long a question that can be answered yet has to wait for its next count; None: it is its turn."""
        now = self._clock()
        if now - discord.utils.snowflake_time(int(message)) < OLD:
            return None
        if (wait := self._edited.get(message, now - OLD_AGAIN) + OLD_AGAIN - now) > timedelta():
            return wait
        self._edited[message] = now
        self._edited.move_to_end(message)
        if len(self._edited) > REMEMBERED:
            self._edited.popitem(last=False)
        return None

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Look through what was written there since then for the message with this key's mark."""
        rest = self._rest()
        if rest is None:
            return CannotTell("Discord is not up")
        try:
            channel = (
                to.parent if to.parent and not to.broadcast else to.channel or await _direct(rest, to.person or "")
            )
            pages = 0
            async for page in _history(rest, channel, since):
                for each in page:
                    if is_marked(each, key):
                        return Sent(MessageRef(to, str(each["id"])))
                pages += len(page) == PAGE
        except discord.HTTPException as error:
            no_thread = error.code == UNKNOWN_CHANNEL and to.parent and not to.broadcast
            return Absent() if no_thread else CannotTell(refused(error).reason)
        except BROKEN as error:
            return CannotTell(type(error).__name__)
        return Absent() if pages < PAGES else CannotTell("the channel has too many messages since then")


def message(card: Card, key: str) -> Component:
    """The body of a post."""
    return {
        "components": container(card, mark_of(key)),
        "flags": COMPONENTS_V2,
        "allowed_mentions": {**NOBODY, "roles": [called]} if (called := called_by(card)) else NOBODY,
        "nonce": nonce_of(key),
        "enforce_nonce": True,
    }


def is_marked(message: Mapping[str, Any], key: str) -> bool:
    """Whether a message is the one that was posted under a key."""
    parts = message.get("components") or ()
    return message.get("nonce") == nonce_of(key) or any(part.get("id") == mark_of(key) for part in parts)


def _gave_up(trail: Trail) -> Refused | Unknown:
    """Time ran out: waiting for a limit to pass, before anything was sent, or with a request on its way."""
    if trail.unclear:
        return Unknown("Discord took too long to answer")
    wait = timedelta(seconds=trail.limited) if trail.limited else AGAIN
    return Refused("Discord's rate limit was waited for too long", retry_after=wait)


async def _direct(rest: Rest, person: str) -> str:
    """The channel of direct messages with somebody; it is the same each time."""
    found = await rest.call(Route("POST", "/users/@me/channels"), {"recipient_id": person})
    return str(found["id"])


async def _thread(rest: Rest, channel: str, parent: str) -> str:
    """The thread of a message, begun where it has none; it has its message's id."""
    route = Route(
        "POST",
        "/channels/{channel_id}/messages/{message_id}/threads",
        channel_id=channel,
        message_id=parent,
    )
    try:
        found = await rest.call(route, {"name": THREAD, "auto_archive_duration": ARCHIVE})
    except discord.HTTPException as error:
        if error.code == THREAD_EXISTS:
            return parent
        if error.code in GONE - {UNKNOWN_CHANNEL}:
            raise NoThreads(error) from error
        raise
    return str(found["id"])


class NoThreads(discord.HTTPException):
    """PyQuiz may write in the channel and begin no threads there: the detail stays behind the reveal's buttons."""

    def __init__(self, error: discord.HTTPException) -> None:
        super().__init__(error.response, {"code": 0, "message": "PyQuiz may not begin threads here"})


async def _history(rest: Rest, channel: str, since: datetime) -> AsyncIterator[list[dict[str, Any]]]:
    """What a channel holds since then, oldest first, a page at a time, ``PAGES`` full ones at most."""
    after = str(discord.utils.time_snowflake(since))
    route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
    for _ in range(PAGES):
        page: list[dict[str, Any]] = await rest.call(route, params={"after": after, "limit": str(PAGE)})
        if not page:
            return
        yield page
        if len(page) < PAGE:
            return
        after = str(max(int(each["id"]) for each in page))
