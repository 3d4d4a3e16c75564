"""How an answer reaches who spoke: privately, in place of what they pressed, as a form, or for all to see."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord

from adapters.discord import sentences, sheets
from adapters.discord.components import Component, container
from adapters.discord.forms import fits, modal
from adapters.discord.heard import Interaction, is_private
from adapters.discord.layout import Layout, Window
from adapters.discord.refusals import ANSWERED_ALREADY, UNKNOWN_INTERACTION
from adapters.discord.rest import BROKEN
from adapters.discord.times import Times
from adapters.work import Work
from bot.card import Card, Form, Reply, Where

log = logging.getLogger(__name__)

NOBODY = discord.AllowedMentions.none()


@dataclass(frozen=True, slots=True)
class Shown:
    """Components that are ready, to take the place of the message that was pressed, or to be a private one."""

    parts: list[Component]
    where: Where = Where.REPLACE


Answer: TypeAlias = Reply | Form | Shown


class Replies:
    """Says things back. Never raises for what Discord refuses: it is logged, and the person may ask again."""

    def __init__(self, work: Work, times: Times) -> None:
        self._work = work
        self._patience = times.patience
        self._form_patience = times.form_patience

    async def answer(
        self, interaction: Interaction, work: Coroutine[Any, Any, Answer], *, wants_form: bool = False
    ) -> None:
        """Say what comes of ``work``; acknowledge first where that takes long. Finished before the process ends."""
        await asyncio.shield(self._work.begin(self._answer(interaction, work, wants_form)))

    async def _answer(self, interaction: Interaction, work: Coroutine[Any, Any, Answer], wants_form: bool) -> None:
        task = self._work.begin(self._guarded(work))
        await asyncio.wait((task,), timeout=self._form_patience if wants_form else self._patience)
        try:
            if task.done():
                await self._say(interaction, task.result())
            else:
                await self._say_later(interaction, task)
        except discord.HTTPException as error:
            known = error.code in (ANSWERED_ALREADY, UNKNOWN_INTERACTION)
            log.log(logging.INFO if known else logging.WARNING, "An answer on Discord was refused: %s", error)
        except BROKEN as error:
            log.warning("An answer on Discord may not have arrived: %s", type(error).__name__)

    async def _guarded(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Nobody waits for an answer that will not come."""
        try:
            return await work
        except Exception:
            log.exception("Somebody on Discord could not be answered")
            return Reply(sentences.failed())

    async def _say(self, interaction: Interaction, found: Answer) -> None:
        if isinstance(found, Form) and fits(found):
            await interaction.response.send_modal(Window(modal(found)))
            return
        parts, where = _shown(found)
        replaces = where is Where.REPLACE and is_private(interaction)
        if replaces:
            await self.replace(interaction, parts)
        else:
            private = where is not Where.PUBLIC
            await interaction.response.send_message(view=Layout(parts), ephemeral=private, allowed_mentions=NOBODY)

    async def replace(self, interaction: Interaction, parts: list[Component]) -> None:
        """Put components in the place of the message that was pressed."""
        await interaction.response.edit_message(view=Layout(parts), allowed_mentions=NOBODY)

    async def open(self, interaction: Interaction, window: Component) -> None:
        """Open a modal that is ready."""
        await interaction.response.send_modal(Window(window))

    async def _say_later(self, interaction: Interaction, task: asyncio.Task[Answer]) -> None:
        """Acknowledge; then the answer takes the place of the acknowledgement, or of the private message pressed."""
        in_place = is_private(interaction)
        if in_place:
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
        found = await task
        if isinstance(found, Form) and fits(found):
            found = Reply(sentences.press_to_open(found))
        parts, where = _shown(found)
        if where is Where.PUBLIC:
            if not in_place:
                await interaction.edit_original_response(
                    view=Layout(container(sentences.shared())), allowed_mentions=NOBODY
                )
            await interaction.followup.send(view=Layout(parts), allowed_mentions=NOBODY)
        elif where is Where.REPLACE or not in_place:
            await interaction.edit_original_response(view=Layout(parts), allowed_mentions=NOBODY)
        else:
            await interaction.followup.send(view=Layout(parts), ephemeral=True, allowed_mentions=NOBODY)

    async def tell(self, interaction: Interaction, card: Card) -> None:
        """Say one thing more, privately, after the answer."""
        try:
            await interaction.followup.send(view=Layout(container(card)), ephemeral=True, allowed_mentions=NOBODY)
        except (discord.HTTPException, *BROKEN) as error:
            log.info("A word more on Discord was refused: %s", error)


def _shown(found: Answer) -> tuple[list[Component], Where]:
    """Components and where they go; a form that no modal holds is a private sheet."""
    if isinstance(found, Shown):
        return found.parts, found.where
    if isinstance(found, Form):
        return sheets.sheet(found), Where.PRIVATE
    return container(found.card), found.where
