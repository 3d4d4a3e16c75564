"""The option by which commands are told their database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cli.settings import read_settings

F = TypeVar("F", bound=Callable[..., Any])


def database_option(command: F) -> F:
    """``--database URL``, by default PYQUIZ_DATABASE_URL."""
    return click.option(
        "--database",
        metavar="URL",
        default=lambda: read_settings().database_url,
        show_default="PYQUIZ_DATABASE_URL",
        help="sqlite:///file or postgresql://…",
    )(command)
