"""Time that is set by hand, and everything that is due in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cli.compose import House

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand; everything looks at it, stand-ins too."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        """Aware UTC."""
        return self.at

    def seconds(self) -> float:
        """The same, since 1970."""
        return self.at.timestamp()


class Hours:
    """Lets time come, and all that is due in it happen in a house."""

    def __init__(self, clock: Clock, composed: House) -> None:
        self.clock = clock
        self.house = composed

    async def at(self, hour: int, minute: int = 0, *, day: int = 0) -> None:
        """Let time come to that hour of that day, and do all that is due then."""
        await self.reach(MONDAY + timedelta(days=day, hours=hour, minutes=minute))

    async def reach(self, moment: datetime) -> None:
        """Let time pass, instant by instant of what is due, until then."""
        while True:
            due = await self.house.daily.next_due(self.clock.at)
            if due is None or due > moment:
                break
            self.clock.at = max(due, self.clock.at)
            await self.settle()
        self.clock.at = moment
        await self.settle()

    async def settle(self) -> None:
        """Beat until nothing is due at this instant any more."""
        for _ in range(10):
            await self.house.beat()
            due = await self.house.daily.next_due(self.clock.at)
            if due is None or due > self.clock.at:
                return
