"""Never lost: an answer whose receipt was sent is in the log, however its process ended."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.door import Store
from bot.store.tables import answers
from tests.bot.store.desk import Desk

PEOPLE = 12


@pytest.mark.parametrize("seed", range(4))
async def test_a_receipted_answer_survives_a_kill(database_url: str, seed: int) -> None:
    """A real process is killed among real presses: whoever had a receipt finds that answer, or a later one."""
    store = await Store.open(database_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    players = [(await desk.player(f"U{i}")).id for i in range(PEOPLE)]
    await store.close()
    receipted = _press_until_killed(database_url, round_.id, players, random.Random(seed).randint(1, 400))

    again = await Store.open(database_url)
    kept = await again.read(_choices)
    await again.close()

    assert set(receipted) <= set(kept)
    assert all(kept[player] >= number for player, number in receipted.items())
    assert all(kept[player] <= receipted.get(player, -1) + 2 for player in kept)


async def test_the_last_receipt_before_a_kill_is_as_good_as_any(database_url: str) -> None:
    """The process dies with nothing after its last receipts that could have made them durable in passing."""
    store = await Store.open(database_url)
    desk = Desk(store)
    round_ = await desk.shown(await desk.channel())
    players = [(await desk.player(f"U{i}")).id for i in range(PEOPLE)]
    await store.close()
    receipted = _press_until_killed(database_url, round_.id, players, 2 * PEOPLE, times=2)

    again = await Store.open(database_url)
    kept = await again.read(_choices)
    await again.close()

    assert kept == receipted == dict.fromkeys(players, 1)


def _press_until_killed(
    url: str, round_id: int, players: list[int], after: int, times: int = 1_000_000
) -> dict[int, int]:
    """The last receipt of each player; each presses so many times, unless the kill comes before."""
    command = [sys.executable, "-m", "tests.bot.store.presser", url, str(round_id), str(times), *map(str, players)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after)]
        process.kill()
        lines += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    receipts = [line.split() for line in lines if line.endswith("\n")]
    return {int(player): int(number) for player, number in receipts}


def _choices(connection: Connection) -> dict[int, int]:
    return {row.player: int(row.choice) for row in connection.execute(sa.select(answers))}
