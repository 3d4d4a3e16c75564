"""The platforms that are installed, by their entry points; the roof knows none of them by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points

from bot.ports import Adapter, NotConfigured
from cli.trouble import Trouble

GROUP = "pyquiz.adapters"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Found:
    """Adapters that are configured, and those that are not: by name, which settings they miss, what is wrong with those
    that are there, and which could not even be loaded."""

    adapters: list[Adapter] = field(default_factory=list)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    unloadable: dict[str, Exception] = field(default_factory=dict)

    def log(self) -> None:
        """Name in the log who could not be loaded, and where it breaks."""
        for name, error in self.unloadable.items():
            log.error("The adapter %s cannot be loaded and is left out.", name, exc_info=error)


def find_adapters(environment: Mapping[str, str], only: str | None = None) -> Found:
    """As ``look_for_adapters``; raises Trouble with all that is wrong with the settings that are there, and logs who
    cannot be loaded."""
    found = look_for_adapters(environment, only)
    found.log()
    if found.broken:
        raise Trouble("\n  ".join(["these platform settings cannot be used:", *found.broken]))
    return found


def look_for_adapters(environment: Mapping[str, str], only: str | None = None) -> Found:
    """Every installed adapter that ``environment`` configures (``only`` the one of that name, where given).

    One that cannot even be imported is left out: it must not keep the others from their work.
    """
    found = Found()
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if only not in (None, entry.name):
            continue
        try:
            made: Adapter | NotConfigured = entry.load()(environment)
        except Exception as error:
            found.unloadable[f"{entry.name} ({entry.value})"] = error
            continue
        if isinstance(made, NotConfigured):
            found.broken += [f"{entry.name}: {sentence}" for sentence in made.broken]
            found.missing[entry.name] = made.missing
        else:
            found.adapters.append(made)
    return found
