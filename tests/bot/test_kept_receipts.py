"""A receipt that was written for one person is shown to another only where it would read the same for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.answering import Asked
from bot.card import Spans
from bot.model import Answer
from bot.wording import receipts
from bot.wording.phrases import spans
from content.question import Question
from tests.bot.wording.samples import CHANNEL, CHOICE, OUTPUT, SELECT, round_of

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Australia/Lord_Howe", "UTC")
"""Some of whose days begin at a quarter or a half past, seen from Greenwich."""

Told = tuple[Answer, tuple[str, str | None] | None, int, Spans, bool]
"""All that a receipt is written from, beside its round and channel."""


@some.composite
def told(draw: some.DrawFn, question: Question, closes: datetime) -> Told:
    """One person's answer, close to the midnight before the closing."""
    at = closes - timedelta(minutes=draw(some.integers(1, 40)))
    choices, texts = some.sampled_from(["0", "1"]), some.just(None)
    before = some.tuples(choices, texts)
    if question is OUTPUT:
        choices, texts = some.just("4"), some.sampled_from(["4", " 4", "four"])  # type: ignore[assignment]  # texts
        before = some.tuples(choices, texts)
    answer = Answer(1, draw(some.integers(1, 3)), draw(choices), draw(texts), at, at)
    previous = draw(some.none() | before)
    first_ever = previous is None and draw(some.booleans())
    news = draw(some.sampled_from([(), spans("A freeze covered Monday."), spans("Your streak ended at 23.")]))
    return answer, previous, draw(some.integers(1, 2)), news if previous is None else (), first_ever


@some.composite
def days(draw: some.DrawFn) -> tuple[Asked, list[Told]]:
    """A round that closes a little after midnight in its zone, and the answers to it in the order they came."""
    zone, question = draw(some.sampled_from(ZONES)), draw(some.sampled_from([CHOICE, SELECT, OUTPUT]))
    closes = datetime(2027, 1, 13, 0, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    channel = replace(CHANNEL, schedule=replace(CHANNEL.schedule, zone=zone))
    asked = Asked(replace(round_of(question), closes=closes), channel)
    return asked, draw(some.lists(told(question, closes), min_size=2, max_size=30))


@settings(deadline=None, max_examples=300)
@given(days())
def test_everybody_reads_what_would_be_written_for_them(day: tuple[Asked, list[Told]]) -> None:
    """Whoever was told what before."""
    asked, everybody = day
    read = [asked.receipt(*told) for told in everybody]

    assert read == [receipts.receipt(asked.channel, asked.round, *told) for told in everybody]


def test_a_hundred_who_choose_the_same_are_told_the_same_card() -> None:
    """It is written once."""
    at = datetime(2027, 1, 12, 9, 1, tzinfo=UTC)
    asked = Asked(round_of(CHOICE), CHANNEL)
    cards = {id(asked.receipt(Answer(1, player, "0", None, at, at), None, 3, (), False)) for player in range(100)}

    assert len(cards) == 1
