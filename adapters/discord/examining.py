"""What `pyquiz doctor` asks Discord: whose token it is, what time it is, and what the bot may do in its channels.
Nothing is posted, no command is changed, and no gateway is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from discord.http import Route as HttpRoute

from adapters.discord.invite import PERMISSIONS, application_of, invitation
from adapters.discord.keys import Keys
from adapters.discord.rest import BROKEN
from bot.findings import failed, ok, skew, warning
from bot.model import Place
from bot.ports import Finding, Verdict

FEW = 20
"""So few identifications left of a day are worth a word: each start of a shard takes one, and at none it cannot."""

REQUEST = aiohttp.ClientTimeout(total=10)


class Examination:
    """Of one bot. ``clock`` returns aware UTC."""

    def __init__(self, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._clock = clock
        application = application_of(keys.token)
        self._invite = f"Invite it: {invitation(application)}" if application else "Invite it."

    async def findings(self, places: Sequence[Place]) -> list[Finding]:
        """All of them; where the token is not taken, that alone."""
        try:
            token, clock = await self._token()
            if token.verdict is Verdict.FAILED:
                return [token]
            return [token, *clock, *[finding async for finding in self._servers(places)]]
        except (discord.HTTPException, *BROKEN) as error:
            do = "Let this machine reach it: network, proxy, DISCORD_API_URL."
            return [failed("discord", f"Discord cannot be asked at {self._keys.api_url} ({_named(error)}).", do)]

    async def _token(self) -> tuple[Finding, list[Finding]]:
        headers = {"Authorization": f"Bot {self._keys.token}"}
        async with (
            aiohttp.ClientSession(timeout=REQUEST, trust_env=True) as session,
            session.get(f"{self._keys.api_url}/users/@me", headers=headers) as answer,
        ):
            if answer.status == 401:
                do = "Copy it anew from the app's page Bot (Reset Token shows it once)."
                return failed("discord", "Discord does not take DISCORD_TOKEN.", do), []
            answer.raise_for_status()
            name = (await answer.json()).get("username", "?")
            told = ok("discord", f"DISCORD_TOKEN is taken; the bot is {name}. It needs no privileged intent.")
            return told, list(self._clocks(answer.headers.get("Date")))

    def _clocks(self, date: str | None) -> Iterator[Finding]:
        if date is not None:
            yield skew("clock", self._clock() - parsedate_to_datetime(date), "Discord's")

    async def _servers(self, places: Sequence[Place]) -> AsyncIterator[Finding]:
        HttpRoute.BASE = self._keys.api_url
        client = discord.Client(intents=discord.Intents(guilds=True))
        try:
            await client.login(self._keys.token)
            _, _, limit = await client.http.get_bot_gateway()
            if limit["remaining"] <= FEW:
                found = f"Discord lets shards identify {limit['remaining']} times more today."
                yield warning("discord", found, "Find out what starts PyQuiz again and again.")
            if not places:
                yield ok("discord", f"No channel is set up. {self._invite}")
            for server in dict.fromkeys(place.workspace for place in places):
                async for finding in self._server(client, server, [p for p in places if p.workspace == server]):
                    yield finding
        finally:
            await client.close()

    async def _server(self, client: discord.Client, server: str, places: Sequence[Place]) -> AsyncIterator[Finding]:
        assert client.user is not None
        about = "discord permissions"
        try:
            home = await client.fetch_guild(int(server), with_counts=False)
            me = await home.fetch_member(client.user.id)
            channels = {str(channel.id): channel for channel in await home.fetch_channels()}
        except (discord.NotFound, discord.Forbidden):
            names = ", ".join(place.name or str(place.channel) for place in places)
            yield failed(
                about, f"The bot is not in the server {server}, whose channels are set up: {names}.", self._invite
            )
            return
        for place in places:
            channel, name = channels.get(str(place.channel)), place.name or str(place.channel)
            if channel is None:
                do = "Let the bot see it, or set another channel up."
                yield failed(about, f"{name} in {home.name} is not there, or not to be seen.", do)
                continue
            rights = channel.permissions_for(me)
            lacking = [one for one in PERMISSIONS if not getattr(rights, one.attribute)]
            for one in lacking:
                found = f"The bot lacks {one.name} in {name} of {home.name}: {one.why}."
                do = f"Give it {one.name} in the channel's settings under Permissions. {self._invite}"
                yield (failed if one.needed else warning)(about, found, do)
            if not lacking:
                yield ok(about, f"The bot may do all it needs in {name} of {home.name}.")


def _named(error: Exception) -> str:
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__
