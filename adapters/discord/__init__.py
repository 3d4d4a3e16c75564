"""Discord as a platform. Importing this is cheap: discord.py comes only once its settings are there."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.keys import read_keys
from bot.ports import Adapter, NotConfigured


def adapter(environment: Mapping[str, str]) -> Adapter | NotConfigured:
    """The Discord bot that these environment variables describe."""
    keys = read_keys(environment)
    if isinstance(keys, NotConfigured):
        return keys
    from adapters.discord.discord import DiscordAdapter

    return DiscordAdapter(keys)
