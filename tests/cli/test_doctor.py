"""`pyquiz doctor`: faults are planted, one at a time, and each is found with what to do about it."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.fernet import Fernet

from bot.model import DeliveryState
from bot.ports import Finding, Refused, Unknown, Verdict
from bot.store import deliveries, shelf, tables
from bot.store.door import Store
from cli.doctor import examine
from cli.main import pyquiz
from tests.adapters.discord import stage as on_discord
from tests.adapters.slack import stage as on_slack
from tests.bot.store.test_backup import make_old
from tests.cli.office import NINE_THIRTY, office
from tests.cli.test_third_party import install
from tests.conftest import Server
from tests.standins.discord import DiscordStandIn
from tests.standins.discord.town import SEND
from tests.standins.slack import SlackStandIn

T = TypeVar("T")

KEY = Fernet.generate_key().decode()
AN_HOUR_LATER = NINE_THIRTY + timedelta(hours=1)
NAMES = ("PYQUIZ_", "SLACK_", "DISCORD_")


def now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)


class Surgery:
    """Where patients are examined: their settings, and what the doctor finds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.url = f"sqlite:///{folder / 'patient.db'}"
        self.set(PYQUIZ_DATABASE_URL=self.url, PYQUIZ_SECRET_KEY=KEY)

    def set(self, **given: str) -> None:
        """Set these as well."""
        for name, value in given.items():
            self._monkeypatch.setenv(name, value)

    def examine(self, clock: Callable[[], datetime] = now) -> list[Finding]:
        """Everything the doctor finds, in a thread of his own: he has a loop."""
        with ThreadPoolExecutor(1) as room:
            return room.submit(examine, clock).result()

    def failures(self, clock: Callable[[], datetime] = now) -> dict[str, tuple[str, str]]:
        """What failed: about what, what was found and what to do."""
        return {one.about: (one.found, one.do) for one in self.examine(clock) if one.verdict is Verdict.FAILED}

    def only_failure(self, about: str, clock: Callable[[], datetime] = now) -> tuple[str, str]:
        """The one thing that failed."""
        found = self.failures(clock)
        assert list(found) == [about], found
        assert found[about][1], "it says nothing to do"
        return found[about]

    def warnings(self) -> dict[str, str]:
        """What is worth a look."""
        return {one.about: one.found for one in self.examine() if one.verdict is Verdict.WARNING}


@pytest.fixture
def surgery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surgery:
    """An empty folder, no settings but a database and a key."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(NAMES)]:
        monkeypatch.delenv(name)
    for stage in (on_slack, on_discord):
        monkeypatch.setattr(stage, "KEY", Fernet(KEY))
    return Surgery(monkeypatch, tmp_path)


async def in_thread(work: Callable[[], T]) -> T:
    """While the doctor works, stand-ins go on in this loop."""
    return await asyncio.to_thread(work)


@asynccontextmanager
async def slack_patient(surgery: Surgery) -> AsyncIterator[tuple[SlackStandIn, on_slack.Stage]]:
    """A PyQuiz that runs on a Slack, with a channel set up, on the surgery's database."""
    clock = on_slack.Clock(now())
    async with SlackStandIn(clock.seconds) as slack:
        slack.team()
        surgery.set(SLACK_BOT_TOKEN=slack.team().token, SLACK_APP_TOKEN=slack.app_token, SLACK_API_URL=slack.api_url)
        async with on_slack.staged(surgery.url, slack, clock) as stage:
            await stage.set_up(slack.person("Ada", "python"), "python")
            await stage.settle()
            yield slack, stage


@asynccontextmanager
async def discord_patient(surgery: Surgery) -> AsyncIterator[DiscordStandIn]:
    """A PyQuiz that runs on a Discord, with a channel set up, on the surgery's database."""
    clock = on_discord.Clock(now())
    async with DiscordStandIn(clock.seconds) as discord:
        discord.channel("python")
        surgery.set(
            DISCORD_TOKEN=discord.token, DISCORD_API_URL=discord.api_url, DISCORD_GATEWAY_URL=discord.gateway_url
        )
        async with on_discord.staged(surgery.url, discord, clock) as stage:
            await stage.set_up(discord.person("Ada", manager=True), "python")
            yield discord


async def test_a_healthy_pyquiz_is_found_healthy_while_it_runs(surgery: Surgery) -> None:
    """Both platforms set up on one database, which the running bot holds; nothing to do."""
    async with slack_patient(surgery):
        found = await in_thread(surgery.examine)
    said = "\n".join(one.found for one in found)

    assert [one for one in found if one.verdict is not Verdict.OK] == []
    assert f"A PyQuiz runs on it (process {os.getpid()})" in said
    assert "SLACK_APP_TOKEN is taken" in said
    assert "The token has all that are needed" in said
    assert "This machine's clock and Slack's agree" in said
    assert "PyQuiz is in #python" in said
    assert "#python on slack is asked" in said
    assert "None is late, lost or refused" in said


async def test_a_healthy_discord_bot_is_found_healthy(surgery: Surgery) -> None:
    """Token, clock, and what it may do in its channel."""
    async with discord_patient(surgery):
        found = await in_thread(surgery.examine)

    assert [one for one in found if one.verdict is not Verdict.OK] == []
    assert "The bot may do all it needs in #python of town." in [one.found for one in found]


# One fault at a time


async def test_fault_1_a_bad_token_of_slack_s(surgery: Surgery) -> None:
    """It says where to copy it from, and not the token."""
    async with slack_patient(surgery) as (slack, _):
        surgery.set(SLACK_BOT_TOKEN="xoxb-stale-token")
        found, do = await in_thread(partial(surgery.only_failure, "slack"))
        slack.teams.clear()

    assert "does not take the bot's token (invalid_auth)" in found
    assert "Install App" in do
    assert "xoxb" not in found + do


async def test_fault_2_a_missing_scope(surgery: Surgery) -> None:
    """By its name."""
    async with slack_patient(surgery) as (slack, _):
        slack.team().scopes -= {"users:read"}
        found, do = await in_thread(partial(surgery.only_failure, "slack scopes"))

    assert found == "The token lacks users:read."
    assert "OAuth & Permissions" in do


def test_fault_3_half_a_token_pair(surgery: Surgery) -> None:
    """And the other half's name."""
    surgery.set(SLACK_BOT_TOKEN="xoxb-1")
    found, _ = surgery.only_failure("settings")

    assert "SLACK_BOT_TOKEN is set without SLACK_APP_TOKEN" in found


def test_fault_4_an_unreadable_secret_key(surgery: Surgery) -> None:
    """With the line that makes a good one; the bad one is not shown."""
    surgery.set(PYQUIZ_SECRET_KEY="correct horse battery staple")
    found, do = surgery.only_failure("settings")

    assert "PYQUIZ_SECRET_KEY" in found
    assert "horse" not in found + do
    assert "os.urandom(32)" in do


def test_fault_5_an_old_schema(surgery: Surgery, tmp_path: Path) -> None:
    """It is not touched."""
    make_old(tmp_path / "patient.db")
    before = (tmp_path / "patient.db").read_bytes()
    found, do = surgery.only_failure("schema")

    assert "It is 0001" in found
    assert "pyquiz migrate" in do
    assert (tmp_path / "patient.db").read_bytes()[100:] == before[100:]


def test_fault_6_a_database_that_is_not_reached(surgery: Surgery) -> None:
    """Without its password."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        surgery.set(PYQUIZ_DATABASE_URL=f"postgresql://pyquiz:p4ssw0rd@{address}/pyquiz")
        found, do = surgery.only_failure("database")

    assert "does not answer" in found
    assert "p4ssw0rd" not in found + do
    assert "PYQUIZ_DATABASE_URL" in do


def test_fault_7_a_broken_pack(surgery: Surgery, tmp_path: Path) -> None:
    """With file and line; the others are asked from."""
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "half.md").write_text("---\nslug: half\ntitle: Half\n---\n\n# Nothing\n")
    surgery.set(PYQUIZ_PACKS=str(tmp_path / "ours"))
    found, do = surgery.only_failure("packs")

    assert "half.md:" in found
    assert f"pyquiz check {tmp_path / 'ours'}" in do


@pytest.mark.parametrize("ahead", [timedelta(minutes=7), -timedelta(minutes=7)])
async def test_fault_8_a_clock_that_is_wrong(surgery: Surgery, ahead: timedelta) -> None:
    """Against Slack's Date header, in both directions."""
    async with slack_patient(surgery):
        found, do = await in_thread(partial(surgery.only_failure, "clock", lambda: now() + ahead))

    assert "ahead of Slack's" in found if ahead > timedelta() else "behind Slack's" in found
    assert "NTP" in do


async def test_fault_8_a_clock_that_is_wrong_by_discord_s(surgery: Surgery) -> None:
    """The same there."""
    async with discord_patient(surgery):
        found, _ = await in_thread(partial(surgery.only_failure, "clock", lambda: now() + timedelta(minutes=7)))

    assert "ahead of Discord's" in found


@pytest.mark.postgres
def test_fault_8_a_clock_that_is_wrong_by_the_database_s(surgery: Surgery, postgres: Server) -> None:
    """Replicas go by one clock."""
    with postgres.database() as url:
        surgery.set(PYQUIZ_DATABASE_URL=url)
        found, _ = surgery.only_failure("clock", lambda: now() - timedelta(minutes=2))

    assert "behind the database's" in found


async def test_fault_9_a_delivery_of_which_nobody_knows(surgery: Surgery) -> None:
    """By the id that the log has too, with the ways to find out."""
    async with office(surgery.url) as on:
        on.post.answers = [Unknown("hung up")]
        await on.at(NINE_THIRTY)
        found, do = await in_thread(partial(surgery.only_failure, "deliveries", lambda: AN_HOUR_LATER))

    assert "question:1:2027-01-12 in #quiz on post arrived: hung up" in found
    assert "press" in do


async def test_fault_9_a_delivery_that_is_late_on_a_platform_that_is_off(surgery: Surgery) -> None:
    """Its platform is named."""
    async with office(surgery.url) as on:
        on.post.up = False
        await on.at(NINE_THIRTY)
    found, do = surgery.only_failure("deliveries", lambda: AN_HOUR_LATER)

    assert "is due since 12 Jan 09:30 UTC; post is off" in found
    assert "token of post" in do


async def test_fault_10_a_missing_permission_in_a_channel(surgery: Surgery) -> None:
    """Which, where, and the invitation with the least of them."""
    async with discord_patient(surgery) as discord:
        discord.channel("python").denied = SEND  # while nobody listened: else the channel would have paused itself
        found, do = await in_thread(partial(surgery.only_failure, "discord permissions"))

    assert found.startswith("The bot lacks Send Messages in #python of town")
    assert "permissions=" in do


async def test_fault_11_a_port_that_is_taken(surgery: Surgery) -> None:
    """By another program; PyQuiz itself may have it."""
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        port = other.getsockname()[1]
        surgery.set(PYQUIZ_HTTP_PORT=str(port))
        found, do = surgery.only_failure("port")

    assert found == f"Port {port} is taken by another program."
    assert "PYQUIZ_HTTP_PORT" in do
    assert surgery.failures() == {}


async def test_fault_12_a_file_that_another_program_locks(surgery: Surgery, tmp_path: Path) -> None:
    """Somebody left a shell open in a transaction."""
    store = await Store.open(surgery.url)
    await store.close()
    with closing(sqlite3.connect(tmp_path / "patient.db", isolation_level=None)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        found, do = surgery.only_failure("database")

    assert "is locked by another program" in found
    assert "Close" in do


async def test_fault_13_another_secret_key(surgery: Surgery) -> None:
    """What was kept under the old one cannot be read."""
    store = await Store.open(surgery.url)
    sealed = Fernet(Fernet.generate_key()).encrypt(b"token")
    await store.write(shelf.swap, "slack", "installation:T1", sealed, None)
    await store.close()
    found, do = surgery.only_failure("secret key")

    assert "under another key" in found
    assert "old key" in do


async def test_fault_14_a_channel_whose_row_cannot_be_read(surgery: Surgery) -> None:
    """The others are told as ever."""
    async with office(surgery.url) as on:
        broken = sa.update(tables.channels).values(topics="not JSON")
        await on.house.store.write(lambda conn: conn.execute(broken))
    found, _ = surgery.only_failure("channels")

    assert found.startswith("Channel 1 cannot be read: JSONDecodeError")


async def test_fault_15_pyquiz_is_not_in_a_channel(surgery: Surgery) -> None:
    """What to type there."""
    async with slack_patient(surgery) as (slack, _):
        slack.channel("python").members.discard(slack.team().bot_user)
        found, do = await in_thread(partial(surgery.only_failure, "slack channels"))

    assert found == "PyQuiz is not in #python."
    assert do == "Type /invite @PyQuiz there."


async def test_fault_16_a_bad_token_of_discord_s(surgery: Surgery) -> None:
    """That alone is told: nothing else can be asked."""
    async with discord_patient(surgery):
        surgery.set(DISCORD_TOKEN="MTAw.stale.token")
        found, do = await in_thread(partial(surgery.only_failure, "discord"))

    assert found == "Discord does not take DISCORD_TOKEN."
    assert "Reset Token" in do


async def test_fault_17_the_bot_was_removed_from_a_server(surgery: Surgery) -> None:
    """With the way back in."""
    async with discord_patient(surgery) as discord:
        discord.guild().bot_in = False
        found, do = await in_thread(partial(surgery.only_failure, "discord permissions"))

    assert "is not in the server" in found
    assert "https://discord.com/oauth2/authorize?client_id=" in do


def test_fault_18_slack_is_not_reached(surgery: Surgery) -> None:
    """Whatever is in the way."""
    surgery.set(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL="http://127.0.0.1:9/")
    found, do = surgery.only_failure("slack")

    assert "could not be tried" in found or "cannot be reached" in found
    assert do


# What is worth a look, and no failure


async def test_channels_that_are_gone_and_refusals_are_warnings(surgery: Surgery) -> None:
    """The work goes on; a monitor stays quiet."""
    async with office(surgery.url) as on:
        on.post.answers = [Refused("channel_not_found", gone=True)]
        await on.at(NINE_THIRTY, beats=2)
    found = [one for one in surgery.examine(lambda: AN_HOUR_LATER) if one.verdict is Verdict.WARNING]

    assert surgery.failures(lambda: AN_HOUR_LATER) == {}
    assert "#quiz on post is gone: channel_not_found." in [one.found for one in found]
    assert any("was refused: channel_not_found" in one.found for one in found)
    assert all(one.do for one in found)


def test_without_any_platform_it_says_what_to_set(surgery: Surgery) -> None:
    """Before the first start there is nothing wrong yet."""
    assert surgery.failures() == {}
    assert "No platform is configured" in surgery.warnings()["settings"]
    assert not Path(surgery.url.removeprefix("sqlite:///")).exists()


# The command


def test_the_exit_code_is_for_monitors(surgery: Surgery) -> None:
    """0 with warnings, 1 with failures; JSON says which."""
    well = CliRunner().invoke(pyquiz, ["doctor"])
    surgery.set(SLACK_BOT_TOKEN="xoxb-1")
    ill = CliRunner().invoke(pyquiz, ["doctor", "--json"])
    told = json.loads(ill.output)
    shown = CliRunner().invoke(pyquiz, ["doctor"])

    assert well.exit_code == 0
    assert (ill.exit_code, told["ok"]) == (1, False)
    assert {"about", "verdict", "found", "do"} == set(told["findings"][0])
    assert "settings" in [one["about"] for one in told["findings"] if one["verdict"] == "failed"]
    assert "failed  slack: SLACK_BOT_TOKEN is set without" in shown.output
    assert "→ Mend it where PyQuiz is started, or in .env; docs/settings.md has them.\n" in shown.output
    assert shown.output.endswith("1 failed, 0 warnings.\n")
    assert CliRunner().invoke(pyquiz, ["doctor", "--jsno"]).exit_code == 2


async def test_it_changes_nothing_on_either_database(surgery: Surgery, database_url: str) -> None:
    """Not a row of a running PyQuiz's, and not its lock; all of it is well."""
    surgery.set(PYQUIZ_DATABASE_URL=database_url)
    async with office(database_url) as on:
        await on.at(NINE_THIRTY)
        before = await on.house.store.read(_everything)
        failures = await in_thread(partial(surgery.failures, lambda: NINE_THIRTY))
        after = await on.house.store.read(_everything)
        await on.presses()

    assert before == after
    assert failures.keys() <= {"clock"}  # the day is pretended, and a server's clock is not


def _everything(conn: sa.Connection) -> list[list[tuple[object, ...]]]:
    return [list(map(tuple, conn.execute(sa.select(table)))) for table in tables.Base.metadata.sorted_tables]


@pytest.mark.parametrize("gone", [DeliveryState.CLAIMED, DeliveryState.SENDING])
async def test_what_a_dead_process_held_is_found(surgery: Surgery, gone: DeliveryState) -> None:
    """While no other is there to take it back."""
    async with office(surgery.url) as on:
        on.post.up = False
        await on.at(NINE_THIRTY)
        store = on.house.store
        (job,) = await store.write(deliveries.claim, NINE_THIRTY, frozenset({"post"}), 1, timedelta(minutes=1))
        if gone is DeliveryState.SENDING:
            assert await store.write(deliveries.sending, job.delivery.id, job.fence, NINE_THIRTY)
    found, do = surgery.only_failure("deliveries", lambda: AN_HOUR_LATER)

    assert found == f"question:1:2027-01-12 in #quiz on post is {gone.value} by a process that is gone."
    assert "Start PyQuiz" in do


@pytest.mark.parametrize(
    ("examines", "verdict", "said"),
    [
        ("", Verdict.OK, "It is configured; it cannot examine itself."),
        ("raise OSError('the paper is wet')", Verdict.FAILED, "It could not be examined: OSError: the paper is wet."),
        ("return [Finding('paper', Verdict.WARNING, 'Ten sheets.', 'Buy more.')]", Verdict.WARNING, "Ten sheets."),
    ],
)
def test_an_adapter_of_somebody_else_s_takes_part_as_it_can(
    surgery: Surgery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examines: str, verdict: Verdict, said: str
) -> None:
    """Not at all, badly, or well; it stops nobody else's examination."""
    install(tmp_path)
    if examines:
        method = f"\n\nasync def diagnose(self, shelf, places, clock):\n    {examines}\n\n\nPaper.diagnose = diagnose\n"
        module = tmp_path / "paper_pyquiz.py"
        module.write_text(f"from bot.ports import Finding, Verdict\n{module.read_text()}{method}")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "paper_pyquiz", raising=False)
    surgery.set(PAPER_TOKEN="x")
    found = surgery.examine()

    assert [(one.verdict, one.found) for one in found if one.about == "paper"] == [(verdict, said)]
    assert "packs" in [one.about for one in found]
