"""What somebody is told about their own answer: the receipt, a late press, how they did."""

from __future__ import annotations

from datetime import datetime

from bot.card import Action, Block, Button, Card, Field, FieldKind, Form, Mono, Spans
from bot.model import Answer, Channel, Round, RoundState, Streak
from bot.wording.messages import TODAY, answer_buttons, answer_of, asked, explain, heading, lettered, option_reasons
from bot.wording.phrases import (
    button,
    count,
    does,
    in_words,
    joined,
    letters_of,
    line,
    listed,
    markdown,
    moment,
    quiet,
    read_aloud,
    short_day,
    spans,
)
from bot.work import Played
from content.question import Kind, Question
from content.typed import same_output

FIRST_TIME = "Only you see what you chose. Names appear only for right answers."


def chosen(question: Question, order: tuple[int, ...], choice: str, text: str | None) -> Spans:
    """What somebody chose: ``B: `{1: 'c'}` ``, ``A and C``, or what they typed."""
    if question.kind is Kind.OUTPUT:
        return (Mono(text or ""),)
    written = [int(position) for position in choice.split(",")]
    letters = listed(letters_of(order, written))
    return spans(letters) if question.kind is Kind.SELECT else spans(f"{letters}: ", _text(question, written[0]))


def _text(question: Question, written: int) -> Spans:
    return markdown(question.options[written].text)


def receipt(
    channel: Channel,
    round_: Round,
    answer: Answer,
    previous: tuple[str, str | None] | None,
    run: int,
    news: Spans,
    first_ever: bool,
) -> Card:
    """An answer is durable: what it is, until when it can be changed, and, the first time, the news of the streak."""
    question, order = round_.question, round_.order
    until = moment(round_.closes, channel.schedule.zone, answer.at)
    now_chosen = chosen(question, order, answer.choice, answer.text)
    if previous is None:
        blocks = [line("You chose ", now_chosen, ". You can change it until ", until, f". Answered in a row: {run}.")]
    elif _same(question, previous, answer):
        blocks = [line("Still ", now_chosen, ". Nothing changed.")]
    else:
        before = chosen(question, order, *previous)
        if question.kind is Kind.CHOICE:
            before = spans(in_words(before).partition(":")[0])
        blocks = [line("Changed from ", before, " to ", now_chosen, ". The last one counts, until ", until, ".")]
    if news:
        blocks.append(line(news))
    if first_ever:
        blocks.append(quiet(FIRST_TIME))
    return Card(read_aloud(blocks), tuple(blocks), (_change(round_),))


def _same(question: Question, previous: tuple[str, str | None], answer: Answer) -> bool:
    """Typed answers are compared as typed: that two spellings are accepted alike would tell that they are accepted."""
    if question.kind is Kind.OUTPUT:
        return same_output(previous[1] or "", answer.text or "")
    return previous[0] == answer.choice


def _change(round_: Round) -> Button:
    return button("Change", "change", round_.id)


def change_card(round_: Round) -> Card:
    """The buttons once more, in the receipt's place."""
    blocks = (*asked(round_.question, round_.order), quiet("The last one counts."))
    return Card(read_aloud(blocks), blocks, answer_buttons(round_.question, round_.order, "reanswer", round_.id), TODAY)


def streak_news(streak: Streak | None, covered: tuple[Played, ...]) -> Spans:
    """What happened to a streak since its player last answered; empty where nothing did."""
    if streak is None:
        return ()
    if streak.ended:
        return spans(f"Your streak ended at {streak.ended}. Today starts a new one; your best is still {streak.best}.")
    if streak.covered:
        days = listed([short_day(played.date) for played in covered]) or count(streak.covered, "question")
        left = "No freeze is left" if not streak.freezes else f"{count(streak.freezes, 'freeze')} left"
        freeze = "A freeze" if streak.covered == 1 else f"{streak.covered} freezes"
        return spans(f"❄️ {freeze} covered {days}, so your streak goes on. {left}.")
    return ()


def late_press(channel: Channel, round_: Round, now: datetime, stands: tuple[str, str | None] | None) -> Card:
    """The round takes no answers any more: what counts, and where to go from here."""
    closed = spans(f"Question {round_.number} closed at ", moment(round_.closes, channel.schedule.zone, now))
    if round_.state is RoundState.VOIDED:
        return _card(line(f"Question {round_.number} was withdrawn: {round_.void_reason}. Nobody's points change."))
    if round_.state is RoundState.OPEN:
        return _card(line(closed, ". The answer is on its way."))
    if stands is None:
        return _card(
            line(closed, ", so this one doesn't count."),
            actions=(
                button("See the answer", "how", round_.id),
                does("Try one like it", f"topic {round_.question.topic}"),
            ),
        )
    what = chosen(round_.question, round_.order, *stands)
    return _card(line(closed, ". Your answer ", what, " stands."), actions=(button("How did I do?", "how", round_.id),))


def how_did_i_do(channel: Channel, round_: Round, answer: Answer | None, run: int) -> Card:
    """One player's own result in a closed round; for who did not answer, the answer itself."""
    question = round_.question
    rest = (
        button("Every option", "detail", round_.id),
        explain(round_),
        does("Another on this topic", f"topic {question.topic}"),
    )
    if answer is None:
        return _card(
            line(f"You didn't answer question {round_.number}. The answer is ", answer_of(round_), "."),
            line(markdown(question.explanation)),
            *option_reasons(round_, None),
            actions=rest,
        )
    right = answer.choice == round_.key
    head = spans("You chose ", chosen(question, round_.order, answer.choice, answer.text), ". ")
    tail = spans(f"Answered in a row: {run}.")
    if right:
        verdict = spans("✅ Right. ", _why(question, answer.choice) or markdown(question.explanation), " ")
    else:
        why = _why(question, answer.choice)
        verdict = spans("❌ ", *((why, " ") if why else ()), "Right was ", answer_of(round_), ". ")
    return _card(line(head, verdict, tail), actions=rest)


def _why(question: Question, choice: str) -> Spans:
    """Why this choice is right or wrong, as far as the question says."""
    if choice.startswith("="):
        return ()
    given = [int(position) for position in choice.split(",")]
    if question.kind is not Kind.SELECT:
        return markdown(question.options[given[0]].reason)
    missed = [i for i in question.right if i not in given]
    wrong = [i for i in given if i not in question.right]
    return joined([markdown(question.options[i].reason) for i in wrong + missed], " ")


def result_of_practice(question: Question, order: tuple[int, ...], choice: str, text: str | None, right: bool) -> Spans:
    """``✅ B is right. …`` or ``❌ Not A: … B is right: …``."""
    keys = question.right
    if question.kind is Kind.OUTPUT:
        answer: Spans = markdown(question.options[keys[0]].text)
        given: Spans = (Mono(text or ""),)
    else:
        answer = spans(listed(letters_of(order, keys)))
        given = spans(listed(letters_of(order, (int(p) for p in choice.split(",")))))
    are = " are" if len(keys) > 1 and question.kind is Kind.SELECT else " is"
    why_right = joined(
        [markdown(question.options[i].reason) for i in (keys if question.kind is Kind.SELECT else keys[:1])], " "
    )
    if right:
        return spans("✅ ", answer, are, " right. ", why_right)
    why_not = _why(question, choice)
    if question.kind is Kind.SELECT:
        return spans("❌ Not ", given, ". ", answer, are, " right. ", why_not)
    return spans("❌ Not ", given, *((". ", why_not) if why_not else (".",)), " ", answer, " is right. ", why_right)


def answer_form(form_id: str, question: Question, order: tuple[int, ...], title: str, given: tuple[str, ...]) -> Form:
    """What opens from one [Answer] button: boxes to tick for a select, a line to type in for an output."""
    blocks = asked(question, order)
    if question.kind is Kind.OUTPUT:
        field = Field("answer", "It prints", FieldKind.TEXT, given, hint="Or the exception's name, e.g. TypeError")
    else:
        field = Field("answer", "Right are", FieldKind.MANY, given, lettered(question, order))
    return Form(form_id, title, "Answer", (field,), blocks)


def answer_skeleton(form_id: str) -> Form:
    """The form before it is known what the question is: a modal has to open within the platform's limit."""
    return Form(form_id, "Your answer", "Answer", (), (line("One moment…"),))


def today_card(channel: Channel, round_: Round, answered: int, answer: Answer | None, now: datetime) -> Card:
    """Today's open question as one person sees it."""
    until = moment(round_.closes, channel.schedule.zone, now)
    blocks: list[Block] = [heading(round_), *asked(round_.question, round_.order)]
    if answer:
        yours = chosen(round_.question, round_.order, answer.choice, answer.text)
        blocks.append(line("You chose ", yours, ". You can change it until ", until, "."))
    blocks.append(quiet(f"{answered} answered · open until ", until))
    return Card(
        read_aloud(blocks), tuple(blocks), answer_buttons(round_.question, round_.order, "answer", round_.id), TODAY
    )


def _card(*blocks: Block, actions: tuple[Action, ...] = ()) -> Card:
    return Card(read_aloud(blocks), blocks, actions)
