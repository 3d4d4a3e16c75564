"""Backup and restore: one moment of everything, taken while the bot writes, and put back as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot.model import Period
from bot.scoring import ALL_TIME
from bot.store import archive, boards, shelf
from bot.store.backup import Held, InUse, NoBackup, NoFile, NothingThere, Occupied, restore, save
from bot.store.door import Store
from bot.store.engine import locate, reading
from bot.store.errors import NewerSchema, StoreError, Taken
from bot.store.migrate import current
from bot.store.tables import answers, players, rounds
from bot.work import Board
from tests.bot.store.desk import Desk, at
from tests.conftest import Server

PEOPLE = 8


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is not there yet, or holds nothing, to restore into."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
        else:
            postgres: Server = request.getfixturevalue("postgres")
            yield stack.enter_context(postgres.database())


def exported(url: str) -> list[bytes]:
    """What `pyquiz export` writes."""
    engine = reading(locate(url))
    with engine.begin() as connection:
        lines = [orjson.dumps(record) for record in archive.export(connection)]
    engine.dispose()
    return lines


async def play(url: str) -> None:
    """Some days in two channels, with a secret that an adapter keeps, and a question that is open."""
    store = await Store.open(url, synchronous="OFF")
    desk = Desk(store)
    for name, wrong in (("C1", ("U3",)), ("C2", ("U1", "U2"))):
        channel = await desk.channel(name, team=f"T{name}")
        for day in range(3):
            await desk.play(channel, day, "U1", "U2", "U3", wrong=wrong)
        await desk.shown(channel, 3)
    await store.write(shelf.swap, "slack", "installation:T1", b"sealed", None)
    await store.close()


async def board_of(url: str) -> list[Board]:
    """Every channel's all-time board, as each of its players sees it."""
    store = await Store.open(url, synchronous="OFF")

    def read(conn: Connection) -> list[Board]:
        return [
            boards.board(conn, channel, Period.ALL, ALL_TIME, player, at(12, day=4))
            for channel in sorted(conn.execute(sa.select(rounds.c.channel).distinct()).scalars())
            for player in sorted(conn.execute(sa.select(players.c.id)).scalars())
        ]

    found = await store.read(read)
    await store.close()
    return found


async def test_what_is_restored_exports_and_ranks_the_same(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """From either database into either: to the last byte, with the same leaderboards and what adapters keep."""
    await play(database_url)
    before, ranked = exported(database_url), await board_of(database_url)
    held = save(database_url, tmp_path / "pyquiz.backup")
    restore(tmp_path / "pyquiz.backup", empty_url)

    assert held == Held(channels=2, rounds=8, answers=18)
    assert exported(empty_url) == before
    assert await board_of(empty_url) == ranked
    assert any(board.own and board.own.place > 1 for board in ranked)
    store = await Store.open(empty_url, synchronous="OFF")
    kept = await store.read(shelf.entry_of, "slack", "installation:T1")
    await store.close()
    assert kept is not None
    assert (kept.value, kept.version) == (b"sealed", 1)


async def test_life_goes_on_after_a_restore(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """New rows get new numbers: the open round takes answers of people who were never seen, and closes."""
    await play(database_url)
    save(database_url, tmp_path / "pyquiz.backup")
    restore(tmp_path / "pyquiz.backup", empty_url)
    store = await Store.open(empty_url, synchronous="OFF")
    desk = Desk(store)
    stranger = await store.player("slack", "TC1", "U99", "Noor", at(9, day=3))
    new = await desk.channel("C3", team="TC3")
    closed = await desk.close(day=3)
    await store.close()

    assert stranger.id == 4
    assert new.id == 3
    assert len(closed) == 2


async def test_a_backup_while_people_press_is_one_moment(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """Whoever had a receipt before it began is in it with that answer or a later one; and it restores as it is."""
    store = await Store.open(database_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    who = [(await desk.player(f"U{i}")).id for i in range(PEOPLE)]
    await store.close()
    receipts, meanwhile = press_and_save(database_url, round_.id, who, tmp_path)
    restore(tmp_path / "first.backup", empty_url)
    first, second = (answers_in(f"sqlite:///{tmp_path / name}.backup") for name in ("first", "second"))

    assert all(first[int(player)] >= int(number) for player, number in receipts.items())
    assert all(second[int(player)] >= int(number) for player, number in meanwhile.items())
    assert exported(empty_url) == exported(f"sqlite:///{tmp_path / 'first.backup'}")


def press_and_save(url: str, round_id: int, who: list[int], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Make two backups while a process presses: the last receipts that were there before each."""
    command = [sys.executable, "-m", "tests.bot.store.presser", url, str(round_id), "1000000", *map(str, who)]
    receipts = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for name in ("first", "second"):
            receipts.append(dict(process.stdout.readline().split() for _ in range(50 * PEOPLE)))
            save(url, folder / f"{name}.backup")
        process.kill()
    return receipts[0], receipts[1]


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def answers_in(url: str) -> dict[int, int]:
    """The number that each player said last."""
    engine = reading(locate(url))
    with engine.begin() as connection:
        found = {row.player: int(row.choice) for row in connection.execute(sa.select(answers))}
    engine.dispose()
    return found


async def test_a_backup_is_one_file_that_only_its_owner_reads(database_url: str, tmp_path: Path) -> None:
    """Nothing is left beside it, and it needs nothing beside it."""
    await play(database_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    save(database_url, folder / "pyquiz.backup")
    save(database_url, folder / "pyquiz.backup")

    assert names_in(folder) == ["pyquiz.backup"]
    assert (folder / "pyquiz.backup").stat().st_mode & 0o777 == 0o600


async def test_a_restore_replaces_nothing_unasked(database_url: str, empty_url: str, tmp_path: Path) -> None:
    """Asked, it does; and into the place of what is there now nothing of that gets mixed."""
    await play(database_url)
    save(database_url, tmp_path / "old.backup")
    old = exported(database_url)
    restore(tmp_path / "old.backup", empty_url)
    store = await Store.open(empty_url, synchronous="OFF")
    await Desk(store).channel("C9", team="T9")
    await store.close()
    changed = exported(empty_url)
    with pytest.raises(Occupied):
        restore(tmp_path / "old.backup", empty_url)
    untouched = exported(empty_url)
    restore(tmp_path / "old.backup", empty_url, replace=True)

    assert untouched == changed
    assert exported(empty_url) == old
    if empty_url.startswith("sqlite"):
        assert exported(f"{empty_url}.before-restore") == changed


async def test_nothing_is_restored_below_a_running_pyquiz(empty_url: str, sqlite_url: str, tmp_path: Path) -> None:
    """What it does meanwhile would be lost, or mixed in."""
    await play(sqlite_url)
    save(sqlite_url, tmp_path / "pyquiz.backup")
    running = await Store.open(empty_url)
    await Desk(running).channel("C9")
    for replace in (False, True):
        with pytest.raises((Taken, InUse)):
            restore(tmp_path / "pyquiz.backup", empty_url, replace=replace)
    await running.close()
    restore(tmp_path / "pyquiz.backup", empty_url, replace=True)

    assert exported(empty_url) == exported(sqlite_url)


async def test_a_backup_of_an_older_version_is_brought_up_to_date(empty_url: str, tmp_path: Path) -> None:
    """On the way; the backup itself stays as it is, for it may be the only one."""
    old = tmp_path / "old.backup"
    make_old(old)
    before = old.read_bytes()
    restore(old, empty_url)

    assert current(empty_url) == current(f"sqlite:///{fresh(tmp_path)}")
    assert old.read_bytes() == before
    assert [name for name in names_in(tmp_path) if "before" in name] == []


def make_old(path: Path) -> None:
    """A file as the first version left it."""
    from alembic import command
    from alembic.config import Config

    from bot.store import migrate

    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def fresh(folder: Path) -> Path:
    """A file of this version."""
    from bot.store.migrate import upgrade

    upgrade(str(folder / "fresh.db"))
    return folder / "fresh.db"


async def test_what_is_no_backup_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    """Not there, something else, damaged, or of a newer version: and nothing is made of it."""
    await play(sqlite_url)
    save(sqlite_url, tmp_path / "whole.backup")
    (tmp_path / "text").write_text("Dear diary")
    whole = (tmp_path / "whole.backup").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    with sa.create_engine(f"sqlite:///{tmp_path / 'newer'}").begin() as other:
        other.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        other.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")
        for table in ("channel", "round", "answer"):
            other.exec_driver_sql(f"CREATE TABLE {table} (id INTEGER)")
    refused = {}
    for name in ("nowhere", "text", "half", "newer"):
        with pytest.raises(StoreError) as caught:
            restore(tmp_path / name, f"sqlite:///{tmp_path / 'target.db'}")
        refused[name] = type(caught.value)

    assert refused == {"nowhere": NoFile, "text": NoBackup, "half": NoBackup, "newer": NewerSchema}
    assert not (tmp_path / "target.db").exists()


async def test_a_backup_that_fails_leaves_the_last_one(sqlite_url: str, tmp_path: Path) -> None:
    """The name is taken only by what is whole; and no empty database is made where none was."""
    await play(sqlite_url)
    save(sqlite_url, tmp_path / "pyquiz.backup")
    good = (tmp_path / "pyquiz.backup").read_bytes()
    damaged = tmp_path / "damaged.db"
    shutil.copy(tmp_path / "pyquiz.backup", damaged)
    damaged.write_bytes(good[:4096] + b"\0" * 4096 + good[8192:])
    with pytest.raises(StoreError):
        save(f"sqlite:///{damaged}", tmp_path / "pyquiz.backup")
    with pytest.raises(NothingThere):
        save(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "pyquiz.backup")

    assert (tmp_path / "pyquiz.backup").read_bytes() == good
    assert not (tmp_path / "none.db").exists()
    assert not [name for name in names_in(tmp_path) if ".part" in name]
