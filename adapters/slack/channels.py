"""Channels as Slack knows them: their names, who may see them, and whether PyQuiz is in them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack import sentences
from adapters.slack.heard import PLATFORM, Heard
from adapters.slack.messenger import BROKEN, Clients, code_of
from bot.model import Place

log = logging.getLogger(__name__)

PAGE, PAGES = 999, 10
"""So many channels are asked for at once, and so often: Slack wants less than 1,000."""

FRESH = 300.0
"""Seconds for which it is believed which channels somebody is in."""

PATIENCE = 1.5
"""Seconds that an answer may be held up for this."""

REMEMBERED = 20_000

KINDS = "public_channel,private_channel"

Found = Mapping[str, Any]


class Channels:
    """Asks Slack. What it does not say, is not guessed: nobody is shown a channel they may not be in."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._names: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], tuple[frozenset[str], float]] = OrderedDict()

    async def chosen(self, heard: Heard, channel: str) -> Place | str:
        """A channel that somebody chose in a form, under its name, or why it cannot be.

        Its members alone may choose it. The channel in which the form was opened is one that they are in, whatever
        Slack says of it: PyQuiz may not be in it yet.
        """
        here = channel == heard.channel
        try:
            found = await self._info(heard.team, channel)
            if found is None or found.get("is_im") or found.get("is_mpim"):
                return sentences.NO_CHANNEL
            if found.get("is_archived"):
                return sentences.ARCHIVED
            if not here and channel not in await self._joined(heard.team, heard.user):
                return sentences.UNSEEN
        except (SlackApiError, *BROKEN) as error:
            if not here:
                unseen = isinstance(error, SlackApiError) and code_of(error) == "channel_not_found"
                return sentences.UNSEEN if unseen else sentences.NOT_TOLD
            return heard.place
        return Place(PLATFORM, heard.team, channel, name=f"#{found['name']}")

    async def named(self, place: Place) -> Place:
        """A place under its name: Slack leaves those of private channels out of what it sends."""
        if place.name or not place.channel:
            return place
        key = (place.workspace, place.channel)
        if key not in self._names:
            try:
                found = await self._info(*key)
            except (SlackApiError, *BROKEN):
                found = None
            if found is None or not found.get("name"):
                return place
            self._names[key] = f"#{found['name']}"
            if len(self._names) > REMEMBERED:
                self._names.popitem(last=False)
        return replace(place, name=self._names[key])

    async def is_outside(self, place: Place) -> bool:
        """Whether it is certain that PyQuiz is not in a channel; a private one cannot even be seen from outside."""
        try:
            found = await self._info(place.workspace, place.channel or "")
        except SlackApiError as error:
            return code_of(error) == "channel_not_found"
        except BROKEN:
            return False
        return found is not None and found.get("is_member") is False

    async def of(self, team: str, person: str) -> frozenset[str]:
        """The channels that somebody is in and PyQuiz can know of; none where Slack does not say."""
        key, now = (team, person), asyncio.get_running_loop().time()
        known, until = self._seen.get(key, (frozenset(), 0.0))
        if until > now:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                known = await self._joined(team, person)
        except (SlackApiError, *BROKEN) as error:
            log.info("users.conversations of %s in %s failed: %s", person, team, error)
            return known
        self._seen[key] = (known, now + FRESH)
        self._seen.move_to_end(key)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return known

    def forget(self, team: str) -> None:
        """Look again who is where, and what the channels are called: something about them has changed."""
        all_: tuple[MutableMapping[tuple[str, str], Any], ...] = (self._seen, self._names)
        for known in all_:
            for key in [key for key in known if key[0] == team]:
                del known[key]

    async def own(self, team: str) -> tuple[Place, ...]:
        """The channels that PyQuiz is in."""
        try:
            found = [each async for each in self._listed(team, {})]
        except (SlackApiError, *BROKEN) as error:
            log.warning("It cannot be told in which channels of %s PyQuiz is: %s", team, error)
            return ()
        return tuple(Place(PLATFORM, team, str(each["id"]), name=f"#{each['name']}") for each in found)

    async def _info(self, team: str, channel: str) -> Found | None:
        client = await self._clients(team)
        if client is None:
            return None
        answer = await client.api_call("conversations.info", params={"channel": channel})
        return answer["channel"] or {}

    async def _joined(self, team: str, person: str) -> frozenset[str]:
        return frozenset([str(each["id"]) async for each in self._listed(team, {"user": person})])

    async def _listed(self, team: str, whose: Mapping[str, str]) -> AsyncIterator[Found]:
        client, cursor = await self._clients(team), ""
        for _ in range(PAGES if client else 0):
            assert client
            params = {"types": KINDS, "exclude_archived": "true", "limit": PAGE, "cursor": cursor, **whose}
            page = (await client.api_call("users.conversations", params=params)).data
            assert isinstance(page, dict)
            for each in page.get("channels") or ():
                yield each
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
