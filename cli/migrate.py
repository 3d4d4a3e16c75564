"""`pyquiz migrate`: the database's schema, brought to this version."""

from __future__ import annotations

import click

from bot.store.migrate import upgrade
from cli.database import database_option
from cli.told import told


@click.command(short_help="Bring the database to this version.")
@database_option
def migrate(database: str) -> None:
    """Bring the database to the schema of this version. `pyquiz run` does so by itself when it starts; this is for
    those who want to do it before. An older SQLite file is copied first, beside itself.

    \b
    Examples:
      pyquiz migrate
      pyquiz migrate --database postgresql://pyquiz@localhost/pyquiz
    """
    with told():
        done = upgrade(database)
    click.echo("Migrated." if done else "Nothing to do: the database has this version's schema.")
