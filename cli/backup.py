"""`pyquiz backup` and `pyquiz restore`: everything in one file, and back."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.store.backup import Held, save
from bot.store.backup import restore as put_back
from cli.database import database_option
from cli.told import told

FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
STREAM = Path("-")
"""Standard output, or input: a container is backed up to a file outside of it, and restored from one."""


@click.command(short_help="Write everything into one file, also while the bot is running.")
@click.argument("file", metavar="FILE", type=FILE)
@database_option
def backup(file: Path, database: str) -> None:
    """Write everything that the database holds at one moment into FILE, which takes its name only once it is whole. The
    bot may be running. Whether the database is SQLite or PostgreSQL, FILE is a SQLite file that only you may read, and
    `pyquiz restore` takes it into either. Adapters' tokens in it are encrypted under PYQUIZ_SECRET_KEY: keep that too,
    elsewhere. With - it goes to standard output. Exit code 1: it could not be written, and an older FILE is as it was.

    \b
    Examples:
      pyquiz backup pyquiz-$(date +%F).backup
      pyquiz backup pyquiz.backup --database postgresql://pyquiz@localhost/pyquiz
      docker compose exec -T bot pyquiz backup - > pyquiz.backup
    """
    with told(), _at_hand(file) as whole:
        held = save(database, whole)
        if file == STREAM:
            with whole.open("rb") as written:
                shutil.copyfileobj(written, sys.stdout.buffer)
    click.echo(f"{'The backup' if file == STREAM else file} holds {_said(held)}.", err=file == STREAM)


@click.command(short_help="Put a backup back.")
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--replace", is_flag=True, help="Where something is there already, put the backup in its place.")
@database_option
def restore(file: Path, replace: bool, database: str) -> None:
    """Put FILE, as `pyquiz backup` wrote it, into the database, which has to be empty or is replaced. Stop the bot
    first. A backup of an older version is brought up to date on the way; a SQLite file that is replaced is kept beside
    itself. What was sent after the backup was made is not known to it: a question of today may be asked again within
    its window. Exit code 1: it could not be done, and what was there is as it was.

    \b
    Examples:
      pyquiz restore pyquiz.backup
      pyquiz restore pyquiz.backup --replace --database postgresql://pyquiz@localhost/pyquiz
      docker compose run --rm -T bot restore - --replace < pyquiz.backup
    """
    with told(), _at_hand(file) as whole:
        if file == STREAM:
            with whole.open("wb") as read:
                shutil.copyfileobj(sys.stdin.buffer, read)
        held = put_back(whole, database, replace=replace)
    click.echo(f"Restored: {_said(held)}.")


@contextmanager
def _at_hand(file: Path) -> Iterator[Path]:
    """A file to work with: SQLite cannot stream."""
    if file != STREAM:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="pyquiz-") as folder:
        yield Path(folder) / "backup"


def _said(held: Held) -> str:
    parts = ((held.channels, "channel"), (held.rounds, "round"), (held.answers, "answer"))
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in parts)
