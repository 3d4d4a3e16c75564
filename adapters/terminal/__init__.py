"""The terminal as a platform: the playground's. Importing this is cheap; the rest comes once it is wanted."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Adapter, NotConfigured

SETTING = "PYQUIZ_PLAYGROUND"
"""Set to 1 by ``pyquiz playground``: a terminal is no platform that a service could run on."""


def adapter(environment: Mapping[str, str]) -> Adapter | NotConfigured:
    """The terminal, where the playground asks for it."""
    if environment.get(SETTING) != "1":
        return NotConfigured(missing=(SETTING,))
    from adapters.terminal.terminal import Terminal

    return Terminal()
