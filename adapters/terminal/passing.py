"""Time passes at the prompt: what ``:next``, ``:advance``, ``:week`` and the other colon commands do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.terminal import sentences
from adapters.terminal.buttons import answerable
from adapters.terminal.colon import LONGEST, Advance, As, Help, Next, NoSuch, Quit, Thread, Week, read_colon
from adapters.terminal.inert import inert_line
from adapters.terminal.render import card_lines
from adapters.terminal.screen import Screen
from adapters.terminal.wall import Wall
from adapters.terminal.world import World
from bot.card import Card

_YOU = frozenset({"you", "me", "myself", "yourself"})


class Talk(Protocol):
    """What these commands need of the conversation they are typed in."""

    async def say(self, text: str) -> None: ...
    def be(self, name: str | None) -> None: ...
    def noticed(self) -> None: ...
    def show_open(self) -> None: ...
    def showed(self, card: Card) -> None: ...


class Passing:
    """The colon commands of one conversation."""

    def __init__(self, talk: Talk, screen: Screen, wall: Wall, world: World) -> None:
        self._talk = talk
        self._screen = screen
        self._wall = wall
        self._world = world
        self._hinted = False

    async def take(self, line: str) -> bool:
        """Do a colon command; False where it ends the conversation."""
        match read_colon(line):
            case Next():
                await self._next()
            case Advance(by, words):
                await self._advance(by, words)
            case Week():
                await self._week()
            case As(name):
                self._be(name)
            case Thread():
                self._thread()
            case Help():
                self._screen.table(sentences.HELP)
            case NoSuch(word):
                self._screen.say(sentences.unknown_colon(inert_line(word)))
                self._screen.table(sentences.HELP)
            case Quit():
                self._screen.say(sentences.BYE)
                return False
        return True

    async def _next(self) -> None:
        """On to the next thing that the channel sees."""
        mark, limit = self._wall.mark(), self._world.now() + LONGEST
        seen = self._wall.events
        while self._wall.events == seen:
            at = await self._world.upcoming()
            if at is None or at > limit:
                self._screen.say(sentences.NOTHING_AHEAD)
                return
            await self._world.until(at)
        self._passed(mark)

    async def _advance(self, by: timedelta | None, words: str) -> None:
        if by is None:
            self._screen.say(sentences.unclear_time(inert_line(words)))
            return
        mark = self._wall.mark()
        await self._world.until(self._world.now() + by)
        self._passed(mark)
        self._wall.tell_time()

    async def _week(self) -> None:
        """The same local time a week later, in short, and where everybody stands then."""
        self._wall.brief = True
        mark = self._wall.mark()
        try:
            await self._world.until(week_later(self._world.now(), self._world.zone))
        finally:
            self._wall.brief = False
        self._wall.flush(mark)
        self._talk.noticed()
        self._screen.gap()
        await self._talk.say("leaderboard")
        self._talk.show_open()

    def _passed(self, mark: int) -> None:
        self._wall.flush(mark)
        self._talk.noticed()
        revealed = self._wall.mark() != mark and self._wall.last is not None and not answerable(self._wall.last.card)
        if revealed and not self._hinted:
            self._hinted = True
            self._screen.say(sentences.TRY)

    def _be(self, name: str) -> None:
        clean = " ".join(inert_line(name).split())
        if not clean:
            self._screen.say(sentences.who_then(self._world.players))
        elif clean.casefold() in _YOU:
            self._talk.be(None)
            self._screen.say(sentences.you_are_you())
        else:
            known = {player.casefold(): player for player in self._world.players}
            full = known.get(clean.casefold(), clean)
            self._talk.be(full)
            self._screen.say(sentences.you_are(full, player=clean.casefold() in known))

    def _thread(self) -> None:
        if not self._wall.thread:
            self._screen.say(sentences.NO_THREAD)
        for card in self._wall.thread:
            self._screen.lines(card_lines(card, self._screen.page.narrower(7)), " " * 7)
            self._talk.showed(card)


def week_later(now: datetime, zone: str) -> datetime:
    """The same local time seven days on, in UTC."""
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=7)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
