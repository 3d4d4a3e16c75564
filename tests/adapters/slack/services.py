"""A stand-in Slack with real processes of PyQuiz on it, seen as the tests of kills see a platform."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from bot.store.engine import locate
from tests.standins.club import at
from tests.standins.platform import Pressed
from tests.standins.processes import Processes
from tests.standins.service import Service, serve
from tests.standins.slack import Message, SlackStandIn
from tests.standins.slack.server import NotAcknowledged

SET_UP = "setup zone=UTC time=9:00 reveal=16:00"
COUNTS = ("You chose", "Still", "Changed")
"""What a receipt begins with."""

KEPT = sa.text(
    'SELECT delivery.key, player.external_id, answer.choice, round."order" FROM answer '
    "JOIN round ON round.id = answer.round "
    "JOIN delivery ON delivery.round = answer.round AND delivery.kind = 'question' "
    "JOIN player ON player.id = answer.player"
)


@dataclass
class Services(Processes):
    """Processes of PyQuiz on one Slack: over HTTP each has its port, and Slack takes them in turn."""

    slack: SlackStandIn | None = None
    over_http: bool = False
    _urls: dict[int, str] = field(default_factory=dict)

    def start(self, **orders: object) -> BaseProcess:
        """One more process."""
        assert isinstance(self.orders, Service)
        assert self.slack
        port = free_port() if self.over_http else 0
        more = {"PYQUIZ_HTTP_PORT": str(port)} if port else {}
        process = super().start(environment={**self.orders.environment, **more}, **orders)
        if port:
            self._urls[process.pid or 0] = f"http://127.0.0.1:{port}/slack/events"
        self._balance()
        return process

    def kill(self, process: BaseProcess) -> None:
        """SIGKILL, which the balancer notices."""
        super().kill(process)
        self._balance()

    def _balance(self) -> None:
        assert self.slack
        alive = [process.pid for process in self.running if process.is_alive()]
        self.slack.events_urls = [url for pid, url in self._urls.items() if pid in alive]


@dataclass
class Seen:
    """What stands on a Slack. A message's number is its place in the order of posting; each person presses until they
    hear of it. The members are those of ``tests.standins.platform.Platform``."""

    slack: SlackStandIn
    presses: list[Pressed] = field(default_factory=list)
    receipts: list[Pressed] = field(default_factory=list)
    _pressing: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def messages(self) -> Sequence[Message]:
        """Everything the clock posted, in order."""
        found = [m for team in self.slack.teams.values() for c in team.channels.values() for m in c.messages]
        return sorted((m for m in found if m.metadata), key=lambda m: float(m.ts))

    @property
    def posts(self) -> Sequence[str]:
        """The key of each."""
        return [key_of(message) for message in self.messages]

    @property
    def busy(self) -> int:
        """Requests on their way."""
        return self.slack.busy

    @property
    def looked(self) -> int:
        """How often somebody looked for a message."""
        return len(self.slack.called("conversations.history")) + len(self.slack.called("conversations.replies"))

    def doubled(self) -> dict[str, int]:
        """Deliveries that stand there more than once."""
        return {key: number for key, number in Counter(self.posts).items() if number > 1}

    def posted(self, kind: str) -> Sequence[str]:
        """The keys of this kind, in order."""
        return [key for key in self.posts if key.partition(":")[0] == kind]

    def last_edit(self, key: str) -> str:
        """The text of a message after its latest edit, empty where there was none."""
        (message,) = [message for message in self.messages if key_of(message) == key]
        return str(message.versions[-1]["text"]) if len(message.versions) > 1 else ""

    def press(self, message: str, person: str, choice: str) -> Pressed:
        """Somebody presses a button until they are told that it counts, or that it is too late."""
        pressed = Pressed(len(self.presses), message, f"U{person.upper()}", choice)
        self.presses.append(pressed)
        task = asyncio.create_task(self._insist(pressed, person))
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)
        return pressed

    async def _insist(self, pressed: Pressed, person: str) -> None:
        question = self.messages[int(pressed.message)]
        there = self.slack.team().channels[question.channel]
        who = self.slack.person(person, there.name)
        button = question.versions[0]["blocks"][-1]["elements"][int(pressed.choice)]["action_id"]
        while True:
            before = len(who.private(there.name))
            try:
                await who.press_id(button, there, question)
                await self.slack.until(lambda: len(who.private(there.name)) > before, seconds=2)  # noqa: B023
            except (NotAcknowledged, AssertionError):
                await asyncio.sleep(0.05)
                continue
            if who.private(there.name)[-1].startswith(COUNTS):
                self.receipts.append(pressed)
            self.slack.stir()
            return

    async def until(self, what: str, reached: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until ``reached()``, asked again 20 times a second."""
        ends = asyncio.get_running_loop().time() + seconds
        while not reached():
            assert asyncio.get_running_loop().time() < ends, f"{what} did not come; posted so far: {self.posts}"
            await asyncio.sleep(0.05)

    async def hang_up(self) -> None:
        """Nobody presses any more."""
        for task in self._pressing:
            task.cancel()
        await asyncio.gather(*self._pressing, return_exceptions=True)


def key_of(message: Message) -> str:
    """The delivery that a message is."""
    assert message.metadata
    return str(message.metadata["event_payload"]["key"])


def kept(url: str) -> dict[tuple[str, str], str]:
    """(key of the question's message, person) → the place of the option that is kept, as it was displayed."""
    engine = sa.create_engine(locate(url).url)
    with engine.connect() as conn:
        rows = conn.execute(KEPT).all()
    engine.dispose()
    return {(key, person): str(order.split(",").index(choice)) for key, person, choice, order in rows}


@asynccontextmanager
async def a_slack_of(
    url: str, grave: Path, channels: int, *, over_http: bool, **orders: object
) -> AsyncIterator[tuple[Services, Seen]]:
    """A Slack on which PyQuiz is set up in so many channels, at midnight; no process runs yet."""
    async with SlackStandIn() as slack:
        way = {"SLACK_SIGNING_SECRET": slack.signing_secret} if over_http else {"SLACK_APP_TOKEN": slack.app_token}
        environment = {"SLACK_BOT_TOKEN": slack.team().token, "SLACK_API_URL": slack.api_url, **way}
        service = Service(url, slack.address, grave, environment=environment, **orders)  # type: ignore[arg-type]
        services = Services(service, serve, slack=slack, over_http=over_http)
        slack.clock = lambda: services.now().timestamp()
        services.jump(at(0))
        seen = Seen(slack)
        try:
            await _set_up(services, seen, channels)
            yield services, seen
        finally:
            services.end()
            await seen.hang_up()


async def _set_up(services: Services, seen: Seen, channels: int) -> None:
    process = services.start()
    for number in range(1, channels + 1):
        ada = seen.slack.person("Ada", f"c{number}", admin=True)
        while not any("PyQuiz will ask" in text for text in ada.private(f"c{number}")):
            try:
                await ada.command(SET_UP, f"c{number}")
                await seen.slack.until(lambda: ada.private(f"c{number}"), seconds=20)  # noqa: B023
            except NotAcknowledged:
                await asyncio.sleep(0.05)
    services.kill(process)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
