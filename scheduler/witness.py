"""Who is told what came of each request to a platform, for figures. The clock works the same without."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.ports import Refused, Sent, Unknown
from bot.work import Job


class Witness(Protocol):
    """Must be quick, and must not raise."""

    def delivered(self, job: Job, outcome: Sent | Refused | Unknown, at: datetime, /) -> None:
        """What came of sending a delivery; kept by now."""

    def edited(self, platform: str, outcome: Sent | Refused | Unknown, /) -> None:
        """What came of bringing the count on an open question up to date."""


class Nobody:
    """Nobody wants to know."""

    def delivered(self, job: Job, outcome: Sent | Refused | Unknown, at: datetime, /) -> None:
        """Nothing."""

    def edited(self, platform: str, outcome: Sent | Refused | Unknown, /) -> None:
        """Nothing."""


NOBODY = Nobody()
