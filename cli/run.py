"""`pyquiz run`: the bot, or the playground where no platform is configured."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import NoReturn

import click

from bot.ports import Adapter
from bot.store.shelf import reseal
from bot.wording.phrases import listed
from cli.compose import house
from cli.living import live
from cli.logs import set_up
from cli.packs import load_bank
from cli.platforms import Found, look_for_adapters
from cli.settings import (
    HTTP_PORT,
    OURS_ALONE,
    PLATFORMS,
    BadSettings,
    Settings,
    environment,
    read_settings,
    secrets_in,
)
from cli.starting import uncollected
from cli.told import told
from cli.trouble import Trouble

log = logging.getLogger("pyquiz")

STOPPED = "PyQuiz has stopped in order."


@click.command(short_help="Run the bot; without any platform's token, the playground.")
def run() -> None:
    """Run PyQuiz for the platforms whose tokens are set, in the environment or in a file `.env` here. Where none is
    set it opens the playground in this terminal instead. Ctrl-C or SIGTERM ends it in order.

    \b
    Examples:
      pyquiz run
      PYQUIZ_DATABASE_URL=postgresql://pyquiz@localhost/pyquiz pyquiz run
    """
    settings, found = prepare(environment())
    if not found.adapters:
        _play(settings, found)
    with uncollected():
        set_up(settings.log_format, settings.log_level, secrets_in(environment(), settings))
    found.log()
    for adapter in found.adapters:
        log.info("%s starts: its settings are there.", adapter.name)
    for name, names in _left_out(found):
        log.info("%s stays out: it wants %s.", name, listed(names))
    with told():
        try:
            code = live(serve(settings, found.adapters, lambda: datetime.now(UTC)))
        except KeyboardInterrupt:
            log.info(STOPPED)
            raise
    log.info(STOPPED)
    sys.exit(code)


def prepare(given: Mapping[str, str]) -> tuple[Settings, Found]:
    """The settings and the adapters that they configure. Raises Trouble with everything that is wrong with any of them:
    whoever mends settings wants to do it once."""
    problems: list[str] = []
    try:
        settings = read_settings()
    except BadSettings as bad:
        problems += map(str, bad.problems)
    with uncollected():
        found = look_for_adapters(given)
    problems += found.broken
    problems += tokens_without_adapter(found, given)
    if problems:
        raise Trouble("\n  ".join(["these settings cannot be used:", *problems]))
    return settings, found


def _play(settings: Settings, found: Found) -> NoReturn:
    """Nobody gave a token. Where a service was meant, for it has a port, and nobody sits there, it is said why."""
    found.log()
    if settings.http_port is not None and not sys.stdin.isatty():
        wants = "; ".join(f"{name} wants {listed(names)}" for name, names in _left_out(found))
        click.echo(f"pyquiz: no platform's token is set ({wants}), so this is the playground.", err=True)
    from cli.playground import play

    sys.exit(play(settings, settings.playground_file))


def _left_out(found: Found) -> list[tuple[str, tuple[str, ...]]]:
    """Who is not configured, with the settings that would do it; the playground's own terminal is not meant."""
    return [(name, names) for name, names in found.missing.items() if not set(names) <= OURS_ALONE]


def tokens_without_adapter(found: Found, given: Mapping[str, str]) -> Iterator[str]:
    """Somebody who set tokens does not want the playground."""
    there = {adapter.name for adapter in found.adapters}
    broken = {sentence.partition(":")[0] for sentence in found.broken}
    for platform, names in PLATFORMS.items():
        present = [name for name in names if given.get(name)]
        missing = found.missing.get(platform)
        if not present or platform in there | broken:
            continue
        if missing:
            yield f"{platform}: {present[0]} is set without {listed(missing)}"
        else:
            yield (
                f"{present[0]} is set, but this PyQuiz has no adapter for {platform.capitalize()}; "
                "`pyquiz playground` plays without any"
            )


async def serve(settings: Settings, adapters: Sequence[Adapter], clock: Callable[[], datetime]) -> int:
    """Run until cancelled."""
    with uncollected():
        bank = load_bank(settings.packs)
    async with house(settings.database_url, bank, clock, settings.cipher()) as composed:
        if settings.rotates:
            log.info(
                "%s kept values are encrypted under the first key of PYQUIZ_SECRET_KEY.", await reseal(composed.store)
            )
        try:
            with uncollected():
                await composed.start(adapters)
        except Exception as error:
            raise Trouble(str(error) or repr(error)) from error
        async with AsyncExitStack() as stack:
            routes = [route for adapter in adapters for route in adapter.routes()]
            if routes or settings.http_port is not None:
                from cli.metrics import Metrics
                from cli.readiness import Readiness
                from cli.web import serving

                routes += (*Readiness(composed, clock).routes(), *Metrics(composed, clock).routes())
                port = await stack.enter_async_context(serving(routes, settings.http_port or HTTP_PORT))
                log.info("Listening on port %s: %s.", port, ", ".join(route.path for route in routes))
            composed.heartbeat.start()
            log.info("PyQuiz is up: %s.", ", ".join(adapter.name for adapter in composed.up))
            with uncollected():
                await asyncio.to_thread(composed.quiz.warm)
            await composed.keep_starting()
            await asyncio.Event().wait()
    return 0
