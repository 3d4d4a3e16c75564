"""`pyquiz export` and `pyquiz import`: everything that is kept, as JSON Lines, and back."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import click
import orjson

from bot.store import archive
from bot.store.door import Store
from bot.store.engine import locate, reading
from bot.store.migrate import HEAD, current
from cli.database import database_option
from cli.told import told
from cli.trouble import Trouble


@click.command("export", short_help="Write everything that is kept, as JSON Lines.")
@click.argument("file", metavar="[FILE]", default="-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@database_option
def export(file: Path, database: str) -> None:
    """Write everything that is kept to FILE, or to standard output: one JSON object a line, each with its `type`:
    workspaces, channels, players, rounds with their questions as asked, answers, deliveries, aways, skips,
    corrections, standings and streaks. The bot may be running meanwhile; the lines show one moment of it.

    \b
    Examples:
      pyquiz export pyquiz.jsonl
      pyquiz export | grep '"type":"answer"' | wc -l
    """
    with told():
        _wants_schema(database)
        engine = reading(locate(database))
        try:
            with _output(file) as out, engine.begin() as connection:
                for record in archive.export(connection):
                    out.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        finally:
            engine.dispose()


@click.command("import", short_help="Take an export back into an empty database.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@database_option
def import_(file: Path, database: str) -> None:
    """Take FILE, as `pyquiz export` wrote it, into a database that holds nothing yet; all of it or, where a line
    cannot be used, nothing.

    \b
    Examples:
      pyquiz import pyquiz.jsonl
      pyquiz import pyquiz.jsonl --database postgresql://pyquiz@localhost/pyquiz
    """
    with told():
        count = asyncio.run(_import(file, database))
    click.echo(f"{count} lines imported.")


def _wants_schema(database: str) -> None:
    found = current(database)
    if found is None:
        raise Trouble(f"there is nothing to export in {locate(database).name} yet.")
    if found != HEAD:
        raise Trouble(f"{locate(database).name} has an older schema; `pyquiz migrate` brings it up to date.")


@contextmanager
def _output(file: Path) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only once it is whole."""
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        os.replace(part, file)
    except OSError as error:
        raise Trouble(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


async def _import(file: Path, database: str) -> int:
    """Opens the file first: no database is made for one that is not there."""
    with _input(file) as lines:
        store = await Store.open(database)
        try:
            return await store.write(archive.load, lines)
        finally:
            await store.close()


@contextmanager
def _input(file: Path) -> Iterator[IO[bytes]]:
    try:
        opened = click.open_file(str(file), "rb")
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from None
    with opened as lines:
        yield lines
