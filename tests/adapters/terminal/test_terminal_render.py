"""Cards on a terminal: at every width the same words, nothing that the terminal would obey."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.terminal.page import Page
from adapters.terminal.render import card_lines
from bot.card import (
    Bar,
    Bars,
    Button,
    Card,
    Choice,
    Code,
    Instant,
    Link,
    Menu,
    Mono,
    OptionLine,
    Options,
    Person,
    Picture,
    Plain,
    Span,
    Spans,
    Strong,
    Text,
    Tone,
    When,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"

FOUR_O_CLOCK = Instant(datetime(2027, 1, 12, 15, 0, tzinfo=UTC), "Europe/Berlin")
TOMORROW = Instant(datetime(2027, 1, 13, 8, 30, tzinfo=UTC), "Europe/Berlin", When.DAY_TIME)


def text(*spans: Span | str, tone: Tone = Tone.BODY) -> Text:
    return Text(tuple(Plain(span) if isinstance(span, str) else span for span in spans), tone)


def lettered(*options: Spans, mark: str = "") -> Options:
    lines = zip("ABCDE", options, strict=False)
    return Options(tuple(OptionLine(letter, spans, mark if letter == "B" else "") for letter, spans in lines))


SHORT = (
    (Mono("{1: 'a', True: 'b', 1.0: 'c'}"),),
    (Mono("{1: 'c'}"),),
    (Mono("{1: 'a', 1.0: 'c'}"),),
    (Mono("TypeError"),),
)
LONG = (
    (
        Plain("The class, because "),
        Mono("Cup"),
        Plain(" is an instance of "),
        Mono("M"),
        Plain(" and so finds it there."),
    ),
    (Plain("The object, and nobody else, whatever the class says about it in its own body."),),
    (Plain("Both of them."),),
)

CARDS = {
    "question": Card(
        "Python question 1",
        (
            text("Python question 1 · data model · mid · 3 points", tone=Tone.TITLE),
            text("What does this print?"),
            Code('d = {1: "a", True: "b", 1.0: "c"}\nprint(d)'),
            lettered(*SHORT),
            text("0 answered · open until ", FOUR_O_CLOCK, tone=Tone.QUIET),
        ),
        tuple(Button(f"pq|answer|1|{place}", letter) for place, letter in enumerate("ABCD")),
        "today",
    ),
    "practice result": Card(
        "Practice",
        (
            text("Practice: metaclasses", tone=Tone.TITLE),
            text("Who can call ", Mono("shout"), "?"),
            lettered(*LONG, mark="right"),
            text(
                "✅ B is right. ",
                Strong("Never"),
                " the class: see ",
                Link("the docs", "https://docs.python.org/3/"),
                ".",
            ),
        ),
        (Button("pq|do|topic x", "Another on this topic"), Button("pq|lesson|x|0", "Read the lesson")),
    ),
    "board": Card(
        "Board",
        (
            text("#python this week, 3 of 5 answers out", tone=Tone.TITLE),
            text("1  ", Person("U1", "Grace"), "  9 points"),
            text("Next: ", TOMORROW),
            Bars((Bar("A", 2, 18), Bar("closures", 14, 18), Bar("none", 0, 0))),
            Picture(b"", "A calendar of 31 days"),
        ),
        (Menu("pq|period", "Period", (Choice("week", "Week"), Choice("month", "Month"))),),
    ),
    "output": Card(
        "Output",
        (text("What does this print?"), Code("print('" + "x" * 60 + "')")),
        (Button("pq|answer-form|1", "Answer", opens_form=True), Button("pq|lesson|x|0", "Read the lesson first")),
        "today",
    ),
}


def plain(card: Card, page: Page) -> str:
    return "\n".join(line.plain for line in card_lines(card, page)) + "\n"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_cards_look_as_they_were_last_approved(width: int) -> None:
    """Delete a snapshot to have it written anew, then read it."""
    drawn = "".join(f"──── {name}\n{plain(card, Page(width))}" for name, card in CARDS.items())
    approved = SNAPSHOTS / f"width_{width}.txt"
    if not approved.exists():
        approved.write_text(drawn, encoding="utf-8")

    assert drawn == approved.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_but_code_is_wider_than_the_page(width: int) -> None:
    """Sentences, options, bars and buttons are broken within the width."""
    lines = [line for name in CARDS for line in card_lines(CARDS[name], Page(width))]
    wide = [line.plain for line in lines if cell_len(line.plain) > width]

    assert [line for line in wide if not line.startswith("    print(")] == []


def test_code_keeps_every_character_however_narrow_the_page_is() -> None:
    """Code is never wrapped: what is copied off the screen runs."""
    drawn = plain(CARDS["output"], Page(40))

    assert "    print('" + "x" * 60 + "')\n" in drawn


def test_short_options_stand_in_two_columns_where_there_is_room() -> None:
    """A and B share a line at 80 cells, and not at 40."""
    wide, narrow = plain(CARDS["question"], Page(80)), plain(CARDS["question"], Page(40))

    assert any("A  {1:" in line and "B  {1: 'c'}" in line for line in wide.splitlines())
    assert not any("A  {1:" in line and "B  {1: 'c'}" in line for line in narrow.splitlines())


def test_code_in_a_sentence_has_backticks_where_there_is_no_colour() -> None:
    """Without colour the marks say it; with colour the colour does."""
    card = Card("", (text("Use ", Mono("x"), " and ", Mono("a`b")),))

    assert plain(card, Page(80)) == "Use `x` and ``a`b``\n"
    assert plain(card, Page(80, colour=True)) == "Use x and a`b\n"


def test_instants_are_shown_in_their_own_zone() -> None:
    """15:00 UTC is 16:00 in Berlin in January."""
    drawn = plain(Card("", (text(FOUR_O_CLOCK, " ", TOMORROW),)), Page(80))

    assert drawn == "16:00 Wed 13 Jan 09:30\n"


def test_the_items_of_a_list_hang_below_their_mark() -> None:
    """A lesson reads like a page, at any width."""
    words = "one two three four five six seven eight nine ten"
    drawn = plain(Card("", (text("• ", words), text("1. ", words))), Page(40))

    assert drawn.splitlines() == [
        "• one two three four five six seven",
        "  eight nine ten",
        "1. one two three four five six seven",
        "   eight nine ten",
    ]


HOSTILE = "[red]x[/red] \x1b[31mred\x1b[0m \x07\x08 \u202egnp.exe \u2066 \x9b2J \r\ud800 שלום"


def hostile(words: str) -> Card:
    spans: Spans = (
        Plain(words),
        Strong(words),
        Mono(words),
        Link(words, f"https://x/{words}"),
        Link(words, f"javascript:{words}"),
        Person(words, words),
    )
    return Card(
        words,
        (
            Text(spans),
            Code(words),
            Code(words, words or "python"),
            Options((OptionLine("A", spans), OptionLine("B", (Mono(words),), words), OptionLine("C", spans))),
            Bars((Bar(words, 1, 2),)),
            Picture(b"", words),
        ),
        (Button("pq|x", f"{words} label"), Menu("pq|y", words, (Choice("v", words),))),
    )


def dangerous(drawn: str) -> set[str]:
    bidi = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return {c for c in drawn if c in bidi or (unicodedata.category(c) in ("Cc", "Cs") and c != "\n")}


@pytest.mark.parametrize("colour", [False, True])
def test_hostile_words_are_shown_and_do_nothing(colour: bool) -> None:
    """Markup is literal; control characters and changes of the reading direction are spelled out."""
    drawn = plain(hostile(HOSTILE), Page(400, colour))

    assert "[red]x[/red]" in drawn
    assert "\\x1b[31mred" in drawn
    assert "\\u202egnp.exe" in drawn
    assert "שלום" in drawn
    assert dangerous(drawn) == set()


@settings(deadline=None)
@given(st.text(max_size=30), st.sampled_from([40, 80, 120]), st.booleans())
def test_no_words_at_all_can_reach_the_terminal_as_commands(words: str, width: int, colour: bool) -> None:
    """Whatever a pack or a name holds, only printable characters and line breaks come out."""
    drawn = plain(hostile(words), Page(width, colour))

    assert dangerous(drawn) == set()
    assert drawn.encode("utf-8")


def test_with_no_color_not_one_colour_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is honoured on a real terminal too: marks instead of colours."""
    from io import StringIO

    from adapters.terminal.screen import Screen

    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    out = StringIO()
    screen = Screen(Console(file=out, force_terminal=True, width=80))
    for card in CARDS.values():
        screen.lines(card_lines(card, screen.page))
    codes = {code for part in out.getvalue().split("\x1b[")[1:] for code in part.partition("m")[0].split(";")}

    assert codes <= {"0", "1", "2", "4"}
    assert "`shout`" in out.getvalue()
