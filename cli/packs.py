"""The packs that are asked from: the built-in one and the team's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from platformdirs import user_cache_path

from cli.trouble import Trouble
from content import bank as content_bank
from content.bank import Bank

CACHE = user_cache_path("pyquiz", appauthor=False)
"""What was read of a pack is kept here for the next start."""


def load_bank(folders: Sequence[Path]) -> Bank:
    """The built-in pack and those in ``folders``. What is wrong with one is said on stderr, and the others are used;
    raises Trouble where nothing is left to ask."""
    bank = content_bank.load_bank(folders, cache=CACHE)
    for folder, count in Counter(str(Path(problem.file).parent) for problem in bank.problems).items():
        first = next(problem for problem in bank.problems if str(Path(problem.file).parent) == folder)
        more = f" {count - 1} more: pyquiz check {folder}" if count > 1 else ""
        click.echo(f"pyquiz: the pack {folder} is left out. {first}.{more}", err=True)
    if not bank.questions:
        raise Trouble("no pack of topics could be loaded, so there is nothing to ask.")
    return bank
