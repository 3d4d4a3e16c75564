"""What a start makes is not gone through while it is made, nor ever after."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from cli.starting import uncollected


class Knot:
    """Holds itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """The tests' own process goes on as it was."""
    yield
    gc.unfreeze()


def test_what_was_made_before_stays_and_what_comes_later_is_collected() -> None:
    """Once the start is over, the collector minds what is new."""
    with uncollected():
        old = weakref.ref(Knot())
        inside = gc.isenabled()
    new = weakref.ref(Knot())
    gc.collect()

    assert (inside, gc.isenabled()) == (False, True)
    assert (old() is not None, new()) == (True, None)


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    """Whatever was raised."""
    with pytest.raises(OSError, match="no network"), uncollected():
        raise OSError("no network")

    assert gc.isenabled()
