"""`pyquiz playground`: a channel of one's own in this terminal, with a clock that moves when one says so."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click
import tzlocal

from adapters.terminal import SETTING
from adapters.terminal.lines import Interrupted, Lines, Piped, Written
from adapters.terminal.screen import Screen
from adapters.terminal.terminal import TOUR, Terminal
from bot.model import Actor, Channel, Filters, Place, Schedule
from bot.store import channels, rounds
from cli.compose import House, house
from cli.living import live
from cli.packs import load_bank
from cli.platforms import find_adapters
from cli.pretend import OPENING, PretendClock, last_played, next_opening, working_day
from cli.settings import Settings, read_settings
from cli.told import told
from cli.trouble import Trouble
from cli.world import Playground

PLACE = Place("terminal", "playground", "python", name="#python")
REVEAL = time(16, 0)

FILE = click.Path(path_type=Path, dir_okay=False)

BEFORE = timedelta(hours=1)
"""The channel is set up so long before its first question: only instants after saving a schedule count."""


@click.command(short_help="Play in this terminal, with a pretend clock.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Where the playground's days are kept.")
@click.option(
    "--picture", metavar="SVG", type=click.Path(path_type=Path, dir_okay=False), help="Save a first day as a picture."
)
def playground(file: Path | None, picture: Path | None) -> None:
    """Play PyQuiz in this terminal: a channel of your own, three simulated players, and a clock that moves when you
    say so. It needs no account and no network, and goes on where you left on the next pretended working day.

    Without a terminal it reads its lines from standard input; with no lines at all it shows a short guided day.

    \b
    Examples:
      pyquiz playground
      printf 'b\\n:next\\nleaderboard\\n' | pyquiz playground
      pyquiz playground --file /tmp/try.sqlite3 < /dev/null
      pyquiz playground --picture docs/playground.svg
    """
    settings = read_settings()
    if picture is None:
        sys.exit(play(settings, file or settings.playground_file))
    with TemporaryDirectory() as folder:
        sys.exit(play(settings, Path(folder) / "playground.sqlite3", picture))


def play(settings: Settings, file: Path, picture: Path | None = None) -> int:
    """Play on the days kept in ``file``; the exit code. With ``picture`` it is the guided day, saved there as SVG."""
    with told():
        try:
            return live(_play(settings, file, picture))
        except Interrupted:
            return 130
        except OSError as error:
            raise Trouble(f"the playground cannot go on in {file.parent}: {error.strerror or error}.") from None


async def _play(settings: Settings, file: Path, picture: Path | None) -> int:
    terminal = find_terminal()
    _make_folder(file.parent)
    zone = machine_zone()
    remembered = file.with_name(f"{file.name}.clock")
    clock = PretendClock(remembered, last_played(remembered) or first_morning(zone))
    async with house(f"sqlite:///{file}", load_bank(settings.packs), clock.now) as composed:
        channel = await _channel(composed, clock, zone)
        world = Playground(composed, channel, clock)
        terminal.enter(world)
        await composed.start([terminal])
        begins = next_opening(clock.now(), world.zone)
        await terminal.catch_up(begins - timedelta(minutes=1))
        if picture is not None:
            terminal.screen.record()
            await terminal.play(Written(terminal.screen, TOUR), begins)
            _save(picture, terminal.screen.picture("PyQuiz playground"))
        else:
            await terminal.play(await _lines(terminal.screen, file), begins)
    return 0


def find_terminal() -> Terminal:
    """The terminal, found through its entry point as every platform is."""
    found = find_adapters({SETTING: "1"}, only="terminal").adapters
    if not found or not isinstance(found[0], Terminal):
        raise Trouble("PyQuiz is not installed here, so its terminal is not found; `make run` installs it.")
    return found[0]


def machine_zone() -> str:
    """This machine's IANA zone; UTC where it has none that is known."""
    try:
        name = tzlocal.get_localzone_name()
        ZoneInfo(name)
    except Exception:  # tzlocal and zoneinfo raise what they find; the playground needs no zone in particular
        return "UTC"
    return name


def first_morning(zone: str) -> datetime:
    """Some time before 09:30 on today's date or, at a weekend, on Monday's."""
    today = working_day(datetime.now(ZoneInfo(zone)).date())
    return datetime.combine(today, OPENING, ZoneInfo(zone)).astimezone(UTC) - BEFORE


def _save(picture: Path, svg: str) -> None:
    try:
        picture.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise Trouble(f"{picture} cannot be written: {error.strerror}.") from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble(f"{folder} cannot be made: {error.strerror}. Choose another place with --file.") from None


async def _channel(composed: House, clock: PretendClock, zone: str) -> Channel:
    """The playground's channel, set up where this is the first run; its days lie before the clock."""
    store = composed.store
    channel = await store.read(channels.channel_at, PLACE)
    if channel is None:
        you = Actor(PLACE.platform, PLACE.workspace, "you", "you", admin=True, may_set_up=True, zone=zone)
        schedule = Schedule(zone, OPENING, REVEAL)
        return await store.write(channels.save_channel, PLACE, schedule, Filters(), you, clock.now())
    latest = await store.read(rounds.open_round, channel.id) or await store.read(rounds.last_round, channel.id)
    if latest is not None:
        clock.move(latest.opened)
    return channel


async def _lines(screen: Screen, file: Path) -> Lines:
    if sys.stdin.isatty() and sys.stdout.isatty():
        from adapters.terminal.keyboard import Keyboard

        return Keyboard(file.with_name(f"{file.name}.history"))
    piped = Piped(screen)
    return Written(screen, TOUR) if await piped.empty() else piped
