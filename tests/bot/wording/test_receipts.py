"""What somebody is told about their own answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.card import Spans
from bot.model import Answer, Round, RoundState, Streak
from bot.wording import receipts
from bot.wording.phrases import in_words, read_aloud
from bot.work import Played
from content.question import Question
from tests.bot.wording.samples import CHANNEL, CHOICE, CLOSES, OPENED, OUTPUT, SELECT, round_of

AT = OPENED + timedelta(minutes=5)


def receipt(
    round_: Round,
    choice: str,
    previous: tuple[str, str | None] | None = None,
    *,
    text: str | None = None,
    news: Spans = (),
) -> list[str]:
    answer = Answer(round_.id, 3, choice, text, AT, AT)
    return read_aloud(
        receipts.receipt(CHANNEL, round_, answer, previous, 13, news, first_ever=False).blocks
    ).splitlines()


def test_a_receipt_says_what_was_chosen_and_until_when_it_can_be_changed() -> None:
    """The letter is the one that was shown, whatever was written first."""
    assert receipt(round_of(CHOICE, (2, 0, 1)), "1") == [
        "You chose C: {1: 'b'}. You can change it until 16:00. Answered in a row: 13."
    ]


def test_a_changed_answer_says_from_what_to_what() -> None:
    """The last one counts."""
    assert receipt(round_of(CHOICE), "1", ("0", None)) == [
        "Changed from A to B: {1: 'b'}. The last one counts, until 16:00."
    ]


def test_the_same_answer_again_says_that_nothing_changed() -> None:
    """Double clicks are no news."""
    assert receipt(round_of(SELECT), "0,2", ("0,2", None)) == ["Still A and C. Nothing changed."]


@pytest.mark.parametrize("key", ["0", "=x"])
def test_typed_answers_are_compared_as_they_were_typed(key: str) -> None:
    """Two spellings that are accepted alike must not be called the same: that would tell that one of them is."""
    said = receipt(round_of(OUTPUT), key, (key, "TypeError"), text="{1: 'b'}")

    assert said == ["Changed from TypeError to {1: 'b'}. The last one counts, until 16:00."]


def test_an_ended_streak_is_told_kindly() -> None:
    """It rides on the receipt."""
    news = receipts.streak_news(Streak(run=0, best=31, ended=23, first=1, last=30), ())

    assert in_words(news) == "Your streak ended at 23. Today starts a new one; your best is still 31."


def test_a_freeze_says_which_day_it_covered_and_how_many_are_left() -> None:
    """Monday was missed and covered."""
    missed = Played(41, date(2027, 1, 11), RoundState.CLOSED, False, None, False, "gil", 4)

    news = receipts.streak_news(Streak(run=13, best=13, freezes=1, covered=1, first=1, last=40), (missed,))

    assert in_words(news) == "❄️ A freeze covered Mon 11 Jan, so your streak goes on. 1 freeze left."


@pytest.mark.parametrize(
    ("state", "stands", "said"),
    [
        (RoundState.CLOSED, ("1", None), "Question 42 closed at 16:00. Your answer B: {1: 'b'} stands."),
        (RoundState.CLOSED, None, "Question 42 closed at 16:00, so this one doesn't count."),
        (RoundState.OPEN, ("1", None), "Question 42 closed at 16:00. The answer is on its way."),
    ],
)
def test_a_late_press_says_what_counts(state: RoundState, stands: tuple[str, str | None] | None, said: str) -> None:
    """Nothing of it is lost, and nothing of it is new."""
    card = receipts.late_press(CHANNEL, replace(round_of(CHOICE), state=state), CLOSES + timedelta(minutes=1), stands)

    assert read_aloud(card.blocks) == said


def test_a_late_press_next_day_names_the_day() -> None:
    """16:00 alone would be today's."""
    closed = replace(round_of(CHOICE), state=RoundState.CLOSED)

    card = receipts.late_press(CHANNEL, closed, datetime(2027, 1, 14, 9, tzinfo=UTC), None)

    assert read_aloud(card.blocks).startswith("Question 42 closed at Tue 12 Jan 16:00")


@pytest.mark.parametrize(
    ("question", "choice", "text", "said"),
    [
        (CHOICE, "0", None, "You chose A: {1: 'a', True: 'b'}. ❌ Two spellings, but one key. Right was B, {1: 'b'}. "),
        (CHOICE, "1", None, "You chose B: {1: 'b'}. ✅ Right. 1 and True are one key, and the last value wins. "),
        (
            SELECT,
            "0,1",
            None,
            "You chose A and B. ❌ Lists change, so they have no hash. It cannot change. Right was A and C. ",
        ),
        (OUTPUT, "1", "{1: 'a'}", "You chose {1: 'a'}. ❌ The last value wins, not the first. Right was {1: 'b'}. "),
    ],
)
def test_how_did_i_do_tells_why(question: Question, choice: str, text: str | None, said: str) -> None:
    """Of what was chosen, why it is right or wrong; of what was not, nothing."""
    closed = replace(round_of(question), state=RoundState.CLOSED)

    card = receipts.how_did_i_do(CHANNEL, closed, Answer(81, 3, choice, text, AT, AT), 13)

    assert read_aloud(card.blocks) == f"{said}Answered in a row: 13."


@pytest.mark.parametrize("question", [CHOICE, SELECT, OUTPUT], ids=lambda question: question.kind)
def test_no_receipt_depends_on_what_is_right(question: Question) -> None:
    """The same answer to two questions that differ only in their key gets the same receipt."""
    options = tuple(replace(option, right=not option.right) for option in question.options)
    other = replace(question, options=options)
    choice, text = ("=x", "x") if question is OUTPUT else ("1", None)

    assert receipt(round_of(question), choice, text=text) == receipt(round_of(other), choice, text=text)
