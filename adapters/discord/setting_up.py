"""Setting a channel up on Discord: the command with its options, the sheet of menus, what is said of permissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import discord

from adapters.discord import roles, sentences, sheets
from adapters.discord.components import Component
from adapters.discord.forms import fits
from adapters.discord.heard import Interaction, place
from adapters.discord.invite import PERMISSIONS
from adapters.discord.replies import Answer, Replies, Shown
from adapters.discord.sheets import SheetId
from adapters.discord.who import Who
from bot.card import ButtonId, Card, FieldErrors, Form, Plain, Reply, Strong, Text, Where
from bot.commands import Verb
from bot.model import Actor, Command, Place, Submission
from bot.ports import Face


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


class SettingUp:
    """``/pyquiz-setup``, sheets, and what is put in the place of promises that Discord would not let us keep."""

    def __init__(self, face: Face, replies: Replies, who: Who, clock: Callable[[], datetime]) -> None:
        self._face = face
        self._replies = replies
        self._who = who
        self._clock = clock

    async def on_set_up(self, interaction: Interaction, said: SetUp) -> None:
        """Its values are saved, without any the sheet opens, or another action is done."""
        await self._replies.answer(interaction, self._set_up(interaction, said))
        role, channel = said.role, said.channel
        if role is not None and roles.stays_silent(interaction, channel, role.id, role.mentionable):
            await self._replies.tell(interaction, sentences.silent_role(str(role.id)))

    async def _set_up(self, interaction: Interaction, said: SetUp) -> Answer:
        actor, here = await self._who.of(interaction)
        if interaction.guild_id is None or not (actor.may_set_up or actor.admin):
            return Reply(sentences.may_not_set_up())
        channel, text = said.channel, said.as_words()
        there = place(interaction.guild_id, channel.id, channel.name) if channel else here
        if isinstance(text, Card):
            return Reply(text)
        if text:
            return await self.shown(
                interaction, actor, there, await self._face.command(Command(actor, there, text), self._clock())
            )
        form = str(ButtonId(Verb.SETUP.value))
        return await self.submitted(interaction, Submission(actor, there, form, said.values()))

    async def submitted(self, interaction: Interaction, submission: Submission) -> Answer:
        """A form was sent, and nothing of it is on the screen any more."""
        found = await self._submit(interaction, submission)
        if isinstance(found, FieldErrors):
            return Reply(sentences.refused(found.errors, submission.form))
        return kept(interaction, found)

    async def _submit(self, interaction: Interaction, submission: Submission) -> Reply | FieldErrors:
        if wrong := _names_everyone(interaction, submission):
            return wrong
        return await self._face.submit(submission, self._clock())

    # Sheets

    async def shown(self, interaction: Interaction, actor: Actor, there: Place, found: Reply | Form) -> Answer:
        """What the Face answered: a form that no modal holds becomes a sheet, with what saving it would do."""
        if isinstance(found, Reply):
            return kept(interaction, found)
        if fits(found):
            return found
        parts = sheets.sheet(found, in_server=interaction.guild_id is not None)
        if not found.previewed:
            return Shown(parts, Where.PRIVATE)
        ready = await self._previewed(interaction, actor, there, found.id, parts)
        return replace(ready, where=Where.PRIVATE)

    async def on_control(self, interaction: Interaction, control: SheetId, chosen: Sequence[str]) -> None:
        """Something on a sheet was pressed or chosen."""
        parts = parts_of(interaction)
        if control.what == sheets.WRITE:
            await self._replies.open(interaction, sheets.window_for(parts, control, sentences.SHEET))
        elif control.what == sheets.SAVE:
            await self._replies.answer(interaction, self._save(interaction, control.form, parts))
        else:
            remarks = roles.remarks(interaction, chosen) if control.name == "role" else []
            changed = sheets.chosen(parts, control.name, chosen)
            await self._replies.answer(interaction, self._changed(interaction, control.form, changed, remarks))

    async def on_written(self, interaction: Interaction, control: SheetId, filled: Mapping[str, Sequence[str]]) -> None:
        """Some text fields of a sheet were filled in."""
        changed = sheets.written(parts_of(interaction), filled)
        await self._replies.answer(interaction, self._changed(interaction, control.form, changed, []))

    async def _changed(
        self, interaction: Interaction, form: str, parts: list[Component], remarks: Sequence[Text]
    ) -> Answer:
        actor, there = await self._who.of(interaction)
        return await self._previewed(interaction, actor, there, form, parts, remarks)

    async def _previewed(
        self,
        interaction: Interaction,
        actor: Actor,
        there: Place,
        form: str,
        parts: list[Component],
        remarks: Sequence[Text] = (),
    ) -> Shown:
        """The sheet, and above its fields what saving it would do, or why that cannot be."""
        submission = _of_sheet(interaction, actor, there, form, parts)
        wrong = _names_everyone(interaction, submission)
        found = wrong or await self._face.preview(submission, self._clock())
        if isinstance(found, FieldErrors):
            said = [Text((Strong("Not yet: "), Plain(sentence))) for _, sentence in found.errors]
            return Shown(sheets.with_note(parts, said))
        card = found.card if isinstance(found, Reply) else found
        return Shown(sheets.with_note(parts, [*remarks, *card.blocks]))

    async def _save(self, interaction: Interaction, form: str, parts: list[Component]) -> Answer:
        actor, there = await self._who.of(interaction)
        found = await self._submit(interaction, _of_sheet(interaction, actor, there, form, parts))
        if isinstance(found, FieldErrors):
            return Shown(sheets.with_errors(parts, found))
        return replace(kept(interaction, found), where=Where.REPLACE)


def _of_sheet(interaction: Interaction, actor: Actor, there: Place, form: str, parts: list[Component]) -> Submission:
    """What a sheet says, about the channel that is chosen on it, else where it was opened."""
    values = sheets.values_of(parts)
    if (chosen := values.get("channel")) and interaction.guild_id is not None:
        channel = interaction.guild.get_channel(int(chosen[0])) if interaction.guild else None
        there = place(interaction.guild_id, int(chosen[0]), channel.name if channel else "")
    return Submission(actor, there, form, values)


def _names_everyone(interaction: Interaction, submission: Submission) -> FieldErrors | None:
    """@everyone is a role with the server's id."""
    if str(interaction.guild_id) in submission.values.get("role", ()):
        return FieldErrors((("role", sentences.EVERYONE),))
    return None


def kept(interaction: Interaction, reply: Reply) -> Reply:
    """The reply; where it promises what PyQuiz may not do, what it lacks, and a button to try again."""
    if reply.promise is None or not (missing := lacking(interaction, reply.promise.place)):
        return reply
    return replace(reply, card=sentences.cannot_post(reply.promise, missing))


def lacking(interaction: Interaction, there: Place) -> list[str]:
    """What PyQuiz is not allowed in a channel and needs there, as far as this process knows."""
    if interaction.guild_id is None or there.channel is None:
        return []
    channel = interaction.guild.get_channel(int(there.channel)) if interaction.guild else None
    if channel is not None:
        rights = channel.permissions_for(channel.guild.me)
    elif int(there.channel) == interaction.channel_id:
        rights = interaction.app_permissions
    else:
        return []
    return [one.name for one in PERMISSIONS if one.needed and not getattr(rights, one.attribute)]


def parts_of(interaction: Interaction) -> list[Component]:
    """The components of the message that was pressed, as they are."""
    message = interaction.message
    return [part.to_dict() for part in message.components] if message else []  # type: ignore[misc]  # plain dicts
