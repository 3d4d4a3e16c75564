"""The channel's wall: the Messenger of the terminal. What the clock posts is printed and remembered for this run."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text as Line

from adapters.terminal import sentences
from adapters.terminal.answering import Shown
from adapters.terminal.buttons import answerable
from adapters.terminal.inert import inert_line
from adapters.terminal.page import QUIET, TITLE, shown
from adapters.terminal.render import blocks, card_lines
from adapters.terminal.screen import Screen
from adapters.terminal.world import World
from bot.card import Block, Card, When
from bot.model import MessageRef, Place
from bot.ports import Absent, CannotTell, Refused, Sent, Unknown


class Wall:
    """Prints posts at once, with their time in the margin.

    A terminal cannot change what it has printed, so an edit is shown by what it changed, at the end of a stretch of
    time (``flush``), and only where nothing was posted meanwhile: a reveal says all that the edits before it said.
    Threads stay folded. A message's id is the key under which it was posted.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._cards: dict[str, Card] = {}
        self._changed: dict[str, tuple[Block, ...]] = {}
        self._day = ""
        self.world: World | None = None
        self.brief = False
        self.thread: list[Card] = []
        self.open: Shown | None = None
        self.last: Shown | None = None
        self.posts = 0
        self.events = 0

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Print a message, or fold it away where it belongs into a thread."""
        ref = MessageRef(to, key)
        self._cards[key] = card
        if to.parent is not None and not to.broadcast:
            self.thread.append(card)
            return Sent(ref)
        self.posts += 1
        self.events += 1
        self.last = Shown(card, ref)
        if answerable(card):
            self.open = self.last
        else:
            self.thread.clear()
        self._print(card)
        return Sent(ref)

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Remember what changed, to be printed at the end of this stretch of time."""
        before = self._cards.get(at.id)
        old = before.blocks if before else ()
        self._changed[at.id] = tuple(block for block in card.blocks if block not in old)
        self._cards[at.id] = card
        if self.open and self.open.message and self.open.message.id == at.id:
            self.open = Shown(card, self.open.message) if answerable(card) else None
            self.events += self.open is None
        return Sent(at)

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """What this run printed is there; a new screen shows nothing of the runs before it."""
        return Sent(MessageRef(to, key)) if key in self._cards else Absent()

    def mark(self) -> int:
        """Where a stretch of time begins, for ``flush``."""
        return self.posts

    def flush(self, mark: int) -> None:
        """Print what edits changed since, unless a post has said it; and that there is something in a thread."""
        if self.posts == mark and not self.brief:
            for changed in self._changed.values():
                self._screen.lines(blocks(changed, self._screen.page.narrower(7)), " " * 7, self._margin())
        self._changed.clear()
        revealed = self.last is not None and not answerable(self.last.card)
        if self.thread and revealed and self.posts != mark and not self.brief:
            self._screen.quiet(sentences.in_thread(len(self.thread)), " " * 7)

    def begin(self, at: datetime) -> None:
        """Print the first line, with the day and the time."""
        if self.world is not None:
            self._day = shown(at, self.world.zone, When.DAY)
            when = shown(at, self.world.zone, When.DAY_TIME)
            self._screen.say(sentences.header(self.world.place.name, when), TITLE)

    def tell_time(self) -> None:
        """Print what the clock shows."""
        if self.world is not None:
            self._screen.quiet(shown(self.world.now(), self.world.zone, When.DAY_TIME))

    def _print(self, card: Card) -> None:
        if self.brief:
            self._print_briefly(card)
            return
        announced = self._new_day()
        if answerable(card):
            if not announced:
                self._screen.gap()
            self._screen.lines(card_lines(card, self._screen.page.narrower(1)), " ")
        else:
            self._screen.lines(card_lines(card, self._screen.page.narrower(7)), " " * 7, self._margin())

    def _print_briefly(self, card: Card) -> None:
        when = shown(self.world.now(), self.world.zone, When.DAY_TIME) if self.world else ""
        first = inert_line(card.plain.split("\n", 1)[0])
        line = Line(f"{when}  {first}", style=QUIET if answerable(card) else "")
        self._screen.lines(self._screen.page.wrapped(line, hanging=" " * (len(when) + 2)))

    def _new_day(self) -> bool:
        """Print the day where it is another than the last one printed; whether it is."""
        day = shown(self.world.now(), self.world.zone, When.DAY) if self.world else self._day
        if self.world is None or self._day == day:
            return False
        self._screen.gap()
        self._screen.say(shown(self.world.now(), self.world.zone, When.DAY_TIME), TITLE)
        self._day = day
        return True

    def _margin(self) -> str:
        return f"{shown(self.world.now(), self.world.zone, When.TIME)}  " if self.world else " " * 7
