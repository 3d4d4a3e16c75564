"""Databases for tests: the same test runs over SQLite and PostgreSQL, each time on an empty database of its own."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from bot.store.door import Store
from bot.store.engine import locate
from bot.store.migrate import upgrade
from bot.store.tables import Base
from tests.standins.postgres import NoServer, server

SQLITE = "sqlite"
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)

OTHERS_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Processes that were killed may have left their connections behind."""

EMPTY = "; ".join(
    [f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)]
    + ["SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"]
)


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server."""

    address: str

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction, as making databases wants."""
        engine = create_engine(locate(self.address).url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a new database, until it is dropped again."""
        name = f"pyquiz_{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with slow tests begin first: one that began last would be waited for alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("template") / "pyquiz.db"
    upgrade(str(path))
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one a session (one a worker under xdist); skips with the reason where there is none, and
    fails instead where PYQUIZ_TEST_PG_REQUIRED is set, as `.ci/run` does."""
    try:
        with server() as address:
            yield Server(address)
    except NoServer as none:
        if os.environ.get("PYQUIZ_TEST_PG_REQUIRED"):
            pytest.fail(f"PostgreSQL tests may not be skipped here. {none}")
        pytest.skip(str(none))


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Server) -> Iterator[Engine]:
    """A migrated PostgreSQL database."""
    with postgres.database() as url:
        upgrade(url)
        engine = create_engine(locate(url).url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        yield engine
        engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty SQLite database."""
    path = tmp_path / "pyquiz.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(migrated_postgres: Engine) -> Iterator[str]:
    """The address of an empty PostgreSQL database. It is emptied, not made anew: that is two hundred times as fast."""
    yield migrated_postgres.url.render_as_string(hide_password=False)
    with migrated_postgres.connect() as connection:
        connection.exec_driver_sql(OTHERS_OUT)
        connection.exec_driver_sql(EMPTY)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: the test runs once over SQLite, once over PostgreSQL."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == SQLITE else "postgres_url")
    return found


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store over an empty database. It never waits for the disk: no test cuts the power, and a kill loses nothing."""
    opened = await Store.open(database_url, synchronous="OFF")
    yield opened
    await opened.close()
