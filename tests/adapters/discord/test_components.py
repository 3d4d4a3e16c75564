"""Cards as components: within every limit whatever is in them, inert, and as a person would want to read them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import sentences, sheets
from adapters.discord.components import container, text_of
from adapters.discord.forms import fits, modal
from adapters.discord.layout import Layout
from adapters.discord.messenger import message
from bot.card import Button, Card, Choice, Code, Instant, Link, Mono, Person, Plain, Promise, Text
from bot.model import Answer, Period, RoundState, Streak
from bot.settings import Wanted
from bot.wording import boards, guide, messages, receipts
from bot.wording.setting_up import preview, setup_form
from bot.work import Board, BoardRow, Own, Slot
from tests.adapters.discord.drawn import HOSTILE, cards, texts
from tests.bot.wording.samples import CHANNEL, CHOICE, OUTPUT, SELECT, TALLY, round_of
from tests.standins.discord.limits import check_message, check_modal, pings, words
from tests.standins.discord.shown import read, shown

SNAPSHOTS = Path(__file__).parent / "snapshots"

CODE = re.compile(r"```[a-z0-9+-]*\n.*?\n```|(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
ALIVE = re.compile(r"(?<!\\)(@(everyone|here)|<@|<#|<:|</|\|\||~~|__)|(?<!:)https?://(?![^<>]*>\))")
"""What would do something outside code: mentions, spoilers, addresses that are not a link's own."""


@settings(max_examples=200, deadline=None)
@given(cards)
def test_any_card_is_a_message_that_discord_takes(card: Card) -> None:
    """Whatever people and packs put into it, and it pings nobody but the one role it calls."""
    body = message(card, "question:7:2026-01-12")
    check_message(body)

    assert set(pings(body)) == ({f"<@&{card.calls}>"} if card.calls in ("77", "9" * 20) else set())


@settings(max_examples=100, deadline=None)
@given(cards)
async def test_discord_py_reads_any_card_back(card: Card) -> None:
    """What is sent is a layout to the library as well, to the last component."""
    parts = container(card)
    layout = discord.ui.LayoutView.from_message(_message_of(parts))

    assert len(list(layout.walk_children())) == len(list(_walk(parts)))


def _message_of(parts: list[dict[str, object]]) -> discord.Message:
    found = discord.Message.__new__(discord.Message)
    found.components = [discord.components._component_factory(part) for part in parts]  # type: ignore[attr-defined]
    return found


def _walk(parts: list[dict[str, object]]) -> list[dict[str, object]]:
    return [each for part in parts for each in (part, *_walk(part.get("components") or []))]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [text for text in HOSTILE if 0 < len(text) < 1000])
def test_hostile_words_are_only_words(text: str) -> None:
    """No mention, no link, no spoiler, no heading comes of them; a reader sees what was written."""
    said = text_of((Text((Plain(text),)), Text((Mono(text),)), Code(text)))

    assert ALIVE.search(CODE.sub("", said)) is None
    assert re.search(r"^\s*(#|>|-|\d+\.)", CODE.sub("", said), re.MULTILINE) is None


@settings(max_examples=150, deadline=None)
@given(texts.filter(lambda text: 0 < len(text) < 1000 and "\ud800" not in text and text.strip()))
def test_words_arrive_as_they_are(text: str) -> None:
    """Escapes are gone once it is read."""
    said = read(text_of((Text((Plain(text),)),)), "UTC")

    assert said == text.replace("\u200b", "")


@given(st.text(alphabet="`ab \n", min_size=1, max_size=30))
def test_backticks_never_end_code(text: str) -> None:
    """Neither within a sentence nor in a block."""
    inline = text_of((Text((Mono(text),)),))
    block = text_of((Code(text),))

    assert not inline or CODE.fullmatch(inline)
    assert block.count("```") == 2


def test_a_link_that_is_none_is_only_its_words() -> None:
    """Only web addresses can be followed, and none can break out of its brackets."""
    links = (Link("here", "javascript:alert(1)"), Link("there", "https://x.y/>)"), Link("a]b", "https://example.org/a"))

    assert text_of((Text(links),)) == "herethere[a\\]b](<https://example.org/a>)"


def test_ten_thousand_characters_of_code_are_cut_and_the_buttons_stay() -> None:
    """What does not fit ends with an ellipsis, within its block."""
    letters = tuple(Button(f"pq|answer|1|{i}", letter) for i, letter in enumerate("ABCD"))
    (found,) = container(Card("x", (Code("x" * 10_000),), letters))
    text, row = found["components"]  # type: ignore[misc]

    assert text["content"].endswith("x…\n```")
    assert [button["label"] for button in row["components"]] == ["A", "B", "C", "D"]


def test_a_reader_sees_their_own_time() -> None:
    """Discord writes the instant, in the reader's zone."""
    at = Instant(datetime(2027, 1, 12, 15, 0, tzinfo=UTC), "Europe/Berlin")

    assert text_of((Text((at,)),)) == "<t:1799766000:t>"


async def test_nothing_of_a_layout_is_left_to_remember() -> None:
    """It is finished before it is sent, so discord.py keeps none of it."""
    layout = Layout(container(Card("x", (Code("x"),), (Button("pq|answer|1|0", "A"),))))

    assert layout.is_finished()
    assert not layout.is_dispatchable()


def answer(choice: str) -> Answer:
    """Given as the question came out."""
    return Answer(81, 1, choice, None, ASKED["choice"].opened, ASKED["choice"].opened)


ASKED = {"choice": round_of(CHOICE), "select": round_of(SELECT), "output": round_of(OUTPUT)}
NOW = ASKED["choice"].opened
CLOSED = replace(ASKED["choice"], state=RoundState.CLOSED)
LINES = [
    BoardRow(11 + i, 7 - i, 3, 4, i + 2, 1, f"U{i + 2}", name, False) for i, name in enumerate(("Grace", "Mei", "Omar"))
]
BOARD = Board(
    date(2027, 1, 11), tuple(LINES), BoardRow(4, 9, 3, 4, 1, 1, "U1", "Ada", False), 1, 3, 5, page=1, more=True
)
OWN = Own(BOARD.own, 24, Streak(run=12, best=31, right_run=4, best_right=9, freezes=1), 13)

CARDS = {
    **{f"question, {kind}": messages.question_card(CHANNEL, round_, 12) for kind, round_ in ASKED.items()},
    "today": receipts.today_card(CHANNEL, ASKED["choice"], 12, None, NOW),
    "result": messages.result_card(CHANNEL, ASKED["choice"], TALLY),
    "reveal": messages.reveal_card(CHANNEL, ASKED["choice"], TALLY),
    "detail": messages.detail_card(CHANNEL, ASKED["choice"], TALLY),
    "receipt, the first": receipts.receipt(CHANNEL, ASKED["choice"], answer("1"), None, 1, (), True),
    "receipt, several": receipts.receipt(CHANNEL, ASKED["select"], answer("0,2"), ("0", None), 2, (), False),
    "how did I do": receipts.how_did_i_do(CHANNEL, CLOSED, answer("0"), 13),
    "every option": messages.every_option(CLOSED, TALLY),
    "leaderboard, its second page": boards.leaderboard(CHANNEL, Period.WEEK, BOARD, 1, last_week=False),
    "me": boards.own_page(CHANNEL, OWN, BOARD.own, (("closures", 4, 4), ("gil", 1, 3)), {"gil": "The GIL"}),
    "me, shared": boards.shared_self(CHANNEL, Person("U2", "Grace"), BOARD.rows[0], 24, OWN.streak),
    "help": guide.help_card(CHANNEL, True),
    "greeting of an owner": sentences.greeting("Tea & Code"),
    "may not post": sentences.cannot_post(Promise(CHANNEL.place, "pq|confirm|7"), ["Send Messages"]),
    "the role stays silent": sentences.silent_role("77"),
}
FORMS = {
    "select form": receipts.answer_form("pq|answer-form|1", SELECT, ASKED["select"].order, "Question 42", ("0",)),
    "output form": receipts.answer_form("pq|answer-form|1", OUTPUT, ASKED["output"].order, "Question 42", ()),
}
TOPICS = [Choice(f"topic-{n}", f"Topic {n}") for n in range(30)]
ANYWHERE = setup_form("pq|setup", CHANNEL.place, Wanted(CHANNEL.schedule, CHANNEL.filters), TOPICS, choose=True)
WOULD = preview(
    CHANNEL.place,
    Wanted(CHANNEL.schedule, CHANNEL.filters, "77"),
    tuple(Slot(date(2027, 1, day), NOW, NOW, "Epiphany" if day == 6 else None) for day in (5, 6, 7, 8, 11)),
    300,
    replace(CHANNEL, schedule=replace(CHANNEL.schedule, post=time(8, 30))),
)
SET_UP = setup_form("pq|setup", CHANNEL.place, Wanted(CHANNEL.schedule, CHANNEL.filters, "77"), TOPICS)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_cards_look_as_they_were_last_approved(zone: str) -> None:
    """Delete a snapshot to have it written anew, then read it."""
    drawn = {name: shown(container(card), zone) for name, card in CARDS.items()}
    for name, form in FORMS.items():
        assert fits(form)
        view = modal(form)
        check_modal(view)
        drawn[name] = f"{view['title']}\n{shown(view['components'], zone)}"  # type: ignore[arg-type]
    drawn["set-up"] = shown(sheets.sheet(SET_UP), zone)
    drawn["set-up of another channel"] = shown(sheets.with_note(sheets.sheet(ANYWHERE), WOULD.blocks), zone)
    drawn["question, as it is sent"] = "\n".join(words(container(replace(CARDS["question, choice"], calls="77"))))
    whole = "".join(f"──── {name}\n{text}\n" for name, text in drawn.items())
    approved = SNAPSHOTS / f"{zone.replace('/', '_').lower()}.txt"
    if not approved.exists():
        approved.parent.mkdir(exist_ok=True)
        approved.write_text(whole, encoding="utf-8")

    assert whole == approved.read_text(encoding="utf-8")
