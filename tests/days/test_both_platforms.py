"""`pyquiz run` with the tokens of both platforms: one process, one database, and neither sees the other."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from bot.store.engine import locate
from tests.adapters.discord.stage import SET_UP, controls
from tests.adapters.discord.test_days import doubled as doubled_on_discord
from tests.adapters.slack.stage import choose, posted
from tests.adapters.slack.test_days import doubled as doubled_on_slack
from tests.adapters.slack.test_service import running, settings
from tests.days.ledger import answers_in, states, under_way
from tests.days.test_replicas import reap
from tests.standins.club import at
from tests.standins.discord import DiscordStandIn
from tests.standins.discord.person import Person as OnDiscord
from tests.standins.processes import Processes
from tests.standins.service import Service, serve
from tests.standins.slack import Person as OnSlack
from tests.standins.slack import SlackStandIn
from tests.standins.slack.server import NotAcknowledged

SECRET = {"PYQUIZ_SECRET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}


def of_discord(discord: DiscordStandIn) -> Mapping[str, str]:
    """Discord's settings."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


class Both:
    """Grace on Slack and Ada on Discord, each in a channel #python, each saying things until they are heard."""

    def __init__(self, slack: SlackStandIn, discord: DiscordStandIn) -> None:
        self.slack, self.discord = slack, discord
        discord.gateway.apart = 0
        discord.channel("python")
        self.grace: OnSlack = slack.person("Grace", "python", admin=True)
        self.ada: OnDiscord = discord.person("Ada", manager=True)

    async def say(self, text: str) -> tuple[str, str]:
        """What both are told, privately."""
        return await self._insist(self.grace, lambda: self.grace.command(text, "python")), await self._insist(
            self.ada, lambda: self.ada.command(text, "python")
        )

    async def answer(self, place: int) -> tuple[str, str]:
        """Both press the button at that place of their question."""
        question = self.questions()[1]
        button = str(controls(question)[place]["custom_id"])
        return await self._insist(self.grace, lambda: choose(self.slack, self.grace, "python", place)), (
            await self._insist(self.ada, lambda: self.ada.press_id(button, "python", question))
        )

    def questions(self) -> tuple[object, object]:
        """The first message of each channel."""
        return posted(self.slack, "python")[0], self.discord.channel("python").messages and next(
            m for m in self.discord.channel("python").messages if m.only_for is None
        )

    async def _insist(self, who: OnSlack | OnDiscord, doing: object) -> str:
        before = len(who.private("python"))
        async with asyncio.timeout(60):
            while True:
                try:
                    await doing()  # type: ignore[operator]
                except (NotAcknowledged, AssertionError):
                    await asyncio.sleep(0.1)
                for _ in range(20):
                    if heard := who.private("python")[before:]:
                        return heard[-1]
                    await asyncio.sleep(0.1)

    def seen(self) -> tuple[list[str], list[str]]:
        """What stands on either, whoever sees it."""
        on_slack = [self.grace.read(m) for m in self.slack.channel("python").messages]
        channels = {channel.id: channel for channel in self.discord.channels.values()}.values()
        return on_slack, [self.ada.read(m) for channel in channels for m in channel.messages]

    def settled(self, url: str, messages: int) -> bool:
        """Whether so many messages of the clock's stand on both, and nothing is under way."""
        on_slack = len(posted(self.slack, "python"))
        channels = {channel.id: channel for channel in self.discord.channels.values()}.values()
        on_discord = sum(m.only_for is None for channel in channels for m in channel.messages)
        return (on_slack, on_discord) == (messages, messages) and not under_way(url)


async def until(both: Both, url: str, messages: int) -> None:
    """Wait for that."""
    async with asyncio.timeout(90):
        while True:
            if both.settled(url, messages):
                return
            await asyncio.sleep(0.1)


def apart(both: Both, url: str) -> None:
    """Nothing has crossed: two workspaces, and neither platform ever showed anybody of the other."""
    engine = sa.create_engine(locate(url).url)
    with engine.connect() as conn:
        found = {tuple(row) for row in conn.execute(sa.text("SELECT platform, external_id FROM workspace"))}
    engine.dispose()
    on_slack, on_discord = both.seen()
    assert found == {("slack", "T1"), ("discord", str(both.discord.guild().id))}
    assert not any("Ada" in text for text in on_slack)
    assert not any("Grace" in text for text in on_discord)
    assert doubled_on_slack(both.slack) == doubled_on_discord(both.discord) == {}
    assert both.discord.interactions.doubled == []


@pytest.mark.slow
async def test_one_process_runs_both_and_ends_in_order(tmp_path: Path) -> None:
    """As it is installed, with nothing pretended: it starts both, ends with 0, and knows both answers afterwards."""
    async with SlackStandIn() as slack, DiscordStandIn() as discord:
        both = Both(slack, discord)
        environment = {**settings(slack, tmp_path, over_http=False), **of_discord(discord), **SECRET}
        url = environment["PYQUIZ_DATABASE_URL"]
        async with running(environment, tmp_path) as process:
            set_up = await both.say(SET_UP)
            await both.say("ask now")
            await until(both, url, 1)
            await both.answer(0)
            process.send_signal(signal.SIGTERM)
            code = await asyncio.wait_for(process.wait(), 30)
            left = list(discord.gateway.sessions), list(slack.sockets)
        async with running(environment, tmp_path):
            again = await both.answer(0)
        apart(both, url)

    assert all("PyQuiz will ask" in text for text in set_up)
    assert code == 0
    assert left == ([], [])
    assert all("Nothing changed" in text or "Still" in text for text in again), again
    assert {person for _, person in answers_in(url)} == {both.grace.id, both.ada.id}


@pytest.mark.slow
async def test_a_day_on_both_killed_at_random_doubles_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """SIGKILL at any moment while messages are on their way: one of each on either, and both answers counted."""
    async with SlackStandIn() as slack, DiscordStandIn() as discord:
        both, chance = Both(slack, discord), Random(6)
        environment = {
            "SLACK_BOT_TOKEN": slack.team().token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
            **of_discord(discord),
            **SECRET,
        }
        orders = Service(sqlite_url, slack.address, tmp_path / "grave", lease=3.0, request=1.5, environment=environment)
        processes = Processes(orders, serve)
        slack.clock = discord.clock = lambda: processes.now().timestamp()
        try:
            processes.jump(at(0))
            processes.start()
            await both.say(SET_UP)
            processes.jump(at(9))
            await reap(processes, chance)
            await until(both, sqlite_url, 1)
            told = await both.answer(1)
            processes.jump(at(16))
            await reap(processes, chance)
            await until(both, sqlite_url, 3)
        finally:
            processes.end()
        apart(both, sqlite_url)

    assert all("You chose" in text for text in told)
    assert dict(states(sqlite_url)) == {"sent": 8}
    assert {person for _, person in answers_in(sqlite_url)} == {both.grace.id, both.ada.id}
