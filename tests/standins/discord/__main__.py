"""A Discord to try a bot on by hand, without an account: python -m tests.standins.discord"""

from __future__ import annotations

import asyncio
import shlex
import sys
from tempfile import mkdtemp

from tests.standins.discord.interactions import Interaction
from tests.standins.discord.person import Person
from tests.standins.discord.server import DiscordStandIn
from tests.standins.discord.town import SEND

PORT = 3998

HELP = """\
  /pyquiz help              the slash command, in the channel you are in
  /pyquiz-setup zone=Berlin another one, with its options
  type meta                 what is suggested for what was typed so far
  press B                   the button with that label, on the latest message that has one
  choose Days mon,wed       in the menu with that placeholder; @pythonistas for a role, none for nothing
  submit time_zone=Berlin   fill fields of the modal, by their labels, and send it (several values: answer=0,2)
  look                      show the channel again
  thread                    show what stands in the threads
  as omar · in python       be somebody else · go to a channel (dm: direct messages)
  shut · open               take the bot's right to write in this channel away · give it back
  kick · invite             remove the bot from the server · add it again (grace owns it: as grace, in dm)
  drop                      break the bot's connection; it should come back
  quit"""


class Sandbox:
    """One person at a time at a Discord of one server."""

    def __init__(self, discord: DiscordStandIn) -> None:
        self.discord = discord
        self.channel = "python"
        self.who = self._become("Ada")
        self._shown = 0

    def _become(self, name: str) -> Person:
        self._shown = 0
        return self.discord.person(name.title(), manager=name.lower() == "ada")

    def show(self) -> None:
        """What has come since the last look."""
        messages = self.who.messages(self.channel)
        for message in messages[self._shown :]:
            mark = "(only you) " if message.only_for else "(a silent reply) " if message.reply_to else ""
            print("\n" + "\n".join(f"  │ {line}" for line in f"{mark}{self.who.read(message)}".split("\n")))
        self._shown = len(messages)
        if self.who.modal:
            lines = f"{self.who.modal['title']}\n{self.who.modal_text()}".split("\n")
            print("\n" + "\n".join(f"  ║ {line}" for line in lines))

    async def do(self, line: str) -> None:
        """One line that was typed."""
        verb, _, rest = line.partition(" ")
        match verb:
            case "as":
                self.who = self._become(rest or "ada")
            case "in":
                self.channel, self._shown = rest or "python", 0
            case "look":
                self._shown = 0
            case "thread":
                threads = [channel for channel in self.discord.channels.values() if channel.parent]
                print("\n".join(self.who.read(message) for thread in threads for message in thread.messages))
            case "press":
                self._told(await self.who.press(rest, self.channel))
                self._shown = max(0, self._shown - 1)
            case "choose":
                label, _, values = rest.rpartition(" ")
                chosen = [self._id_of(value) for value in values.split(",") if value != "none"]
                self._told(await self.who.choose(label, chosen, self.channel))
                self._shown = max(0, self._shown - 1)
            case "submit":
                self._told(await self._submit(rest))
            case "type":
                print("  " + " · ".join(await self.who.suggestions(rest, self.channel)))
            case "shut" | "open" if self.channel != "dm":
                await self.discord.deny(self.who.channel(self.channel), SEND if verb == "shut" else 0)
            case "kick":
                await self.discord.remove_bot(self.who.guild)
            case "invite":
                await self.discord.add_bot(self.who.guild)
            case "drop":
                await self.discord.gateway.drop()
            case "/pyquiz":
                self._told(await self.who.command(rest, self.channel))
            case _ if verb.startswith("/"):
                given = {name: self._id_of(value) for name, value in (word.split("=", 1) for word in shlex.split(rest))}
                self._told(await self.who.slash(verb[1:], given, self.channel))
            case _:
                print(HELP)

    def _id_of(self, name: str) -> str:
        """A role's or channel's id by its name; anything else as it is."""
        known = {each.name: each.id for each in (*self.who.guild.roles.values(), *self.who.guild.channels.values())}
        known["everyone"] = self.who.guild.id
        return str(known[name[1:]]) if name[:1] in ("@", "#") and name[1:] in known else name

    def _told(self, done: Interaction) -> None:
        if done.response is None:
            print("  This interaction failed: the bot did not answer in three seconds. Is it running?")

    async def _submit(self, rest: str) -> Interaction:
        fields: dict[str, str | list[str]] = {}
        for word in shlex.split(rest):
            name, _, value = word.partition("=")
            fields[name] = value.split(",") if name in self._several() else value
        return await self.who.submit(self.channel, **fields)

    def _several(self) -> set[str]:
        parts = (self.who.modal or {"components": []})["components"]
        inner = [part["component"] for part in parts if "component" in part]
        return {part["custom_id"] for part in inner if part["type"] == 3}


async def main() -> None:
    """Serve, and read what is typed until the end of input."""
    discord = DiscordStandIn()
    discord.port = PORT
    async with discord:
        discord.channel("python")
        discord.channel("rust")
        discord.role("pythonistas")
        discord.guild().owner = discord.person("Grace", admin=True).user.id
        sandbox = Sandbox(discord)
        print("A stand-in Discord is running. Point PyQuiz at it, in another terminal:\n")
        print(f"  DISCORD_API_URL={discord.api_url} DISCORD_GATEWAY_URL={discord.gateway_url} \\")
        print(f"  DISCORD_TOKEN={discord.token} \\")
        print(f"  PYQUIZ_DATABASE_URL=sqlite:///{mkdtemp(prefix='pyquiz-discord-')}/sandbox.db make run\n\n{HELP}\n")
        while True:
            print(f"{sandbox.who.user.name.lower()} #{sandbox.channel} > ", end="", flush=True)
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line or line.strip() == "quit":
                return
            try:
                if line.strip():
                    await sandbox.do(line.strip())
                    await asyncio.sleep(0.7)
            except (AssertionError, KeyError, ValueError) as error:
                print(f"  {error or 'That is not there.'}")
            sandbox.show()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except OSError as error:
        sys.exit(f"Nothing can listen on port {PORT} ({error.strerror}): is another sandbox running?")
