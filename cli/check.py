"""`pyquiz check`: whether packs can be read, do what they claim, and ask fairly."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from adapters.terminal.inert import inert_line
from bot.commands import RESERVED
from cli.trouble import Trouble
from content import check as content_check
from content.check import Report
from content.question import Kind, Level, Problem, Question, Topic

BUILT_IN = Path(content_check.__file__).parent / "packs"
"""The packs that PyQuiz comes with."""

Json: TypeAlias = Mapping[str, object]


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
            report = content_check.check(paths or (BUILT_IN,), reserved=RESERVED, progress=progress)
    except OSError as error:
        raise Trouble(f"the code in the topics cannot be run here: {error}.") from None
    if form == "json":
        click.echo(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    sys.exit(0 if report.ok(strict=strict) else 1)


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
    unrun = f", {report.not_run} for Python releases that are not installed here" if report.not_run else ""
    console.print(
        f"{report.run} pieces of code run, {report.failed} failed{unrun}. "
        f"{len(report.errors)} errors, {len(report.warnings)} warnings.",
        soft_wrap=True,
    )


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


def as_json(report: Report) -> Json:
    """The report as DESIGN promises it to programs; releases are strings such as ``3.12``."""
    return {
        "topics": [_topic(topic) for topic in report.topics],
        "questions": [_question(question) for topic in report.topics for question in topic.questions],
        "claims": {"run": report.run, "failed": report.failed},
        "errors": [_problem(problem) for problem in report.errors],
        "warnings": [_problem(problem) for problem in report.warnings],
    }


def _topic(topic: Topic) -> Json:
    return {
        "slug": topic.slug,
        "title": topic.title,
        "level": topic.level,
        "difficulty": topic.difficulty,
        "category": topic.category,
        "aliases": list(topic.aliases),
        "questions": [question.id for question in topic.questions],
    }


def _question(question: Question) -> Json:
    output = question.kind is Kind.OUTPUT
    said: Json = (
        {"accepts": [question.options[i].text for i in question.right]}
        if output
        else {"options": [option.text for option in question.options], "right": list(question.right)}
    )
    return {
        "id": question.id,
        "topic": question.topic,
        "kind": question.kind,
        "level": question.level,
        "difficulty": question.difficulty,
        "format": question.format,
        "since": ".".join(map(str, question.since)) if question.since else None,
        "until": ".".join(map(str, question.until)) if question.until else None,
        "code": question.code is not None,
        "prompt": question.prompt,
        **said,
    }


def _problem(problem: Problem) -> Json:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "found": problem.found,
        "wanted": problem.wanted,
        "message": problem.message,
    }
