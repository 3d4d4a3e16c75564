"""The door: work is done whole or not at all, reads only read, and closing is the end."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.store.door import Store
from bot.store.errors import Closed, StoreError
from bot.store.tables import workspaces
from tests.bot.store.desk import PLATFORM, at


def _add(connection: Connection, name: str, fail: bool = False) -> str:
    row = {"platform": PLATFORM, "external_id": name, "created": at(7)}
    connection.execute(sa.insert(workspaces).values(row))
    if fail:
        raise LookupError(name)
    return name


def _names(connection: Connection) -> list[str]:
    return list(connection.execute(sa.select(workspaces.c.external_id).order_by(workspaces.c.id)).scalars())


async def test_work_that_fails_is_undone_alone(store: Store) -> None:
    """What was grouped with it into one transaction stands."""
    work = [store.write(_add, "a"), store.write(_add, "b", fail=True), store.write(_add, "c")]

    outcomes = await asyncio.gather(*work, return_exceptions=True)

    assert [outcomes[0], outcomes[2]] == ["a", "c"]
    assert isinstance(outcomes[1], LookupError)
    assert await store.read(_names) == ["a", "c"]


async def test_work_that_fails_in_a_transaction_of_its_own_leaves_nothing(store: Store) -> None:
    """Alone it has no savepoint: all of it is rolled back, and the next piece finds a connection fit for use."""
    with pytest.raises(LookupError):
        await store.write(_add, "a", fail=True)
    with pytest.raises(DBAPIError):
        await store.write(lambda connection: connection.exec_driver_sql("SELECT nothing FROM nowhere").close())

    assert await store.write(_add, "b") == "b"
    assert await store.read(_names) == ["b"]


async def test_work_that_fails_in_the_database_is_undone_alone(store: Store) -> None:
    """A broken rule of the schema does not poison the transaction for the others."""
    work = [store.write(_add, "a"), store.write(_add, "a"), store.write(_add, "c")]

    outcomes = await asyncio.gather(*work, return_exceptions=True)

    assert [outcomes[0], outcomes[2]] == ["a", "c"]
    assert isinstance(outcomes[1], DBAPIError)
    assert await store.read(_names) == ["a", "c"]


async def test_work_whose_waiter_was_cancelled_is_done_all_the_same(store: Store) -> None:
    """What was queued will happen; nobody beside it notices."""
    first, second = asyncio.ensure_future(store.write(_add, "a")), asyncio.ensure_future(store.write(_add, "b"))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "b"
    assert await store.read(_names) == ["a", "b"]


async def test_a_read_cannot_write(store: Store) -> None:
    """A verb that writes is refused on a read connection, whichever database it is."""
    with pytest.raises((DBAPIError, StoreError)):
        await store.read(_add, "a")

    assert await store.read(_names) == []


async def test_a_read_sees_one_state_of_the_database(store: Store) -> None:
    """Statements of one read agree with each other, whatever is committed between them."""
    loop = asyncio.get_running_loop()

    def twice(connection: Connection) -> tuple[list[str], list[str]]:
        before = _names(connection)
        asyncio.run_coroutine_threadsafe(store.write(_add, "a"), loop).result(30)
        return before, _names(connection)

    assert await store.read(twice) == ([], [])
    assert await store.read(_names) == ["a"]


async def test_an_account_is_remembered_until_its_name_changes(store: Store) -> None:
    """A press needs no look-up; a new display name is kept."""
    ada = await store.player(PLATFORM, "T1", "U1", "Ada", at(7))
    same = await store.player(PLATFORM, "T1", "U1", "Ada", at(8))
    renamed = await store.player(PLATFORM, "T1", "U1", "Ada Bell", at(9))
    elsewhere = await store.player(PLATFORM, "T2", "U1", "Ada", at(9))

    assert same is ada
    assert (renamed.id, renamed.name) == (ada.id, "Ada Bell")
    assert elsewhere.id != ada.id
    assert elsewhere.workspace != ada.workspace


async def test_a_closed_store_takes_nothing_more(store: Store) -> None:
    """Closing twice is fine; asking afterwards is told so."""
    await store.close()
    await store.close()

    with pytest.raises(Closed, match="PyQuiz is stopping"):
        await store.write(_add, "a")
    with pytest.raises(Closed):
        await store.read(_names)
