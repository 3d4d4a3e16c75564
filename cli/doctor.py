"""`pyquiz doctor`: looks at everything that PyQuiz needs, and says what to do about what is wrong."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import click

from bot.ports import Finding, Verdict
from cli.examining import surroundings
from cli.examining.database import Examination
from cli.examining.platforms import platforms
from cli.logs import Hider
from cli.platforms import look_for_adapters
from cli.run import tokens_without_adapter
from cli.settings import environment, secrets_in, usable_settings

COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "red"}


@click.command(short_help="Look at everything that PyQuiz needs, and say what to do about what is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for monitors.")
def doctor(as_json: bool) -> None:
    """Look at settings, database and schema, clocks, tokens, scopes and permissions, packs, the next questions, and
    deliveries that are stuck. Each finding is ok, a warning or failed, with what to do. Nothing is changed, and the bot
    may be running meanwhile. Exit code 0: nothing failed, though there may be warnings; 1: something did.

    \b
    Examples:
      pyquiz doctor
      pyquiz doctor --json | jq '.findings[] | select(.verdict != "ok")'
    """
    found = examine(lambda: datetime.now(UTC))
    if as_json:
        click.echo(as_object(found))
    else:
        _print(found)
    sys.exit(int(any(one.verdict is Verdict.FAILED for one in found)))


def examine(clock: Callable[[], datetime]) -> list[Finding]:
    """Everything. ``clock`` is this machine's: aware UTC."""
    given = environment()
    settings, problems = usable_settings()
    adapters = look_for_adapters(given)
    more = list(tokens_without_adapter(adapters, given))
    found = list(surroundings.settings(problems, adapters, more, bool(given.get("PYQUIZ_SECRET_KEY"))))
    names = [adapter.name for adapter in adapters.adapters]
    database = Examination(settings.database_url, clock(), settings.cipher(), names)
    found += database.findings()
    vault, channels = database.vault, database.channels
    found += asyncio.run(platforms(adapters.adapters, channels, vault, settings.cipher(), clock))
    found += surroundings.packs(settings.packs)
    found += surroundings.port(settings.http_port)
    hide = Hider(secrets_in(given, settings))
    return [replace(one, found=hide(one.found), do=hide(one.do)) for one in found]


def as_object(found: Sequence[Finding]) -> str:
    """The findings as one JSON object."""
    told = [{"about": f.about, "verdict": f.verdict, "found": f.found, "do": f.do} for f in found]
    return json.dumps({"ok": not any(f.verdict is Verdict.FAILED for f in found), "findings": told}, indent=2)


def _print(found: Sequence[Finding]) -> None:
    """Grouped by what they are about; in a terminal in colours and wrapped, elsewhere one line each."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def say(line: Text, indent: int) -> None:
        if console.is_terminal:
            console.print(Padding(line, (0, 0, 0, indent)), soft_wrap=False)
        else:
            console.print(Text(" " * indent) + line)

    for about in dict.fromkeys(one.about for one in found):
        say(Text(about, style="bold"), 0)
        for one in [one for one in found if one.about == about]:
            say(Text(f"{one.verdict.value:<8}", style=COLOURS[one.verdict]) + Text(one.found), 2)
            if one.do:
                say(Text(f"→ {one.do}", style="dim"), 10)
    say(Text(_summary(found), style="bold"), 0)


def _summary(found: Sequence[Finding]) -> str:
    failed = sum(one.verdict is Verdict.FAILED for one in found)
    warned = sum(one.verdict is Verdict.WARNING for one in found)
    if not (failed or warned):
        return "All is well."
    return f"{failed} failed, {warned} {'warning' if warned == 1 else 'warnings'}."
