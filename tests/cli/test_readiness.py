"""How PyQuiz says whether it does its work: to whoever asks its port, and to `pyquiz health`."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from socket import socket

import pytest
from aiohttp import ClientSession
from rich.console import Console
from sqlalchemy.engine import make_url

from adapters.terminal.terminal import Terminal
from bot.ports import Face, Health, Messenger, Route, Shelf
from cli.compose import House, house
from cli.readiness import Readiness
from cli.web import serving
from content.bank import load_bank
from tests.cli.office import Clock
from tests.conftest import Server


class Post:
    """A platform whose line can be cut."""

    name = "post"

    def __init__(self, *, starts: bool = True) -> None:
        self.messenger: Messenger = Terminal(Console()).messenger
        self.connected = True
        self.deaf = False
        self._starts = starts

    async def start(self, face: Face, shelf: Shelf) -> None:
        if not self._starts:
            raise ConnectionError("the post is on strike")

    async def stop(self, grace: timedelta) -> None:
        self.connected = False

    def health(self) -> Health:
        return Health(self.connected, "The line stands." if self.connected else "The line is cut.", deaf=self.deaf)

    def routes(self) -> Sequence[Route]:
        return ()


class Asked:
    """A house that is served, and what it answers."""

    def __init__(self, house: House, clock: Clock, port: int, web: ClientSession) -> None:
        self.house, self.clock, self.port, self._web = house, clock, port, web

    async def get(self, path: str) -> tuple[int, dict[str, object]]:
        async with self._web.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.json()

    async def lacking(self) -> object:
        """What `/readyz` names; empty only with 200."""
        status, told = await self.get("/readyz")
        assert (status == 200) is (told["lacking"] == [])
        return told["lacking"]


@asynccontextmanager
async def served(url: str, *adapters: Post) -> AsyncIterator[Asked]:
    """A house with these adapters, asked over its port."""
    clock = Clock()
    async with house(url, load_bank(), clock.now) as composed:
        await composed.start(adapters)
        async with serving(Readiness(composed, clock.now).routes(), 0, "127.0.0.1") as port, ClientSession() as web:
            yield Asked(composed, clock, port, web)


async def test_it_is_ready_once_its_clock_has_beaten(sqlite_url: str) -> None:
    """Alive before that, and ready after."""
    async with served(sqlite_url, Post()) as asked:
        before, alive = await asked.lacking(), await asked.get("/healthz")
        await asked.house.beat()
        after = await asked.lacking()

    assert before == ["heartbeat"]
    assert alive == (200, {"alive": True})
    assert after == []


async def test_a_clock_that_stands_still_is_named(sqlite_url: str) -> None:
    """A minute without a beat that went well is too long."""
    async with served(sqlite_url, Post()) as asked:
        await asked.house.beat()
        asked.clock.at += timedelta(seconds=59)
        just = await asked.lacking()
        asked.clock.at += timedelta(seconds=1)
        late = await asked.lacking()

    assert (just, late) == ([], ["heartbeat"])


async def test_a_platform_that_is_cut_off_or_never_came_up_is_named(sqlite_url: str) -> None:
    """Others do their work, and still somebody should know."""

    class Pigeon(Post):
        name = "pigeon"

    line = Post()
    async with served(sqlite_url, line, Pigeon(starts=False)) as asked:
        await asked.house.beat()
        one = await asked.lacking()
        line.connected = False
        both = await asked.lacking()

    assert one == ["pigeon"]
    assert both == ["post", "pigeon"]


async def test_a_platform_that_can_post_and_hears_nobody_is_named(sqlite_url: str) -> None:
    """Its presses would be lost on us."""
    line = Post()
    async with served(sqlite_url, line) as asked:
        await asked.house.beat()
        line.deaf = True
        deaf = await asked.lacking()
        line.deaf = False
        heard = await asked.lacking()

    assert (deaf, heard) == (["post"], [])


async def test_another_schema_is_named(sqlite_url: str) -> None:
    """As when somebody restored another version's backup below a running PyQuiz."""
    async with served(sqlite_url, Post()) as asked:
        await asked.house.beat()
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as other:
            other.execute("UPDATE alembic_version SET version_num = '0000'")
        other.close()

        assert await asked.lacking() == ["schema"]


@pytest.mark.postgres
async def test_a_database_that_went_away_is_named_without_its_address(postgres: Server) -> None:
    """While the process itself lives on."""
    with postgres.database() as url:
        name = make_url(url).database or ""
        async with served(url, Post()) as asked:
            await asked.house.beat()
            await asyncio.to_thread(postgres.run, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
            await asyncio.to_thread(
                postgres.run, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            )
            lacking, alive = await asked.lacking(), await asked.get("/healthz")
            _, told = await asked.get("/readyz")
            await asyncio.to_thread(postgres.run, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
            again = await asked.lacking()

    assert lacking == ["database"]
    assert alive[0] == 200
    assert name not in json.dumps(told)
    assert again == []


def ask(*args: str) -> subprocess.CompletedProcess[str]:
    """`pyquiz health` in a process of its own, as a container asks."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "health", *args]
    return subprocess.run(command, capture_output=True, text=True)


async def test_pyquiz_health_says_it_by_its_exit_code(sqlite_url: str) -> None:
    """1 with what is lacking first, 0 when all is well; alive is the lesser question."""
    async with served(sqlite_url, Post()) as asked:
        port = str(asked.port)
        early = await asyncio.to_thread(ask, "--port", port)
        alive = await asyncio.to_thread(ask, "--port", port, "--alive")
        await asked.house.beat()
        well = await asyncio.to_thread(ask, "--port", port, "--json")

    assert early.returncode == 1
    assert early.stdout.startswith("failed  heartbeat: ")
    assert (alive.returncode, alive.stdout) == (0, "ok      The process lives.\n")
    assert well.returncode == 0
    assert json.loads(well.stdout)["ready"] is True


def test_where_nobody_answers_it_says_what_to_set() -> None:
    """One sentence and exit code 1."""
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens there
        done = ask("--port", str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert "PYQUIZ_HTTP_PORT" in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_usage_ends_with_2() -> None:
    """A port is a number."""
    assert ask("--port", "eight").returncode == 2


async def test_something_else_on_the_port_is_not_taken_for_health() -> None:
    """Whatever it answers."""

    async def chat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(chat, "127.0.0.1", 0)
    async with server:
        done = await asyncio.to_thread(ask, "--port", str(server.sockets[0].getsockname()[1]))

    assert done.returncode == 1
    assert "not a PyQuiz" in done.stdout
