"""What adapters remember, in the store: encrypted values, seen events, leases. See ``bot.ports.Shelf``."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, case, delete, or_, select, update

from bot.ports import Entry, Lease
from bot.store import tables
from bot.store.dialects import insert
from bot.store.errors import NoSecretKey, StoreError

if TYPE_CHECKING:
    from bot.store.door import Cipher, Store

FORGOTTEN = b""
"""What stands in the place of a forgotten value, so that its version goes on growing: no ciphertext is empty."""


class WrongSecretKey(StoreError):
    """What {adapter} keeps was encrypted under another PYQUIZ_SECRET_KEY. Put that one back, after a comma."""

    def __init__(self, adapter: str) -> None:
        super().__init__(adapter=adapter)


class StoreShelf:
    """One adapter's shelf. Each instance is a holder of its own where leases are concerned."""

    def __init__(self, store: Store, adapter: str) -> None:
        self._store = store
        self._adapter = adapter
        self._holder = secrets.token_hex(8)

    async def get(self, key: str) -> Entry | None:
        """What is kept under ``key``. Raises WrongSecretKey or NoSecretKey where it cannot be read."""
        entry = await self._store.read(entry_of, self._adapter, key)
        return None if entry is None else Entry(self._decrypted(entry.value), entry.version)

    async def put(self, key: str, value: bytes | None, *, expect: int | None) -> bool:
        """Keep ``value`` (None: forget) if the version still is ``expect`` (None: nothing there yet).

        Raises NoSecretKey where there is nothing to encrypt with.
        """
        sealed = FORGOTTEN if value is None else self._cipher().encrypt(value)
        return await self._store.write(swap, self._adapter, key, sealed, expect)

    async def first(self, event: str, *, until: datetime) -> bool:
        """Whether this event is seen for the first time, by any replica; remembered until then."""
        return await self._store.write(see, self._adapter, event, until)

    async def lease(self, name: str, *, until: datetime, now: datetime) -> Lease | None:
        """Take or renew a lease; None while somebody else holds it. A lease until ``now`` is given back."""
        return await self._store.write(take, self._adapter, name, self._holder, until, now)

    def _cipher(self) -> Cipher:
        if self._store.cipher is None:
            raise NoSecretKey(self._adapter)
        return self._store.cipher

    def _decrypted(self, sealed: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            return self._cipher().decrypt(sealed)
        except InvalidToken:
            raise WrongSecretKey(self._adapter) from None


_vault, _seen, _lease = tables.vaults.c, tables.seens.c, tables.leases.c

_ENTRY = select(_vault.value, _vault.version).where(
    _vault.adapter == bindparam("adapter"), _vault.key == bindparam("key"), _vault.value != FORGOTTEN
)


def entry_of(conn: Connection, adapter: str, key: str) -> Entry | None:
    """What an adapter keeps under ``key``, as it is stored: encrypted."""
    row = conn.execute(_ENTRY, {"adapter": adapter, "key": key}).first()
    return None if row is None else Entry(bytes(row.value), row.version)


def swap(conn: Connection, adapter: str, key: str, sealed: bytes, expect: int | None) -> bool:
    """Replace an entry whose version is ``expect``; whether it was. Versions only ever grow, also past FORGOTTEN."""
    at = {"at_adapter": adapter, "at_key": key, "sealed": sealed}
    if expect is not None:
        return conn.execute(_REPLACE, {**at, "expect": expect}).first() is not None
    if sealed == FORGOTTEN:
        return entry_of(conn, adapter, key) is None
    return conn.execute(_ADD, at).first() is not None


_REPLACE = (
    update(tables.vaults)
    .where(
        _vault.adapter == bindparam("at_adapter"),
        _vault.key == bindparam("at_key"),
        _vault.version == bindparam("expect"),
        _vault.value != FORGOTTEN,
    )
    .values(value=bindparam("sealed"), version=_vault.version + 1)
    .returning(_vault.version)
)

_added = insert(tables.vaults).values(
    adapter=bindparam("at_adapter"), key=bindparam("at_key"), value=bindparam("sealed"), version=1
)
_ADD = _added.on_conflict_do_update(
    index_elements=[_vault.adapter, _vault.key],
    set_={"value": _added.excluded.value, "version": _vault.version + 1},
    where=_vault.value == FORGOTTEN,
).returning(_vault.version)


async def reseal(store: Store) -> int:
    """Encrypt anew, under the first key, all that can be read; how many entries. After that the older keys can go.

    Versions stay: to adapters nothing has changed. What somebody changes meanwhile is under the first key anyhow.
    """
    from cryptography.fernet import InvalidToken

    assert store.cipher is not None
    done = 0
    for adapter, key, sealed in await store.read(sealed_entries):
        try:
            anew = store.cipher.encrypt(store.cipher.decrypt(sealed))
        except InvalidToken:
            continue
        done += await store.write(seal_anew, adapter, key, sealed, anew)
    return done


def sealed_entries(conn: Connection) -> tuple[tuple[str, str, bytes], ...]:
    """All that adapters keep: (adapter, key, encrypted value)."""
    return tuple((row.adapter, row.key, bytes(row.value)) for row in conn.execute(_SEALED))


_SEALED = select(_vault.adapter, _vault.key, _vault.value).where(_vault.value != FORGOTTEN)


def seal_anew(conn: Connection, adapter: str, key: str, sealed: bytes, anew: bytes) -> bool:
    """The same value under another key, unless it was changed meanwhile; whether it was there still."""
    at = {"at_adapter": adapter, "at_key": key, "sealed": sealed, "anew": anew}
    return conn.execute(_ANEW, at).rowcount == 1


_ANEW = (
    update(tables.vaults)
    .where(
        _vault.adapter == bindparam("at_adapter"),
        _vault.key == bindparam("at_key"),
        _vault.value == bindparam("sealed"),
    )
    .values(value=bindparam("anew"))
)


def see(conn: Connection, adapter: str, event: str, until: datetime) -> bool:
    """Note an event; whether it was new."""
    return conn.execute(_SEE, {"adapter": adapter, "event": event, "until": until}).first() is not None


_SEE = insert(tables.seens).on_conflict_do_nothing(index_elements=[_seen.adapter, _seen.event]).returning(_seen.event)


def forget_seen(conn: Connection, now: datetime) -> int:
    """Forget the events that need not be remembered any more; how many."""
    return conn.execute(_FORGET, {"now": now}).rowcount


_FORGET = delete(tables.seens).where(_seen.until < bindparam("now"))


def take(conn: Connection, adapter: str, name: str, holder: str, until: datetime, now: datetime) -> Lease | None:
    """Take or renew a lease for ``holder``; None while somebody else holds it."""
    wanted = {"adapter": adapter, "name": name, "holder": holder, "until": until, "now": now}
    row = conn.execute(_TAKE, wanted).first()
    return None if row is None else Lease(name, row.fence, until)


_taken = insert(tables.leases).values(
    adapter=bindparam("adapter"),
    name=bindparam("name"),
    holder=bindparam("holder"),
    until=bindparam("until"),
    fence=1,
)
_TAKE = _taken.on_conflict_do_update(
    index_elements=[_lease.adapter, _lease.name],
    set_={
        "holder": _taken.excluded.holder,
        "until": _taken.excluded.until,
        "fence": case((_lease.holder == _taken.excluded.holder, _lease.fence), else_=_lease.fence + 1),
    },
    where=or_(_lease.holder == _taken.excluded.holder, _lease.until <= bindparam("now")),
).returning(_lease.fence)
