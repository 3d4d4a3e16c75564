"""Slack as a platform: one Bolt app behind Socket Mode, HTTP or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import http
from adapters.slack.app import make_app
from adapters.slack.channels import Channels
from adapters.slack.clients import make_client, make_session
from adapters.slack.installs import Installs
from adapters.slack.keys import Keys
from adapters.slack.listeners import Listeners
from adapters.slack.messenger import SlackMessenger
from adapters.slack.oauth import INSTALL, REDIRECT, make_flow
from adapters.slack.people import People
from adapters.slack.presses import Presses
from adapters.slack.replies import Replies
from adapters.slack.sockets import CONNECTIONS, Sockets
from adapters.slack.workspaces import OneWorkspace, Workspaces
from adapters.work import Work
from bot.model import Place
from bot.ports import Face, Finding, Health, HttpRequest, HttpResponse, Messenger, PlaceBack, Route, Shelf


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
        self._work = Work("Slack")
        self._session: ClientSession | None = None
        self._workspaces: Workspaces | None = None
        self._app: AsyncApp | None = None
        self._flow: AsyncOAuthFlow | None = None
        self._sockets: Sockets | None = None
        self._channels = Channels(self._client)
        self._presses: Presses | None = None
        self.messenger: Messenger = SlackMessenger(self._client)

    async def _client(self, workspace: str) -> AsyncWebClient | None:
        return await self._workspaces.client(workspace) if self._workspaces else None

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Connect and listen. Raises SlackRefuses where a token is not taken, SlackUnreachable."""
        self._session = make_session()
        try:
            await self._start(face, shelf, self._session)
        except BaseException:
            await self.stop(timedelta())
            raise

    async def _start(self, face: Face, shelf: Shelf, session: ClientSession) -> None:
        keys, clock = self._keys, self._clock
        client = make_client(None, keys.api_url, session)
        if keys.many:
            installs = Installs(keys, shelf, session, clock)
            self._workspaces = installs
            self._flow = make_flow(keys, installs, shelf, client, clock, lambda team: self._came_back(face, team))
        else:
            self._workspaces = OneWorkspace(keys, session)
        await self._workspaces.open()
        app = make_app(keys, client, self._workspaces.known, self._flow)
        replies, people = Replies(self._client, session), People(self._client, self._channels, self._work)
        forget = self._workspaces.forget
        listeners = Listeners(face, shelf, people, self._channels, replies, self._work, clock, forget)
        listeners.listen(app)
        if keys.app_token:
            self._sockets = Sockets(app, keys.app_token, client, self._connections)
            await self._sockets.open()
        if keys.signing_secret:
            self._presses = Presses(keys.signing_secret, self._workspaces.known, listeners.on_press)
        self._app = app

    def _came_back(self, face: Face, team: str) -> None:
        """PyQuiz was installed (again): where it is still in a channel, no event will tell so."""

        async def tell() -> None:
            self._channels.forget(team)
            for place in await self._channels.own(team):
                await face.happened(PlaceBack(place), self._clock())

        self._work.begin(tell())

    async def stop(self, grace: timedelta) -> None:
        """Hear nothing more, and finish what was acknowledged."""
        self._app = self._flow = self._presses = None
        if self._sockets is not None:
            await self._sockets.close()
        await self._work.drain(grace)
        if self._session is not None:
            await self._session.close()
        self._session = self._sockets = self._workspaces = None

    async def idle(self) -> None:
        """Wait until everything that was acknowledged is done."""
        await self._work.idle()

    def health(self) -> Health:
        """Connected, or able to be called."""
        if self._app is None:
            return Health(False, "Slack is not started.")
        if self._sockets is None:
            return Health(True, "Slack reaches PyQuiz over HTTP.")
        up, counted = self._sockets.up, self._sockets.registered
        return Health(up > 0, f"{up} of {self._connections} connections to Slack; it counts {counted}.", up)

    async def diagnose(
        self, shelf: Shelf, places: Sequence[Place], clock: Callable[[], datetime], /
    ) -> Sequence[Finding]:
        """Look at the tokens, their scopes, Slack's clock and these channels; as ``bot.ports.Examined``."""
        from adapters.slack.examining import Examination

        return await Examination(self._keys, shelf, clock).findings(places)

    def routes(self) -> Sequence[Route]:
        """Events where a signing secret is set, and installing where many workspaces may."""
        events = [Route("POST", http.EVENTS, self._events)] if self._keys.signing_secret else []
        pages = [Route("GET", INSTALL, self._install), Route("GET", REDIRECT, self._redirected)]
        return (*events, *(pages if self._keys.many else ()))

    async def _events(self, request: HttpRequest) -> HttpResponse:
        if self._app is None or self._presses is None:
            return http.NOT_UP
        return await self._presses.take(request) or await http.dispatched(self._app, request)

    async def _install(self, request: HttpRequest) -> HttpResponse:
        return await http.install(self._flow, request) if self._flow else http.NOT_UP

    async def _redirected(self, request: HttpRequest) -> HttpResponse:
        return await http.redirected(self._flow, request) if self._flow else http.NOT_UP
