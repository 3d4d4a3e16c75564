"""A person's own page, put together out of what the other rooms say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.answering import Answering
from bot.card import Card
from bot.model import Actor, Channel, ChannelState, Player
from bot.outlook import Outlook
from bot.standing import Standing
from bot.store import channels, rounds
from bot.store.door import Store
from bot.whereabouts import manages, may_manage, own_channels, player_of, seen_by
from bot.wording import home as wording
from bot.wording import managing

SHOWN = 5
"""So many of somebody's channels have their question on the page."""

MANAGED = 12
"""So many of a manager's channels are listed: a page has room for 100 blocks on Slack, and each takes two."""


class Home:
    """Today's questions, one's standing, the channels one manages, and the way on."""

    def __init__(self, store: Store, answering: Answering, standing: Standing, outlook: Outlook) -> None:
        self._store = store
        self._answering = answering
        self._standing = standing
        self._outlook = outlook

    async def page(self, who: Actor, now: datetime) -> tuple[Card, ...]:
        """All of it, from top to bottom."""
        known = await self._store.read(channels.channels_in, who.platform, who.workspace)
        everywhere = tuple(channel for channel in known if manages(who, channel) or seen_by(who, (channel,)))
        may = may_manage(who, None)
        if not everywhere:
            return (wording.nothing_yet(may), wording.foot(may, 0))
        player = await player_of(self._store, who, now)
        found = await own_channels(self._store, who, now)
        own = tuple(channel for channel in found if channel.state is not ChannelState.GONE)[:SHOWN]
        return (
            *await self._today(who, own, now),
            *await self._standings(player, who, own, now),
            *await self._managed(tuple(channel for channel in everywhere if may_manage(who, channel)), now),
            wording.foot(may, len(everywhere)),
        )

    async def _today(self, who: Actor, own: tuple[Channel, ...], now: datetime) -> list[Card]:
        """The open questions, or when the next ones come."""
        cards: list[Card] = []
        for channel in own:
            open_ = await self._store.read(rounds.open_round, channel.id)
            if open_ is not None and now < open_.closes:
                card = (await self._answering.today(who, channel, open_, now)).card
                cards.append(wording.in_channel(card, channel) if len(own) > 1 else card)
        if cards or not own:
            return cards
        following = [(channel, await self._outlook.following(channel, now)) for channel in own]
        if len(following) > 1:
            return [wording.none_open(following, now)]
        return [replace(managing.nothing_open(own[0], following[0][1], now), actions=())]

    async def _standings(self, player: Player, who: Actor, own: tuple[Channel, ...], now: datetime) -> list[Card]:
        found = [(channel, await self._standing.own(player, channel, now)) for channel in own]
        played = [(channel, stands) for channel, stands in found if stands is not None]
        if len(own) == 1 and played:
            return [(await self._standing.me(who, own[0], now)).card]
        return [wording.standings(played)] if played else []

    async def _managed(self, found: tuple[Channel, ...], now: datetime) -> list[Card]:
        if not found:
            return []
        following = [(channel, await self._outlook.following(channel, now)) for channel in found[:MANAGED]]
        head = wording.managed_head(len(following), len(found))
        return [head, *(wording.managed(channel, due, now) for channel, due in following)]
