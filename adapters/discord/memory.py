"""Which server somebody last spoke in: in direct messages that one is meant."""

from __future__ import annotations

from collections import OrderedDict

from bot.ports import Shelf

REMEMBERED = 20_000
"""So many people are kept in memory."""


class Memory:
    """People's last servers, in memory and, where there is a key to encrypt with, on the Shelf."""

    def __init__(self, shelf: Shelf, has_vault: bool) -> None:
        self._shelf = shelf
        self._has_vault = has_vault
        self._known: OrderedDict[int, int] = OrderedDict()

    async def remember(self, person: int, guild: int) -> None:
        """Somebody spoke in a server. What is known already costs nothing."""
        if self._known.get(person) == guild:
            return
        self._keep(person, guild)
        if self._has_vault:
            entry = await self._shelf.get(_key(person))
            await self._shelf.put(_key(person), str(guild).encode(), expect=entry.version if entry else None)

    async def last_guild(self, person: int) -> int | None:
        """The server they last spoke in, as far as anybody remembers."""
        if person not in self._known and self._has_vault and (entry := await self._shelf.get(_key(person))):
            self._keep(person, int(entry.value))
        return self._known.get(person)

    def _keep(self, person: int, guild: int) -> None:
        self._known[person] = guild
        self._known.move_to_end(person)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _key(person: int) -> str:
    return f"guild-of:{person}"
