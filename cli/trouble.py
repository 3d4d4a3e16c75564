"""Expected trouble at the roof: one sentence on stderr, exit code 1, no traceback."""

from __future__ import annotations

from typing import IO, Any

import click


class Trouble(click.ClickException):
    """The sentence it is made with says what is wrong and what to do."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        click.echo(f"pyquiz: {self.format_message()}", file=file, err=file is None)
