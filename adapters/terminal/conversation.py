"""A conversation at the prompt: each line is a key, an answer, a playground command or something said to PyQuiz."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from adapters.terminal import sentences
from adapters.terminal.answering import Shown, answer, said
from adapters.terminal.buttons import answerable, pressed, takes_text
from adapters.terminal.filling import Filling
from adapters.terminal.inert import inert_line
from adapters.terminal.lines import Lines
from adapters.terminal.passing import Passing
from adapters.terminal.render import blocks, card_lines
from adapters.terminal.screen import Screen
from adapters.terminal.wall import Wall
from adapters.terminal.world import World
from bot import commands
from bot.card import Card, FieldErrors, Form, Reply, Where
from bot.model import Actor, Command, Press
from bot.ports import Face

_SLASH = re.compile(r"/pyquiz\b\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\[?\d{1,4}\]?")
_ONLY_YOU = f" {sentences.ONLY_YOU} "


class Conversation:
    """One person at the prompt. ``b`` answers the card shown last; ``1`` presses what is numbered on it."""

    def __init__(self, face: Face, screen: Screen, wall: Wall, world: World, lines: Lines, you: Actor) -> None:
        self._face = face
        self._screen = screen
        self._wall = wall
        self._world = world
        self._lines = lines
        self._who = self._you = you
        self._private: Shown | None = None
        self._last: Shown | None = None
        self._noticed = 0
        self._passing = Passing(self, screen, wall, world)

    @property
    def prompt(self) -> str:
        """Names the card that a letter answers, and who one is where that is somebody else."""
        target = self._target()
        name = (target.card.name if target else "") or "today"
        return f"{inert_line(name)} > " if self._who == self._you else f"{inert_line(self._who.name)}: {name} > "

    async def run(self) -> None:
        """Until the lines end or somebody leaves."""
        while (line := await self._lines.read(self.prompt, self.complete)) is not None:
            if not await self.take(line.strip()):
                return

    async def take(self, line: str) -> bool:
        """Do what a line says; False where it ends the conversation."""
        key = pressed(self._last.card, line) if self._last else None
        if key is not None and self._last is not None:
            press = Press(self._who, self._world.place, key.id, key.values, self._last.message)
            await self._came(await self._face.press(press, self._now()))
        elif line.startswith(":") or line.lower() in sentences.LEAVING:
            return await self._passing.take(line if line.startswith(":") else ":quit")
        elif not await self._answered(line):
            await self._said(line)
        return True

    async def _said(self, line: str) -> None:
        """A line for PyQuiz, and what a terminal adds to it."""
        if _NUMBER.fullmatch(line):
            self._screen.say(sentences.no_such_number(line))
            return
        await self.say(line)
        words = commands.clean(line).lower()
        if words in sentences.MEANT_LEAVING:
            self._screen.say(sentences.LEAVE)
        elif (asked := commands.parse(words)) is not None and asked.verb is commands.Verb.HELP and not asked.words:
            self._screen.say(sentences.HERE)
            self._screen.table(sentences.HELP)

    async def say(self, text: str) -> None:
        """Say something to PyQuiz, as after ``/pyquiz``."""
        text = _SLASH.sub("", text, count=1) if _SLASH.match(text) else text
        await self._came(await self._face.command(Command(self._who, self._world.place, text), self._now()))

    def be(self, name: str | None) -> None:
        """Become somebody else, or (None) oneself again."""
        self._private = None
        if name is None:
            self._who = self._you
            return
        person = name.casefold()
        self._who = replace(self._you, person=person, name=name, admin=False, may_set_up=False)
        self._world.embody(person)

    def noticed(self) -> None:
        """Time has passed: where something was posted, it is what is on the screen now."""
        if self._wall.last is not None and self._wall.posts != self._noticed:
            self._noticed, self._last = self._wall.posts, self._wall.last
            if answerable(self._wall.last.card):
                self._private = None

    def show_open(self) -> None:
        """Print the open question once more."""
        if self._wall.open is not None:
            self._screen.gap()
            self._screen.lines(card_lines(self._wall.open.card, self._screen.page.narrower(1)), " ")
            self._last, self._private = self._wall.open, None

    def showed(self, card: Card) -> None:
        """A card was printed that numbers may press from here on."""
        self._last = Shown(card)

    async def complete(self, text: str) -> tuple[tuple[str, str], ...]:
        """What a half-typed line could become."""
        if text.startswith(":"):
            return tuple((usage, what) for usage, what in sentences.HELP if usage.startswith(text))
        slash = _SLASH.match(text)
        head = slash[0] if slash else ""
        found = await self._face.suggest(self._who, "command", text[len(head) :])
        return tuple((head + choice.value, choice.label) for choice in found)

    def _now(self) -> datetime:
        return self._world.now()

    def _target(self) -> Shown | None:
        return self._private or self._wall.open

    async def _answered(self, line: str) -> bool:
        """Give the line as an answer to the card it can answer; False where it is none."""
        target = self._target()
        words = said(target.card, line) if target and not _SLASH.match(line) else None
        if target is None or words is None or (takes_text(target.card) and is_command(line)):
            return False
        came = await answer(self._face, target, self._who, self._world.place, words, self._now())
        if isinstance(came, FieldErrors):
            for _, sentence in came.errors:
                self._screen.say(inert_line(sentence))
        elif came is not None:
            self._show(came, receipt=target.message is not None and self._target() == target)
            await self._settled()
        return came is not None

    async def _came(self, came: Reply | Form) -> None:
        if isinstance(came, Form):
            filling = Filling(self._face, self._screen, self._lines, self._who, self._world.place)
            reply = await filling.fill(came, self._now())
            if reply is None:
                self._screen.say(sentences.CANCELLED)
                return
            came = reply
        self._show(came)
        await self._settled()

    async def _settled(self) -> None:
        await self._world.settle()
        self.noticed()

    def _show(self, reply: Reply, *, receipt: bool = False) -> None:
        card = reply.card
        if receipt and reply.where is Where.PRIVATE:
            self._receipt(card)
            return
        if reply.where is Where.REPLACE:
            self._private = None
        self._screen.lines(card_lines(card, self._screen.page.narrower(1)), " ")
        self._last = Shown(card)
        if answerable(card):
            self._private = None if self._is_open(card) else Shown(card)

    def _receipt(self, card: Card) -> None:
        """What only one person sees about their answer; the card it belongs to stays there to be answered anew, so
        its own way to change the answer is left out."""
        page = self._screen.page.narrower(len(_ONLY_YOU))
        still_open = self._wall.open is not None
        self._screen.lines(blocks(card.blocks, page) if still_open else card_lines(card, page), " ", _ONLY_YOU)
        self._last = self._last if still_open else Shown(card)

    def _is_open(self, card: Card) -> bool:
        return self._wall.open is not None and self._wall.open.card.name == card.name


def is_command(line: str) -> bool:
    """Whether a line says a command by its own name: where any words could be an answer, ``top`` and ``hello`` are."""
    found = commands.parse(commands.clean(line))
    return found is not None and line.lower().startswith(found.verb.value) and found.verb is not commands.Verb.ANSWER
