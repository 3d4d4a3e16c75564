"""Slack as a platform. Importing this is cheap: slack-bolt comes only once its settings are there."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.slack.keys import read_keys
from bot.ports import Adapter, NotConfigured


def adapter(environment: Mapping[str, str]) -> Adapter | NotConfigured:
    """The Slack app that these environment variables describe."""
    keys = read_keys(environment)
    if isinstance(keys, NotConfigured):
        return keys
    from adapters.slack.slack import SlackAdapter

    return SlackAdapter(keys)
