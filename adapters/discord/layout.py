"""What discord.py sends, out of components that are ready: nothing of them is kept in memory."""

from __future__ import annotations

from typing import Any

import discord

from adapters.discord.components import Component


class Layout(discord.ui.LayoutView):
    """A message's components. It has no items of its own, so discord.py has nothing to remember."""

    def __init__(self, components: list[Component]) -> None:
        super().__init__(timeout=None)
        self._ready = components
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        """The components as they are."""
        return self._ready

    def has_components_v2(self) -> bool:
        """They are."""
        return True


class Window(discord.ui.Modal):
    """A modal. It is finished before it is shown, so that discord.py does not keep it until somebody sends it."""

    def __init__(self, payload: Component) -> None:
        super().__init__(title=str(payload["title"]), custom_id=str(payload["custom_id"]), timeout=None)
        self._payload = payload
        self.stop()

    def to_dict(self) -> dict[str, Any]:
        """The modal as it is."""
        return self._payload
