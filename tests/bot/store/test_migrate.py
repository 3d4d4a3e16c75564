"""The schema: one description, one way up, a copy before it, and no way down by accident."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.model import Period
from bot.store import migrate
from bot.store.door import Store
from bot.store.engine import locate
from bot.store.errors import NewerSchema, NotOurs
from bot.store.tables import Base, standings
from tests.bot.store.desk import Desk
from tests.conftest import Server

FOLDER = Path(migrate.__file__).parent / "migrations"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine for a look at the database from outside."""
    made = sa.create_engine(locate(database_url).url)
    yield made
    made.dispose()


def test_the_named_head_is_the_latest_migration() -> None:
    """The cheap check at every start compares with it."""
    assert ScriptDirectory(str(FOLDER)).get_current_head() == migrate.HEAD


def test_migrations_make_exactly_what_the_tables_describe(engine: Engine) -> None:
    """Tables, columns, types, keys and indexes."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_the_same_checks_and_partial_indexes(tmp_path: Path) -> None:
    """Alembic does not compare these, so the texts are compared that SQLite keeps."""
    described = sa.create_engine(f"sqlite:///{tmp_path / 'described.db'}")
    Base.metadata.create_all(described)
    migrated = sa.create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    migrate.upgrade(str(tmp_path / "migrated.db"))

    assert _texts(migrated) == _texts(described)
    assert (
        "CONSTRAINT ck_round_state CHECK state = 'open' OR state = 'closed' OR state = 'voided'"
        in _texts(described)["round"]
    )


def _texts(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        found = {name: _clauses(text) for name, text in rows if name != "alembic_version"}
    engine.dispose()
    return found


def _clauses(text: str) -> list[str]:
    """The clauses of a CREATE statement, in no order of their own."""
    flat = re.sub(r"[()\s]+", " ", text.replace("WITHOUT ROWID", ", WITHOUT ROWID"))
    return sorted(clause.strip() for clause in flat.split(","))


def test_down_and_up_again_comes_to_the_same(engine: Engine) -> None:
    """The way down exists for those who write migrations, and is whole."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), "base")
        left = sa.inspect(connection).get_table_names()
        command.upgrade(_config(connection), "head")
        context = MigrationContext.configure(connection)

        assert left == ["alembic_version"]
        assert compare_metadata(context, Base.metadata) == []


SPELLED = [
    (7, "all", date(1970, 1, 1), 3, 12, 4, 6, 6),
    (7, "month", date(2026, 2, 1), 3, 8, 3, 4, 6),
    (7, "month", date(2026, 3, 1), 3, 4, 1, 2, 6),
    (7, "week", date(2026, 3, 2), 3, 4, 1, 2, 6),
    (8, "week", date(2027, 1, 4), 4, 0, 0, 1, 1),
]
"""Standings as the first schema kept them, in the order of its key."""


def test_standings_keyed_by_words_become_standings_keyed_by_numbers(engine: Engine) -> None:
    """What was counted before an upgrade is on the boards after it, each line in its own period; and back again."""
    spelled = sa.text("SELECT * FROM standing ORDER BY 1, 2, 3, 4")
    spelled = spelled.columns(sa.column("channel"), sa.column("period"), sa.column("start", sa.Date))
    row = ", ".join(f":v{i}" for i in range(8))
    with engine.begin() as connection:
        command.downgrade(_config(connection), "0001")
        for values in SPELLED:
            named = {f"v{i}": value for i, value in enumerate(values)}
            connection.execute(sa.text(f"INSERT INTO standing VALUES ({row})"), named)
        command.upgrade(_config(connection), "0002")
        kept = connection.execute(sa.select(standings).order_by(*standings.primary_key.columns)).all()
        command.downgrade(_config(connection), "0001")
        back = connection.execute(spelled).all()
        connection.exec_driver_sql("DELETE FROM standing")
        command.upgrade(_config(connection), "head")

    assert [tuple(line) for line in kept] == [(c, Period(p), *rest) for c, p, *rest in SPELLED]
    assert [(line[0], line[1], line[2], *line[3:]) for line in back] == SPELLED


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@pytest.mark.postgres
def test_replicas_that_start_together_migrate_once(postgres: Server) -> None:
    """One has seen that the database is empty when another fills it: what it finds then is no stranger's."""
    looked, filled, outcomes = threading.Event(), threading.Event(), list[bool | Exception]()

    def wait(*_: object) -> None:
        if threading.current_thread() is late and not looked.is_set():
            looked.set()
            assert filled.wait(60)

    def start() -> None:
        try:
            outcomes.append(migrate.upgrade(url))
        except Exception as error:
            outcomes.append(error)

    late = threading.Thread(target=start)
    sa.event.listen(Engine, "rollback", wait)
    try:
        with postgres.database() as url:
            late.start()
            assert looked.wait(60)
            first = migrate.upgrade(url)
            filled.set()
            late.join(60)
            found = migrate.current(url)
    finally:
        filled.set()
        sa.event.remove(Engine, "rollback", wait)

    assert (first, outcomes, found) == (True, [False], migrate.HEAD)


async def test_a_newer_schema_is_refused(database_url: str, engine: Engine) -> None:
    """An older PyQuiz keeps its hands off what it does not know."""
    _pretend(engine, "9999")
    try:
        with pytest.raises(NewerSchema, match="Upgrade PyQuiz") as refused:
            await Store.open(database_url)
    finally:
        _pretend(engine, migrate.HEAD)

    assert refused.value.found == "9999"


async def test_somebody_elses_tables_are_left_alone(tmp_path: Path) -> None:
    """A database with other tables is not ours to fill."""
    path = tmp_path / "theirs.db"
    other = sa.create_engine(f"sqlite:///{path}")
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE recipes (name TEXT)")
    other.dispose()

    with pytest.raises(NotOurs, match="a database of its own"):
        await Store.open(str(path))

    with other.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["recipes"]
    other.dispose()


async def test_an_older_file_is_copied_before_it_is_migrated(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a migration goes wrong, what was there before lies beside it."""
    store = await Store.open(sqlite_url)
    await Desk(store).channel()
    await store.close()
    before = migrate.HEAD
    folder = _with_one_more_migration(tmp_path)
    monkeypatch.setattr(migrate, "HEAD", "9000")
    monkeypatch.setattr(migrate, "_FOLDER", folder)

    again = await Store.open(sqlite_url)
    await again.close()

    path = locate(sqlite_url).path
    assert path is not None
    assert migrate.current(sqlite_url) == "9000"
    assert _channels(migrate.backup_path(path, before)) == _channels(path) == ["C1"]


def _with_one_more_migration(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for script in (*FOLDER.glob("*.*"), *FOLDER.glob("versions/*.py")):
        (folder / script.relative_to(FOLDER)).write_text(script.read_text())
    more = f'revision = "9000"\ndown_revision = "{migrate.HEAD}"\n\n\ndef upgrade() -> None:\n    pass\n'
    (folder / "versions" / "9000_more.py").write_text(more)
    return folder


def _channels(path: Path) -> list[str]:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        names = list(connection.exec_driver_sql("SELECT external_id FROM channel").scalars())
    engine.dispose()
    return names


def _pretend(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")


def test_a_start_without_a_migration_does_without_alembic(sqlite_url: str) -> None:
    """Importing it takes longer than everything else a start does."""
    program = (
        "import sys, asyncio; from bot.store.door import Store;"
        "asyncio.run(Store.open(sys.argv[1]));"
        "print([name for name in ('alembic', 'psycopg') if name in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", program, sqlite_url], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
