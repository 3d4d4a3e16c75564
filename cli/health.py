"""`pyquiz health`: asks a running PyQuiz how it is. Light, for a container asks every few seconds."""

from __future__ import annotations

import json
import sys
from http.client import HTTPConnection, HTTPException

import click

from cli.settings import HTTP_PORT, read_settings
from cli.trouble import Trouble

PATIENCE = 5.0
"""Seconds for an answer."""


@click.command(short_help="Ask the PyQuiz that runs here whether it does its work.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=lambda: read_settings().http_port or HTTP_PORT,
    show_default=f"PYQUIZ_HTTP_PORT, or {HTTP_PORT}",
    help="Where that PyQuiz listens.",
)
@click.option("--alive", is_flag=True, help="Ask only whether the process lives, not whether it does its work.")
@click.option("--json", "as_json", is_flag=True, help="Print what it answers, as it is.")
def health(port: int, alive: bool, as_json: bool) -> None:
    """Ask the PyQuiz that runs on this machine whether it does its work: the database is reached and has this
    version's schema, the platforms are connected, and the clock's last beat is younger than a minute. It has to be
    started with PYQUIZ_HTTP_PORT. Exit code 0: it does; 1: it does not, with what is lacking, or nobody answers.

    \b
    Examples:
      pyquiz health
      pyquiz health --alive --port 8080
    """
    status, body = _ask(port, "/healthz" if alive else "/readyz")
    if as_json:
        click.echo(body)
    else:
        for line in _lines(body):
            click.echo(line)
    sys.exit(0 if status == 200 else 1)


def _ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        why = str(error) or type(error).__name__
        raise Trouble(
            f"nobody answers on port {port} ({why}). A PyQuiz that is to be asked runs with PYQUIZ_HTTP_PORT set."
        ) from None
    finally:
        connection.close()


def _lines(body: str) -> list[str]:
    """One line a check, those that fail first."""
    try:
        told = json.loads(body)
        checks = sorted(told["checks"].items(), key=lambda item: item[1]["ok"]) if "checks" in told else []
        lines = [f"{'ok    ' if check['ok'] else 'failed'}  {name}: {check['detail']}" for name, check in checks]
        return lines or ["ok      The process lives."]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ["failed  Something answers, and it is not a PyQuiz."]
