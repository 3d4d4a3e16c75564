"""Slack as a platform: one Bolt app behind Socket Mode, HTTP or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import make_app
from adapters.slack.clients import make_client, make_session
from adapters.slack.keys import Keys
from adapters.slack.listeners import Listeners
from adapters.slack.messenger import SlackMessenger, code_of
from adapters.slack.people import People
from adapters.slack.replies import Replies
from adapters.slack.sockets import CONNECTIONS, Sockets
from adapters.slack.work import Work
from bot.ports import Face, Health, Messenger, Route, Shelf


class SlackRefuses(RuntimeError):
    """Slack does not take SLACK_BOT_TOKEN."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack does not take SLACK_BOT_TOKEN ({code}). Copy it anew from the app's Install App page.")


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class SlackAdapter:
    """Implements ``bot.ports.Adapter``. ``clock`` returns aware UTC."""

    name = "slack"

    def __init__(self, keys: Keys, clock: Callable[[], datetime] = utc_now, connections: int = CONNECTIONS) -> None:
        self._keys = keys
        self._clock = clock
        self._connections = connections
        self._work = Work()
        self._session: ClientSession | None = None
        self._team = ""
        self._client: AsyncWebClient | None = None
        self._sockets: Sockets | None = None
        self._app: AsyncApp | None = None
        self.messenger: Messenger = SlackMessenger(self._client_of)

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Connect and listen. Raises SlackRefuses where the token is not taken."""
        session = self._session = make_session()
        try:
            self._client = make_client(self._keys.bot_token or None, self._keys.api_url, session)
            await self._introduce(self._client)
            people, replies = People(self._client_of, self._work), Replies(self._client_of, session)
            self._app = make_app(self._keys, self._client, self._token_of)
            Listeners(face, shelf, people, replies, self._work, self._clock, self._forget).listen(self._app)
            if self._keys.app_token:
                self._sockets = Sockets(self._app, self._keys.app_token, self._client, self._connections)
                await self._sockets.open()
        except BaseException:
            await self.stop(timedelta())
            raise

    async def _introduce(self, client: AsyncWebClient) -> None:
        """Ask whose token this is, once: no press ever costs an auth.test."""
        try:
            answer = await client.api_call("auth.test")
        except SlackApiError as error:
            raise SlackRefuses(code_of(error)) from None
        self._team = str(answer["team_id"])

    async def _client_of(self, workspace: str) -> AsyncWebClient | None:
        return self._client if workspace == self._team else None

    async def _token_of(self, workspace: str) -> str | None:
        return self._keys.bot_token if workspace == self._team else None

    async def _forget(self, workspace: str) -> None:
        """A workspace took its permission away; its one token stands in the settings."""

    async def stop(self, grace: timedelta) -> None:
        """Hear nothing more, and finish what was acknowledged."""
        if self._sockets is not None:
            await self._sockets.close()
        await self._work.drain(grace)
        if self._session is not None:
            await self._session.close()
        self._session = self._app = self._sockets = None

    def health(self) -> Health:
        """Connected, or able to be called."""
        if self._app is None:
            return Health(False, "Slack is not started.")
        if self._sockets is None:
            return Health(True, "Slack reaches PyQuiz over HTTP.")
        up = self._sockets.up
        return Health(
            up > 0, f"{up} of {self._connections} connections to Slack; it counts {self._sockets.registered}."
        )

    def routes(self) -> Sequence[Route]:
        """What is served over HTTP."""
        return ()
