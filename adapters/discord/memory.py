"""Where somebody last used PyQuiz: in direct messages that server and channel are meant."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from adapters.work import Work
from bot.ports import Shelf

REMEMBERED = 20_000
"""So many people are kept in memory."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel of a server, by their ids, and the channel's name."""

    guild: int
    channel: int
    name: str = ""

    def __bytes__(self) -> bytes:
        return f"{self.guild} {self.channel} {self.name}".encode()

    @classmethod
    def read(cls, written: bytes) -> Spot:
        """The Spot of its bytes."""
        guild, channel, name = written.decode().split(" ", 2)
        return cls(int(guild), int(channel), name)


class Memory:
    """People's last spots, in memory and, where there is a key to encrypt with, on the Shelf."""

    def __init__(self, shelf: Shelf, has_vault: bool, work: Work) -> None:
        self._shelf = shelf
        self._has_vault = has_vault
        self._work = work
        self._known: OrderedDict[int, Spot] = OrderedDict()

    def remember(self, person: int, spot: Spot) -> None:
        """Somebody spoke somewhere. What is known already costs nothing."""
        if self._known.get(person) == spot:
            return
        self._keep(person, spot)
        if self._has_vault:
            self._work.begin(self._shelve(person, spot))

    async def _shelve(self, person: int, spot: Spot) -> None:
        """Nobody waits for this: it is for the time after a restart."""
        entry = await self._shelf.get(_key(person))
        if entry is None or entry.value != bytes(spot):
            await self._shelf.put(_key(person), bytes(spot), expect=entry.version if entry else None)

    async def last(self, person: int) -> Spot | None:
        """Where they last spoke, as far as anybody remembers."""
        if person not in self._known and self._has_vault and (entry := await self._shelf.get(_key(person))):
            self._keep(person, Spot.read(entry.value))
        return self._known.get(person)

    def _keep(self, person: int, spot: Spot) -> None:
        self._known[person] = spot
        self._known.move_to_end(person)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _key(person: int) -> str:
    return f"last-of:{person}"
