"""The slash commands: what Discord is told of them, and when."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from adapters.discord import sentences
from adapters.discord.heard import Interaction
from adapters.discord.listeners import Listeners
from adapters.discord.rest import Rest
from adapters.discord.setting_up import SetUp
from bot.ports import Shelf

log = logging.getLogger(__name__)

LOCK = timedelta(seconds=30)
"""So long one process may take over telling Discord; the others leave it to that one."""

UNKEPT = timedelta(minutes=10)
"""Where the Shelf keeps no values, the same commands are not told again within this."""

KEY = "commands"


def tree_of(client: discord.Client, listeners: Listeners) -> app_commands.CommandTree[Any]:
    """``/pyquiz`` with its one free-text option, and ``/pyquiz-setup`` for whoever may manage the server."""
    tree: app_commands.CommandTree[Any] = app_commands.CommandTree(client)

    @tree.command(name="pyquiz", description=sentences.COMMAND)
    @app_commands.describe(text=sentences.OPTION)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def pyquiz(interaction: Interaction, text: str = "") -> None:
        await listeners.on_said(interaction, text)

    @pyquiz.autocomplete("text")
    async def typing(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return _choices(await listeners.on_typing(interaction, "command", current))

    @tree.command(name="pyquiz-setup", description=sentences.SETUP)
    @app_commands.describe(**sentences.SETUP_OPTIONS)
    @app_commands.choices(action=[app_commands.Choice(name=n, value=v) for v, n in sentences.ACTIONS.items()])
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def set_up(
        interaction: Interaction,
        channel: discord.TextChannel | None = None,
        zone: str | None = None,
        time: str | None = None,
        reveal: str | None = None,
        days: str | None = None,
        levels: str | None = None,
        topics: str | None = None,
        holidays: str | None = None,
        role: discord.Role | None = None,
        action: str | None = None,
        date: str | None = None,
    ) -> None:
        given = {
            "zone": zone,
            "time": time,
            "reveal": reveal,
            "days": days,
            "levels": levels,
            "topics": topics,
            "holidays": holidays,
        }
        settings = {name: value for name, value in given.items() if value}
        await listeners.on_set_up(interaction, SetUp(channel, role, settings, action or "", date or ""))

    @set_up.autocomplete("zone")
    async def zones(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return _choices(await listeners.on_typing(interaction, "zone", current))

    @set_up.autocomplete("topics")
    async def topics(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return _choices(await listeners.on_typing(interaction, "topics", current))

    return tree


def _choices(found: list[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=value) for name, value in found]


def payload_of(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """What Discord is told: names and descriptions are left as they are, in every language."""
    return [command.to_dict(tree) for command in tree.get_commands()]


async def sync(
    rest: Rest,
    application: int,
    payload: list[dict[str, Any]],
    shelf: Shelf,
    has_vault: bool,
    now: Callable[[], datetime],
) -> bool:
    """Tell Discord the commands if they differ from what it was last told; whether it was told.

    One process at a time, by a lock. Discord replaces them all in one request, which creates nothing anew.
    """
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    name = KEY if has_vault else f"{KEY}:{digest[:32]}"
    if await shelf.lease(name, until=now() + (LOCK if has_vault else UNKEPT), now=now()) is None:
        return False
    entry = await shelf.get(KEY) if has_vault else None
    if entry is not None and entry.value == digest.encode():
        return False
    route = Route("PUT", "/applications/{application_id}/commands", application_id=application)
    await rest.call(route, payload)
    if has_vault:
        await shelf.put(KEY, digest.encode(), expect=entry.version if entry else None)
        await shelf.lease(name, until=now(), now=now())
    log.info("Discord was told %s commands.", len(payload))
    return True
