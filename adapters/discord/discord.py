"""Discord as a platform: one bot, its REST, and the shards that this process holds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route as HttpRoute
from yarl import URL

from adapters.discord.commands import payload_of, sync, tree_of
from adapters.discord.count import Count
from adapters.discord.greeting import Greeting
from adapters.discord.happenings import Joined
from adapters.discord.keys import Keys
from adapters.discord.listeners import Listeners
from adapters.discord.membership import Memberships
from adapters.discord.memory import Memory
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.pace import Pace
from adapters.discord.replies import Replies
from adapters.discord.rest import BROKEN, Rest, tracing
from adapters.discord.shard import Event, Shard, Turn
from adapters.discord.shards import Openings, Shards
from adapters.discord.times import USUAL, Times
from adapters.discord.who import Who
from adapters.work import Work
from bot.model import Place
from bot.ports import Face, Finding, Health, Messenger, Route, Shelf

log = logging.getLogger(__name__)


class DiscordRefuses(RuntimeError):
    """Discord does not take DISCORD_TOKEN. Copy it anew from the app's page Bot (Reset Token shows it once)."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class DiscordAdapter:
    """Implements ``bot.ports.Adapter``. ``clock`` returns aware UTC; leases go by the real time, whatever it says.

    discord.py keeps the base addresses in its classes: all adapters of one process speak to one Discord.
    """

    name = "discord"

    def __init__(self, keys: Keys, clock: Callable[[], datetime] = utc_now, times: Times = USUAL) -> None:
        self._keys = keys
        self._clock = clock
        self._times = times
        self._work = Work("Discord")
        self._client: discord.Client | None = None
        self._rest: Rest | None = None
        self._shards: Shards | None = None
        self.messenger: Messenger = DiscordMessenger(lambda: self._rest, clock=clock)

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Log in, tell Discord the commands where they changed, and listen. Raises DiscordRefuses."""
        HttpRoute.BASE = self._keys.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = URL(self._keys.gateway_url)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # that it cannot talk is no news
        try:
            await self._start(face, shelf)
        except discord.LoginFailure:
            await self.stop(timedelta())
            raise DiscordRefuses from None
        except BaseException:
            await self.stop(timedelta())
            raise

    async def _start(self, face: Face, shelf: Shelf) -> None:
        keys, clock = self._keys, self._clock
        client = self._client = discord.Client(intents=discord.Intents(guilds=True), http_trace=tracing())
        await client.login(keys.token)
        rest = Rest(client.http, Pace())
        count, _, limit = await client.http.get_bot_gateway()
        who = Who(Memory(shelf, keys.has_vault, self._work), Memberships(client, rest.turn))
        listeners = Listeners(face, Replies(self._work, self._times), who, clock)
        payload = payload_of(tree_of(client, listeners))
        try:
            await sync(rest, client.application_id or 0, payload, shelf, keys.has_vault, clock)
        except (discord.HTTPException, *BROKEN) as error:
            log.warning("Discord was not told the commands, the next start tries again: %s", repr(error))

        greeting = Greeting(self.messenger, shelf, clock)

        async def happened(event: Event) -> None:
            await (greeting.greet(event) if isinstance(event, Joined) else face.happened(event, clock()))

        def make(number: int, of: int, turn: Turn) -> Shard:
            return Shard(number, of, listeners, happened, self._work, turn)

        self._rest = rest
        openings = Openings(limit["max_concurrency"], 0 if limit["remaining"] else limit["reset_after"] / 1000)
        counted = Count(count, shelf, keys.has_vault, utc_now)
        self._shards = Shards(keys.token, counted, openings, shelf, make, utc_now, self._times)
        await self._shards.open()

    async def stop(self, grace: timedelta) -> None:
        """Hear nothing more, finish what was acknowledged, and give the shards back."""
        shards, self._shards = self._shards, None
        if shards is not None:
            await shards.hush()
        await self._work.drain(grace)
        if shards is not None:
            await shards.close()
        self._rest = None
        if self._client is not None:
            await self._client.close()
        self._client = None

    async def idle(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self._work.idle()

    async def ready(self) -> None:
        """Wait until every shard of this process is connected."""
        if self._shards is not None:
            await self._shards.ready()

    def health(self) -> Health:
        """Able to post; how many shards are heard here."""
        if self._rest is None or self._shards is None:
            return Health(False, "Discord is not started.")
        shards = self._shards
        told = f"{shards.up} of {shards.held} shards connected here, of {shards.count} in all."
        return Health(True, told, shards.up, deaf=shards.held > 0 and shards.up == 0)

    async def diagnose(
        self, shelf: Shelf, places: Sequence[Place], clock: Callable[[], datetime], /
    ) -> Sequence[Finding]:
        """Look at the token, Discord's clock and what the bot may do in these channels; as ``bot.ports.Examined``."""
        from adapters.discord.examining import Examination

        return await Examination(self._keys, clock).findings(places)

    def routes(self) -> Sequence[Route]:
        """None: Discord is heard over its gateway."""
        return ()
