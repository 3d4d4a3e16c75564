"""`pyquiz run`: the bot, or the playground where no platform is configured."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import click

from bot.ports import Adapter
from cli.compose import house
from cli.living import live
from cli.packs import load_bank
from cli.platforms import Found, find_adapters
from cli.settings import HTTP_PORT, PLATFORMS, Settings, environment, read_settings
from cli.starting import uncollected
from cli.told import told
from cli.trouble import Trouble

log = logging.getLogger("pyquiz")


@click.command(short_help="Run the bot; without any platform's token, the playground.")
def run() -> None:
    """Run PyQuiz for the platforms whose tokens are set, in the environment or in a file `.env` here. Where none is
    set it opens the playground in this terminal instead. Ctrl-C or SIGTERM ends it in order.

    \b
    Examples:
      pyquiz run
      PYQUIZ_DATABASE_URL=postgresql://pyquiz@localhost/pyquiz pyquiz run
    """
    settings, given = read_settings(), environment()
    with uncollected():
        found = find_adapters(given)
    if found.adapters:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it would report every beat
        with told():
            sys.exit(live(serve(settings, found.adapters, lambda: datetime.now(UTC))))
    _refuse_tokens_without_adapter(found, given)
    from cli.playground import play

    sys.exit(play(settings, settings.playground_file))


async def serve(settings: Settings, adapters: Sequence[Adapter], clock: Callable[[], datetime]) -> int:
    """Run until cancelled."""
    with uncollected():
        bank = load_bank(settings.packs)
    async with house(settings.database_url, bank, clock, settings.cipher()) as composed:
        try:
            with uncollected():
                await composed.start(adapters)
        except Exception as error:
            raise Trouble(str(error) or repr(error)) from error
        async with AsyncExitStack() as stack:
            routes = [route for adapter in composed.up for route in adapter.routes()]
            if routes or settings.http_port is not None:
                from cli.metrics import Metrics
                from cli.readiness import Readiness
                from cli.web import serving

                routes += (*Readiness(composed, clock).routes(), *Metrics(composed, clock).routes())
                port = await stack.enter_async_context(serving(routes, settings.http_port or HTTP_PORT))
                log.info("Listening on port %s: %s.", port, ", ".join(route.path for route in routes))
            composed.heartbeat.start()
            log.info("PyQuiz is up: %s.", ", ".join(adapter.name for adapter in composed.up))
            await asyncio.Event().wait()
    return 0


def _refuse_tokens_without_adapter(found: Found, given: Mapping[str, str]) -> None:
    """Somebody who set tokens does not want the playground."""
    for platform, names in PLATFORMS.items():
        present = [name for name in names if given.get(name)]
        missing = found.missing.get(platform)
        if present and missing is None:
            raise Trouble(
                f"{present[0]} is set, but this PyQuiz has no adapter for {platform.capitalize()}. "
                "`pyquiz playground` plays without any."
            )
        if present and missing:
            raise Trouble(f"{present[0]} is set, but {platform.capitalize()} also wants {' and '.join(missing)}.")
