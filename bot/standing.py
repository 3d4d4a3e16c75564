"""Where people stand: leaderboards, one's own page, one's streak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import scoring
from bot.calendar import local
from bot.card import Person, Reply, Where
from bot.model import Actor, Channel, Period, Player, RoundState, Streak
from bot.store import answers, boards, rounds
from bot.store.door import Store
from bot.whereabouts import player_of
from bot.wording import boards as wording
from bot.wording.learning import label_of
from bot.work import Board, Own, Played
from content.bank import Bank


class Standing:
    """The leaderboard, ``me`` and ``streak`` of a channel. Only closed rounds count."""

    def __init__(self, store: Store, bank: Bank) -> None:
        self._store = store
        self._bank = bank

    async def leaderboard(self, actor: Actor, channel: Channel, period: Period, now: datetime) -> Reply:
        """The board of a period; before a week's first points, last week's."""
        player = await player_of(self._store, actor, now)
        today = local(channel.schedule.zone, now).date()
        board = await self._board(channel, period, today, player.id, now)
        if wording.kind(board).rows:
            return Reply(wording.leaderboard(channel, period, board, player.id, last_week=False))
        if period is Period.WEEK:
            board = await self._board(channel, period, today - timedelta(days=7), player.id, now)
            if wording.kind(board).rows:
                return Reply(wording.leaderboard(channel, period, board, player.id, last_week=True))
        return await self._no_points(channel, now)

    async def _no_points(self, channel: Channel, now: datetime) -> Reply:
        open_ = await self._store.read(rounds.open_round, channel.id)
        return Reply(wording.no_points_yet(channel, open_.closes if open_ else None, now))

    async def page(
        self, actor: Actor, channel: Channel, period: Period, start: date | None, page: int, now: datetime
    ) -> Reply:
        """A page of a board in the place of another; ``start`` None: of the present week, month or all time."""
        if start is None:
            return replace(await self.leaderboard(actor, channel, period, now), where=Where.REPLACE)
        player = await player_of(self._store, actor, now)
        found = None
        for number in (page, 0):
            found = await self._store.read(boards.board, channel.id, period, start, player.id, now, page=number)
            if wording.kind(found).rows:
                this = scoring.start_of(period, local(channel.schedule.zone, now).date())
                past = period is Period.WEEK and start < this
                return Reply(wording.leaderboard(channel, period, found, player.id, last_week=past), Where.REPLACE)
        return replace(await self._no_points(channel, now), where=Where.REPLACE)

    async def _board(self, channel: Channel, period: Period, day: date, player: int | None, now: datetime) -> Board:
        start = scoring.start_of(period, day)
        return await self._store.read(boards.board, channel.id, period, start, player, now)

    async def share(self, actor: Actor, channel: Channel, period: Period, start: date, now: datetime) -> Reply:
        """The top of a board, for the whole channel."""
        board = await self._store.read(boards.board, channel.id, period, start, None, now)
        if not any(row.points for row in board.rows):
            return Reply(wording.no_points_yet(channel, None, now))
        by = Person(actor.person, actor.name)
        return Reply(wording.shared_leaderboard(channel, period, board, by), Where.PUBLIC)

    async def streaks(self, actor: Actor, channel: Channel, page: int, where: Where, now: datetime) -> Reply:
        """Who has answered most rounds in a row."""
        player = await player_of(self._store, actor, now)
        board = await self._store.read(boards.rank_streaks, channel.id, player.id, page)
        if not board.rows:
            return Reply(wording.no_streak_yet(channel), where)
        return Reply(wording.streak_board(channel, board, player.id), where)

    async def me(self, actor: Actor, channel: Channel, now: datetime) -> Reply:
        """One's points, accuracy, runs and strengths."""
        player = await player_of(self._store, actor, now)
        own = await self.own(player, channel, now)
        if own is None:
            return Reply(wording.nothing_answered(channel))
        today = local(channel.schedule.zone, now).date()
        ever = await self._board(channel, Period.ALL, today, player.id, now)
        strengths = await self._store.read(boards.strengths, player.id, channel.id)
        titles = {topic.slug: label_of(topic) for topic in self._bank.topics}
        return Reply(wording.own_page(channel, own, ever.own, strengths, titles))

    async def own(self, player: Player, channel: Channel, now: datetime) -> Own | None:
        """How a player stands in a channel this month; None before their first answer there."""
        played = await self._store.read(answers.played, channel.id, player.id)
        if not any(one.answered for one in played):
            return None
        month = await self._board(channel, Period.MONTH, local(channel.schedule.zone, now).date(), player.id, now)
        players = await self._store.read(boards.ranked, channel.id, Period.MONTH, month.start)
        streak = await self._store.read(boards.streak, channel.id, player.id) or Streak()
        return Own(month.own, players, streak, streak.run + answered_open(played))

    async def share_me(self, actor: Actor, channel: Channel, now: datetime) -> Reply:
        """One's own points and runs, for the whole channel: what others would not be shown unasked."""
        player = await player_of(self._store, actor, now)
        today = local(channel.schedule.zone, now).date()
        month = await self._board(channel, Period.MONTH, today, player.id, now)
        streak = await self._store.read(boards.streak, channel.id, player.id)
        if month.own is None or streak is None:
            return Reply(wording.nothing_answered(channel))
        players = await self._store.read(boards.ranked, channel.id, Period.MONTH, month.start)
        by = Person(actor.person, actor.name)
        return Reply(wording.shared_self(channel, by, month.own, players, streak), Where.PUBLIC)

    async def streak(self, actor: Actor, channel: Channel, page: int, where: Where, now: datetime) -> Reply:
        """One's streak, round by round, a page at a time, the latest first."""
        player = await player_of(self._store, actor, now)
        played = await self._store.read(answers.played, channel.id, player.id)
        if not any(one.answered for one in played):
            return Reply(wording.no_streak_yet(channel), where)
        streak = await self._store.read(boards.streak, channel.id, player.id) or Streak()
        fates = tuple(with_fates(played))
        return Reply(wording.streak_page(channel, streak.run + answered_open(played), streak, fates, page), where)


def answered_open(played: Iterable[Played]) -> int:
    """1 where an open round is answered already: on one's own view it counts."""
    return sum(one.state is RoundState.OPEN and one.answered for one in played)


def with_fates(played: Iterable[Played]) -> Iterable[tuple[Played, str]]:
    """Each round with what became of it, in words."""
    streak = Streak()
    for one in played:
        if one.state is RoundState.OPEN:
            yield one, "answered, still open"
            continue
        before = streak
        streak = scoring.after(streak, one.number, answered=one.answered, right=one.right, excused=one.excused)
        yield one, wording.fate(one, covered=streak.freezes < before.freezes, ended=streak.run < before.run)
