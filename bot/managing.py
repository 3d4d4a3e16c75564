"""Keeping a channel: status, pause, skip, ask now, and what happens to places."""

from __future__ import annotations

from datetime import date, datetime

from bot.calendar import instant, local
from bot.card import ButtonId, Card, Promise, Reply
from bot.commands import Said, Verb
from bot.model import Actor, Channel, ChannelState
from bot.outlook import Outlook
from bot.plan import plan_now
from bot.ports import Happening, PlaceGone, PlaceNamed, Revoked
from bot.spoken.dates import find_date
from bot.spoken.unclear import Unclear
from bot.store import channels, rounds
from bot.store.door import Store
from bot.whereabouts import may_manage
from bot.wording import managing
from content.bank import Bank


class Managing:
    """What managers do."""

    def __init__(self, store: Store, bank: Bank, outlook: Outlook) -> None:
        self._store = store
        self._bank = bank
        self._outlook = outlook

    async def command(self, actor: Actor, channel: Channel, said: Said, now: datetime) -> Reply:
        """One of the managers' commands, refused to everybody else."""
        if not may_manage(actor, channel):
            return Reply(managing.refused(channel))
        match said.verb:
            case Verb.PAUSE:
                return Reply(await self._pause(actor, channel, said.values.get("until", ""), now))
            case Verb.RESUME:
                again = str(ButtonId("do", ("resume", str(channel.id))))
                return Reply(await self._resume(channel, now), promise=Promise(channel.place, again))
            case Verb.SKIP:
                return Reply(await self._skip(actor, channel, said.words, now))
            case _:
                return Reply(await self._ask_now(channel, now))

    async def nothing_open(self, channel: Channel, now: datetime) -> Card:
        """There is no open question; when the next one comes, planned already or not."""
        return managing.nothing_open(channel, await self._outlook.following(channel, now), now)

    async def status(self, channel: Channel, now: datetime) -> Reply:
        """How a channel stands; for everybody."""
        open_ = await self._store.read(rounds.open_round, channel.id)
        coming = await self._outlook.coming(channel, now)
        return Reply(managing.status(channel, open_, coming, await self._outlook.left(channel, now), now))

    async def _pause(self, actor: Actor, channel: Channel, until: str, now: datetime) -> Card:
        if channel.state is ChannelState.PAUSED and not until:
            return managing.already_paused(channel)
        today = local(channel.schedule.zone, now).date()
        day = find_date(until, today) if until else None
        if isinstance(day, Unclear) or (day is not None and day <= today):
            return managing.which_day(until)
        fresh = await self._store.write(
            channels.set_state, channel.id, ChannelState.PAUSED, "paused", day, actor.name, now
        )
        return managing.paused(fresh, await self._store.read(rounds.open_round, channel.id), now)

    async def _resume(self, channel: Channel, now: datetime) -> Card:
        if channel.state is ChannelState.ACTIVE:
            return managing.resumed(channel, await self._outlook.coming(channel, now), already=True)
        fresh = await self._store.write(channels.set_state, channel.id, ChannelState.ACTIVE, "", None, None, now)
        return managing.resumed(fresh, await self._outlook.coming(fresh, now), already=False)

    async def _skip(self, actor: Actor, channel: Channel, words: str, now: datetime) -> Card:
        today = local(channel.schedule.zone, now).date()
        day = find_date(words, today) if words else await self._next_day(channel, now)
        if day is None or isinstance(day, Unclear) or day < today:
            return managing.which_day(words)
        if await self._store.read(rounds.round_on, channel.id, day):
            return managing.already_asked(channel, day)
        if not any(slot.date == day and slot.skip is None for slot in await self._outlook.until(channel, day, now)):
            return managing.nothing_planned(day)
        await self._store.write(channels.skip_day, channel.id, day, f"skipped by {actor.name}", now)
        return managing.skipped(channel, day)

    async def _next_day(self, channel: Channel, now: datetime) -> date | None:
        return next((slot.date for slot in await self._outlook.coming(channel, now) if slot.skip is None), None)

    async def _ask_now(self, channel: Channel, now: datetime) -> Card:
        open_ = await self._store.read(rounds.open_round, channel.id)
        today = local(channel.schedule.zone, now).date()
        if open_ is not None and open_.date == today:
            return managing.already_open(channel)
        if open_ is not None:
            return managing.still_open(channel, open_, now)
        need = await self._store.read(channels.need, channel.id, now)
        plan = plan_now(need, self._bank.questions, now)
        if plan.question is None:
            return managing.nothing_to_ask(plan.slot.skip or "")
        done = await self._store.write(channels.ask_now, plan, after_today(channel, now), now)
        if done is None:
            return managing.had_today(channel, now)
        return managing.asked_now(channel, done, now)

    async def happened(self, event: Happening, now: datetime) -> None:
        """Pause what cannot be reached, keep its data, and go on when it is back."""
        if isinstance(event, Revoked):
            for channel in await self._store.read(channels.channels_in, event.platform, event.workspace):
                await self._gone(channel, event.reason, now)
            return
        found = await self._store.read(channels.channel_at, event.place)
        if found is None:
            return
        if event.place.name and event.place.name != found.place.name:
            await self._store.write(channels.name, found.id, event.place.name)
        if isinstance(event, PlaceNamed):
            return
        if isinstance(event, PlaceGone):
            await self._gone(found, event.reason, now)
        elif found.state is ChannelState.GONE:
            await self._store.write(channels.bring_back, found.id, now)

    async def _gone(self, channel: Channel, reason: str, now: datetime) -> None:
        if channel.state is not ChannelState.GONE:
            await self._store.write(channels.set_state, channel.id, ChannelState.GONE, reason, None, None, now)


def after_today(channel: Channel, now: datetime) -> datetime:
    """The instant after which a channel's next slot lies once today's question was asked by hand."""
    schedule = channel.schedule
    return max(now, instant(schedule.zone, local(schedule.zone, now).date(), schedule.post))
