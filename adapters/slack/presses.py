"""Presses over HTTP, taken ahead of Bolt: a herd of them is most of what Slack ever sends."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import orjson
from slack_sdk.signature import SignatureVerifier

from adapters.slack.app import Token
from adapters.slack.heard import Payload, is_press
from bot.ports import HttpRequest, HttpResponse

HEAD = b"payload="
TAKEN = HttpResponse(200)

SIGNS = tuple((f"%{ord(sign):02X}".encode(), sign.encode()) for sign in '":,{}[]|/')
"""What most of a press is made of, as a form spells it: undone kind by kind, six times as fast as one by one."""


class Presses:
    """Acknowledges presses that are signed by Slack and come from where PyQuiz is installed, and leaves all else to
    Bolt, which says no to what is not Slack's. ``begin`` starts with a press and returns at once."""

    def __init__(self, secret: str, token: Token, begin: Callable[[Payload], object]) -> None:
        self._verifier = SignatureVerifier(secret)
        self._token = token
        self._begin = begin

    async def take(self, request: HttpRequest) -> HttpResponse | None:
        """The acknowledgement of a press; None for anything else."""
        if not request.body.startswith(HEAD) or not self._signed(request):
            return None
        payload = _read(request.body)
        team = _team(payload) if payload is not None and is_press(payload) else ""
        if payload is None or not team or not await self._token(team):
            return None
        self._begin(payload)
        return TAKEN

    def _signed(self, request: HttpRequest) -> bool:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        return stamp.isdecimal() and self._verifier.is_valid(request.body, stamp, signature)


def _read(body: bytes) -> Payload | None:
    """What a form's one field says; None where there is more than one, or where it is no object."""
    if b"&" in body:
        return None
    try:
        payload = orjson.loads(unspelled(body[len(HEAD) :]))
    except orjson.JSONDecodeError:
        return None
    return payload if isinstance(payload, dict) else None


def unspelled(value: bytes) -> bytes:
    """The value of a form's field."""
    value = value.replace(b"+", b" ")
    for spelled, sign in SIGNS:
        value = value.replace(spelled, sign)
    return unquote_to_bytes(value)  # what is left, the percent sign among it


def _team(payload: Payload) -> str:
    """The workspace, where it is plain which; a modal opened across workspaces may have been installed in another."""
    team = payload.get("team")
    return str(team.get("id") or "") if isinstance(team, dict) and "view" not in payload else ""
