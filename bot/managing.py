"""Setting a channel up and keeping it: set-up, status, pause, skip, ask now, and what happens to places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from bot import picking
from bot.calendar import instant, local, slots
from bot.card import ButtonId, Card, Choice, FieldErrors, Form, Reply
from bot.commands import Said, Verb
from bot.model import Actor, Channel, ChannelState, Filters, Place, Schedule, Submission
from bot.plan import plan_now
from bot.ports import PlaceBack, PlaceGone, Revoked
from bot.settings import Wanted, read_settings
from bot.spoken.dates import find_date
from bot.spoken.unclear import Unclear
from bot.spoken.zones import near_zones
from bot.store import channels, rounds
from bot.store.door import Store
from bot.whereabouts import may_manage, own_channel
from bot.wording import managing
from bot.work import Slot
from content.bank import Bank
from content.search import Finder

DATES_SHOWN = 5
"""So many coming dates are shown before and after saving."""


class Managing:
    """What managers do."""

    def __init__(self, store: Store, bank: Bank, finder: Finder) -> None:
        self._store = store
        self._bank = bank
        self._finder = finder

    async def command(self, actor: Actor, channel: Channel, said: Said, now: datetime) -> Reply | Form:
        """One of the managers' commands, refused to everybody else."""
        if not may_manage(actor, channel):
            return Reply(managing.refused(channel))
        match said.verb:
            case Verb.SETUP:
                return await self.set_up(actor, channel.place, channel, said.values, now)
            case Verb.PAUSE:
                return Reply(await self._pause(actor, channel, said.values.get("until", ""), now))
            case Verb.RESUME:
                return Reply(await self._resume(channel, now))
            case Verb.SKIP:
                return Reply(await self._skip(actor, channel, said.words, now))
            case _:
                return Reply(await self._ask_now(channel, now))

    async def set_up(
        self, actor: Actor, place: Place, channel: Channel | None, values: Mapping[str, str], now: datetime
    ) -> Reply | Form:
        """The set-up form, or, with values typed along, their saving at once."""
        if not may_manage(actor, channel):
            return Reply(managing.refused(channel) if channel else managing.may_not_set_up(place.name))
        if not values:
            return await self._form(
                str(ButtonId("setup", (str(channel.id),) if channel else ())), actor, place, channel
            )
        wanted = read_settings(
            self._standing(actor, channel), {name: (value,) for name, value in values.items()}, self._finder
        )
        if isinstance(wanted, FieldErrors):
            return Reply(managing.not_saved(wanted.errors))
        return Reply(await self._save(actor, place, wanted, now))

    async def fill(self, form: Form, actor: Actor, place: Place, channel_id: int | None, now: datetime) -> Form | Reply:
        """The set-up form with how the channel stands, or the refusal."""
        channel = await self._meant(actor, place, channel_id)
        if not may_manage(actor, channel):
            return Reply(managing.refused(channel) if channel else managing.may_not_set_up(place.name))
        return await self._form(form.id, actor, channel.place if channel else place, channel)

    async def _meant(self, actor: Actor, place: Place, channel_id: int | None) -> Channel | None:
        if channel_id is not None:
            return await own_channel(self._store, actor, channel_id)
        return await self._store.read(channels.channel_at, place) if place.channel else None

    async def _form(self, form_id: str, actor: Actor, place: Place, channel: Channel | None) -> Form:
        stands = self._standing(actor, channel)
        topics = tuple(Choice(topic.slug, topic.title) for topic in self._bank.topics)
        return managing.setup_form(form_id, place.name, stands, topics)

    def _standing(self, actor: Actor, channel: Channel | None) -> Wanted:
        if channel is not None:
            return Wanted(channel.schedule, channel.filters, channel.role)
        return Wanted(Schedule(actor.zone or "UTC"), Filters())

    async def submit(self, submission: Submission, channel_id: int | None, now: datetime) -> Reply | FieldErrors:
        """The set-up form was sent."""
        chosen = submission.values.get("channel", ())
        place = replace(submission.place, channel=chosen[0], name="") if chosen else submission.place
        channel = await self._meant(submission.actor, place, channel_id)
        if not may_manage(submission.actor, channel):
            return Reply(managing.refused(channel) if channel else managing.may_not_set_up(place.name))
        wanted = read_settings(self._standing(submission.actor, channel), submission.values, self._finder)
        if isinstance(wanted, FieldErrors):
            return wanted
        return Reply(await self._save(submission.actor, channel.place if channel else place, wanted, now))

    async def _save(self, actor: Actor, place: Place, wanted: Wanted, now: datetime) -> Card:
        channel = await self._store.write(
            channels.save_channel, place, wanted.schedule, wanted.filters, actor, now, wanted.role
        )
        return managing.confirmation(channel, await self._coming(channel, now), await self._left(channel, now))

    async def _coming(self, channel: Channel, now: datetime) -> tuple[Slot, ...]:
        need = await self._store.read(channels.need, channel.id, now)
        coming = slots(channel.schedule, max(now, need.after), need.overrides)
        first = channel.paused_until or date.min
        return tuple(islice((slot for slot in coming if slot.date >= first), DATES_SHOWN))

    async def nothing_open(self, channel: Channel, now: datetime) -> Card:
        """There is no open question; when the next one comes, planned already or not."""
        coming = await self._coming(channel, now) if channel.state is ChannelState.ACTIVE else ()
        following = next((slot.due for slot in coming if slot.skip is None), None)
        return managing.nothing_open(channel, channel.next_due or following, now)

    async def _left(self, channel: Channel, now: datetime) -> int:
        need = await self._store.read(channels.need, channel.id, now)
        return picking.left(self._bank.questions, channel.filters, need.history)

    async def status(self, channel: Channel, now: datetime) -> Reply:
        """How a channel stands; for everybody."""
        open_ = await self._store.read(rounds.open_round, channel.id)
        coming = await self._coming(channel, now)
        return Reply(managing.status(channel, open_, coming, await self._left(channel, now), now))

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
            return managing.resumed(channel, await self._coming(channel, now), already=True)
        fresh = await self._store.write(channels.set_state, channel.id, ChannelState.ACTIVE, "", None, None, now)
        return managing.resumed(fresh, await self._coming(fresh, now), already=False)

    async def _skip(self, actor: Actor, channel: Channel, words: str, now: datetime) -> Card:
        today = local(channel.schedule.zone, now).date()
        day = find_date(words, today) if words else await self._next_day(channel, now)
        if day is None or isinstance(day, Unclear) or day < today:
            return managing.which_day(words)
        if await self._store.read(rounds.round_on, channel.id, day):
            return managing.already_asked(channel, day)
        if not any(slot.date == day and slot.skip is None for slot in await self._until(channel, day, now)):
            return managing.nothing_planned(day)
        await self._store.write(channels.skip_day, channel.id, day, f"skipped by {actor.name}", now)
        return managing.skipped(channel, day)

    async def _next_day(self, channel: Channel, now: datetime) -> date | None:
        coming = await self._coming(channel, now)
        return next((slot.date for slot in coming if slot.skip is None), None)

    async def _until(self, channel: Channel, day: date, now: datetime) -> tuple[Slot, ...]:
        overrides = (await self._store.read(channels.need, channel.id, now)).overrides
        last = now + timedelta(days=(day - local(channel.schedule.zone, now).date()).days + 2)
        found: list[Slot] = []
        for slot in slots(channel.schedule, now, overrides):
            if slot.due > last:
                break
            found.append(slot)
        return tuple(found)

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

    def zones(self, text: str) -> tuple[Choice, ...]:
        """Zones that could be meant."""
        return tuple(Choice(zone, zone.replace("_", " ")) for zone in near_zones(text))

    async def happened(self, event: PlaceGone | PlaceBack | Revoked, now: datetime) -> None:
        """Pause what cannot be reached, keep its data, and go on when it is back."""
        if isinstance(event, Revoked):
            for channel in await self._store.read(channels.channels_in, event.platform, event.workspace):
                await self._gone(channel, event.reason, now)
            return
        found = await self._store.read(channels.channel_at, event.place)
        if found is None:
            return
        if isinstance(event, PlaceGone):
            await self._gone(found, event.reason, now)
        elif found.state is ChannelState.GONE:
            await self._store.write(channels.set_state, found.id, ChannelState.ACTIVE, "", None, None, now)

    async def _gone(self, channel: Channel, reason: str, now: datetime) -> None:
        if channel.state is not ChannelState.GONE:
            await self._store.write(channels.set_state, channel.id, ChannelState.GONE, reason, None, None, now)


def after_today(channel: Channel, now: datetime) -> datetime:
    """The instant after which a channel's next slot lies once today's question was asked by hand."""
    schedule = channel.schedule
    return max(now, instant(schedule.zone, local(schedule.zone, now).date(), schedule.post))
