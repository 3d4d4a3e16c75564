"""`pyquiz check`: whether packs can be read, do what they claim, and ask fairly."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from adapters.terminal.inert import inert_line
from bot.commands import RESERVED
from bot.wording.phrases import count
from cli.packs import load_bank
from cli.trouble import Trouble
from content.bank import BUILT_IN
from content.check import Report
from content.check import check as run_check
from content.question import Level, Topic
from content.report import as_object, figures


@click.command(short_help="Check a pack of topics and run all its code.")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
def check(paths: tuple[Path, ...], strict: bool, form: str) -> None:
    """Check packs of topics, and run every piece of code in them to see that it does what it claims.

    PATH is a pack (a folder of topic files), a folder of packs, or one topic file; without it, the packs that
    PyQuiz comes with are checked. Ends with 1 where there is anything to mend.

    \b
    Examples:
      pyquiz check
      pyquiz check our-pack/ --strict
      pyquiz check our-pack/deploys.md --format json
    """
    for path in paths:
        if not path.exists():
            raise Trouble(f"there is no {path}; PATH is a folder of topic files, or one of them.")
    try:
        with _progress() as progress:
            beside = [] if any(_inside(path) for path in paths or (BUILT_IN,)) else load_bank(()).packs
            report = run_check(paths or (BUILT_IN,), reserved=RESERVED, beside=beside, progress=progress)
    except OSError as error:
        raise Trouble(f"the code in the topics cannot be run here: {error}.") from None
    if form == "json":
        click.echo(json.dumps(as_object(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    sys.exit(0 if report.ok(strict=strict) else 1)


def _inside(path: Path) -> bool:
    """Whether a path lies in the pack that PyQuiz comes with."""
    return path.resolve().is_relative_to(BUILT_IN.resolve())


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("running code"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _print(report: Report) -> None:
    console = Console(highlight=False, markup=False)
    for kind, problems in (("error", report.errors), ("warning", report.warnings)):
        for problem in problems:
            console.print(f"{kind}: {inert_line(str(problem))}", soft_wrap=True)
    if report.topics:
        console.print(_summary(report.topics))
        _remarks(console, report)
    unrun = f", {report.not_run} for Python releases that are not installed here" if report.not_run else ""
    console.print(
        f"{count(report.run, 'piece')} of code run, {report.failed} failed{unrun}. "
        f"{count(len(report.errors), 'error')}, {count(len(report.warnings), 'warning')}.",
        soft_wrap=True,
    )


def _remarks(console: Console, report: Report) -> None:
    """What is no fault, and still worth knowing."""
    found = figures(report.topics)
    for words, names in (
        ("With fewer than three questions", found.few_questions),
        ("With one kind of question only", found.one_kind),
        ("Without a question for juniors", found.no_junior),
        ("Without any code that proves them", report.unproven),
    ):
        if names:
            console.print(f"{words}: {', '.join(map(inert_line, names))}.", soft_wrap=True)


def _summary(topics: Sequence[Topic]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("category")
    for heading in ("topics", "questions", *Level):
        table.add_column(str(heading), justify="right")
    by_category: dict[str, list[Topic]] = {}
    for topic in topics:
        by_category.setdefault(topic.category, []).append(topic)
    for category, found in sorted(by_category.items()):
        table.add_row(inert_line(category), *_counts(found))
    if len(by_category) > 1:
        table.add_row("in all", *_counts(topics), style="bold")
    return table


def _counts(topics: Sequence[Topic]) -> list[str]:
    levels = Counter(question.level for topic in topics for question in topic.questions)
    return [str(number) for number in (len(topics), levels.total(), *(levels[level] for level in Level))]
