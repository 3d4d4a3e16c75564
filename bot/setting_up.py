"""Setting a channel up: the form, what it would do, its saving, and the confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.card import ButtonId, Card, Choice, FieldErrors, Form, Promise, Reply, Where
from bot.model import Actor, Channel, Filters, Place, Schedule, Submission
from bot.outlook import Outlook
from bot.settings import Wanted, read_settings
from bot.spoken.zones import near_zones
from bot.store import channels
from bot.store.door import Store
from bot.whereabouts import may_manage, own_channel
from bot.wording import guide, managing
from bot.wording import setting_up as wording
from bot.wording.learning import label_of
from content.bank import Bank
from content.search import Finder


@dataclass(frozen=True, slots=True)
class Meant:
    """The channel that a form is about: where it is, how it stands, and how it is to be."""

    place: Place
    channel: Channel | None
    wanted: Wanted


class SettingUp:
    """Who may set a channel up, and what comes of it."""

    def __init__(self, store: Store, bank: Bank, finder: Finder, outlook: Outlook) -> None:
        self._store = store
        self._bank = bank
        self._finder = finder
        self._outlook = outlook

    async def command(
        self, actor: Actor, place: Place, channel: Channel | None, values: Mapping[str, str], now: datetime
    ) -> Reply | Form:
        """The set-up form, or, with values typed along, their saving at once."""
        if not may_manage(actor, channel):
            return _refused(place, channel)
        if not values:
            args = (str(channel.id),) if channel else ()
            return self._form(str(ButtonId("setup", args)), actor, place, channel)
        if channel is None and not place.channel:
            return Reply(managing.no_channel_here())
        given = {name: (value,) for name, value in values.items()}
        wanted = read_settings(_stands(actor, channel), given, self._finder)
        if isinstance(wanted, FieldErrors):
            return Reply(wording.not_saved(wanted.errors))
        return await self._save(actor, place, wanted, now)

    async def fill(self, form: Form, actor: Actor, place: Place, channel_id: int | None) -> Form | Reply:
        """The set-up form with how the channel stands, or the refusal."""
        channel = await self._at(actor, place, channel_id)
        if channel_id is not None and channel is None:
            return Reply(guide.stale_button())
        if not may_manage(actor, channel):
            return _refused(channel.place if channel else place, channel)
        return self._form(form.id, actor, channel.place if channel else place, channel)

    async def _at(self, actor: Actor, place: Place, channel_id: int | None) -> Channel | None:
        if channel_id is not None:
            return await own_channel(self._store, actor, channel_id)
        return await self._store.read(channels.channel_at, place) if place.channel else None

    def _form(self, form_id: str, actor: Actor, place: Place, channel: Channel | None) -> Form:
        """It asks for the channel as well, except where it is about one that is set up already."""
        stands = _stands(actor, channel)
        topics = sorted((Choice(topic.slug, label_of(topic)) for topic in self._bank.topics), key=_as_read)
        choose = not ButtonId.read(form_id).args
        return wording.setup_form(form_id, place, stands, topics, choose=choose)

    async def preview(
        self, submission: Submission, channel_id: int | None, now: datetime
    ) -> Card | Reply | FieldErrors:
        """What saving would do, and the next dates; nothing is written."""
        meant = await self._meant(submission, channel_id)
        if not isinstance(meant, Meant):
            return meant
        wanted, channel = meant.wanted, meant.channel
        coming = await self._outlook.would_come(wanted, channel, now)
        left = await self._outlook.would_be_left(wanted, channel, now)
        return wording.preview(meant.place, wanted, coming, left, channel)

    async def submit(self, submission: Submission, channel_id: int | None, now: datetime) -> Reply | FieldErrors:
        """The set-up form was sent."""
        meant = await self._meant(submission, channel_id)
        if not isinstance(meant, Meant):
            return meant
        return await self._save(submission.actor, meant.place, meant.wanted, now)

    async def _meant(self, submission: Submission, channel_id: int | None) -> Meant | Reply | FieldErrors:
        """What a form says, if whoever sent it may: the rights are those in the channel that is meant."""
        actor, place = submission.actor, submission.place
        channel = await self._at(actor, place, channel_id)
        if channel_id is not None and channel is None:
            return Reply(guide.stale_button())
        chosen = submission.values.get("channel") if channel_id is None else None
        if chosen is not None and (not place.channel or chosen != (place.channel,)):
            return FieldErrors((("channel", wording.CHOOSE),))
        if channel is None and not place.channel:
            return Reply(managing.no_channel_here())
        if not may_manage(actor, channel):
            if chosen is not None:
                return FieldErrors((("channel", wording.not_yours(place, channel)),))
            return _refused(place, channel)
        wanted = read_settings(_stands(actor, channel), submission.values, self._finder)
        if isinstance(wanted, FieldErrors):
            return wanted
        return Meant(_renamed(channel.place, place) if channel else place, channel, wanted)

    async def _save(self, actor: Actor, place: Place, wanted: Wanted, now: datetime) -> Reply:
        channel = await self._store.write(
            channels.save_channel, place, wanted.schedule, wanted.filters, actor, now, wanted.role
        )
        return await self._confirmation(channel, Where.PRIVATE, now)

    async def _confirmation(self, channel: Channel, where: Where, now: datetime) -> Reply:
        coming, left = await self._outlook.coming(channel, now), await self._outlook.left(channel, now)
        again = str(ButtonId("confirm", (str(channel.id),)))
        return Reply(wording.confirmation(channel, coming, left), where, Promise(channel.place, again))

    async def confirm(self, actor: Actor, channel_id: int, now: datetime) -> Reply:
        """The confirmation once more, where it was promised and could not be kept."""
        channel = await own_channel(self._store, actor, channel_id)
        return await self._confirmation(channel, Where.REPLACE, now) if channel else Reply(guide.stale_button())

    async def waiting(self, actor: Actor, channel_id: int, now: datetime) -> Reply:
        """[Wait] was pressed."""
        channel = await own_channel(self._store, actor, channel_id)
        if channel is None:
            return Reply(guide.stale_button())
        return Reply(wording.waiting(channel, await self._outlook.following(channel, now), now), Where.REPLACE)

    def zones(self, text: str) -> tuple[Choice, ...]:
        """Zones that could be meant."""
        return tuple(Choice(zone, zone.replace("_", " ")) for zone in near_zones(text))


def _as_read(choice: Choice) -> str:
    """Where people look for a title in a list: quotes, underscores and capitals don't matter."""
    return "".join(letter for letter in choice.label.casefold() if letter.isalnum() or letter == " ")


def _stands(actor: Actor, channel: Channel | None) -> Wanted:
    if channel is not None:
        return Wanted(channel.schedule, channel.filters, channel.role)
    return Wanted(Schedule(actor.zone or "UTC"), Filters())


def _refused(place: Place, channel: Channel | None) -> Reply:
    return Reply(managing.refused(channel) if channel else wording.may_not_set_up(place))


def _renamed(known: Place, said: Place) -> Place:
    """A channel's place under the name that it has by now."""
    return said if said.channel == known.channel and said.name else known
