"""Bring a database to the schema this PyQuiz knows. Alembic is imported only where something is to be done."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.store.engine import Database, FileLock, copy, locate, writing
from bot.store.errors import NewerSchema, NotOurs, explained

HEAD = "0002"
"""The latest migration; a test holds that it is."""

_ONE_AT_A_TIME = 0x5079_5175
"""PostgreSQL's advisory lock under which replicas migrate in turn (any number that nobody else uses)."""


def current(url: str) -> str | None:
    """The schema that a database has: the name of a migration, None where it is empty."""
    database = locate(url)
    if database.path is not None and not database.path.exists():
        return None
    engine = writing(database, "FULL")
    try:
        with engine.connect() as connection:
            return _found(connection)
    except DBAPIError as error:
        raise explained(error, database.name) from error
    finally:
        engine.dispose()


def schema(conn: Connection) -> str | None:
    """The schema of an open database, as ``current`` says it."""
    return _found(conn)


def upgrade(url: str) -> bool:
    """Migrate a database that no PyQuiz is running on; whether there was anything to do.

    Raises Taken where one is, and what ``migrated`` raises.
    """
    database = locate(url)
    lock = FileLock(database.path) if database.path else None
    try:
        return migrated(database)
    finally:
        if lock:
            lock.release()


def migrated(database: Database) -> bool:
    """Migrate a database that this process owns; whether there was anything to do.

    A SQLite file with an older schema is copied first, to ``<file>.before-<migration>``. Raises NewerSchema where a
    newer PyQuiz was here, NotOurs where somebody else's tables are, StoreError where the database cannot be used.
    """
    engine = writing(database, "FULL")
    try:
        with engine.connect() as connection:
            found = _found(connection)
            connection.rollback()
            if found == HEAD:
                return False
            with connection.begin():
                return _migrated_in_turn(connection, database)
    except DBAPIError as error:
        raise explained(error, database.name) from error
    finally:
        engine.dispose()


def backup_path(path: Path, found: str) -> Path:
    """Where the copy goes that is made before a migration."""
    return path.with_name(f"{path.name}.before-{HEAD}-from-{found}")


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrated_in_turn(connection: Connection, database: Database) -> bool:
    """What replicas that start together would do twice, and what one of them would see half done by another."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    found = _found(connection)
    if found == HEAD:
        return False
    _refuse(connection, database, found)
    if found is not None and database.path is not None:
        copy(database.path, backup_path(database.path, found))
    _upgrade(connection)
    return True


def _refuse(connection: Connection, database: Database, found: str | None) -> None:
    from alembic.script import ScriptDirectory

    if found is None and inspect(connection).get_table_names():
        raise NotOurs(database.name)
    known = {script.revision for script in ScriptDirectory(str(_FOLDER)).walk_revisions()}
    if found is not None and found not in known:
        raise NewerSchema(database.name, found, HEAD)


_FOLDER = Path(__file__).parent / "migrations"


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
