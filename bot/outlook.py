"""What comes next in a channel: its dates, and how many questions are left for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from bot import picking
from bot.calendar import local, slots
from bot.model import Channel, ChannelState
from bot.settings import Wanted
from bot.store import channels, rounds
from bot.store.door import Store
from bot.work import History, Slot
from content.bank import Bank

DATES_SHOWN = 5
"""So many coming dates are shown before and after saving."""


class Outlook:
    """Looks ahead. Where a channel would be set as ``wanted``, only instants after ``now`` count."""

    def __init__(self, store: Store, bank: Bank) -> None:
        self._store = store
        self._bank = bank

    async def coming(self, channel: Channel, now: datetime) -> tuple[Slot, ...]:
        """The next dates of a channel, days off among them."""
        after = (await self._store.read(channels.need, channel.id, now)).after
        return await self._first(Wanted(channel.schedule, channel.filters), channel, max(now, after), now)

    async def would_come(self, wanted: Wanted, channel: Channel | None, now: datetime) -> tuple[Slot, ...]:
        """The next dates of a channel, or (None) of a new one, if it were set so."""
        return await self._first(wanted, channel, now, now)

    async def _first(self, wanted: Wanted, channel: Channel | None, after: datetime, now: datetime) -> tuple[Slot, ...]:
        overrides = await self._store.read(channels.overrides, channel.id) if channel else {}
        today = local(wanted.schedule.zone, now).date()
        had = channel is not None and await self._store.read(rounds.round_on, channel.id, today) is not None
        since = (channel.paused_until if channel else None) or date.min

        def asked() -> Iterator[Slot]:
            found = slots(wanted.schedule, after, overrides)
            return (slot for slot in found if slot.date >= since and not (had and slot.date == today))

        return tuple(islice(asked(), DATES_SHOWN))

    async def following(self, channel: Channel, now: datetime) -> datetime | None:
        """When the next question comes, planned already or not; None where none does."""
        if channel.state is not ChannelState.ACTIVE:
            return None
        coming = await self.coming(channel, now)
        return channel.next_due or next((slot.due for slot in coming if slot.skip is None), None)

    async def until(self, channel: Channel, day: date, now: datetime) -> tuple[Slot, ...]:
        """The dates up to a local one, and a day more."""
        overrides = await self._store.read(channels.overrides, channel.id)
        last = now + timedelta(days=(day - local(channel.schedule.zone, now).date()).days + 2)
        return tuple(takewhile(lambda slot: slot.due <= last, slots(channel.schedule, now, overrides)))

    async def left(self, channel: Channel, now: datetime) -> int:
        """Questions that a channel was not asked yet."""
        return await self.would_be_left(Wanted(channel.schedule, channel.filters), channel, now)

    async def would_be_left(self, wanted: Wanted, channel: Channel | None, now: datetime) -> int:
        """Questions not asked yet, if a channel, or a new one, were set so."""
        history = (await self._store.read(channels.need, channel.id, now)).history if channel else History()
        return picking.left(self._bank.questions, wanted.filters, history)
