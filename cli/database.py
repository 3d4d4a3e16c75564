"""The option by which commands are told their database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cli.settings import WANTED, is_database, read_settings

F = TypeVar("F", bound=Callable[..., Any])


def _known(context: click.Context, parameter: click.Parameter, url: str) -> str:
    """What is no address is a slip, and not the name of a file that is to be made."""
    if not is_database(url):
        raise click.BadParameter(f"found {url}; wanted {WANTED['database_url']}.", context, parameter)
    return url


def database_option(command: F) -> F:
    """``--database URL``, by default PYQUIZ_DATABASE_URL."""
    return click.option(
        "--database",
        metavar="URL",
        default=lambda: read_settings().database_url,
        show_default="PYQUIZ_DATABASE_URL",
        callback=_known,
        help="sqlite:///file or postgresql://…",
    )(command)
