"""What `pyquiz doctor` asks Slack: whose token it is, what it may do, what time it is, and whether PyQuiz is in its
channels. Nothing is posted, and nothing is heard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import make_client, make_session
from adapters.slack.installs import installation_key, read_bot
from adapters.slack.keys import Keys
from adapters.slack.messenger import BROKEN, code_of
from adapters.slack.oauth import SCOPES
from bot.findings import failed, ok, skew
from bot.model import Place
from bot.ports import Finding, Shelf

MOST = 40
"""So many channels are looked at: Slack lets some fifty of these requests through a minute."""

HISTORY = ("channels:history", "groups:history")


class Examination:
    """Of one app. ``clock`` returns aware UTC."""

    def __init__(self, keys: Keys, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._shelf = shelf
        self._clock = clock

    async def findings(self, places: Sequence[Place]) -> list[Finding]:
        """All of them."""
        async with make_session() as session:
            found = [] if self._keys.many else await self._workspace(session, self._keys.bot_token, "", places)
            if self._keys.app_token:
                found.append(await self._sockets(session))
            if self._keys.many:
                for team in dict.fromkeys(place.workspace for place in places):
                    found += await self._installed(session, team, [p for p in places if p.workspace == team])
        if self._keys.signing_secret:
            found.append(ok("slack", "SLACK_SIGNING_SECRET is set; only a request of Slack's can prove it right."))
        return found

    async def _installed(self, session: ClientSession, team: str, places: Sequence[Place]) -> list[Finding]:
        entry = await self._shelf.get(installation_key(team))
        if entry is None:
            do = "Let somebody there install it again, at /slack/install."
            return [failed("slack", f"No token of the workspace {team} is kept, and channels of it are set up.", do)]
        return await self._workspace(session, read_bot(entry.value).bot_token or "", f" of {team}", places)

    async def _workspace(
        self, session: ClientSession, token: str, whose: str, places: Sequence[Place]
    ) -> list[Finding]:
        client = make_client(token, self._keys.api_url, session)
        try:
            answer = await client.api_call("auth.test")
        except SlackApiError as error:
            do = (
                "Copy it anew from the app's Install App page (a workspace that installed it itself installs it again)."
            )
            return [failed("slack", f"Slack does not take the bot's token{whose} ({code_of(error)}).", do)]
        except BROKEN as error:
            do = "Let this machine reach it: network, proxy, SLACK_API_URL."
            return [failed("slack", f"Slack cannot be reached at {self._keys.api_url} ({type(error).__name__}).", do)]
        team = str(answer.get("team") or answer.get("team_id"))
        headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
        return [
            ok("slack", f"The bot's token{whose} is taken; the workspace is {team}."),
            *self._clocks(headers),
            *_scopes(headers.get("x-oauth-scopes")),
            *[finding for place in places[:MOST] async for finding in self._channel(client, place)],
        ]

    def _clocks(self, headers: Mapping[str, str]) -> Iterator[Finding]:
        if "date" not in headers:
            return
        yield skew("clock", self._clock() - parsedate_to_datetime(headers["date"]), "Slack's")

    async def _channel(self, client: AsyncWebClient, place: Place) -> AsyncIterator[Finding]:
        about, name = "slack channels", place.name or str(place.channel)
        try:
            answer = await client.conversations_info(channel=str(place.channel))
        except SlackApiError as error:
            code = code_of(error)
            if code == "missing_scope":
                return  # told where scopes are
            do = "Bring PyQuiz into it (/invite @PyQuiz), or set another channel up."
            yield failed(about, f"{name} is not to be seen ({code}).", do)
            return
        except BROKEN as error:
            yield failed(about, f"{name} could not be asked for ({type(error).__name__}).", "Ask again.")
            return
        channel = answer["channel"]
        if channel.get("is_archived"):
            yield failed(about, f"{name} is archived.", "Unarchive it, or set another channel up.")
        elif not channel.get("is_member"):
            yield failed(about, f"PyQuiz is not in {name}.", "Type /invite @PyQuiz there.")
        else:
            yield ok(about, f"PyQuiz is in {name}.")

    async def _sockets(self, session: ClientSession) -> Finding:
        client = make_client(None, self._keys.api_url, session)
        try:
            await client.apps_connections_open(app_token=self._keys.app_token)
        except SlackApiError as error:
            do = "Make an app-level token with connections:write on Basic Information, and let Socket Mode be on."
            return failed("slack", f"Slack does not take SLACK_APP_TOKEN ({code_of(error)}).", do)
        except BROKEN as error:
            return failed("slack", f"SLACK_APP_TOKEN could not be tried ({type(error).__name__}).", "Ask again.")
        return ok("slack", "SLACK_APP_TOKEN is taken: Socket Mode can be opened.")


def _scopes(granted: str | None) -> Iterator[Finding]:
    if granted is None:
        return
    have = {scope.strip() for scope in granted.split(",")}
    lacking = [scope for scope in SCOPES if scope not in have]
    if lacking:
        do = "Add them on the app's OAuth & Permissions page (docs/slack-manifest.yaml has all), and install it again."
        yield failed("slack scopes", f"The token lacks {', '.join(lacking)}.", do)
    else:
        yield ok("slack scopes", "The token has all that are needed.")
    if not have & set(HISTORY):
        told = "Without channels:history a message that may have been lost stays unknown until somebody presses it."
        yield ok("slack scopes", told)
