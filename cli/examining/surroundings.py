"""Settings, the packs of topics, and the port."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bot.findings import failed, ok, warning
from bot.ports import Finding
from cli.packs import CACHE
from cli.platforms import Found
from cli.settings import SettingProblem
from content.bank import load_bank


def settings(
    problems: Sequence[SettingProblem], found: Found, more: Sequence[str], given_key: bool
) -> Iterator[Finding]:
    """Our own and the platforms'; ``more``: what is wrong with theirs beside what they say themselves."""
    for problem in problems:
        yield failed("settings", f"{problem.name}: found {problem.found}.", f"Set it to {problem.wanted}.")
    for sentence in (*found.broken, *more):
        yield failed(
            "settings", f"{sentence}.", "Mend it where PyQuiz is started, or in .env; docs/settings.md has them."
        )
    for name, error in found.unloadable.items():
        do = "Mend or remove its package; its log has where it breaks."
        yield failed("adapters", f"The adapter {name} cannot be loaded: {error!r}.", do)
    names = ", ".join(adapter.name for adapter in found.adapters)
    if names:
        yield ok("settings", f"Configured: {names}.")
    elif not (problems or found.broken or more):
        do = "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN: docs/slack.md, docs/discord.md."
        yield warning("settings", "No platform is configured; `pyquiz run` opens the playground.", do)
    if not given_key:
        do = "Set PYQUIZ_SECRET_KEY (docs/settings.md has a line that makes one), and keep it."
        yield warning("secret key", "PYQUIZ_SECRET_KEY is not set, so adapters can keep nothing.", do)


def packs(folders: Sequence[Path]) -> Iterator[Finding]:
    """The built-in pack and the team's own."""
    bank = load_bank(folders, cache=CACHE)
    for problem in bank.problems[:5]:
        do = f"Mend it; `pyquiz check {Path(problem.file).parent}` names everything. Till then the pack is left out."
        yield failed("packs", f"{problem}.", do)
    if bank.questions:
        yield ok("packs", f"{len(bank.topics)} topics with {len(bank.questions)} questions.")
    else:
        yield failed("packs", "There is nothing to ask.", "Mend a pack, or install PyQuiz anew.")


def port(number: int | None) -> Iterator[Finding]:
    """Free for PyQuiz, or PyQuiz's already."""
    if number is None:
        return
    if _is_ours(number):
        yield ok("port", f"A PyQuiz answers on port {number}.")
    elif _is_free(number):
        yield ok("port", f"Port {number} is free.")
    else:
        do = "Stop the program that listens there, or set PYQUIZ_HTTP_PORT to a port that is free."
        yield failed("port", f"Port {number} is taken by another program.", do)


def _is_free(number: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("0.0.0.0", number))
        except OSError:
            return False
    return True


def _is_ours(number: int) -> bool:
    connection = HTTPConnection("127.0.0.1", number, timeout=3)
    try:
        connection.request("GET", "/healthz")
        return bool(json.loads(connection.getresponse().read()) == {"alive": True})
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()
