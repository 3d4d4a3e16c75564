"""Requests to Discord for the clock: paced, timed, and each with a trail that says whether it may have arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.pace import Pace

PATIENCE = 8.0
"""Seconds for one message, all of discord.py's own retries and waits included: the sender gives up after ten."""

SHUT = 300.0
"""Seconds for which nothing is sent after Discord refused the token: ten thousand refusals in ten minutes shut out the
whole address."""

BROKEN = (TimeoutError, aiohttp.ClientError, OSError)
"""The connection to Discord broke, or nothing came through it."""


@dataclass(slots=True)
class Trail:
    """What became of a request so far. ``unclear``: at some time it may have been taken. ``limited``: the seconds that
    Discord last asked to wait. ``taken``: what Discord answered when it took it; discord.py may keep that to itself
    while it waits for a route's limit to pass."""

    unclear: bool = False
    limited: float | None = None
    taken: bytes | None = None


class Rest:
    """One bot's REST. ``client`` may be any that is logged in."""

    def __init__(self, http: discord.http.HTTPClient, pace: Pace, patience: float = PATIENCE) -> None:
        self._http = http
        self._pace = pace
        self._patience = patience
        self._shut: discord.HTTPException | None = None
        self._shut_until = 0.0

    async def turn(self) -> None:
        """Wait for a turn at the global limit, for a request that is made elsewhere."""
        await self._pace.turn()

    async def call(
        self,
        route: Route,
        body: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        trail: Trail | None = None,
    ) -> Any:
        """What Discord answers. Raises discord.HTTPException or one of BROKEN; ``trail`` is kept up meanwhile.

        The turn at the global limit is waited for first, and is not counted: nothing can have arrived before it. Once
        the token was refused nothing is sent for a while: Discord shuts out an address with too many such requests.
        """
        trail = trail or Trail()
        await self._pace.turn()
        if self._shut is not None and asyncio.get_running_loop().time() < self._shut_until:
            raise self._shut
        more: dict[str, Any] = {"json": body} if body is not None else {}
        if params:
            more["params"] = params
        try:
            async with asyncio.timeout(self._patience):
                return await self._http.request(route, trace_request_ctx=trail, **more)
        except TimeoutError:
            if trail.taken is None:
                raise
            return json.loads(trail.taken)
        except discord.HTTPException as error:
            if error.status == 401:
                self._shut, self._shut_until = error, asyncio.get_running_loop().time() + SHUT
            raise


def tracing() -> aiohttp.TraceConfig:
    """Keeps the trails up: to be given to the client whose HTTP is used."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_begun)
    config.on_request_end.append(_ended)
    config.on_response_chunk_received.append(_read)
    config.on_request_exception.append(_broke)
    return config


async def _begun(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    if isinstance(trail := context.trace_request_ctx, Trail):
        context.before = trail.unclear
        trail.unclear = True


async def _ended(_: aiohttp.ClientSession, context: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
    """A refusal settles this attempt; what an earlier one left open stays open."""
    context.status = end.response.status
    if isinstance(trail := context.trace_request_ctx, Trail) and 400 <= end.response.status < 500:
        trail.unclear = context.before
        if end.response.status == 429:
            trail.limited = _seconds(end.response.headers.get("Retry-After", ""))


async def _read(
    _: aiohttp.ClientSession, context: SimpleNamespace, chunk: aiohttp.TraceResponseChunkReceivedParams
) -> None:
    """aiohttp tells of a body once, when all of it is there."""
    if isinstance(trail := context.trace_request_ctx, Trail) and 200 <= context.status < 300:
        trail.taken = chunk.chunk


async def _broke(
    _: aiohttp.ClientSession, context: SimpleNamespace, broke: aiohttp.TraceRequestExceptionParams
) -> None:
    """Where no connection was made, nothing arrived."""
    if isinstance(trail := context.trace_request_ctx, Trail) and isinstance(
        broke.exception, aiohttp.ClientConnectorError
    ):
        trail.unclear = context.before


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
