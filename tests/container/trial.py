"""Days of PyQuiz in real containers, stopped, killed and crashed at the worst moments: `make compose-trial`.

Wants a container engine with Compose, and Debian's package libfaketime on this machine. The Compose file is started
as it is, beside an override that moves the containers' clock and says where the stand-in Slack is. The same days are
played twice, once in peace; by messages, standings and streaks nobody may be able to tell which it was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.adapters.slack.services import COUNTS, Seen
from tests.adapters.slack.stage import choose
from tests.standins.slack import SlackStandIn
from tests.standins.slack.server import NotAcknowledged

ROOT = Path(__file__).parents[2]
FAKETIME = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")
NAME = "slack.test"
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
SET_UP = "setup zone=UTC time=9:00 reveal=16:00"
PEOPLE = ("ada", "grace", "mei", "noor", "omar")
DAYS = 3
KINDS = ("question", "reveal", "detail")
CRASH = """
import os, pathlib
for process in pathlib.Path("/proc").glob("[0-9]*"):
    if process.name != "1" and (process / "cmdline").read_bytes().endswith(b"\\0run\\0"):
        os.kill(int(process.name), 9)
"""
"""Ends the bot itself; the first process, which only passes signals on, cannot be killed from inside."""

MOST = 250_000_000
"""Bytes of the image."""

LEASES = timedelta(seconds=150)
"""Two leases and a request: what a dead one had claimed is free, what it was sending may be looked for."""


@dataclass
class Containers:
    """The services of the Compose file under a clock that is ``offset`` from this machine's; ``replicas`` bots."""

    folder: Path
    service: str
    replicas: int
    offset: timedelta = timedelta()
    stops: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """What their clock shows."""
        return datetime.now(UTC) + self.offset

    def jump(self, to: datetime) -> None:
        """Set it. The file is replaced in one go: it is being read."""
        self.offset = to - datetime.now(UTC)
        draft = self.folder / "clock" / "draft"
        draft.write_text(f"{self.offset.total_seconds():+.3f}\n")
        draft.replace(self.folder / "clock" / "now")

    async def compose(self, *arguments: str, fine: bool = True) -> str:
        """`docker compose` in the folder of the trial."""
        return (await run("docker", "compose", *arguments, where=self.folder, fine=fine)).decode()

    async def pyquiz(self, *arguments: str, given: bytes = b"") -> bytes:
        """A command of PyQuiz in a container of its own, from a pipe to a pipe."""
        command = ("docker", "compose", "run", "--rm", "-T", self.service, *arguments)
        return await run(*command, where=self.folder, given=given)

    async def up(self) -> None:
        """As the page on hosting says."""
        scale = ("--scale", f"{self.service}={self.replicas}") if self.replicas > 1 else ()
        alone = () if self.service == "bot" else (self.service,)
        await self.compose("up", "--detach", "--no-build", *scale, *alone)

    async def bots(self) -> Sequence[str]:
        """The ids of the containers that serve, running or not."""
        return (await self.compose("ps", "--all", "--quiet", self.service)).split()

    async def look(self, bot: str) -> Any:
        """What the engine says of one."""
        return json.loads(await run("docker", "inspect", bot))[0]

    async def stop(self) -> None:
        """SIGTERM to all; each has to end in order by itself, not by the kill that follows."""
        begun = time.monotonic()
        await self.compose("stop", self.service)
        self.stops.append(time.monotonic() - begun)
        ends = [(await self.look(bot))["State"]["ExitCode"] for bot in await self.bots()]
        assert set(ends) == {0}, f"a stop ended with {ends}"

    async def start(self) -> None:
        """All of them again."""
        await self.compose("start", self.service)

    async def kill(self) -> None:
        """SIGKILL from outside; the engine leaves it at that."""
        await run("docker", "kill", "--signal=KILL", *await self.bots())

    async def crash(self) -> None:
        """SIGKILL from inside, as the kernel does it where memory runs out; the engine starts the first one again."""
        bot = (await self.bots())[0]
        before = (await self.look(bot))["RestartCount"]
        await run("docker", "exec", bot, "python", "-c", CRASH, fine=False)
        await until("the engine's own restart", lambda: self._restarted(bot, before))

    async def _restarted(self, bot: str, before: int) -> bool:
        return int((await self.look(bot))["RestartCount"]) > before

    async def healthy(self) -> None:
        """By their own health checks."""
        await until("health", self._healthy, 120)

    async def _healthy(self) -> bool:
        return {(await self.look(bot))["State"]["Health"]["Status"] for bot in await self.bots()} == {"healthy"}

    async def confined(self) -> None:
        """Nobody in particular, on a root that cannot be written, out of an image that is not large."""
        for bot in await self.bots():
            assert await run("docker", "exec", bot, "id", "-u") != b"0\n"
            assert b"Read-only" in await run("docker", "exec", bot, "sh", "-c", "touch /opt/pyquiz/x 2>&1; true")
            size = int(await run("docker", "image", "inspect", "--format={{.Size}}", "pyquiz"))
            assert size < MOST, f"the image has {size / 1e6:.0f} MB"

    async def export(self) -> Sequence[dict[str, Any]]:
        """Everything that is kept."""
        written = await self.compose("exec", "-T", self.service, "pyquiz", "export")
        return [json.loads(line) for line in written.splitlines()]


async def run(*command: str, where: Path | None = None, fine: bool = True, given: bytes = b"") -> bytes:
    """Run a program, and give what it says; raises where it fails and that is not ``fine``."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=where, stdin=pipe, stdout=pipe, stderr=pipe)
    out, trouble = await process.communicate(given)
    assert not fine or process.returncode == 0, f"{' '.join(command)}: {trouble.decode()}"
    return out


async def until(what: str, reached: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not await reached():  # noqa: ASYNC110  the engine tells nobody
            await asyncio.sleep(0.2)
    print(f"    {what}", flush=True)


@asynccontextmanager
async def containers(slack: SlackStandIn, service: str, replicas: int) -> AsyncIterator[Containers]:
    """A folder with the Compose file, settings and an override; in the end all is taken down, the volumes too."""
    folder = Path(tempfile.mkdtemp(prefix="pyquiz-trial-"))
    there = Containers(folder, service, replicas)
    try:
        _write(there, slack)
        yield there
    except BaseException:
        print(await there.compose("logs", "--no-color", "--tail=60", fine=False))
        raise
    finally:
        await there.compose("--profile", "sqlite", "down", "--volumes", "--timeout=1", fine=False)
        shutil.rmtree(folder)


def _write(there: Containers, slack: SlackStandIn) -> None:
    found = [path for pattern in FAKETIME for path in Path("/").glob(pattern[1:])]
    assert found, "libfaketime is not here; Debian and Ubuntu: apt install libfaketime"
    clock = there.folder / "clock"
    clock.mkdir(mode=0o755)
    shutil.copy(found[0], clock / "libfaketime.so")
    there.folder.chmod(0o755)
    shutil.copy(ROOT / "docker-compose.yml", there.folder)
    settings = {
        "POSTGRES_PASSWORD": "p@ss:w/rd%" + secrets.token_hex(8),
        "PYQUIZ_PUBLISH": f"127.0.0.1:{_ports(there.replicas)}",
        "SLACK_BOT_TOKEN": slack.team().token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
    }
    (there.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    moved = {
        "environment": {
            "LD_PRELOAD": "/clock/libfaketime.so",
            "FAKETIME_TIMESTAMP_FILE": "/clock/now",
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        },
        "extra_hosts": [f"{NAME}:host-gateway"],
        "volumes": [f"{clock}:/clock:ro"],
    }
    override = {"services": {there.service: moved}}
    (there.folder / "docker-compose.override.yml").write_text(json.dumps(override))


def _ports(number: int) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return str(port) if number == 1 else f"{port}-{port + number}"


class Days:
    """The days that are played. ``trouble`` is what happens at each of their moments; nothing where there is none."""

    def __init__(self, there: Containers, seen: Seen, trouble: bool) -> None:
        self.there, self.seen, self.trouble = there, seen, trouble
        self.receipts = 0

    async def play(self) -> None:
        """From the first start to the last reveal."""
        self.there.jump(MONDAY)
        await self.there.up()
        await self.there.healthy()
        await self._set_up()
        for day in range(DAYS):
            print(f"  day {day + 1}", flush=True)
            await self._day(day)

    async def _set_up(self) -> None:
        """Said until PyQuiz has heard that Ada is an admin: a busy machine may be slow to look her up."""
        ada = self.seen.slack.person("Ada", "python", admin=True)

        def done() -> bool:
            return any("PyQuiz will ask" in said for said in ada.private("python"))

        async with asyncio.timeout(120):
            while not done():
                try:
                    await ada.command(SET_UP, "python")
                    await self.seen.slack.until(done, seconds=5)
                except (NotAcknowledged, AssertionError):
                    await asyncio.sleep(0.2)

    async def _day(self, day: int) -> None:
        at = MONDAY + timedelta(days=day)
        await self._moment(at.replace(hour=9), "question", day, (self._stopped_over, self._killed_at, self._crashed_at))
        await self._answers(day)
        await self._moment(at.replace(hour=16), "reveal", day, (self._crashed_at, self._stopped_at, self._killed_at))
        await self._posted("detail", day + 1)

    async def _moment(
        self, at: datetime, kind: str, day: int, ways: Sequence[Callable[[datetime], Awaitable[None]]]
    ) -> None:
        if self.trouble:
            await ways[day](at)
        else:
            self.there.jump(at)
        await self._posted(kind, day + 1)

    async def _stopped_over(self, at: datetime) -> None:
        """A minute before until five minutes after, as an upgrade is done."""
        self.there.jump(at - timedelta(minutes=1))
        await self.there.stop()
        self.there.jump(at + timedelta(minutes=5))
        await self.there.start()

    async def _stopped_at(self, at: datetime) -> None:
        """While the message is on its way."""
        await self._under_way(at)
        await self.there.stop()
        self.seen.slack.slowness = 0
        self.there.jump(self.there.now() + LEASES)
        await self.there.start()

    async def _killed_at(self, at: datetime) -> None:
        """Slack has the request, and nobody is left to hear its reply."""
        await self._under_way(at)
        await self.there.kill()
        self.seen.slack.slowness = 0
        self.there.jump(self.there.now() + LEASES)
        await self.there.start()

    async def _crashed_at(self, at: datetime) -> None:
        """The same, from inside."""
        await self._under_way(at)
        await self.there.crash()
        self.seen.slack.slowness = 0
        self.there.jump(self.there.now() + LEASES)

    async def _under_way(self, at: datetime) -> None:
        self.seen.slack.slowness = 0.4
        self.there.jump(at)
        await self.seen.until("a message on its way", lambda: self.seen.busy > 0)

    async def _answers(self, day: int) -> None:
        """Everybody but one answers, each until they are told that it counts; two of them into the trouble."""
        self.there.jump(MONDAY + timedelta(days=day, hours=10))
        here = [name for number, name in enumerate(PEOPLE) if number != day]
        for name in here[:2]:
            await self._answer(name, day)
        late = [asyncio.create_task(self._answer(name, day)) for name in here[2:]]
        if self.trouble:
            await (self.there.stop, self.there.kill, self.there.crash)[day]()
            await self.there.start()
        await asyncio.gather(*late)
        print("    receipts", flush=True)

    async def _answer(self, name: str, day: int) -> None:
        who = self.seen.slack.person(name.title(), "python")
        place = (PEOPLE.index(name) + day) % 2
        before = len(who.private("python"))

        def told() -> bool:
            return any(said.startswith(COUNTS) for said in who.private("python")[before:])

        while not told():
            try:
                await choose(self.seen.slack, who, "python", place)
                await self.seen.slack.until(told, seconds=5)
            except (NotAcknowledged, AssertionError):
                await asyncio.sleep(0.1)
        self.receipts += 1

    async def _posted(self, kind: str, number: int) -> None:
        await self.seen.until(f"{kind} {number}", lambda: len(self.seen.posted(kind)) >= number, 90)
        print(f"    {kind} {number}", flush=True)


async def once(service: str, replicas: int, *, trouble: bool) -> tuple[Sequence[Any], list[float]]:
    """The days, with or without trouble: what is kept in the end that anybody could see."""
    print(f"{service}, {replicas} of it, {'in trouble' if trouble else 'in peace'}", flush=True)
    slack = SlackStandIn()
    slack.host = "0.0.0.0"
    async with slack:
        slack.address = f"http://{NAME}:{slack.address.rpartition(':')[2]}"
        async with containers(slack, service, replicas) as there:
            slack.clock = lambda: there.now().timestamp()
            seen = Seen(slack)
            days = Days(there, seen, trouble)
            await days.play()
            await there.healthy()
            await there.confined()
            kept = await settled(there)
            await saved(there)
            assert seen.doubled() == {}, seen.doubled()
            assert [len(seen.posted(kind)) for kind in KINDS] == [DAYS] * len(KINDS), seen.posts
            assert days.receipts == DAYS * (len(PEOPLE) - 1)
            assert all("answer is" in seen.last_edit(key) for key in seen.posted("question"))
            assert {line["state"] for line in kept if line["type"] == "delivery"} == {"sent"}
            return visible(kept), there.stops


async def settled(there: Containers) -> Sequence[dict[str, Any]]:
    """What is kept, once nothing is under way any more."""
    kept: Sequence[dict[str, Any]] = ()

    async def reached() -> bool:
        nonlocal kept
        kept = await there.export()
        states = {
            line["state"]
            for line in kept
            if line["type"] == "delivery" and line["due"] < f"{there.now():%Y-%m-%dT%H:%M:%SZ}"
        }
        return states <= {"sent"}

    await until("everything sent", reached, 120)
    now = f"{there.now():%Y-%m-%dT%H:%M:%SZ}"
    return [line for line in kept if line["type"] != "delivery" or line["due"] < now]


async def saved(there: Containers) -> None:
    """A backup goes out of one container and comes back through another: nothing has changed."""
    await there.stop()
    before = await there.pyquiz("export")
    backup = await there.pyquiz("backup", "-")
    await there.pyquiz("restore", "-", "--replace", given=backup)
    assert await there.pyquiz("export") == before
    print("    backup and restore", flush=True)


def visible(kept: Sequence[dict[str, Any]]) -> Sequence[Any]:
    """Of that, what people see, without when exactly it happened, or whose row was made first."""
    wanted = {
        "round": ("number", "date", "question", "order", "points", "state", "spared"),
        "answer": ("round", "player", "choice", "text"),
        "standing": ("period", "start", "player", "points", "right", "answered", "last"),
        "streak": ("player", "run", "best", "right_run", "best_right", "freezes", "progress", "first", "last"),
    }
    people = {line["id"]: line["external_id"] for line in kept if line["type"] == "player"}
    seen = [line for line in kept if line["type"] in wanted]
    named = [{**line, "player": people[line["player"]]} if "player" in line else line for line in seen]
    return sorted([line["type"], *(json.dumps(line[name]) for name in wanted[line["type"]])] for line in named)


def _beyond(one: Sequence[Any], other: Sequence[Any]) -> str:
    return "\n".join(f"{row}" for rows, without in ((one, other), (other, one)) for row in rows if row not in without)


async def main() -> None:
    """In peace, then in trouble, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("service", nargs="?", choices=("bot", "sqlite"), default="bot")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--as-built", action="store_true", help="do not build the image anew")
    given = parser.parse_args()
    if not given.as_built:
        await run("docker", "build", "--tag=pyquiz", str(ROOT))
    peace, _ = await once(given.service, given.replicas, trouble=False)
    trouble, stops = await once(given.service, given.replicas, trouble=True)
    assert len(peace) > DAYS * len(PEOPLE), peace
    assert trouble == peace, f"in peace and not in trouble, and the other way round:\n{_beyond(peace, trouble)}"
    print(
        f"One message a delivery, {len(peace)} rows alike; stops took {', '.join(f'{stop:.1f} s' for stop in stops)}."
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
