"""What the core's tests share."""

from __future__ import annotations

import pytest

from bot.store.door import Store
from tests.bot.room import Room


@pytest.fixture
def room(store: Store) -> Room:
    """A channel that is not set up yet, on each database."""
    return Room(store)
