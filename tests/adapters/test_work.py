"""What was acknowledged is finished, or given up in time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.work import Work


async def test_draining_waits_for_what_was_begun_and_for_what_that_begins() -> None:
    """One task that begins another."""
    work, done = Work("Pigeon"), []

    async def second() -> None:
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        done.append("first")
        work.begin(second())

    work.begin(first())
    left = await work.drain(timedelta(seconds=5))

    assert (done, left) == (["first", "second"], 0)


async def test_what_takes_longer_than_the_grace_is_cancelled_and_counted() -> None:
    """A task that never ends."""
    work = Work("Pigeon")
    task = work.begin(asyncio.Event().wait())
    left = await work.drain(timedelta(milliseconds=10))

    assert left == 1
    assert task.cancelled()


async def test_a_failure_is_logged_with_its_platform_and_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Beside one that goes well."""
    work = Work("Pigeon")

    async def fails() -> None:
        raise RuntimeError("broken wing")

    work.begin(fails())
    well = work.begin(asyncio.sleep(0, "landed"))
    await work.idle()

    assert well.result() == "landed"
    assert "Pigeon" in caplog.text
    assert "broken wing" in caplog.text
