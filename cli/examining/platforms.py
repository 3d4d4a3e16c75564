"""The platforms: each adapter that can examines itself, without being started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.findings import failed, ok
from bot.model import Channel, ChannelState
from bot.ports import Adapter, Entry, Finding, Lease
from bot.store.door import Cipher

PATIENCE = 60.0
"""Seconds that an adapter may take over itself."""


class LookingShelf:
    """What an adapter keeps, to be read only: the bot itself may be running. Implements ``bot.ports.Shelf``."""

    def __init__(self, adapter: str, vault: Sequence[tuple[str, str, Entry]], cipher: Cipher | None) -> None:
        self._kept = {key: entry for name, key, entry in vault if name == adapter}
        self._cipher = cipher

    async def get(self, key: str) -> Entry | None:
        """What is kept under ``key``; None also where it cannot be decrypted, which is a finding of its own."""
        from cryptography.fernet import InvalidToken

        entry = self._kept.get(key)
        if entry is None or self._cipher is None:
            return None
        try:
            return Entry(self._cipher.decrypt(entry.value), entry.version)
        except InvalidToken:
            return None

    async def put(self, key: str, value: bytes | None, *, expect: int | None) -> bool:
        """Never."""
        return False

    async def first(self, event: str, *, until: datetime) -> bool:
        """Never."""
        return False

    async def lease(self, name: str, *, until: datetime, now: datetime) -> Lease | None:
        """Never."""
        return None


async def platforms(
    adapters: Sequence[Adapter],
    channels: Sequence[Channel],
    vault: Sequence[tuple[str, str, Entry]],
    cipher: Cipher | None,
    clock: Callable[[], datetime],
) -> list[Finding]:
    """What all of them find."""
    found: list[Finding] = []
    for adapter in adapters:
        diagnose = getattr(adapter, "diagnose", None)
        if diagnose is None:
            found.append(ok(adapter.name, "It is configured; it cannot examine itself."))
            continue
        places = [
            channel.place
            for channel in channels
            if channel.place.platform == adapter.name and channel.state is ChannelState.ACTIVE
        ]
        try:
            async with asyncio.timeout(PATIENCE):
                found += await diagnose(LookingShelf(adapter.name, vault, cipher), places, clock)
        except Exception as error:
            do = f"See that {adapter.name} can be reached from here; then ask again."
            found.append(failed(adapter.name, f"It could not be examined: {type(error).__name__}: {error}.", do))
    return found
