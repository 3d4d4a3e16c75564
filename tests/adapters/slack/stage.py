"""The whole product around a stand-in Slack: real store, quiz and clock's work, real slack-bolt and slack-sdk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from cryptography.fernet import Fernet

from adapters.slack.keys import Keys, read_keys
from adapters.slack.slack import SlackAdapter
from cli.compose import House, house
from cli.web import serving
from content.bank import Bank
from tests.standins.hours import Clock, Hours
from tests.standins.questions import make_pack
from tests.standins.slack import Message, Person, SlackStandIn

KEY = Fernet(Fernet.generate_key())
SET_UP = "setup zone=UTC time=9:00 reveal=16:00"


class Stage(Hours):
    """A product on a Slack; ``adapter`` and ``house`` are its present process."""

    def __init__(self, slack: SlackStandIn, clock: Clock, adapter: SlackAdapter, composed: House) -> None:
        super().__init__(clock, composed)
        self.slack = slack
        self.adapter = adapter
        self.address = ""

    async def whispers(self, who: Person, channel: str, count: int) -> str:
        """The latest of at least so many private messages."""
        await self.slack.until(lambda: len(who.private(channel)) >= count, f"{count} private messages to {who.id}")
        return who.private(channel)[-1]

    async def set_up(self, who: Person, channel: str, text: str = SET_UP) -> None:
        """Somebody sets a channel up."""
        before = len(who.private(channel))
        await who.command(text, channel)
        said = await self.whispers(who, channel, before + 1)
        assert "PyQuiz will ask" in said, said

    async def answer(self, who: Person, channel: str, place: int) -> str:
        """Somebody answers the latest question of a channel: the option displayed at ``place``, or a typed number.

        What they are told about it.
        """
        before = len(who.private(channel))
        await self.choose(who, channel, place)
        return await self.whispers(who, channel, before + 1)

    async def choose(self, who: Person, channel: str, place: int) -> None:
        """As ``answer``, without waiting for what comes of it."""
        await choose(self.slack, who, channel, place)

    async def quiet(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self.adapter.idle()

    def posted(self, channel: str, team: str = "T1") -> Sequence[Message]:
        """What everybody sees in a channel and its threads, in order."""
        return posted(self.slack, channel, team)


def posted(slack: SlackStandIn, channel: str, team: str = "T1") -> Sequence[Message]:
    """What everybody sees in a channel and its threads, in order."""
    return [m for m in slack.channel(channel, team).messages if m.only_for is None]


async def choose(slack: SlackStandIn, who: Person, channel: str, place: int) -> None:
    """Press the button of the option displayed at ``place`` on a channel's latest question, or fill in its form."""
    question = [m for m in posted(slack, channel, who.team.id) if m.thread_ts is None][-1]
    controls, there = question.blocks[-1]["elements"], slack.channel(channel, who.team.id)
    if len(controls) > 1:
        await who.press_id(controls[place]["action_id"], there, question)
        return
    await who.press_id(controls[0]["action_id"], there, question)
    modal = await slack.until(lambda: who.modal and "submit" in who.modal and who.modal, "a form")
    boxes = any(block.get("element", {}).get("type") == "checkboxes" for block in modal["blocks"])
    await who.submit(answer=[str(place)] if boxes else f"typed {place}")


def keys_for(slack: SlackStandIn, **more: str) -> Keys:
    """Settings for Socket Mode in one workspace."""
    environment: Mapping[str, str] = {
        "SLACK_BOT_TOKEN": slack.team().token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        **more,
    }
    found = read_keys({name: value for name, value in environment.items() if value})
    assert isinstance(found, Keys), found
    return found


def over_http(slack: SlackStandIn) -> Keys:
    """Settings for HTTP in one workspace."""
    return keys_for(slack, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=slack.signing_secret)


def with_oauth(slack: SlackStandIn, **more: str) -> Keys:
    """Settings for HTTP in many workspaces."""
    environment = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_APP_TOKEN": "",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
        "PYQUIZ_SECRET_KEY": "a key",
    }
    return keys_for(slack, **{**environment, **more})


def with_oauth_over_sockets(slack: SlackStandIn) -> Keys:
    """Settings for Socket Mode in many workspaces."""
    return with_oauth(slack, SLACK_APP_TOKEN=slack.app_token, SLACK_SIGNING_SECRET="")


def questions(**how: object) -> Bank:
    """A small pack."""
    return Bank([make_pack(**how)])  # type: ignore[arg-type]  # passed on


@asynccontextmanager
async def staged(
    url: str, slack: SlackStandIn, clock: Clock, *, bank: Bank | None = None, keys: Keys | None = None
) -> AsyncIterator[Stage]:
    """One process over a database, reached over HTTP where its settings say so."""
    async with AsyncExitStack() as stack:
        composed = await stack.enter_async_context(house(url, bank or questions(), clock.now, KEY))
        keys = keys or keys_for(slack)
        adapter = SlackAdapter(keys, clock.now)
        await composed.start([adapter])
        stage = Stage(slack, clock, adapter, composed)
        if adapter.routes():
            port = await stack.enter_async_context(serving(adapter.routes(), 0, "127.0.0.1"))
            stage.address = f"http://127.0.0.1:{port}"
            if keys.signing_secret:
                slack.events_urls = [f"{stage.address}/slack/events"]
                stack.callback(setattr, slack, "events_urls", [])
        yield stage
