"""The roof's one HTTP server: what adapters serve and how PyQuiz is, on PYQUIZ_HTTP_PORT."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.ports import HttpRequest, HttpResponse, Route
from cli.trouble import Trouble

MOST = 1024 * 1024
"""Bytes of a request; a longer one is refused."""

SHUTDOWN = 1.0
"""Seconds that requests have to come to their end once the server stops."""

Handler = Callable[[HttpRequest], Awaitable[HttpResponse]]


@asynccontextmanager
async def serving(routes: Iterable[Route], port: int, host: str = "0.0.0.0") -> AsyncIterator[int]:
    """Serve routes until left; gives the port, a free one where ``port`` is 0. Raises Trouble where it is taken."""
    app = web.Application(client_max_size=MOST)
    for route in routes:
        app.router.add_route(route.method, route.path, _handled(route.handler))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise Trouble(
                f"port {port} cannot be used ({error.strerror}); set PYQUIZ_HTTP_PORT to one that is free."
            ) from None
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _handled(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        answer = await handler(HttpRequest(request.method, request.path, dict(request.query), headers, body))
        return web.Response(status=answer.status, headers=dict(answer.headers), body=answer.body)

    return handle
