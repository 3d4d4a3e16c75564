"""The garbage collector while PyQuiz starts: nearly all that is made then stays, so going through it is waste.

Python's collector goes through everything that is there each time enough was made: dozens of times during a start, and
later again whenever a full collection is due, each of which would hold the loop for as long as 100 ms.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is collected in here, and what is there at its end is left out of every later collection."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
