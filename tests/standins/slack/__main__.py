"""A Slack to try a bot on by hand, without an account: python -m tests.standins.slack"""

from __future__ import annotations

import asyncio
import shlex
import sys
from tempfile import mkdtemp

from tests.standins.slack.person import Person
from tests.standins.slack.server import NotAcknowledged, SlackStandIn

PORT = 3999

HELP = """\
  /pyquiz help          a slash command, in the channel you are in
  press B               the button with that label, on the latest message that has one
  modal B               a button of the modal that is open
  submit time=9:30      fill fields of the modal and send it (several values: days=mon,tue; channel=python)
  close                 close the modal, or go back to the one below
  dm help               write to the bot directly
  mention hello         mention the bot in the channel
  home · home Pause     open the bot's Home tab · press a button on it
  invite · kick         let the bot into the channel, or throw it out
  look                  show the channel again
  as omar · in python   be somebody else · go to a channel (dm: direct messages)
  quit"""


class Sandbox:
    """One person at a time at a Slack of one workspace."""

    def __init__(self, slack: SlackStandIn) -> None:
        self.slack = slack
        self.channel = "python"
        self.who = self._become("Ada")

    def _become(self, name: str) -> Person:
        self._seen: dict[str, int] = {}
        return self.slack.person(name.title(), "python", admin=name.lower() == "ada")

    def show(self) -> None:
        """What has come since the last look."""
        messages = self.who.messages(self.channel)
        for message in messages:
            if self._seen.get(message.ts) == len(message.versions):
                continue
            self._seen[message.ts] = len(message.versions)
            mark = "(only you) " if message.only_for else "(in the thread, also here) " if message.thread_ts else ""
            text = self.who.read(message) or message.text
            print("\n" + "\n".join(f"  │ {line}" for line in f"{mark}{text}".split("\n")))
        if self.who.modal:
            ways = (f"[{self.who.modal[way]['text']}: {way}]" for way in ("submit", "close") if self.who.modal.get(way))
            lines = f"{self.who.modal['title']['text']}\n{self.who.modal_text()}\n{' '.join(ways)}".split("\n")
            print("\n" + "\n".join(f"  ║ {line}" for line in lines))

    async def do(self, line: str) -> None:
        """One line that was typed."""
        verb, _, rest = line.partition(" ")
        match verb:
            case "as":
                self.who = self._become(rest or "ada")
            case "in":
                self.channel = rest or "python"
                self._seen.clear()
                if self.channel != "dm":
                    self.slack.channel(self.channel, invited=False).members.add(self.who.id)
            case "look":
                self._seen.clear()
            case "press":
                await self.who.press(rest, self.channel)
            case "modal":
                await self.who.press_in_view(rest)
            case "submit":
                await self._submit(rest)
            case "dm":
                self.channel = "dm"
                await self.who.write(rest)
            case "mention":
                await self.who.mention(f"<@bot> {rest}", self.channel)
            case "close":
                self.who.close()
            case "home":
                await self.who.press_in_view(rest, home=True) if rest else await self.who.open_home()
                await asyncio.sleep(1)
                print("\n".join(f"  ┃ {line}" for line in self.who.home_text().split("\n")))
            case "invite" | "kick":
                await self._let(invited=verb == "invite")
            case _ if verb.startswith("/"):
                await self.who.command(rest, self.channel, verb)
            case _:
                print(HELP)

    async def _let(self, *, invited: bool) -> None:
        """The bot comes into the channel or goes, and Slack tells it so."""
        channel, team = self.slack.channel(self.channel, invited=False), self.slack.team()
        if invited:
            channel.members.add(team.bot_user)
            event = {"type": "member_joined_channel", "channel": channel.id, "user": team.bot_user}
        else:
            channel.members.discard(team.bot_user)
            event = {"type": "channel_left", "channel": channel.id, "actor_id": self.who.id}
        await self.slack.event(team, event)

    async def _submit(self, rest: str) -> None:
        pairs = (word.partition("=") for word in shlex.split(rest))
        fields = {name: value.split(",") if name in self._several() else value for name, _, value in pairs}
        if "channel" in fields:
            fields["channel"] = self.slack.channel(str(fields["channel"]).lstrip("#"), invited=False).id
        await self.who.submit(**fields)
        for name, sentence in self.who.errors.items():
            print(f"  {name}: {sentence}")

    def _several(self) -> set[str]:
        view = self.who.modal or {"blocks": []}
        kinds = ("checkboxes", "multi_static_select")
        return {b["block_id"] for b in view["blocks"] if b.get("element", {}).get("type") in kinds}


async def main() -> None:
    """Serve, and read what is typed until the end of input."""
    slack = SlackStandIn()
    slack.port = PORT
    async with slack:
        team = slack.team()
        slack.channel("python")
        sandbox = Sandbox(slack)
        print("A stand-in Slack is running. Point PyQuiz at it, in another terminal:\n")
        print(f"  SLACK_API_URL={slack.api_url} SLACK_BOT_TOKEN={team.token} SLACK_APP_TOKEN={slack.app_token} \\")
        print(f"  PYQUIZ_DATABASE_URL=sqlite:///{mkdtemp(prefix='pyquiz-slack-')}/sandbox.db make run\n\n{HELP}\n")
        while True:
            print(f"{sandbox.who.id[1:].lower()} #{sandbox.channel} > ", end="", flush=True)
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line or line.strip() == "quit":
                return
            try:
                if line.strip():
                    await sandbox.do(line.strip())
                    await asyncio.sleep(0.7)
            except NotAcknowledged:
                print("  The bot did not answer in three seconds. Is it running?")
            except (AssertionError, KeyError, StopIteration) as error:
                print(f"  {error or 'That is not there.'}")
            sandbox.show()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except OSError as error:
        sys.exit(f"Nothing can listen on port {PORT} ({error.strerror}): is another sandbox running?")
