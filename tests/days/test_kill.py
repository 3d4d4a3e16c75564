"""A real process, a real SIGKILL at every step of a delivery, a restart; messages are counted at the platform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.days import ledger
from tests.standins.club import at
from tests.standins.driver import Orders
from tests.standins.platform import Platform
from tests.standins.processes import KILLED, Processes, a_platform, dead

MESSAGES = ("question", "reveal", "detail")
STEPS = frozenset(
    {f"after {step} {kind}" for step in ("claim", "sending", "post", "sent") for kind in MESSAGES}
    | {f"after {step} {kind}" for step in ("find", "found", "absent") for kind in MESSAGES}
    | {f"after {step} result" for step in ("claim", "sending", "edit", "absent", "sent")}
    | {"after plan", "after open_due", "after close_due", "before record", "after record"}
)
"""The moment after each commit of a delivery and after each of its requests, and those around an answer's commit."""

CAUSES = {"find": "sending", "absent": "sending", "found": "post"}
"""What somebody must have died of before one can die of looking for it."""

DATES = [day for day in range(14) if day % 7 < 5]
ANSWERS = 3
LEASES = timedelta(seconds=140)
"""Two leases and a request: what the dead one had claimed is free, what it was sending may be looked for."""


class Town:
    """One platform, one process on it at a time, and the steps that are still to kill one."""

    def __init__(self, processes: Processes, platform: Platform, steps: frozenset[str] = frozenset()) -> None:
        self.processes = processes
        self.platform = platform
        self.steps = steps
        self.process = self._start()

    def _start(self) -> BaseProcess:
        return self.processes.start(die_at=self.steps)

    async def play(self) -> int:
        """Days in a row until nobody is left to die, and how many they were. Whoever dies is buried, and the next one
        starts when the leases have run out. Where two steps were one commit, one of them waits for another day."""
        for day in range(len(DATES)):
            await self._one(day)
            if not self.steps:
                return day + 1
            whys = [step.split() for step in self.steps if step.count(" ") == 2]
            self.steps |= {f"after {CAUSES[what]} {kind}" for _, what, kind in whys if what in CAUSES}
            self.processes.kill(self.process)
            self.process = self._start()
        raise AssertionError(f"nobody died {self.steps}")

    async def _one(self, day: int) -> None:
        self.processes.jump(at(9, day=DATES[day]))
        await self._posts("question", day + 1)
        await self._receipts((day + 1) * ANSWERS)
        self.processes.jump(at(16, day=DATES[day]))
        await self._posts("detail", day + 1)
        await self._settles()

    async def _posts(self, kind: str, number: int) -> None:
        while not await self._lives_to(lambda: len(self.platform.posted(kind)), number):
            pass

    async def _settles(self) -> None:
        while not await self._lives_to(lambda: -ledger.under_way(self.processes.orders.url), 0):
            pass

    async def _receipts(self, number: int) -> None:
        message = str(self.platform.posts.index(self.platform.posted("question")[-1]))
        while len(self.platform.receipts) < number:
            person = f"p{len(self.platform.presses)}"
            self.platform.press(message, person, str(len(self.platform.presses) % 4))
            await self._lives_to(self.platform.receipts.__len__, len(self.platform.receipts) + 1)

    async def _lives_to(self, count: Callable[[], int], number: int) -> bool:
        """Whether the process lives to see ``number``; where it does not, the next one has started."""
        await self.platform.until(f"number {number}", lambda: count() >= number or not self.process.is_alive())
        if self.process.is_alive():
            return True
        await self._bury()
        return False

    async def _bury(self) -> None:
        assert await dead(self.process) == KILLED
        self.processes.running.remove(self.process)
        self.steps -= {self.processes.orders.grave.read_text()}
        self.processes.jump(self.processes.now() + LEASES)
        self.process = self._start()


@pytest.mark.slow
async def test_a_kill_at_every_step_of_a_delivery_doubles_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """Every step is somebody's last, on a platform that can be asked what it has."""
    await ledger.set_up(sqlite_url, 1)
    async with a_platform() as platform:
        processes = Processes(Orders(sqlite_url, platform.address, tmp_path / "grave"))
        town = Town(processes, platform, STEPS)
        try:
            days = await town.play()
        finally:
            processes.end()

    assert platform.doubled() == {}
    assert [len(platform.posted(kind)) for kind in MESSAGES] == [days] * 3
    assert all("Closed. The answer is" in platform.last_edit(key) for key in platform.posted("question"))
    assert ledger.lost(platform, ledger.answers_in(sqlite_url)) == []
