"""A process that presses buttons until it is killed: ``python -m tests.bot.store.presser URL ROUND TIMES PLAYER …``.

Each player answers 0, 1, 2 … so many times, and then nothing happens any more; every receipt is a line on standard
output, ``PLAYER CHOICE``.
"""

from __future__ import annotations

import asyncio
import sys

from bot.store.door import Store
from bot.work import Draft, Recorded
from tests.bot.store.desk import at


async def press(url: str, round_id: int, times: int, players: list[int]) -> None:
    """Until death."""
    store = await Store.open(url)

    async def presses(player: int) -> None:
        for number in range(times):
            outcome = await store.record(Draft(round_id, player, str(number), None, at(10)))
            assert isinstance(outcome, Recorded)
            sys.stdout.write(f"{player} {number}\n")
            sys.stdout.flush()

    await asyncio.gather(*(presses(player) for player in players))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(press(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(player) for player in sys.argv[4:]]))
