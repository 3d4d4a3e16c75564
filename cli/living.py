"""A process's life: it runs until its work is done, or until Ctrl-C or SIGTERM ends it in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


def live(work: Coroutine[Any, Any, int]) -> int:
    """Run ``work`` and return its exit code; SIGTERM cancels it, and 0 is returned once it has cleaned up.

    Ctrl-C cancels it too, and raises KeyboardInterrupt afterwards (asyncio's own way; prompt_toolkit counts on it).
    """
    return asyncio.run(_live(work))


async def _live(work: Coroutine[Any, Any, int]) -> int:
    task, terminated = asyncio.ensure_future(work), asyncio.Event()

    def terminate() -> None:
        terminated.set()
        task.cancel()

    with suppress(NotImplementedError):  # Windows has no such handlers, and ends processes its own way
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await task
    except asyncio.CancelledError:
        if terminated.is_set():
            return 0
        raise
