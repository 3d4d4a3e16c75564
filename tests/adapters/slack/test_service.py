"""`pyquiz run` as it is installed, on Slack: told to stop while somebody waits for a receipt, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.adapters.slack.services import free_port
from tests.adapters.slack.stage import choose, posted
from tests.days.ledger import answers_in
from tests.standins.slack import Hang, Person, SlackStandIn
from tests.standins.slack.server import NotAcknowledged

ROOT = Path(__file__).parents[3]


def settings(slack: SlackStandIn, folder: Path, *, over_http: bool) -> Mapping[str, str]:
    """The environment of a service, and nothing else."""
    port = str(free_port())
    if over_http:
        slack.events_urls = [f"http://127.0.0.1:{port}/slack/events"]
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret, "PYQUIZ_HTTP_PORT": port}
    else:
        way = {"SLACK_APP_TOKEN": slack.app_token}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYQUIZ_DATABASE_URL": f"sqlite:///{folder}/service.db",
        "SLACK_BOT_TOKEN": slack.team().token,
        "SLACK_API_URL": slack.api_url,
        **way,
    }


@asynccontextmanager
async def running(environment: Mapping[str, str], folder: Path) -> AsyncIterator[Process]:
    """A process of its own, once it is up; killed in the end if it still runs."""
    command = ("-c", "from cli.main import main; main()", "run")
    process = await asyncio.create_subprocess_exec(sys.executable, *command, env=environment, cwd=folder, stderr=PIPE)
    assert process.stderr
    said = b""
    while b"PyQuiz is up" not in said:
        line = await process.stderr.readline()
        assert line, said.decode()
        said += line
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(slack: SlackStandIn, who: Person, count: int = 1) -> str:
    """The latest of at least so many private messages."""
    await slack.until(lambda: len(who.private("python")) >= count, f"message {count} to {who.id}", 20)
    return who.private("python")[-1]


@pytest.mark.slow
@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
async def test_sigterm_finishes_what_was_acknowledged_and_nothing_is_forgotten(tmp_path: Path, over_http: bool) -> None:
    """Trap 10: the receipt hangs, the process waits for it, ends with 0, and knows the answer when it comes again."""
    async with SlackStandIn() as slack:
        environment = settings(slack, tmp_path, over_http=over_http)
        ada, omar = slack.person("Ada", "python"), slack.person("Omar", "python")
        hang = Hang()
        async with running(environment, tmp_path) as process:
            for number, text in enumerate(("setup zone=UTC time=9:00 reveal=16:00", "ask now"), 1):
                await ada.command(text, "python")
                await told(slack, ada, number)
            await slack.until(lambda: posted(slack, "python"), "the question")
            slack.faults["response_url"].append(hang)
            await choose(slack, omar, "python", 1)
            await slack.until(lambda: not slack.faults["response_url"], "a receipt on its way")
            process.send_signal(signal.SIGTERM)
            await deaf(slack, omar)
            assert process.returncode is None
            assert omar.private("python") == []
            hang.go.set()
            assert await asyncio.wait_for(process.wait(), 20) == 0
        receipt = await told(slack, omar)
        async with running(environment, tmp_path):
            await choose(slack, omar, "python", 1)
            again = await told(slack, omar, 2)

    assert "You chose" in receipt or "You answered" in receipt
    assert "Nothing changed" in again
    assert [person for _, person in answers_in(environment["PYQUIZ_DATABASE_URL"])] == ["UOMAR"]


async def deaf(slack: SlackStandIn, who: Person) -> None:
    """Wait until PyQuiz hears nothing more."""
    async with asyncio.timeout(10):
        while True:
            try:
                await who.open_home()
            except NotAcknowledged:
                return
            await asyncio.sleep(0.05)
