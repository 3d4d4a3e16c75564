"""Turns: in order, evenly, and never more in any second than Discord takes, however long requests are on their way."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from adapters.discord.pace import MOST, Pace

FLOOR = 0.005


def busiest(times: list[float]) -> int:
    """The most that fell into one second."""
    return max(sum(begin <= time < begin + 1 for time in times) for begin in times)


@pytest.mark.parametrize("seed", range(3))
async def test_no_second_sees_more_than_it_takes(seed: int) -> None:
    """A request arrives some time after its turn, and is answered some time after that."""
    dice, pace, arrived = Random(seed), Pace(20, 0), []

    async def request(there: float, back: float) -> None:
        await pace.turn()
        begun = asyncio.get_running_loop().time()
        await asyncio.sleep(FLOOR + there)
        arrived.append(asyncio.get_running_loop().time())
        await asyncio.sleep(FLOOR + back)
        answered = asyncio.get_running_loop().time()
        pace.over(answered, answered - begun)

    held_up = [dice.choice((0.0, 0.0, 0.02, 0.3)) for _ in range(120)]
    await asyncio.gather(*(request(late, dice.choice((0.0, 0.1))) for late in held_up))

    assert len(arrived) == 60 * 2
    assert busiest(arrived) <= 20


async def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    """Whoever asked first goes first."""
    pace, came = Pace(1_000), []

    async def ask(number: int) -> None:
        await pace.turn()
        came.append(number)
        pace.over(asyncio.get_running_loop().time())

    await asyncio.gather(*(ask(number) for number in range(50)))

    assert came == list(range(50))


async def test_who_is_not_answered_keeps_its_turn() -> None:
    """As many as may be under way are, and the next waits for one of them to be over; a second later, then."""
    pace = Pace(3, 0)
    for _ in range(3):
        await pace.turn()
    fourth = asyncio.create_task(pace.turn())
    await asyncio.sleep(1.2)
    waited = not fourth.done()
    pace.over(asyncio.get_running_loop().time() - 1)
    await fourth

    assert waited


async def test_what_logging_in_took_is_counted() -> None:
    """The first second has less room."""
    pace, loop = Pace(5, 3), asyncio.get_running_loop()
    begun, turns = loop.time(), []
    for _ in range(3):
        await pace.turn()
        turns.append(loop.time() - begun)

    assert turns[1] < 1 <= turns[2]
    assert MOST < 50
