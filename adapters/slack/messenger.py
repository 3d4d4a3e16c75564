"""Messages of the clock on Slack: posted once, edited, and looked for by their delivery's key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.blocks import Element, message
from adapters.slack.pace import EDITS, PATIENCE, POSTS, Pace
from bot.card import Card
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown

log = logging.getLogger(__name__)

EVENT = "pyquiz_delivery"
"""The type of the metadata that carries a delivery's key: Slack has no idempotency key for posts."""

PAGES = 5
PAGE = 100
"""So much of a channel's history is looked through for one message."""

_LOST = "Slack does not take PyQuiz's token any more"

GONE: Mapping[str, str] = {
    "channel_not_found": "the channel is gone, or private without PyQuiz in it",
    "not_in_channel": "PyQuiz is not in the channel",
    "is_archived": "the channel is archived",
    "account_inactive": _LOST,
    "token_revoked": _LOST,
    "token_expired": _LOST,
    "invalid_auth": _LOST,
    "no_permission": "PyQuiz lacks a permission",
    "missing_scope": "PyQuiz lacks a permission",
    "restricted_action": "an admin lets only some people post there",
    "user_not_found": "this person is not in the workspace",
}
"""Refusals that will stay until somebody does something about the place, and what managers read of them."""

PASSING = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "message_limit_exceeded"}
)
"""Refusals that say: not posted, and worth another try."""

UNCLEAR = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack does not say whether it posted."""

THREADLESS = frozenset({"thread_not_found", "message_not_found", "cannot_reply_to_message"})
"""Refusals that say: the message to reply to is gone, and nothing was posted."""

NOT_INSTALLED = "PyQuiz is not installed in this workspace"

TURN = "Slack takes no more of this workspace in this minute"

BROKEN = (TimeoutError, ClientError, ConnectionError)
"""The connection to Slack broke, or nothing came through it."""

AGAIN = timedelta(seconds=30)

Clients = Callable[[str], Awaitable[AsyncWebClient | None]]
"""The client that speaks with a workspace's token; None where PyQuiz is not installed there (any more)."""


class SlackMessenger:
    """Implements ``bot.ports.Messenger`` over the Web API, without any retry of its own."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._posts = Pace(POSTS, by_channel=True)
        self._edits = Pace(EDITS, by_channel=False)

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """``chat.postMessage``, in a thread where ``to`` names a parent, with the key as metadata.

        A broadcast reply is shown in the channel too; where its thread is gone, it stands in the channel alone.
        """
        client = await self._clients(to.workspace)
        if client is None:
            return Refused(NOT_INSTALLED, gone=True)
        if later := await _turn(self._posts, to, key):
            return later
        outcome = await _post(client, to, card, key)
        if isinstance(outcome, Refused) and outcome.reason in THREADLESS and to.broadcast:
            return await _post(client, replace(to, parent=None, broadcast=False), card, key)
        return outcome

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """``chat.update``: the same edit twice is one edit, so a broken connection is tried again."""
        client = await self._clients(at.place.workspace)
        if client is None:
            return Refused(NOT_INSTALLED, gone=True)
        if later := await _turn(self._edits, at.place, at.id):
            return later
        try:
            await client.api_call("chat.update", json={"channel": at.place.channel, "ts": at.id, **message(card)})
        except SlackApiError as error:
            return _refused_edit(error)
        except BROKEN as error:
            return Refused(f"the connection to Slack broke: {type(error).__name__}", retry_after=AGAIN)
        return Sent(at)

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Look through the channel's (or the thread's) messages since then; takes a history scope."""
        client = await self._clients(to.workspace)
        if client is None:
            return CannotTell(NOT_INSTALLED)
        cursor = ""
        try:
            for _ in range(PAGES):
                page = await self._page(client, to, since, cursor)
                found: list[dict[str, object]] = page.get("messages", [])
                for each in found:
                    if _key(each) == key:
                        return Sent(MessageRef(to, str(each["ts"])))
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return Absent()
        except SlackApiError as error:
            return CannotTell(code_of(error))
        except BROKEN as error:
            return CannotTell(type(error).__name__)
        return CannotTell("the channel has too many messages since then")

    async def _page(self, client: AsyncWebClient, to: Place, since: datetime, cursor: str) -> AsyncSlackResponse:
        where = {"channel": to.channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE, "cursor": cursor}
        if to.parent:
            return await client.api_call(
                "conversations.replies", params={**where, "ts": to.parent, "include_all_metadata": True}
            )
        return await client.api_call("conversations.history", params={**where, "include_all_metadata": True})


async def _turn(pace: Pace, to: Place, key: str) -> Refused | None:
    """Wait for a turn; where it is far off, when it comes: nothing was sent, and nobody has to stand in line."""
    wait = pace.wait(to.workspace, to.channel or to.person or "", key, asyncio.get_running_loop().time())
    if wait > PATIENCE:
        return Refused(TURN, retry_after=timedelta(seconds=wait))
    if wait:
        await asyncio.sleep(wait)
    return None


async def _post(client: AsyncWebClient, to: Place, card: Card, key: str) -> Sent | Refused | Unknown:
    thread: Element = {"thread_ts": to.parent, "reply_broadcast": to.broadcast} if to.parent else {}
    body: Element = {
        "channel": to.channel or to.person,
        **message(card),
        **thread,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
    }
    try:
        answer = await client.api_call("chat.postMessage", json=body)
    except SlackApiError as error:
        return _refused_post(error)
    except BROKEN as error:
        return Unknown(f"the connection to Slack broke: {type(error).__name__}")
    return Sent(MessageRef(to, str(answer["ts"])))


def _key(message: dict[str, object]) -> str | None:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    return str(payload.get("key")) if isinstance(payload, dict) else None


def code_of(error: SlackApiError) -> str:
    """Slack's own word for what is wrong, such as ``channel_not_found``; empty where something else answered."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def _status(error: SlackApiError) -> int:
    """The HTTP status; the sdk hands on its own response or, where a body was no JSON, aiohttp's."""
    return int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0) or 0)


def _patience(error: SlackApiError) -> timedelta:
    headers = getattr(error.response, "headers", None) or {}
    after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=float(after)) if str(after).isdigit() else AGAIN


def _refused_post(error: SlackApiError) -> Refused | Unknown:
    code = code_of(error)
    if _status(error) == 429 or code in PASSING:
        return Refused(code, retry_after=_patience(error))
    if _status(error) >= 500 or not code or code in UNCLEAR:
        return Unknown(code or f"an answer that is not Slack's, with status {_status(error)}")
    log.info("Slack refused a message: %s", code)
    return Refused(GONE.get(code, code), gone=code in GONE)


def _refused_edit(error: SlackApiError) -> Refused:
    code = code_of(error)
    passing = _status(error) == 429 or _status(error) >= 500 or not code or code in PASSING | UNCLEAR
    reason = GONE.get(code, code) or f"status {_status(error)}"
    return Refused(reason, retry_after=_patience(error) if passing else None, gone=code in GONE)
