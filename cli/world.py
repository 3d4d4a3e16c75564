"""The playground's world: one channel, a pretended clock, simulated players, and the same heartbeat and the same tick
as in real time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Channel, Round
from bot.store import rounds
from cli.company import PLAYERS, Company
from cli.compose import House
from cli.pretend import PretendClock

BEATS = 8
"""So many beats at one instant, at most: what one sends may be what makes the next delivery due."""

STUCK = timedelta(minutes=1)
"""Where something stays due although all was tried, time goes on in such steps."""


class Playground:
    """Moves time through every instant at which something happens. Implements the terminal's ``World``."""

    def __init__(self, house: House, channel: Channel, clock: PretendClock) -> None:
        self._house = house
        self._channel = channel.id
        self._clock = clock
        self._company = Company(house.quiz, channel.place)
        self.place = channel.place
        self.zone = channel.schedule.zone
        self.players: Sequence[str] = tuple(PLAYERS)

    def now(self) -> datetime:
        """The pretended time."""
        return self._clock.now()

    async def settle(self) -> None:
        """Beat until nothing is due at this instant any more."""
        for _ in range(BEATS):
            await self._house.beat()
            due = await self._house.daily.next_due(self.now())
            if due is None or due > self.now():
                return

    async def until(self, at: datetime) -> None:
        """Let time pass, instant by instant."""
        while (step := await self.upcoming()) is not None and step <= at:
            await self._arrive(step)
        if at > self.now():
            await self._arrive(at)

    async def _arrive(self, at: datetime) -> None:
        self._clock.move(at)
        await self._company.speak(await self._open_round(), at)
        await self.settle()

    async def upcoming(self) -> datetime | None:
        """When the clock or somebody of the company will do something next."""
        now = self.now()
        due = await self._house.daily.next_due(now)
        if due is not None and due <= now:
            due = now + STUCK
        spoken = self._company.next(await self._open_round(), now + timedelta(seconds=1))
        return min((at for at in (due, spoken) if at is not None), default=None)

    def embody(self, person: str) -> None:
        """A simulated player who is played by hand from here on."""
        self._company.embody(person)

    async def _open_round(self) -> Round | None:
        return await self._house.store.read(rounds.open_round, self._channel)
