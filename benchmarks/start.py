"""P12: starting with one platform's adapter, against importing that platform's SDK, SQLModel and APScheduler."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from benchmarks.measure import Row, in_turn

SCHEDULING = "import sqlmodel, apscheduler.schedulers.asyncio"
SDKS = {
    "slack": "import slack_bolt.async_app, slack_bolt.adapter.socket_mode.aiohttp",
    "discord": "import discord, discord.ext.commands",
}
TOKENS = {
    "slack": {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
    "discord": {"DISCORD_TOKEN": "bench.bench.bench"},
}
OTHER = {"slack": "discord", "discord": "slack_bolt"}

START = """
import asyncio, sys
from datetime import UTC, datetime
from click import Context
from cli.main import pyquiz
from cli.starting import uncollected

pyquiz.get_command(Context(pyquiz), "run")
from cli.run import house, load_bank, log, prepare, secrets_in, set_up
from cli.settings import environment

async def start():
    settings, found = prepare(environment())
    with uncollected():
        set_up("json", "info", secrets_in(environment(), settings))
    assert [adapter.name for adapter in found.adapters] == [sys.argv[1]], found
    with uncollected():
        bank = load_bank(settings.packs)
    async with house(settings.database_url, bank, lambda: datetime.now(UTC)) as composed:
        with uncollected():
            composed.heartbeat.start()
        await composed.daily.tick(datetime.now(UTC))
        log.info("up")

asyncio.run(start())
print(sum(name.partition(".")[0] == sys.argv[2] for name in sys.modules))
"""
"""All of `pyquiz run` until it is up but the platform's own handshake, on a database that is there and with packs read
before. Search is made ready afterwards."""

IGNORED = ("SLACK_", "DISCORD_", "PYTHONDONTWRITEBYTECODE")
"""What the environment says of these is not for the Pythons that are measured."""


def children() -> float:
    """Processor time (seconds) of the processes that were started and have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(code: str, folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> str:
    """What a Python of its own prints. Compiled modules are kept in ``folder``: the runs that warm up compile all."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(IGNORED)}
    environment |= {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), **(settings or {})}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def starting(platform: str, folder: Path) -> Callable[[], Awaitable[None]]:
    """Starts, and sees that nothing of the other platform is loaded."""
    settings = TOKENS[platform] | {"PYQUIZ_DATABASE_URL": f"sqlite:///{folder / 'start.sqlite3'}"}

    async def work() -> None:
        assert await asyncio.to_thread(run, START, folder, platform, OTHER[platform], settings=settings) == "0\n"

    return work


def importing(platform: str, folder: Path) -> Callable[[], Awaitable[None]]:
    """The floor."""

    async def work() -> None:
        await asyncio.to_thread(run, f"{SDKS[platform]}\n{SCHEDULING}", folder)

    return work


async def measure() -> list[Row]:
    """The goal, for both platforms."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="pyquiz-bench-") as folder:
        for platform in SDKS:
            works = importing(platform, Path(folder)), starting(platform, Path(folder))
            floor, ours = await in_turn(*works, timer=children)
            what = f"start with {platform.capitalize()} alone (the other is not loaded): CPU against importing its SDK"
            rows.append(Row("P12", what, floor, ours, "s", 1.2))
    return rows
