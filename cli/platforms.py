"""The platforms that are installed, by their entry points; the roof knows none of them by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

from bot.ports import Adapter, NotConfigured
from cli.trouble import Trouble

GROUP = "pyquiz.adapters"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Found:
    """Adapters that are configured, and those that are not: by name, which settings they miss."""

    adapters: list[Adapter] = field(default_factory=list)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find_adapters(environment: Mapping[str, str], only: str | None = None) -> Found:
    """Every installed adapter that ``environment`` configures (``only`` the one of that name, where given).

    Raises Trouble with all that is wrong with the settings that are there. An adapter that cannot even be imported
    is logged and left out: it must not keep the others from their work.
    """
    found, broken = Found(), []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        made = _make(entry, environment) if only in (None, entry.name) else None
        if isinstance(made, NotConfigured):
            broken += [f"{entry.name}: {sentence}" for sentence in made.broken]
            found.missing[entry.name] = made.missing
        elif made is not None:
            found.adapters.append(made)
    if broken:
        raise Trouble("\n  ".join(["these platform settings cannot be used:", *broken]))
    return found


def _make(entry: EntryPoint, environment: Mapping[str, str]) -> Adapter | NotConfigured | None:
    try:
        made: Adapter | NotConfigured = entry.load()(environment)
    except Exception:
        log.exception("The adapter %s (%s) cannot be loaded and is left out.", entry.name, entry.value)
        return None
    return made
