"""Where a database is, who owns it, and the sentences said where it cannot be used."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.store import migrate
from bot.store.door import Store
from bot.store.engine import locate
from bot.store.errors import BadUrl, DiskFull, Locked, NotADatabase, NotWritable, Taken, Unreachable
from tests.bot.store.desk import Desk, at

FULL = 2
"""SQLite's number for it."""


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("postgresql://u:p@host/db", "postgresql+psycopg://u:p@host/db"),
        ("postgres://u:p@host:5433/db", "postgresql+psycopg://u:p@host:5433/db"),
        ("postgresql+psycopg://host/db?sslmode=require", "postgresql+psycopg://host/db?sslmode=require"),
        ("sqlite:////var/lib/pyquiz.db", "sqlite+pysqlite:////var/lib/pyquiz.db"),
        ("/var/lib/pyquiz.db", "sqlite+pysqlite:////var/lib/pyquiz.db"),
    ],
)
def test_an_address_means_one_driver(url: str, means: str) -> None:
    """SQLAlchemy 2.0 and 2.1 take the bare form for different drivers; we say which."""
    assert locate(url).url.render_as_string(hide_password=False) == means


def test_a_relative_path_lies_in_the_working_folder() -> None:
    """Whoever says quiz.db means the one beside them."""
    assert locate("sqlite:///quiz.db").path == Path.cwd() / "quiz.db"
    assert locate("quiz.db").path == Path.cwd() / "quiz.db"


@pytest.mark.parametrize(
    "url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "://", "postgresql+asyncpg://h/d"]
)
def test_other_addresses_are_refused_in_a_sentence(url: str) -> None:
    """It names what would do."""
    with pytest.raises(BadUrl, match=r"Use sqlite:///path/to/file\.db or postgresql://"):
        locate(url)


def test_a_password_is_never_shown() -> None:
    """The name for sentences leaves it out."""
    assert locate("postgresql://ada:secret@host/db").name == "postgresql+psycopg://ada:***@host/db"


async def test_a_second_process_is_told_who_has_the_file(sqlite_url: str) -> None:
    """One process owns a SQLite file; the second hears its number."""
    store = await Store.open(sqlite_url)
    second = "import sys, asyncio; from bot.store.door import Store; asyncio.run(Store.open(sys.argv[1]))"

    tried = await asyncio.to_thread(_python, second, sqlite_url)
    with pytest.raises(Taken) as here:
        await Store.open(sqlite_url)
    await store.close()
    again = await asyncio.to_thread(_python, second, sqlite_url)

    assert f"is in use by another PyQuiz (process {os.getpid()})" in tried.stderr
    assert here.value.pid == os.getpid()
    assert again.returncode == 0


def _python(program: str, argument: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, argument]
    return subprocess.run(command, capture_output=True, text=True, check=False)


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The first start on a fresh machine needs nobody's help."""
    store = await Store.open(str(tmp_path / "new" / "folder" / "quiz.db"))
    await store.close()

    assert migrate.current(str(tmp_path / "new" / "folder" / "quiz.db")) == migrate.HEAD


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Here a file stands where the folder should be, which stops root as well."""
    (tmp_path / "file").write_text("")

    with pytest.raises(NotWritable, match="Give PyQuiz a folder and a file that it may write"):
        await Store.open(str(tmp_path / "file" / "quiz.db"))


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv to be nobody")
def test_a_read_only_folder_is_named(sqlite_template: Path, tmp_path: Path) -> None:
    """Root may write anywhere, so somebody else tries."""
    folder = Path("/tmp") / f"pyquiz-{os.getpid()}"
    folder.mkdir(mode=0o755)
    shutil.copy(sqlite_template, folder / "quiz.db")
    program = "import sys; from bot.store.migrate import upgrade; upgrade(sys.argv[1])"
    as_nobody = ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, "-c", program, str(folder / "quiz.db")]

    tried = subprocess.run(as_nobody, capture_output=True, text=True, check=False, cwd=Path.cwd())
    shutil.rmtree(folder)

    assert "cannot be written: " in tried.stderr


async def test_something_else_than_a_database_is_named(tmp_path: Path) -> None:
    """A text file is no quiz, and stays as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread, butter\n" * 200)

    with pytest.raises(NotADatabase, match=r"notes\.txt is not a SQLite database"):
        await Store.open(str(path))

    assert path.read_text().startswith("milk")


async def test_a_database_locked_by_another_program_is_named(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's database browser holds a transaction open."""
    monkeypatch.setattr("bot.store.engine.BUSY_SECONDS", 0.05)
    store = await Store.open(sqlite_url)
    browser = sqlite3.connect(locate(sqlite_url).url.database or "", isolation_level=None)
    browser.execute("BEGIN IMMEDIATE")

    with pytest.raises(Locked, match="Close that program, then try again"):
        await Desk(store).channel()
    browser.execute("ROLLBACK")
    browser.close()

    assert (await Desk(store).channel()).id == 1
    await store.close()


async def test_what_is_confirmed_is_on_the_disk(sqlite_url: str) -> None:
    """Opened as the bot opens it: a commit waits for the disk, so a receipt survives a power cut too."""
    store = await Store.open(sqlite_url)
    how = await store.write(lambda conn: conn.exec_driver_sql("PRAGMA synchronous").scalar_one())
    await store.close()

    assert how == FULL


async def test_a_full_disk_loses_nothing_that_was_confirmed(sqlite_url: str) -> None:
    """Whoever waits is told; when there is room again, it goes on."""
    store = await Store.open(sqlite_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    await desk.answer(round_, "U1")
    people = [await desk.player(f"U{i}") for i in range(2, 4)]
    await store.write(_pages, 1)

    with pytest.raises(DiskFull, match="Nothing that was confirmed is lost"):
        await store.write(_fill)
    await store.write(_pages, 1_000_000)
    await desk.answer(round_, people[0].person)

    (closed,) = await desk.close()
    assert closed.id == round_.id
    assert [delivery.kind for delivery in await desk.deliveries()] == ["question", "result", "reveal"]
    await store.close()


def _pages(connection: Connection, most: int) -> None:
    connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


def _fill(connection: Connection) -> None:
    row = "INSERT INTO snapshot VALUES (?, '', '', 'choice', 'mid', 'bug', 0, '', ?)"
    for i in range(100):
        connection.exec_driver_sql(row, (str(i), "x" * 4096))


@pytest.mark.postgres
async def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """Without its password."""
    with pytest.raises(Unreachable, match="does not answer") as told:
        await Store.open(f"postgresql://ada:secret@/quiz?host={tmp_path}")

    assert "secret" not in str(told.value)


@pytest.mark.postgres
async def test_a_lost_connection_is_mended(postgres_url: str) -> None:
    """The server drops everybody; neither a press nor other work notices."""
    store = await Store.open(postgres_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    ada = await desk.player()
    await _drop_all(postgres_url)
    pressed = await desk.answer(round_)
    await _drop_all(postgres_url)
    paused = await desk.channel("C2", now=at(11))
    await _drop_all(postgres_url)
    read = await desk.fresh(paused)
    await store.close()

    assert str(pressed) == "Recorded(previous=None, streak=None, previous_text=None)"
    assert read == paused
    assert ada.id == 1


async def _drop_all(url: str) -> None:
    from psycopg import AsyncConnection

    address = locate(url).url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
