"""A receipt that was written for one person is shown to another only where it would read the same for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.card import Spans
from bot.model import Answer, Channel, Round
from bot.receipting import KEPT, Receipts
from bot.wording.phrases import spans
from bot.wording.receipts import receipt
from content.question import Question
from tests.bot.wording.samples import CHANNEL, CHOICE, OUTPUT, SELECT, round_of

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Australia/Lord_Howe", "UTC")
"""Some of whose days begin at a quarter or a half past, seen from Greenwich."""

Told = tuple[Answer, tuple[str, str | None] | None, int, Spans, bool]
"""What a receipt is written from, beside its round and channel."""

Where = tuple[Channel, Round]


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
def days(draw: some.DrawFn) -> list[tuple[Where, Told]]:
    """Rounds that close a little after midnight in their zones, and the answers to them in the order they came."""
    places: list[some.SearchStrategy[tuple[Where, Told]]] = []
    for number in (1, 2):
        question, zone = draw(some.sampled_from([CHOICE, SELECT, OUTPUT])), draw(some.sampled_from(ZONES))
        closes = datetime(2027, 1, 13, 0, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        round_ = replace(round_of(question), id=number, closes=closes)
        for spoken in (zone, draw(some.sampled_from(ZONES))):
            channel = replace(CHANNEL, schedule=replace(CHANNEL.schedule, zone=spoken))
            places.append(some.tuples(some.just((channel, round_)), told(question, closes)))
    return draw(some.lists(some.one_of(places), min_size=2, max_size=40))


@settings(deadline=None, max_examples=150)
@given(days())
def test_everybody_reads_what_would_be_written_for_them(everybody: list[tuple[Where, Told]]) -> None:
    """Whoever was told what before, there or in another round, and whatever zone the channel moved to."""
    kept = Receipts()
    read = [kept.receipt(*where, *told) for where, told in everybody]

    assert read == [receipt(*where, *told) for where, told in everybody]


AT = datetime(2027, 1, 12, 9, 1, tzinfo=UTC)


def test_a_hundred_who_choose_the_same_are_told_the_same_card() -> None:
    """It is written once."""
    kept, round_ = Receipts(), round_of(CHOICE)
    cards = [kept.receipt(CHANNEL, round_, Answer(1, who, "0", None, AT, AT), None, 3, (), False) for who in range(100)]

    assert all(card is cards[0] for card in cards)


def test_receipts_do_not_fill_the_memory() -> None:
    """The oldest go; the latest are still there."""
    kept, round_, answer = Receipts(), round_of(CHOICE), Answer(1, 1, "0", None, AT, AT)
    cards = [kept.receipt(CHANNEL, round_, answer, None, run, (), False) for run in range(KEPT + 10)]

    assert len(kept) == KEPT
    assert kept.receipt(CHANNEL, round_, answer, None, KEPT + 9, (), False) is cards[-1]
