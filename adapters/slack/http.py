"""Slack over HTTP: requests of the roof's server to the Bolt app and to the OAuth flow, and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.ports import HttpRequest, HttpResponse

EVENTS = "/slack/events"

UNREADABLE = HttpResponse(401, body=b"unsigned")
NOT_UP = HttpResponse(503, body=b"not started")

Serve = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


async def dispatched(app: AsyncApp, request: HttpRequest) -> HttpResponse:
    """An event, a press or a command: Bolt checks its signature and its age, five minutes at most."""
    if not request.headers.get("x-slack-request-timestamp", "").isdecimal():
        return UNREADABLE
    return await _served(app.async_dispatch, request)


async def install(flow: AsyncOAuthFlow, request: HttpRequest) -> HttpResponse:
    """The page that installing begins at."""
    return await _served(flow.handle_installation, request)


async def redirected(flow: AsyncOAuthFlow, request: HttpRequest) -> HttpResponse:
    """Back from Slack's page."""
    return await _served(flow.handle_callback, request)


async def _served(serve: Serve, request: HttpRequest) -> HttpResponse:
    try:
        body = request.body.decode()
        asked = AsyncBoltRequest(body=body, query=dict(request.query), headers=dict(request.headers))
    except (ValueError, AttributeError, TypeError):  # Bolt reads a body before it knows whose it is
        return UNREADABLE
    answer = await serve(asked)
    headers = {name: values[0] for name, values in answer.headers.items() if values}
    return HttpResponse(answer.status, headers, answer.body.encode())
