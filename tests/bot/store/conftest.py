"""What the store's tests share."""

from __future__ import annotations

import pytest

from bot.store.door import Store
from tests.bot.store.desk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk in front of an empty store."""
    return Desk(store)
