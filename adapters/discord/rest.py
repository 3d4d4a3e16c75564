"""Requests to Discord for the clock: paced, timed, and each with a trail that says whether it may have arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeAlias

import aiohttp
import discord
from discord.http import Route

from adapters.discord.pace import Pace

PATIENCE = 8.0
"""Seconds for one message, all of discord.py's own retries and waits included: the sender gives up after ten."""

SHUT = 300.0
"""Seconds for which nothing is sent after Discord refused the token: ten thousand refusals in ten minutes shut out the
whole address."""

ELSEWHERE = 1.0
"""Seconds after which a request that was made elsewhere is taken to be answered."""

BROKEN = (TimeoutError, aiohttp.ClientError, OSError)
"""The connection to Discord broke, or nothing came through it."""


Body: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass(slots=True)
class Trail:
    """What became of a request so far. ``unclear``: at some time it may have been taken. ``limited``: the seconds that
    Discord last asked to wait. ``taken``: what Discord answered when it took it; discord.py may keep that to itself
    while it waits for a route's limit to pass. ``answered``: the loop's time of the last answer, whatever it was,
    which ``took`` so long from when the request was written."""

    unclear: bool = False
    limited: float | None = None
    taken: bytes | None = None
    answered: float | None = None
    took: float | None = None


class Rest:
    """One bot's REST. ``client`` may be any that is logged in."""

    def __init__(self, http: discord.http.HTTPClient, pace: Pace, patience: float = PATIENCE) -> None:
        self._http = http
        self._pace = pace
        self._patience = patience
        self._shut: discord.HTTPException | None = None
        self._shut_until = 0.0

    async def turn(self) -> None:
        """Wait for a turn at the global limit, for a request that is made elsewhere, and answered within a second."""
        await self._pace.turn()
        self._pace.over(asyncio.get_running_loop().time() + ELSEWHERE)

    async def call(
        self,
        route: Route,
        body: Body = None,
        *,
        params: Mapping[str, str] | None = None,
        trail: Trail | None = None,
    ) -> Any:
        """What Discord answers. Raises discord.HTTPException or one of BROKEN; ``trail`` is kept up meanwhile.

        The turn at the global limit is waited for first, and is not counted: nothing can have arrived before it. Once
        the token was refused nothing is sent for a while: Discord shuts out an address with too many such requests.
        """
        loop, trail = asyncio.get_running_loop(), trail or Trail()
        await self._pace.turn()
        try:
            if self._shut is not None and loop.time() < self._shut_until:
                raise self._shut
            async with asyncio.timeout(self._patience):
                return await self._http.request(route, trace_request_ctx=trail, **_told(body, params))
        except TimeoutError:
            if trail.taken is None:
                raise
            return json.loads(trail.taken)
        except discord.HTTPException as error:
            if error.status == 401 and error is not self._shut:
                self._shut, self._shut_until = error, loop.time() + SHUT
            raise
        finally:
            self._pace.over(trail.answered or loop.time(), trail.took)


def _told(body: Body, params: Mapping[str, str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"json": body} if body is not None else {}
    return {**found, "params": params} if params else found


def tracing() -> aiohttp.TraceConfig:
    """Keeps the trails up: to be given to the client whose HTTP is used."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_begun)
    config.on_request_headers_sent.append(_written)
    config.on_request_end.append(_ended)
    config.on_response_chunk_received.append(_read)
    config.on_request_exception.append(_broke)
    return config


async def _begun(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    if isinstance(trail := context.trace_request_ctx, Trail):
        context.before = trail.unclear
        trail.unclear = True


async def _written(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.written = asyncio.get_running_loop().time()


async def _ended(_: aiohttp.ClientSession, context: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
    """A refusal settles this attempt; what an earlier one left open stays open."""
    context.status = end.response.status
    if not isinstance(trail := context.trace_request_ctx, Trail):
        return
    trail.answered = asyncio.get_running_loop().time()
    trail.took = trail.answered - context.written
    if 400 <= end.response.status < 500:
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
