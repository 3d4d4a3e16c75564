"""What the clock says in a channel: the question, its result, the reveal, the detail in its thread, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import Action, Block, Card, Choice, Code, OptionLine, Options, Person, Spans
from bot.model import Channel, News, Player, Round, RoundState
from bot.wording.phrases import (
    LETTERS,
    Part,
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
    named,
    quiet,
    read_aloud,
    spans,
    title,
)
from bot.work import Tally
from content.question import Kind, Question

SHARES_FROM = 5
"""Shares per option are shown from this many answers on: below, they would tell who chose what."""

TODAY = "today"
"""What a prompt calls the daily question."""

ASKED_AFTER = 5
ASLEEP = "nobody answered the last 10 questions"

NAMES_IN_REVEAL = 5
NAMES_IN_DETAIL = 7
NAMES_IN_RUN = 3
RUNS_IN_REVEAL = 2
"""So many milestones are named: a reveal has six lines at most."""

HOW_TO = {
    Kind.CHOICE: "",
    Kind.SELECT: "Several are right: choose all of them, all or nothing.",
    Kind.OUTPUT: "Type what it prints, or the exception's name. Spacing and the style of quotes don't matter.",
}


def question_card(channel: Channel, round_: Round, answered: int) -> Card:
    """The open question. It tells nothing that depends on which option is right."""
    question = round_.question
    closes = moment(round_.closes, channel.schedule.zone, round_.opened)
    footer = quiet(f"{answered} answered · open until ", closes, " · please keep answers out of the thread until then")
    plain = in_words(
        spans(f"Python question {round_.number}: ", markdown(question.prompt), " Open until ", closes, ".")
    )
    blocks = (heading(round_), *asked(question, round_.order), footer)
    return Card(plain, blocks, answer_buttons(question, round_.order, "answer", round_.id), TODAY, channel.role)


def heading(round_: Round) -> Block:
    """``Python question 42 · data model · mid · 3 points``: the category, never the topic."""
    question = round_.question
    return title(
        f"Python question {round_.number} · {question.category} · {question.level} · {count(round_.points, 'point')}"
    )


def asked(question: Question, order: tuple[int, ...], marks: dict[int, str] | None = None) -> tuple[Block, ...]:
    """Prompt, code, how to answer, and the options in their displayed order."""
    blocks: list[Block] = [line(markdown(question.prompt))]
    if question.code:
        blocks.append(Code(question.code))
    if HOW_TO[question.kind] and marks is None:
        blocks.append(quiet(HOW_TO[question.kind]))
    if question.kind is not Kind.OUTPUT:
        blocks.append(
            Options(
                tuple(
                    OptionLine(LETTERS[place], markdown(question.options[written].text), (marks or {}).get(written, ""))
                    for place, written in enumerate(order)
                )
            )
        )
    return tuple(blocks)


def answer_buttons(question: Question, order: tuple[int, ...], verb: str, id_: int) -> tuple[Action, ...]:
    """Letters for a choice; one button that opens a form for the other kinds. ``verb``-``form`` opens it."""
    if question.kind is Kind.CHOICE:
        return tuple(button(LETTERS[place], verb, id_, place) for place in range(len(question.options)))
    opens = button("Answer", f"{verb}-form", id_, form=True)
    return (replace(opens, choices=lettered(question, order)) if question.kind is Kind.SELECT else opens,)


def lettered(question: Question, order: tuple[int, ...]) -> tuple[Choice, ...]:
    """The options as what can be chosen, by the place where they are displayed: no value tells which is right."""
    texts = (in_words(markdown(question.options[written].text)) for written in order)
    return tuple(Choice(str(place), f"{LETTERS[place]}  {text}") for place, text in enumerate(texts))


def answer_of(round_: Round) -> Spans:
    """``B, `{1: 'c'}` `` for a choice, ``A and C`` for a select, the output itself for an output."""
    question = round_.question
    if question.kind is Kind.OUTPUT:
        return markdown(question.options[question.right[0]].text)
    letters = letters_of(round_.order, question.right)
    if question.kind is Kind.SELECT:
        return spans(listed(letters))
    return spans(f"{letters[0]}, ", markdown(question.options[question.right[0]].text))


def result_card(channel: Channel, round_: Round, tally: Tally) -> Card:
    """The question's own message once its round is over: no buttons, and the result."""
    if round_.state is RoundState.VOIDED:
        blocks: tuple[Block, ...] = (
            heading(round_),
            *asked(round_.question, round_.order, {}),
            line(f"Withdrawn: {round_.void_reason}. Nobody's points or streak change."),
        )
        return Card(read_aloud(blocks), blocks)
    marks = dict.fromkeys(round_.question.right, "right")
    blocks = (
        heading(round_),
        *asked(round_.question, round_.order, marks),
        line("Closed. The answer is ", answer_of(round_), ". ", _got_it(tally)),
        *(() if tally.answered else (line(markdown(round_.question.explanation)),)),
    )
    return Card(read_aloud(blocks), blocks, () if tally.answered else (explain(round_),))


def reveal_card(channel: Channel, round_: Round, tally: Tally) -> Card:
    """The answer, in six lines at most, with the way to one's own result and to the lesson."""
    blocks = (
        title(f"Question {round_.number}: the answer is ", answer_of(round_)),
        line(markdown(round_.question.explanation)),
        line(_got_it(tally), *_milestones(tally)),
    )
    return Card(read_aloud(blocks), blocks, (button("How did I do?", "how", round_.id), explain(round_)))


def _milestones(tally: Tally) -> list[Spans]:
    """`` Grace has answered 50 in a row.``; who came so far on the same day share a sentence, for a team that began
    together gets there together."""
    runs: dict[int, list[Player]] = {}
    for player, run in tally.milestones:
        runs.setdefault(run, []).append(player)
    longest = sorted(runs.items(), reverse=True)[:RUNS_IN_REVEAL]
    return [spans(" ", *_some(players), f" answered {run} in a row.") for run, players in longest]


def _some(players: Sequence[Player]) -> Spans:
    """``Grace has``, ``Ada and Omar have``, ``Ada, Grace, Mei and 12 more have``."""
    named: list[Part] = [_person(player) for player in players[:NAMES_IN_RUN]]
    if len(players) > NAMES_IN_RUN:
        return spans(joined(named), f" and {len(players) - NAMES_IN_RUN} more have")
    if len(named) == 1:
        return spans(*named, " has")
    return spans(joined(named[:-1]), " and ", named[-1], " have")


def explain(round_: Round) -> Action:
    """The button that opens the lesson."""
    return button("Explain more", "lesson", round_.question.topic, 0)


def _got_it(tally: Tally) -> Spans:
    if not tally.answered:
        return spans("Nobody answered this one.")
    head = f"{tally.right or 'None'} of {tally.answered} got it"
    named = [_person(player) for player in tally.solvers]
    if named and len(named) <= NAMES_IN_REVEAL and not tally.hidden_solvers:
        return spans(f"{head}: ", joined(named), ".")
    return spans(f"{head}.")


def _person(player: Player) -> Person:
    return Person(player.person, player.name)


def detail_card(channel: Channel, round_: Round, tally: Tally) -> Card:
    """The thread's part: shares, the reason of each option, who got it."""
    blocks = (*option_reasons(round_, tally), line(_solvers(tally), " Discuss here."))
    return Card(read_aloud(blocks), blocks, (does("Another on this topic", f"topic {round_.question.topic}"),))


def _solvers(tally: Tally) -> Spans:
    if not tally.right:
        return spans("Nobody got it.")
    named = [_person(player) for player in tally.solvers[:NAMES_IN_DETAIL]]
    more = tally.right - len(named)
    rest = f" and {more} more" if named and more else count(more, "colleague") if more else ""
    return spans("Got it: ", joined(named), rest, ".")


def every_option(round_: Round, tally: Tally) -> Card:
    """The same for one person, who may not have the question before them."""
    head = title(f"Question {round_.number}: the answer is ", answer_of(round_))
    blocks = (head, *option_reasons(round_, tally), line(_solvers(tally)))
    return Card(
        read_aloud(blocks), blocks, (explain(round_), does("Another on this topic", f"topic {round_.question.topic}"))
    )


def option_reasons(round_: Round, tally: Tally | None) -> list[Block]:
    """Each option with its share (from five answers on) and why it is right or wrong."""
    question = round_.question
    shares = tally if tally is not None and tally.answered >= SHARES_FROM else None
    if question.kind is Kind.OUTPUT:
        return [
            line(_share(shares, str(i)), markdown(o.text), "  ", _verdict(o.right), markdown(o.reason))
            for i, o in enumerate(question.options)
        ]
    return [
        line(f"{LETTERS[place]}  ", _share(shares, str(i)), _verdict(question.options[i].right), _reason(question, i))
        for place, i in enumerate(round_.order)
    ]


def _share(tally: Tally | None, choice: str) -> str:
    if tally is None:
        return ""
    chosen = sum(n for given, n in tally.choices.items() if choice in given.split(","))
    return f"{chosen} of {tally.answered}. "


def _verdict(right: bool) -> str:
    return "✅ Right: " if right else ""


def _reason(question: Question, written: int) -> Spans:
    return markdown(question.options[written].reason)


def note_card(channel: Channel, body: str) -> Card:
    """Something managers should know (``body`` is a ``News``), with what they can do about it."""
    place = named(channel.place)
    actions: tuple[Action, ...] = (button("Change time or levels", "setup", channel.id, form=True),)
    match News(body):
        case News.SILENT:
            said = (
                f"Nobody in {place} answered the last {ASKED_AFTER} questions. Would another time or level suit better?"
            )
            actions = (*actions, does("Pause", "pause", channel.id))
        case News.ASLEEP:
            said = f"PyQuiz paused itself in {place}: {ASLEEP}. Scores and streaks are kept."
            actions = (does("Resume", "resume", channel.id), *actions)
        case News.GONE:
            head = f"PyQuiz can't speak in {place} any more ({channel.reason}), so it stopped there."
            said = f"{head} Nothing is lost: once it can, it goes on."
            actions = (does("See the status", "status", channel.id),)
    blocks = (line(said),)
    return Card(read_aloud(blocks), blocks, actions)
