"""Cards as components: within every limit whatever is in them, inert, and as a person would want to read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import sheets
from adapters.discord.components import container, text_of
from adapters.discord.forms import fits, modal
from adapters.discord.layout import Layout
from adapters.discord.messenger import message
from bot.card import Button, Card, Choice, Code, Instant, Link, Mono, Plain, Text
from bot.settings import Wanted
from bot.wording import guide, messages, receipts
from bot.wording.setting_up import setup_form
from tests.adapters.discord.drawn import HOSTILE, cards, texts
from tests.bot.wording.samples import CHANNEL, CHOICE, OUTPUT, SELECT, TALLY, round_of
from tests.standins.discord.limits import check_message, check_modal, pings
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


ASKED = {"choice": round_of(CHOICE), "select": round_of(SELECT), "output": round_of(OUTPUT)}
NOW = ASKED["choice"].opened

CARDS = {
    **{f"question, {kind}": messages.question_card(CHANNEL, round_, 12) for kind, round_ in ASKED.items()},
    "today": receipts.today_card(CHANNEL, ASKED["choice"], 12, None, NOW),
    "result": messages.result_card(CHANNEL, ASKED["choice"], TALLY),
    "reveal": messages.reveal_card(CHANNEL, ASKED["choice"], TALLY),
    "detail": messages.detail_card(CHANNEL, ASKED["choice"], TALLY),
    "help": guide.help_card(CHANNEL, True),
    "greeting": guide.greeting(),
}
FORMS = {
    "select form": receipts.answer_form("pq|answer-form|1", SELECT, ASKED["select"].order, "Question 42", ("0",)),
    "output form": receipts.answer_form("pq|answer-form|1", OUTPUT, ASKED["output"].order, "Question 42", ()),
}
TOPICS = [Choice(f"topic-{n}", f"Topic {n}") for n in range(30)]
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
    drawn["question, as it is sent"] = text_of(CARDS["question, choice"].blocks)
    whole = "".join(f"──── {name}\n{text}\n" for name, text in drawn.items())
    approved = SNAPSHOTS / f"{zone.replace('/', '_').lower()}.txt"
    if not approved.exists():
        approved.parent.mkdir(exist_ok=True)
        approved.write_text(whole, encoding="utf-8")

    assert whole == approved.read_text(encoding="utf-8")
