"""The terminal as a platform: an Adapter like every other, with a prompt instead of a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.console import Console

from adapters.terminal import sentences
from adapters.terminal.buttons import form_button, takes_text
from adapters.terminal.conversation import Conversation
from adapters.terminal.lines import Lines
from adapters.terminal.screen import Screen
from adapters.terminal.wall import Wall
from adapters.terminal.world import World
from bot.card import Card
from bot.model import Actor
from bot.ports import Face, Health, Messenger, Route, Shelf

TOUR = ("b", ":next", "leaderboard", "/pyquiz metaclass")
"""What the guided day says where nobody is there to type."""


class Terminal:
    """The playground's platform. The roof gives it a world (``enter``) and lines (``play``)."""

    name = "terminal"

    def __init__(self, console: Console | None = None) -> None:
        self.screen = Screen(console or Console())
        self._wall = Wall(self.screen)
        self.messenger: Messenger = self._wall
        self._face: Face | None = None
        self._world: World | None = None

    def enter(self, world: World) -> None:
        """The world that is played in; before ``start``."""
        self._world = self._wall.world = world

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Remember whom people speak to; the shelf is not needed."""
        self._face = face

    async def stop(self, grace: timedelta) -> None:
        """Nothing is left unfinished: each line is answered before the next is read."""
        self._face = None

    def health(self) -> Health:
        """A terminal is there as long as its process is."""
        return Health(self._face is not None, "The playground is open." if self._face else "The playground is closed.")

    def routes(self) -> Sequence[Route]:
        """Nothing over HTTP."""
        return ()

    async def catch_up(self, until: datetime) -> None:
        """Let pass what lies between two runs, told in short."""
        if self._world is not None:
            self._wall.brief = True
            await self._world.until(until)
            self._wall.flush(self._wall.mark())
            self._wall.brief = False

    async def play(self, lines: Lines, opening: datetime) -> None:
        """Open the screen at the instant ``opening``, then talk until the lines end or somebody leaves.

        Raises Interrupted on Ctrl-C.
        """
        if self._face is None or self._world is None:
            raise RuntimeError("a terminal is played after enter() and start()")
        world, wall = self._world, self._wall
        you = Actor(self.name, world.place.workspace, "you", "you", admin=True, may_set_up=True, zone=world.zone)
        talk = Conversation(self._face, self.screen, wall, world, lines, you)
        wall.begin(opening)
        await world.until(opening)
        wall.flush(wall.mark())
        talk.noticed()
        if wall.open is None:
            await talk.say("today")
            self.screen.say(sentences.OR_HELP)
        else:
            self.screen.say(sentences.how_to_play(world.players, wants(wall.open.card)))
        self.screen.gap()
        await talk.run()


def wants(card: Card) -> str:
    """How a card is answered here."""
    if takes_text(card):
        return sentences.TYPE_OUTPUT
    return sentences.TYPE_LETTERS if form_button(card) else sentences.TYPE_A_LETTER
