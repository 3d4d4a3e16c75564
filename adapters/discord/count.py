"""How many shards there are: all processes go by the same number, and none connects one of the new while another may
still hear one of the old."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.ports import Shelf

KEY = "shards"


@dataclass(frozen=True, slots=True)
class Agreed:
    """So many shards, ``since`` an instant; None: there was no other number before."""

    count: int
    since: datetime | None


class Count:
    """The number, on the Shelf where it keeps values. ``wanted`` is what Discord recommended to this process; where
    nothing can be kept, that is taken."""

    def __init__(self, wanted: int, shelf: Shelf, has_vault: bool, clock: Callable[[], datetime]) -> None:
        self.wanted = wanted
        self._shelf = shelf
        self._has_vault = has_vault
        self._clock = clock

    async def propose(self) -> None:
        """Have the wanted number agreed. Whoever started last asked Discord last."""
        entry = await self._shelf.get(KEY) if self._has_vault else None
        if not self._has_vault or (entry is not None and _read(entry.value).count == self.wanted):
            return
        since = f"{self._clock().timestamp():.3f}" if entry is not None else ""
        await self._shelf.put(KEY, f"{self.wanted} {since}".encode(), expect=entry.version if entry else None)

    async def agreed(self) -> Agreed:
        """What all go by."""
        entry = await self._shelf.get(KEY) if self._has_vault else None
        return _read(entry.value) if entry is not None else Agreed(self.wanted, None)


def _read(value: bytes) -> Agreed:
    count, _, since = value.decode().partition(" ")
    return Agreed(int(count), datetime.fromtimestamp(float(since), UTC) if since else None)
