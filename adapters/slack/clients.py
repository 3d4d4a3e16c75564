"""Clients of the Web API: one HTTP session for all, one client a token, and nothing is repeated by itself."""

from __future__ import annotations

import orjson
from aiohttp import ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

REQUEST = 10
"""Seconds that Slack may take over one request."""

AT_ONCE = 100
"""Connections to Slack, at most."""


def make_session() -> ClientSession:
    """The session that all requests share: each call on its own would open a connection."""
    return ClientSession(timeout=ClientTimeout(total=REQUEST), json_serialize=_json, trust_env=True)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def make_client(token: str | None, base_url: str, session: ClientSession) -> AsyncWebClient:
    """A client without the sdk's retry: it posts twice where only the reply was lost."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[])
