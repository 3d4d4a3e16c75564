"""The whole product around a stand-in Discord: real store, quiz and clock's work, real discord.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from cryptography.fernet import Fernet

from adapters.discord.discord import DiscordAdapter
from adapters.discord.keys import Keys, read_keys
from adapters.discord.times import Times
from cli.compose import House, house
from content.bank import Bank
from tests.standins.discord import DiscordStandIn, Message, Person
from tests.standins.hours import Clock, Hours
from tests.standins.questions import make_pack

KEY = Fernet(Fernet.generate_key())
TIMES = Times(renew=0.05, identify=0)
"""No test waits for Discord to be asked slowly, nor for the next look at who holds what."""

SET_UP = "setup zone=UTC time=9:00 reveal=16:00"


class Stage(Hours):
    """A product on a Discord; ``adapter`` and ``house`` are its present process."""

    def __init__(self, discord: DiscordStandIn, clock: Clock, adapter: DiscordAdapter, composed: House) -> None:
        super().__init__(clock, composed)
        self.discord = discord
        self.adapter = adapter

    async def set_up(self, who: Person, channel: str, text: str = SET_UP) -> None:
        """Somebody sets a channel up."""
        said = await self.say(who, text, channel)
        assert "PyQuiz will ask" in said, said

    async def say(self, who: Person, text: str, channel: str) -> str:
        """What somebody is told privately when they type ``/pyquiz <text>``."""
        before = len(who.private(channel)) if channel != "dm" else len(who.sees(channel))
        await who.command(text, channel)
        return await self.told(who, channel, before)

    async def told(self, who: Person, channel: str, before: int) -> str:
        """The private message that comes after so many, once it is there."""

        def latest() -> str:
            seen = who.private(channel) if channel != "dm" else who.sees(channel)
            return seen[-1] if len(seen) > before else ""

        found: str = await self.discord.until(latest, f"a private message to {who.user.name}")
        return found

    async def answer(self, who: Person, channel: str, place: int) -> str:
        """Somebody answers the latest question of a channel: the option displayed at ``place``, or a typed number.

        What they are told about it.
        """
        before = len(who.private(channel))
        await self.choose(who, channel, place)
        return await self.told(who, channel, before)

    async def choose(self, who: Person, channel: str, place: int) -> None:
        """As ``answer``, without waiting for what comes of it. Where no form comes, nothing is sent."""
        question = [m for m in self.posted(channel, who.guild.name) if m.reply_to is None][-1]
        buttons = [part for part in controls(question) if part["type"] == 2]
        if not buttons:
            await who.choose("Answer", [str(place)], channel, question)
            return
        if len(buttons) > 1:
            await who.press_id(buttons[place]["custom_id"], channel, question)
            return
        await who.press_id(buttons[0]["custom_id"], channel, question)
        if who.modal:
            await who.submit(channel, answer=f"typed {place}")

    async def quiet(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self.adapter.idle()

    def posted(self, channel: str, guild: str = "town") -> Sequence[Message]:
        """What everybody sees in a channel, in order."""
        return [m for m in self.discord.channel(channel, guild).messages if m.only_for is None and not m.deleted]


def controls(message: Message) -> list[dict[str, object]]:
    """The buttons and menus of a message."""
    from tests.standins.discord.limits import walk

    return [part for part in walk(message.components) if "custom_id" in part]


def keys_for(discord: DiscordStandIn, **more: str) -> Keys:
    """Settings for a bot."""
    environment = {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "PYQUIZ_SECRET_KEY": "a key",
        **more,
    }
    found = read_keys({name: value for name, value in environment.items() if value})
    assert isinstance(found, Keys), found
    return found


def questions(**how: object) -> Bank:
    """A small pack."""
    return Bank([make_pack(**how)])  # type: ignore[arg-type]  # passed on


@asynccontextmanager
async def staged(
    url: str,
    discord: DiscordStandIn,
    clock: Clock,
    *,
    bank: Bank | None = None,
    keys: Keys | None = None,
    times: Times = TIMES,
) -> AsyncIterator[Stage]:
    """One process over a database."""
    async with AsyncExitStack() as stack:
        composed = await stack.enter_async_context(house(url, bank or questions(), clock.now, KEY))
        adapter = DiscordAdapter(keys or keys_for(discord), clock.now, times)
        await composed.start([adapter])
        await adapter.ready()
        yield Stage(discord, clock, adapter, composed)
