"""What the database says after the kills, read with plain SQL, to be held against what the platform saw."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from bot.store import channels
from bot.store.door import Store
from bot.store.engine import locate
from tests.standins.club import ADA, ANY, IN_UTC, MONDAY, place
from tests.standins.platform import Platform

ANSWERS = sa.text(
    "SELECT delivery.key, player.external_id, answer.choice FROM answer "
    "JOIN delivery ON delivery.round = answer.round AND delivery.kind = 'question' "
    "JOIN player ON player.id = answer.player"
)


async def set_up(url: str, number: int) -> None:
    """Channels C1 to C``number``, each in a workspace of its own, before any process runs."""
    store = await Store.open(url)
    for i in range(1, number + 1):
        await store.write(channels.save_channel, place(f"C{i}", f"W{i}"), IN_UTC, ANY, ADA, MONDAY)
    await store.close()


UNDER_WAY = frozenset({"due", "claimed", "sending", "unknown"})
"""States that are not the end of a delivery, on a platform that can tell what it has."""


def states(url: str) -> Counter[str]:
    """How many deliveries are in each state."""
    engine = sa.create_engine(locate(url).url)
    with engine.connect() as conn:
        found = Counter(state for (state,) in conn.execute(sa.text("SELECT state FROM delivery")))
    engine.dispose()
    return found


def under_way(url: str, counting: frozenset[str] = UNDER_WAY) -> int:
    """How many deliveries are not at their end yet."""
    return sum(number for state, number in states(url).items() if state in counting)


def answers_in(url: str) -> dict[tuple[str, str], str]:
    """(key of the question's message, person) → the choice that is kept."""
    engine = sa.create_engine(locate(url).url)
    with engine.connect() as conn:
        found = {(key, person): choice for key, person, choice in conn.execute(ANSWERS)}
    engine.dispose()
    return found


def lost(platform: Platform, kept: dict[tuple[str, str], str]) -> list[str]:
    """Who was told that their answer counts while it is not kept. Each person presses once a question."""
    return [
        pressed.person
        for pressed in platform.receipts
        if kept.get((platform.posts[int(pressed.message)], pressed.person)) != pressed.choice
    ]
