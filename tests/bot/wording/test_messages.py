"""What the clock says in a channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import RoundState
from bot.wording import messages
from bot.wording.phrases import read_aloud
from bot.work import Tally
from content.question import Option, Question
from tests.bot.wording.samples import CHANNEL, CHOICE, OUTPUT, SELECT, TALLY, player, round_of

KINDS = pytest.mark.parametrize("question", [CHOICE, SELECT, OUTPUT], ids=lambda question: question.kind)


def turned(question: Question) -> Question:
    """The same question with other options right."""
    options = tuple(Option(o.text, not o.right, o.reason) for o in question.options)
    return replace(question, options=options)


@KINDS
def test_the_open_question_does_not_depend_on_what_is_right(question: Question) -> None:
    """Two questions that differ only in their key make the same card, to the last button."""
    card = messages.question_card(CHANNEL, round_of(question), 12)

    assert card == messages.question_card(CHANNEL, round_of(turned(question)), 12)


@KINDS
def test_the_open_question_tells_neither_topic_nor_id(question: Question) -> None:
    """The category is all that is told."""
    card = messages.question_card(CHANNEL, round_of(question), 12)

    assert "hashability" not in repr(card)


def test_the_open_question_reads_as_it_should() -> None:
    """Number, category, level, points; the prompt; the options in the order they are shown; how long."""
    card = messages.question_card(CHANNEL, round_of(CHOICE, (2, 0, 1)), 12)

    assert read_aloud(card.blocks).splitlines() == [
        "Python question 42 · data model · mid · 3 points",
        "What does this print?",
        'print({1: "a", True: "b"})',
        "A  {True: 'b'}",
        "B  {1: 'a', True: 'b'}",
        "C  {1: 'b'}",
        "12 answered · open until 16:00 · please keep answers out of the thread until then",
    ]
    assert card.plain == "Python question 42: What does this print? Open until 16:00."
    assert [action.label for action in card.actions] == ["A", "B", "C"]


@pytest.mark.parametrize("question", [SELECT, OUTPUT], ids=lambda question: question.kind)
def test_what_letters_cannot_answer_has_one_button(question: Question) -> None:
    """Several right ones, and typed output, open a form."""
    card = messages.question_card(CHANNEL, round_of(question), 0)

    assert [(action.label, action.opens_form) for action in card.actions] == [("Answer", True)]  # type: ignore[union-attr]  # a Menu has no such field, and none is here


@KINDS
def test_the_reveal_has_six_lines_at_most(question: Question) -> None:
    """What is longer stands in the thread."""
    card = messages.reveal_card(CHANNEL, round_of(question), TALLY)

    assert len(read_aloud(card.blocks).splitlines()) <= 6


def test_the_reveal_names_the_answer_the_idea_and_the_milestones() -> None:
    """The point first."""
    card = messages.reveal_card(CHANNEL, round_of(CHOICE, (2, 0, 1)), TALLY)

    assert read_aloud(card.blocks).splitlines() == [
        "Question 42: the answer is C, {1: 'b'}",
        "A dict asks == and hash, never the type.",
        "14 of 18 got it. Grace has answered 50 in a row.",
    ]


def test_a_team_that_comes_far_together_shares_a_sentence() -> None:
    """Twenty people who began on one day answer their tenth on one day."""
    people = [player(number, name) for number, name in enumerate(("Ada", "Grace", "Mei", "Noor", "Omar", "Priya"))]
    runs = (*((one, 10) for one in people), (player(7, "Sam"), 25), (player(8, "Lin"), 50), (player(9, "Jo"), 50))
    tally = Tally(18, 14, {"1": 14, "0": 4}, (), 14, runs)

    lines = read_aloud(messages.reveal_card(CHANNEL, round_of(CHOICE), tally).blocks).splitlines()

    assert lines[-1] == "14 of 18 got it. Lin and Jo have answered 50 in a row. Sam has answered 25 in a row."
    alone = read_aloud(
        messages.reveal_card(CHANNEL, round_of(CHOICE), replace(tally, milestones=runs[:6])).blocks
    ).splitlines()
    assert alone[-1] == "14 of 18 got it. Ada, Grace, Mei and 3 more have answered 10 in a row."


def test_few_solvers_are_named_in_the_reveal() -> None:
    """Up to five, unless somebody wants to stay out of it."""
    tally = Tally(4, 2, {"1": 2, "0": 2}, (player(1, "Ada"), player(2, "Grace")), 0, ())

    lines = read_aloud(messages.reveal_card(CHANNEL, round_of(CHOICE), tally).blocks).splitlines()

    assert lines[-1] == "2 of 4 got it: Ada, Grace."
    hidden = replace(tally, right=3, hidden_solvers=1)
    alone = read_aloud(messages.reveal_card(CHANNEL, round_of(CHOICE), hidden).blocks).splitlines()
    assert alone[-1] == "3 of 4 got it."


def test_the_detail_gives_every_reason_and_the_shares_from_five_answers_on() -> None:
    """Who got it is capped, and who hides is only counted."""
    card = messages.detail_card(CHANNEL, round_of(CHOICE, (2, 0, 1)), TALLY)

    assert read_aloud(card.blocks).splitlines() == [
        "A  2 of 18. The first key object stays.",
        "B  2 of 18. Two spellings, but one key.",
        "C  14 of 18. ✅ Right: 1 and True are one key, and the last value wins.",
        "Got it: Ada, Grace, Mei, Noor, Omar, Priya, Sam and 7 more. Discuss here.",
    ]


def test_shares_of_few_answers_are_not_told() -> None:
    """Below five they would tell who chose what."""
    tally = Tally(4, 3, {"1": 3, "0": 1}, (player(1, "Ada"), player(2, "Grace")), 1, ())

    assert "of 4" not in read_aloud(messages.detail_card(CHANNEL, round_of(CHOICE), tally).blocks)


@KINDS
def test_the_result_has_no_way_to_answer_any_more(question: Question) -> None:
    """The question's own message loses its buttons and gains the result."""
    closed = replace(round_of(question), state=RoundState.CLOSED)

    card = messages.result_card(CHANNEL, closed, TALLY)

    assert card.actions == ()
    assert "Closed. The answer is " in read_aloud(card.blocks)


def test_a_round_without_answers_explains_itself_in_its_result() -> None:
    """Nothing else is posted then."""
    card = messages.result_card(CHANNEL, round_of(CHOICE), Tally(0, 0, {}, (), 0, ()))

    assert "A dict asks == and hash, never the type." in read_aloud(card.blocks)
    assert [action.label for action in card.actions] == ["Explain more"]


def test_a_withdrawn_round_tells_why_and_not_what_is_right() -> None:
    """Its question goes back to the pool."""
    voided = replace(round_of(CHOICE), state=RoundState.VOIDED, void_reason="it could not be sent in time")

    text = read_aloud(messages.result_card(CHANNEL, voided, TALLY).blocks)

    assert "Withdrawn: it could not be sent in time." in text
    assert "answer is" not in text


@KINDS
def test_nothing_in_a_thread_tells_people_to_type_a_command(question: Question) -> None:
    """Slack takes none there; buttons work everywhere."""
    round_ = round_of(question)
    cards = (messages.reveal_card(CHANNEL, round_, TALLY), messages.detail_card(CHANNEL, round_, TALLY))

    assert all("/pyquiz" not in card.plain for card in cards)
    assert all("/pyquiz" not in action.label for card in cards for action in card.actions)
