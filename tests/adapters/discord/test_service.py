"""`pyquiz run` as it is installed, on Discord: told to stop while somebody waits, started again, killed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.adapters.discord.stage import SET_UP, controls
from tests.adapters.discord.test_gateway import alive, spread
from tests.adapters.slack.test_service import ROOT, running
from tests.days.ledger import answers_in
from tests.standins.club import at
from tests.standins.discord import DiscordStandIn, Hang, Message, Person
from tests.standins.processes import Processes
from tests.standins.service import Service, serve

SECRET = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def settings(discord: DiscordStandIn) -> Mapping[str, str]:
    """Discord's settings."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "PYQUIZ_SECRET_KEY": SECRET,
    }


def question(discord: DiscordStandIn) -> Message | None:
    """What everybody sees in #python."""
    return next((m for m in discord.channel("python").messages if m.only_for is None), None)


async def told(discord: DiscordStandIn, who: Person, count: int, channel: str = "python") -> str:
    """The latest of at least so many private messages."""
    await discord.until(lambda: len(who.private(channel)) >= count, f"message {count} to {who.user.name}", 30)
    return who.private(channel)[-1]


@pytest.mark.slow
async def test_sigterm_hushes_then_finishes_what_was_heard_and_old_buttons_work_afterwards(tmp_path: Path) -> None:
    """Traps 10 and 12: the gateway is left first, the receipt is waited for, and an old button is known."""
    async with DiscordStandIn() as discord:
        discord.gateway.apart = 0
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
            "PYQUIZ_DATABASE_URL": f"sqlite:///{tmp_path}/service.db",
            **settings(discord),
        }
        discord.channel("python")
        ada, omar, hang = discord.person("Ada", manager=True), discord.person("Omar"), Hang()
        async with running(environment, tmp_path) as process:
            await discord.until(lambda: alive(discord), "a session")
            for number, text in enumerate((SET_UP, "ask now"), 1):
                await ada.command(text, "python")
                await told(discord, ada, number)
            asked = await discord.until(lambda: question(discord), "the question", 20)
            button = str(controls(asked)[1]["custom_id"])
            discord.faults["callback"].append(hang)
            answers = len(discord.called("callback"))
            pressing = asyncio.create_task(omar.press_id(button, "python", asked))
            await discord.until(lambda: len(discord.called("callback")) > answers, "a receipt on its way")
            process.send_signal(signal.SIGTERM)
            await discord.until(lambda: not discord.gateway.sessions, "nothing is heard any more")
            await asyncio.wait((asyncio.create_task(process.wait()),), timeout=1)
            still = process.returncode
            hang.go.set()
            await pressing
            code = await asyncio.wait_for(process.wait(), 20)
        receipt = await told(discord, omar, 1)
        async with running(environment, tmp_path):
            await discord.until(lambda: alive(discord), "another session", 20)
            await omar.press_id(button, "python", asked)
            again = await told(discord, omar, 2)

    assert (still, code) == (None, 0)
    assert "You chose" in receipt
    assert "Nothing changed" in again or "Still" in again
    assert discord.interactions.late == discord.interactions.doubled == []
    assert [person for _, person in answers_in(environment["PYQUIZ_DATABASE_URL"])] == [omar.id]


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_killed_process_loses_its_shards_to_another(postgres_url: str, tmp_path: Path) -> None:
    """Trap 11: the second hears nothing as long as the first lives, and everything once its lease has ended."""
    async with DiscordStandIn() as discord:
        discord.gateway.apart = 0
        spread(discord, 2)
        people = [discord.person(f"Ada{shard}", f"g{shard}") for shard in range(2)]
        processes = Processes(Service(postgres_url, "", tmp_path / "grave", environment=settings(discord)), serve)
        discord.clock = lambda: processes.now().timestamp()
        try:
            processes.jump(at(0))
            first = processes.start()
            await discord.until(lambda: len(alive(discord)) == 2, "both shards", 60)
            processes.start()
            await discord.until(lambda: len(discord.called("gateway")) == 2, "the second asks what there is", 60)
            for who in people:
                await who.command("help", "python")
                await told(discord, who, 1)
            before = discord.gateway.identified
            processes.kill(first)
            await discord.until(
                lambda: discord.gateway.identified >= before + 2 and len(alive(discord)) == 2, "taken", 60
            )
            for who in people:
                await who.command("help", "python")
                await told(discord, who, 2)
        finally:
            processes.end()

    assert before >= 2
    assert discord.gateway.crowded == 0
    assert discord.interactions.late == discord.interactions.doubled == []
