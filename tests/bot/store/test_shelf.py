"""What adapters remember: encrypted, compared before it is replaced, and shared by all replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet, MultiFernet

from bot.ports import Entry, Lease, Shelf
from bot.store import tables
from bot.store.door import Store
from bot.store.errors import NoSecretKey
from bot.store.shelf import StoreShelf, WrongSecretKey, forget_seen, reseal
from tests.bot.store.desk import at

OLD, NEW = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store that can encrypt."""
    opened = await Store.open(database_url, cipher=MultiFernet([OLD]))
    yield opened
    await opened.close()


@pytest.fixture
def shelf(store: Store) -> Shelf:
    """Slack's shelf."""
    return StoreShelf(store, "slack")


async def stored(store: Store) -> list[bytes]:
    """What stands in the database."""
    values = sa.select(tables.vaults.c.value)
    return await store.read(lambda conn: [bytes(value) for value in conn.execute(values).scalars()])


async def test_what_was_put_is_there(shelf: Shelf) -> None:
    """With a version to compare with next time; empty values and all bytes are values."""
    assert await shelf.get("team") is None
    assert await shelf.put("team", b"", expect=None)
    assert await shelf.put("bytes", bytes(range(256)), expect=None)

    assert await shelf.get("team") == Entry(b"", 1)
    assert await shelf.get("bytes") == Entry(bytes(range(256)), 1)


async def test_only_who_knows_the_version_replaces(shelf: Shelf) -> None:
    """Compare and set: a stale version, or none where there is one, changes nothing."""
    await shelf.put("team", b"one", expect=None)

    assert not await shelf.put("team", b"two", expect=None)
    assert not await shelf.put("team", b"two", expect=7)
    assert await shelf.put("team", b"two", expect=1)
    assert not await shelf.put("team", b"three", expect=1)
    assert await shelf.get("team") == Entry(b"two", 2)


async def test_of_many_at_once_one_wins(shelf: Shelf) -> None:
    """Twenty writers who read the same version."""
    await shelf.put("token", b"0", expect=None)

    won = await asyncio.gather(*(shelf.put("token", str(i).encode(), expect=1) for i in range(20)))

    entry = await shelf.get("token")
    assert sum(won) == 1
    assert entry == Entry(str(won.index(True)).encode(), 2)


async def test_what_is_forgotten_is_gone_and_its_versions_do_not_come_back(shelf: Shelf, store: Store) -> None:
    """Somebody who still holds the old version must not overwrite what was put afresh."""
    await shelf.put("team", b"one", expect=None)
    assert not await shelf.put("team", None, expect=9)
    assert await shelf.put("team", None, expect=1)
    assert await shelf.get("team") is None
    assert await stored(store) == [b""]
    assert not await shelf.put("team", b"stale", expect=1)
    assert not await shelf.put("team", b"stale", expect=2)

    assert await shelf.put("team", None, expect=None)
    assert await shelf.put("team", b"afresh", expect=None)
    assert not await shelf.put("team", None, expect=None)
    assert await shelf.get("team") == Entry(b"afresh", 3)


async def test_values_are_encrypted_at_rest(shelf: Shelf, store: Store) -> None:
    """No byte of a token stands in the database as it is."""
    await shelf.put("team", b"xoxb-very-secret", expect=None)

    (sealed,) = await stored(store)
    assert b"secret" not in sealed
    assert OLD.decrypt(sealed) == b"xoxb-very-secret"


async def test_keys_rotate(database_url: str) -> None:
    """The first key encrypts, all of them decrypt; once everything is put anew, the old one can go."""
    before = await Store.open(database_url, cipher=MultiFernet([OLD]))
    await StoreShelf(before, "slack").put("team", b"token", expect=None)
    await before.close()
    between = await Store.open(database_url, cipher=MultiFernet([NEW, OLD]))
    shelf = StoreShelf(between, "slack")
    entry = await shelf.get("team")
    assert entry == Entry(b"token", 1)
    await shelf.put("team", entry.value, expect=entry.version)
    await between.close()
    after = await Store.open(database_url, cipher=MultiFernet([NEW]))

    assert await StoreShelf(after, "slack").get("team") == Entry(b"token", 2)
    await after.close()


async def test_all_is_encrypted_anew_under_the_first_key(database_url: str) -> None:
    """Once that is done the old key can go; versions are as they were, and what was forgotten stays forgotten."""
    before = await Store.open(database_url, cipher=MultiFernet([OLD]))
    for adapter, key in (("slack", "team:1"), ("slack", "team:2"), ("discord", "hash")):
        await StoreShelf(before, adapter).put(key, f"{adapter} {key}".encode(), expect=None)
    await StoreShelf(before, "slack").put("team:3", b"gone", expect=None)
    await StoreShelf(before, "slack").put("team:3", None, expect=1)
    await before.close()
    between = await Store.open(database_url, cipher=MultiFernet([NEW, OLD]))
    done = await reseal(between)
    assert await StoreShelf(between, "slack").put("team:2", b"changed", expect=1)
    await between.close()
    after = await Store.open(database_url, cipher=MultiFernet([NEW]))
    slack = StoreShelf(after, "slack")

    assert done == 3
    assert await slack.get("team:1") == Entry(b"slack team:1", 1)
    assert await slack.get("team:2") == Entry(b"changed", 2)
    assert await slack.get("team:3") is None
    assert await StoreShelf(after, "discord").get("hash") == Entry(b"discord hash", 1)
    await after.close()


async def test_what_no_key_can_read_is_left_as_it_is(database_url: str) -> None:
    """The key that is missing may come back."""
    before = await Store.open(database_url, cipher=MultiFernet([OLD]))
    await StoreShelf(before, "slack").put("team", b"token", expect=None)
    await before.close()
    between = await Store.open(database_url, cipher=MultiFernet([NEW, Fernet(Fernet.generate_key())]))
    done = await reseal(between)
    await between.close()
    after = await Store.open(database_url, cipher=MultiFernet([OLD]))

    assert done == 0
    assert await StoreShelf(after, "slack").get("team") == Entry(b"token", 1)
    await after.close()


async def test_another_key_is_told_in_words(database_url: str) -> None:
    """A lost key is the host's problem to mend, not a traceback."""
    before = await Store.open(database_url, cipher=MultiFernet([OLD]))
    await StoreShelf(before, "slack").put("team", b"token", expect=None)
    await before.close()
    after = await Store.open(database_url, cipher=MultiFernet([NEW]))

    with pytest.raises(WrongSecretKey, match="slack keeps was encrypted under another PYQUIZ_SECRET_KEY"):
        await StoreShelf(after, "slack").get("team")
    await after.close()


async def test_without_a_key_nothing_is_kept(database_url: str) -> None:
    """Nor read; what needs no encryption works."""
    plain = await Store.open(database_url)
    shelf = StoreShelf(plain, "slack")

    with pytest.raises(NoSecretKey, match="slack"):
        await shelf.put("team", b"token", expect=None)
    assert await shelf.get("team") is None
    assert await shelf.first("event", until=at(9))
    await plain.close()


async def test_adapters_do_not_see_each_other(shelf: Shelf, store: Store) -> None:
    """The same key, event or name on another adapter's shelf is another one."""
    other = StoreShelf(store, "discord")
    await shelf.put("team", b"token", expect=None)
    await shelf.first("event", until=at(9))
    await shelf.lease("socket", until=at(9), now=at(8))

    assert await other.get("team") is None
    assert await other.first("event", until=at(9))
    assert await other.lease("socket", until=at(9), now=at(8)) is not None


async def test_an_event_is_first_once(shelf: Shelf) -> None:
    """However many replicas hear of it, and however often."""
    heard = await asyncio.gather(*(shelf.first("E1", until=at(9)) for _ in range(10)))

    assert sum(heard) == 1
    assert await shelf.first("E2", until=at(9))


async def test_an_event_is_remembered_until_its_time(shelf: Shelf, store: Store) -> None:
    """What need not be remembered any more is swept out, and nothing else."""
    await shelf.first("early", until=at(9))
    await shelf.first("late", until=at(11))
    swept = await store.write(forget_seen, at(10))

    assert swept == 1
    assert await shelf.first("early", until=at(12))
    assert not await shelf.first("late", until=at(12))
    assert await store.write(forget_seen, at(12)) == 1


async def test_a_lease_is_one_holders(store: Store) -> None:
    """The holder renews it under the same fence; everybody else waits until it is over."""
    mine, theirs = StoreShelf(store, "discord"), StoreShelf(store, "discord")

    assert await mine.lease("shard 0", until=at(9), now=at(8)) == Lease("shard 0", 1, at(9))
    assert await theirs.lease("shard 0", until=at(9), now=at(8)) is None
    assert await mine.lease("shard 0", until=at(10), now=at(8, 59)) == Lease("shard 0", 1, at(10))
    assert await theirs.lease("shard 0", until=at(11), now=at(9)) is None
    assert await theirs.lease("shard 1", until=at(9), now=at(8)) == Lease("shard 1", 1, at(9))


async def test_a_fence_grows_with_each_change_of_hands(store: Store) -> None:
    """Whoever lost a lease and comes back has a new fence, so that what they sent under the old one can be told."""
    mine, theirs = StoreShelf(store, "discord"), StoreShelf(store, "discord")
    held = [
        await mine.lease("shard 0", until=at(9), now=at(8)),
        await theirs.lease("shard 0", until=at(10), now=at(9)),
        await mine.lease("shard 0", until=at(11), now=at(10)),
        await mine.lease("shard 0", until=at(13), now=at(12)),
    ]

    assert [lease.fence if lease else None for lease in held] == [1, 2, 3, 3]


async def test_a_lease_can_be_given_back(store: Store) -> None:
    """Held until now is held no more."""
    mine, theirs = StoreShelf(store, "discord"), StoreShelf(store, "discord")
    await mine.lease("shard 0", until=at(9), now=at(8))
    await mine.lease("shard 0", until=at(8), now=at(8))

    assert await theirs.lease("shard 0", until=at(9), now=at(8)) == Lease("shard 0", 2, at(9))


@pytest.mark.postgres
async def test_replicas_share_one_shelf(postgres_url: str) -> None:
    """Two processes' worth of stores on one PostgreSQL: one is first, one holds the lease, one replaces."""
    stores = [await Store.open(postgres_url, cipher=MultiFernet([OLD])) for _ in range(2)]
    shelves = [StoreShelf(each, "slack") for each in stores]
    await shelves[0].put("token", b"0", expect=None)
    for i in range(10):
        first = await asyncio.gather(*(shelf.first(f"E{i}", until=at(9)) for shelf in shelves))
        leases = await asyncio.gather(*(shelf.lease(f"L{i}", until=at(9), now=at(8)) for shelf in shelves))
        put = await asyncio.gather(*(shelf.put("token", b"%d" % i, expect=i + 1) for shelf in shelves))

        assert sum(first) == sum(put) == sum(lease is not None for lease in leases) == 1
    for each in stores:
        await each.close()
