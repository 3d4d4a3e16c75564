"""What people do on Discord, handed to the Face, and its replies handed back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import discord

from adapters.discord import roles, sentences, sheets
from adapters.discord.components import Component
from adapters.discord.forms import values
from adapters.discord.heard import PLATFORM, Interaction, actor_of, message_of, place, place_of
from adapters.discord.limits import SUGGESTION, SUGGESTIONS, cut
from adapters.discord.memory import Memory
from adapters.discord.replies import Answer, Replies, Shown
from adapters.discord.sheets import SheetId
from bot.card import BadButton, ButtonId, Card, FieldErrors, Reply, Where
from bot.commands import Verb
from bot.model import Actor, Command, Place, Press, Submission
from bot.ports import Face

log = logging.getLogger(__name__)

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "read_message_history": "Read Message History",
}
"""What PyQuiz must be allowed in a channel that it asks."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was given to ``/pyquiz-setup``; ``settings`` by name, ``action`` and ``date`` empty where left out."""

    channel: discord.abc.GuildChannel | None
    role: discord.Role | None
    settings: Mapping[str, str]
    action: str
    date: str

    def values(self) -> dict[str, tuple[str, ...]]:
        """The settings as a form's values."""
        found: dict[str, tuple[str, ...]] = {name: (value,) for name, value in self.settings.items()}
        return found if self.role is None else {**found, "role": (str(self.role.id),)}

    def as_words(self) -> str | Card:
        """The command that is meant, empty where settings are to be saved; or what does not go together."""
        if self.action and self.values():
            return sentences.one_at_a_time()
        if self.date and self.action not in sentences.DATED:
            return sentences.no_date_there()
        if self.date:
            return f"{sentences.DATED[self.action]} {self.date}"
        return self.action or ("" if self.values() else Verb.SETUP.value)


class Listeners:
    """Hears every shard of this process. ``clock`` returns aware UTC."""

    def __init__(self, face: Face, replies: Replies, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._face = face
        self._replies = replies
        self._memory = memory
        self._clock = clock

    async def on_press(self, interaction: Interaction) -> None:
        """A button or a menu, of a card or of a sheet."""
        data: Mapping[str, Any] = interaction.data or {}
        control = SheetId.read(str(data["custom_id"]))
        if control is not None:
            await self._on_sheet(interaction, control, tuple(data.get("values") or ()))
            return
        written, chosen = str(data["custom_id"]), tuple(data.get("values") or ())

        async def press() -> Answer:
            actor, there = await self._who(interaction)
            return await self._face.press(Press(actor, there, written, chosen, message_of(interaction)), self._clock())

        await self._replies.answer(interaction, press(), wants_form=self._opens_form(written))

    async def on_said(self, interaction: Interaction, text: str) -> None:
        """``/pyquiz <text>``."""

        async def say() -> Answer:
            actor, there = await self._who(interaction)
            return await self._face.command(Command(actor, there, text), self._clock())

        await self._replies.answer(interaction, say())

    async def on_set_up(self, interaction: Interaction, said: SetUp) -> None:
        """``/pyquiz-setup``: its values are saved, without any the form opens, or another action is done."""
        channel = said.channel

        async def set_up() -> Answer:
            actor, here = await self._who(interaction)
            if interaction.guild_id is None or not (actor.may_set_up or actor.admin):
                return Reply(sentences.may_not_set_up())
            there = place(interaction.guild_id, channel.id, channel.name) if channel else here
            text = said.as_words()
            if isinstance(text, Card):
                return Reply(text)
            if text:
                return await self._face.command(Command(actor, there, text), self._clock())
            form = str(ButtonId(Verb.SETUP.value))
            found = await self._submit(interaction, Submission(actor, there, form, said.values()))
            return _as_reply(found, form)

        await self._replies.answer(interaction, set_up())
        await self._warn_of_permissions(interaction, channel)
        if said.role is not None and roles.stays_silent(interaction, channel, said.role.id, said.role.mentionable):
            await self._replies.tell(interaction, sentences.silent_role(str(said.role.id)))

    async def _submit(self, interaction: Interaction, submission: Submission) -> Reply | FieldErrors:
        if str(interaction.guild_id) in submission.values.get("role", ()):
            return FieldErrors((("role", sentences.EVERYONE),))
        return await self._face.submit(submission, self._clock())

    async def on_typing(self, interaction: Interaction, field: str, text: str) -> list[tuple[str, str]]:
        """What could be meant by what was typed so far: what is shown and what is put in its place."""
        actor, _ = await self._who(interaction)
        found = await self._face.suggest(actor, field, text)
        return [
            (cut(choice.label, SUGGESTION), choice.value) for choice in found if 0 < len(choice.value) <= SUGGESTION
        ][:SUGGESTIONS]

    async def on_modal(self, interaction: Interaction) -> None:
        """A modal was sent: a form, or some text fields of a sheet."""
        data: Mapping[str, Any] = interaction.data or {}
        form, filled = str(data["custom_id"]), values(data["components"])
        if SheetId.read(form) is not None:
            await self._replies.replace(interaction, sheets.written(_parts(interaction), filled))
            return

        async def submit() -> Answer:
            actor, there = await self._who(interaction)
            submission = Submission(actor, there, form, filled, message_of(interaction))
            return _as_reply(await self._submit(interaction, submission), form)

        await self._replies.answer(interaction, submit())

    async def _on_sheet(self, interaction: Interaction, control: SheetId, chosen: tuple[str, ...]) -> None:
        parts = _parts(interaction)
        if control.what == sheets.WRITE:
            await self._replies.open(interaction, sheets.window_for(parts, control, sentences.SHEET))
        elif control.what == sheets.SAVE:
            await self._replies.answer(interaction, self._save(interaction, control.form, parts))
        else:
            changed = sheets.chosen(parts, control.name, chosen)
            if control.name == "role":
                changed = sheets.with_note(changed, roles.remarks(interaction, chosen))
            await self._replies.replace(interaction, changed)

    async def _save(self, interaction: Interaction, form: str, parts: list[Component]) -> Answer:
        actor, there = await self._who(interaction)
        found = await self._submit(interaction, Submission(actor, there, form, sheets.values_of(parts)))
        if isinstance(found, FieldErrors):
            return Shown(sheets.with_errors(parts, found))
        return Reply(found.card, Where.REPLACE)

    async def _who(self, interaction: Interaction) -> tuple[Actor, Place]:
        """Who spoke and where. In direct messages the server they last spoke in is meant."""
        there = place_of(interaction)
        if interaction.guild_id is not None:
            await self._memory.remember(interaction.user.id, interaction.guild_id)
        elif guild := await self._memory.last_guild(interaction.user.id):
            there = Place(PLATFORM, str(guild), person=str(interaction.user.id))
        return actor_of(interaction, there.workspace), there

    def _opens_form(self, written: str) -> bool:
        try:
            return self._face.form(ButtonId.read(written)) is not None
        except (BadButton, ValueError, IndexError):
            return False

    async def _warn_of_permissions(self, interaction: Interaction, channel: discord.abc.GuildChannel | None) -> None:
        """Say so where PyQuiz was set up in a channel in which it may not post."""
        rights = channel.permissions_for(channel.guild.me) if channel else interaction.app_permissions
        lacking = [name for right, name in NEEDED.items() if not getattr(rights, right)]
        if lacking and interaction.guild_id is not None:
            name = getattr(channel or interaction.channel, "name", "")
            await self._replies.tell(interaction, sentences.cannot_post(f"#{name}" if name else "", lacking))


class Pressed(discord.ui.DynamicItem[discord.ui.Item[Any]], template=re.compile(r"(pq|sheet)\|.+", re.DOTALL)):
    """Any button or menu of ours: all its memory is its custom id, so old ones work after a restart."""

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Pressed:
        """The item that was pressed."""
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:
        """Hand it to whoever listens."""
        await interaction.client.listeners.on_press(interaction)


def _parts(interaction: Interaction) -> list[Component]:
    """The components of the message that was pressed, as they are."""
    message = interaction.message
    return cast("list[Component]", [part.to_dict() for part in message.components]) if message else []


def _as_reply(found: Reply | FieldErrors, form: str) -> Reply:
    return Reply(sentences.refused(found.errors, form)) if isinstance(found, FieldErrors) else found
