"""`pyquiz playground`: a channel of one's own in this terminal, with a clock that moves when one says so."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click
import tzlocal

from adapters.terminal import SETTING
from adapters.terminal.lines import Interrupted, Lines, Piped, Written
from adapters.terminal.terminal import TOUR, Terminal
from bot.model import Actor, Channel, Filters, Place, Schedule
from bot.store import channels
from cli.bank import load_bank
from cli.compose import House, house, told
from cli.platforms import find_adapters
from cli.pretend import OPENING, PretendClock, last_played, opening, opening_after
from cli.settings import Settings, read_settings
from cli.trouble import Trouble
from cli.world import Playground

PLACE = Place("terminal", "playground", "python", name="#python")
REVEAL = time(16, 0)

BEFORE = timedelta(hours=1)
"""The channel is set up so long before its first question: only instants after saving a schedule count."""


@click.command(short_help="Play in this terminal, with a pretend clock.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Where the playground's days are kept.")
def playground(file: Path | None) -> None:
    """Play PyQuiz in this terminal: a channel of your own, three simulated players, and a clock that moves when you
    say so. It needs no account and no network, and goes on where you left on the next pretended working day.

    Without a terminal it reads its lines from standard input; with no lines at all it shows a short guided day.

    \b
    Examples:
      pyquiz playground
      printf 'b\\n:next\\nleaderboard\\n' | pyquiz playground
      pyquiz playground --file /tmp/try.sqlite3 < /dev/null
    """
    settings = read_settings()
    sys.exit(play(settings, file or settings.playground_file))


def play(settings: Settings, file: Path) -> int:
    """Play on the days kept in ``file``; the exit code."""
    with told():
        return asyncio.run(_play(settings, file))


async def _play(settings: Settings, file: Path) -> int:
    _end_cleanly()
    terminal = find_terminal()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"{file.parent} cannot be made: {error.strerror}. Choose another place with --file.") from None
    bank = load_bank(settings.packs)
    remembered = file.with_name(f"{file.name}.clock")
    last = last_played(remembered)
    clock = PretendClock(remembered, last or datetime.min.replace(tzinfo=UTC))
    async with house(f"sqlite:///{file}", bank, clock.now) as composed:
        channel = await _channel(composed, clock)
        world = Playground(composed, channel, clock)
        terminal.enter(world)
        await composed.start([terminal])
        begins = await _opening(composed, channel, last)
        await terminal.catch_up(begins - timedelta(minutes=1))
        try:
            await terminal.play(await _lines(terminal, file), begins)
        except (Interrupted, asyncio.CancelledError):
            return 130
    return 0
