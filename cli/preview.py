"""`pyquiz preview TOPIC`: a topic as people will see it, without a channel, a clock or a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from adapters.terminal.page import TITLE
from adapters.terminal.render import card_lines
from adapters.terminal.screen import Screen
from bot import scoring
from bot.card import Card
from bot.model import Channel, ChannelState, Filters, Place, Round, RoundState, Schedule
from bot.picking import order
from bot.wording import learning, messages
from bot.work import Tally
from cli.packs import load_bank
from cli.settings import read_settings
from cli.trouble import Trouble
from content.question import Question, Topic
from content.search import Finder

MORNING = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
CHANNEL = Channel(
    id=1,
    workspace=1,
    place=Place("terminal", "preview", "python", name="#python"),
    schedule=Schedule("UTC"),
    filters=Filters(),
    language="en",
    state=ChannelState.ACTIVE,
    reason="",
    paused_until=None,
    paused_by=None,
    managers=(),
    last_number=41,
    next_date=None,
    next_due=None,
)
"""A channel that is not there: the preview's question is its 42nd."""

ANSWERED, RIGHT = 18, 14

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(short_help="Show a topic as people will see it.")
@click.argument("topic", nargs=-1, required=True)
@click.option("--pack", "packs", multiple=True, type=FOLDER, help="A folder of topics to look in, too.")
@click.option("--question", "only", metavar="ID", help="Only this question of the topic.")
def preview(topic: tuple[str, ...], packs: tuple[Path, ...], only: str | None) -> None:
    """Show TOPIC's lesson, and each of its questions: in the morning, revealed, in the thread, and as practice.

    \b
    Examples:
      pyquiz preview metaclasses
      pyquiz preview deploys --pack our-pack/
      pyquiz preview closures --question closures-and-scope-probe
    """
    found = find_topic(load_bank((*read_settings().packs, *packs)).topics, " ".join(topic))
    questions = [question for question in found.questions if only in (None, question.id)]
    if not questions:
        ids = ", ".join(question.id for question in found.questions)
        raise Trouble(f"{found.slug} has no question {only!r}; it has {ids}.")
    screen = Screen(Console())
    for heading, card in cards(found, questions, lesson=only is None):
        screen.say(f"── {heading}", TITLE)
        screen.lines(card_lines(card, screen.page.narrower(2)), "  ")
        screen.gap()


def find_topic(topics: Sequence[Topic], words: str) -> Topic:
    """The topic that words name. Raises Trouble with the nearest ones where they name none."""
    found = Finder(topics).find(words)
    if found.exact is not None:
        return found.exact
    near = ", ".join(topic.slug for topic in found.nearest[:3])
    raise Trouble(
        f"no topic is called {words!r}. {f'Near to it: {near}.' if near else 'In the playground, `topics` lists all.'}"
    )


def cards(topic: Topic, questions: list[Question], *, lesson: bool) -> Iterator[tuple[str, Card]]:
    """Every card that a topic gives, each with what it is."""
    if lesson:
        for page, (name, _) in enumerate(learning.lesson_pages(topic)):
            yield f"{topic.slug}: lesson, {name}", learning.lesson_card(topic, page)
    for question in questions:
        round_ = sample_round(question)
        tally = sample_tally(round_)
        yield f"{question.id}: in the morning", messages.question_card(CHANNEL, round_, 0)
        yield f"{question.id}: the reveal", messages.reveal_card(CHANNEL, round_, tally)
        yield f"{question.id}: in its thread", messages.detail_card(CHANNEL, round_, tally)
        yield f"{question.id}: practice", learning.practice_card(topic, question, round_.order, 1)


def sample_round(question: Question) -> Round:
    """A round that asks this question."""
    return Round(
        id=1,
        channel=CHANNEL.id,
        date=MORNING.date(),
        number=CHANNEL.last_number + 1,
        question=question,
        order=order(question, f"preview {question.id}"),
        points=scoring.points(question.level),
        key=scoring.key(question),
        opened=MORNING,
        closes=MORNING + timedelta(hours=6, minutes=30),
        closed=None,
        state=RoundState.OPEN,
        spared=False,
        void_reason=None,
    )


def sample_tally(round_: Round) -> Tally:
    """What might have come of it: most were right, the others all chose the same."""
    wrong = next((str(i) for i, option in enumerate(round_.question.options) if not option.right), "=")
    return Tally(ANSWERED, RIGHT, {round_.key: RIGHT, wrong: ANSWERED - RIGHT}, (), RIGHT, ())
