"""What people do on Discord, handed to the Face, and its replies handed back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from adapters.discord import sentences
from adapters.discord.forms import values
from adapters.discord.heard import Interaction, actor_of, message_of, place_of
from adapters.discord.limits import SUGGESTION, SUGGESTIONS, cut
from adapters.discord.replies import Answer, Replies
from adapters.discord.setting_up import SettingUp, SetUp
from adapters.discord.sheets import SheetId
from adapters.discord.who import Who
from bot.card import BadButton, ButtonId, Reply
from bot.commands import Verb
from bot.model import Command, Press, Submission
from bot.ports import Face

SET_UP = str(ButtonId(Verb.SETUP.value))
"""The button that sets a channel up which is none yet."""


class Listeners:
    """Hears every shard of this process. ``clock`` returns aware UTC."""

    def __init__(self, face: Face, replies: Replies, who: Who, clock: Callable[[], datetime]) -> None:
        self._face = face
        self._replies = replies
        self._who = who
        self._clock = clock
        self._setting_up = SettingUp(face, replies, who, clock)

    async def on_press(self, interaction: Interaction) -> None:
        """A button or a menu, of a card or of a sheet."""
        data: Mapping[str, Any] = interaction.data or {}
        control = SheetId.read(str(data["custom_id"]))
        if control is not None:
            await self._setting_up.on_control(interaction, control, tuple(data.get("values") or ()))
            return
        written, chosen = str(data["custom_id"]), tuple(data.get("values") or ())

        async def press() -> Answer:
            actor, there = await self._who.of(interaction)
            if there.channel is None and written == SET_UP:
                return Reply(sentences.set_up_in_the_server())
            pressed = Press(actor, there, written, chosen, message_of(interaction))
            return await self._setting_up.shown(
                interaction, actor, there, await self._face.press(pressed, self._clock())
            )

        await self._replies.answer(interaction, press(), wants_form=not chosen and self._opens_form(written))

    async def on_said(self, interaction: Interaction, text: str) -> None:
        """``/pyquiz <text>``."""

        async def say() -> Answer:
            actor, there = await self._who.of(interaction)
            found = await self._face.command(Command(actor, there, text), self._clock())
            if isinstance(found, Reply) and not text.strip():
                found = replace(found, card=sentences.with_hint(found.card))
            return await self._setting_up.shown(interaction, actor, there, found)

        await self._replies.answer(interaction, say())

    async def on_set_up(self, interaction: Interaction, said: SetUp) -> None:
        """``/pyquiz-setup``."""
        await self._setting_up.on_set_up(interaction, said)

    async def on_typing(self, interaction: Interaction, field: str, text: str) -> list[tuple[str, str]]:
        """What could be meant by what was typed so far: what is shown and what is put in its place."""
        found = await self._face.suggest(actor_of(interaction, place_of(interaction).workspace), field, text)
        return [
            (cut(choice.label, SUGGESTION), choice.value) for choice in found if 0 < len(choice.value) <= SUGGESTION
        ][:SUGGESTIONS]

    async def on_modal(self, interaction: Interaction) -> None:
        """A modal was sent: a form, or some text fields of a sheet."""
        data: Mapping[str, Any] = interaction.data or {}
        form, filled = str(data["custom_id"]), values(data["components"])
        control = SheetId.read(form)
        if control is not None:
            await self._setting_up.on_written(interaction, control, filled)
            return

        async def submit() -> Answer:
            actor, there = await self._who.of(interaction)
            submission = Submission(actor, there, form, filled, message_of(interaction))
            return await self._setting_up.submitted(interaction, submission)

        await self._replies.answer(interaction, submit())

    def _opens_form(self, written: str) -> bool:
        try:
            return self._face.form(ButtonId.read(written)) is not None
        except (BadButton, ValueError, IndexError):
            return False


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
