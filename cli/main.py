"""The command `pyquiz`: its subcommands by name, each imported only when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from cli.starting import uncollected

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("cli.run:run", "Run the bot; without any platform's token, the playground."),
    "playground": ("cli.playground:playground", "Play in this terminal, with a pretend clock."),
    "check": ("cli.check:check", "Check a pack of topics and run all its code."),
    "preview": ("cli.preview:preview", "Show a topic as people will see it."),
    "simulate": (
        "cli.simulate:simulate",
        "Show when a new channel would be asked and answered, with which questions, and where clocks change.",
    ),
    "doctor": (
        "cli.doctor:doctor",
        "Look at everything that PyQuiz needs, and say what to do about what is wrong.",
    ),
    "health": ("cli.health:health", "Ask the PyQuiz that runs here whether it does its work."),
    "export": ("cli.archive:export", "Write everything that is kept, as JSON Lines."),
    "import": ("cli.archive:import_", "Take an export back into an empty database."),
    "backup": ("cli.backup:backup", "Write everything into one file, also while the bot is running."),
    "restore": ("cli.backup:restore", "Put a backup back."),
    "migrate": ("cli.migrate:migrate", "Bring the database to this version."),
}
"""Name → where its click command lives, and what it does in one line (imported nowhere: `--help` stays fast)."""


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        with uncollected():
            command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the names to choose from where there is no such command."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"there is no command {args[0]!r}; there are {', '.join(COMMANDS)}.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pyquiz", message="%(prog)s %(version)s")
def pyquiz() -> None:
    """One good Python question every working morning, for teams in Slack and Discord.

    \b
    Try it here, without any account:
      pyquiz playground
    Look at one of its topics:
      pyquiz preview metaclasses
    """


def main() -> None:
    """The console script. Exit codes: 0 fine, 1 found problems or could not do it, 2 wrong usage, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = pyquiz.main(prog_name="pyquiz", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
