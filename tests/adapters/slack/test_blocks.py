"""Cards as Block Kit: within every limit whatever is in them, inert, and as a person would want to read them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import modals, sentences
from adapters.slack.blocks import blocks, message
from adapters.slack.modals import Memory
from bot.card import (
    Bar,
    Bars,
    Button,
    Card,
    Choice,
    Code,
    Field,
    FieldErrors,
    FieldKind,
    Form,
    Instant,
    Link,
    Menu,
    Mono,
    OptionLine,
    Options,
    Person,
    Plain,
    Strong,
    Style,
    Text,
    Tone,
    When,
)
from bot.model import Filters
from bot.settings import Wanted
from bot.wording import guide, messages, receipts, setting_up
from bot.wording.setting_up import setup_form
from bot.work import Slot
from tests.bot.wording.samples import CHANNEL, CHOICE, OPENED, OUTPUT, SELECT, TALLY, round_of
from tests.standins.slack.limits import check_errors, check_message, check_view, pings
from tests.standins.slack.shown import shown

SNAPSHOTS = Path(__file__).parent / "snapshots"

HOSTILE = (
    "<!channel> <!here> <@U123> <#C1|general> <https://evil.example|bank>",
    "@everyone @channel &amp; &lt;",
    "```\n* _~`",
    "`" * 3000,
    "‮reversed‬ שלום مرحبا",
    "x" * 10_000,
    "🐍" * 5_000,
    "\n" * 200,
    "\x00\x1b[31m\u2028",
    "\ud800",
    "",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.integers(100, 5000).map(lambda n: "long " * n))
instants = st.builds(
    Instant,
    st.integers(1_704_067_200, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati"]),
    st.sampled_from(list(When)),
)
spans = st.lists(
    st.one_of(
        st.builds(Plain, texts),
        st.builds(Strong, texts),
        st.builds(Mono, texts),
        st.builds(Link, texts, st.sampled_from(["https://example.org/a", "javascript:alert(1)", ""])),
        st.builds(Person, st.just("U1"), texts),
        instants,
    ),
    max_size=8,
).map(tuple)
a_block = st.one_of(
    st.builds(Text, spans, st.sampled_from(list(Tone))),
    st.builds(Code, texts, st.sampled_from(["python", "text", "toml", ""])),
    st.builds(
        Options,
        st.lists(st.builds(OptionLine, st.sampled_from("ABCDE"), spans, texts), max_size=5).map(tuple),
    ),
    st.builds(
        Bars,
        st.lists(st.builds(Bar, texts, st.integers(0, 50), st.integers(0, 50)), max_size=6).map(tuple),
    ),
)
values = st.one_of(st.sampled_from(["x", "y" * 200, ""]), st.integers().map(str))
choices = st.one_of(
    st.lists(st.builds(Choice, values, texts), max_size=8).map(tuple),
    st.just(tuple(Choice(str(n), "label " * 20) for n in range(130))),
)
an_id = st.one_of(st.just("pq|answer|1|2"), st.integers(0, 10**9).map(lambda n: f"pq|do|today|{n}"))
actions = st.lists(
    st.one_of(
        st.builds(Button, an_id, texts, st.sampled_from(list(Style)), st.booleans()),
        st.builds(Menu, an_id, texts, choices, st.integers(1, 5)),
    ),
    max_size=30,
).map(tuple)
cards = st.builds(Card, texts, st.lists(a_block, max_size=30).map(tuple), actions)
fields = st.lists(
    st.builds(
        Field,
        st.integers(0, 10**6).map(lambda n: f"f{n}"),
        texts,
        st.sampled_from(list(FieldKind)),
        st.lists(st.sampled_from(["x", "y" * 200, "z" * 4000]), min_size=1, max_size=3).map(tuple),
        choices,
        st.booleans(),
        texts,
    ),
    max_size=12,
    unique_by=lambda field: field.name,
).map(tuple)
forms = st.builds(Form, st.just("pq|setup"), texts, texts, fields, st.lists(a_block, max_size=5).map(tuple))


@settings(max_examples=200, deadline=None)
@given(cards)
def test_any_card_is_a_message_that_slack_takes(card: Card) -> None:
    """Whatever people and packs put into it, and it pings nobody."""
    body = message(card)
    check_message({**body, "text": body["text"] or "x"})

    assert pings(body) == []


@settings(max_examples=150, deadline=None)
@given(cards)
def test_any_card_is_a_page_and_a_home_that_slack_takes(card: Card) -> None:
    """Modals and the Home tab have limits of their own."""
    memory = Memory("", "C" * 20, "https://hooks.slack.com/" + "x" * 120, True, "#" + "n" * 80)
    check_view(modals.page(card, memory))
    check_view(modals.home((card, card)))

    assert pings(modals.page(card, memory)) == []


@settings(max_examples=150, deadline=None)
@given(forms)
def test_any_form_is_a_modal_that_slack_takes(form: Form) -> None:
    """Labels, choices and what stands in fields at first, however long."""
    check_view(modals.view(form, Memory(form.id)))

    assert modals.view(form, Memory(form.id))["callback_id"] == modals.CALLBACK


@given(st.lists(texts, min_size=1, max_size=5))
def test_any_error_is_one_that_slack_takes(sentences: list[str]) -> None:
    """A sentence beside each field."""
    form = Form("pq|setup", "t", "s", tuple(Field(f"f{i}", "l", FieldKind.TEXT) for i in range(len(sentences))))
    found = modals.errors(FieldErrors(tuple((f"f{i}", text) for i, text in enumerate(sentences))))
    check_errors(modals.view(form, Memory("")), found["errors"])

    assert found["response_action"] == "errors"


@settings(max_examples=100, deadline=None)
@given(texts.filter(lambda text: 0 < len(text) < 4000 and "\ud800" not in text))
def test_words_arrive_as_they_are(text: str) -> None:
    """Nothing is escaped in rich text: Slack takes it literally."""
    (rich,) = blocks(Card("x", (Text((Plain(text), Mono(text))), Code(text))))
    section, code = rich["elements"]

    assert [part["text"] for part in section["elements"]] == [text, text, "\n"]
    assert code["elements"] == [{"type": "text", "text": text}]


def test_more_choices_than_a_menu_holds_are_looked_for_by_typing() -> None:
    """None is cut off, and those that stand stay."""
    topics = tuple(Choice(f"topic-{number}", f"Topic {number}") for number in range(130))
    form = setup_form(
        "pq|setup", CHANNEL.place, Wanted(CHANNEL.schedule, Filters(topics=frozenset({"topic-129"}))), topics
    )
    shown_as = modals.view(form, Memory(form.id))
    check_view(shown_as)
    (field,) = [b["element"] for b in shown_as["blocks"] if b.get("block_id") == "topics"]

    assert field["type"] == "multi_external_select"
    assert [option["value"] for option in field["initial_options"]] == ["topic-129"]


def test_a_modal_remembers_what_was_filled_in_within_its_limit() -> None:
    """A hundred topics fit; what would not is not remembered by half."""
    some = {"topics": tuple(f"a-topic-of-some-length-{number}" for number in range(100)), "zone": ("Europe/Berlin",)}
    much = {"topics": tuple(hashlib.sha256(bytes([number])).hexdigest() for number in range(100))}
    held = Memory("pq|setup", "C1", "https://hooks.slack.com/" + "x" * 100, True, "#" + "y" * 80).holding(some)

    assert held is not None
    assert Memory.read(held.written()).filled == some
    assert Memory("pq|setup").holding(much) is None


def test_a_link_that_is_none_is_only_its_words() -> None:
    """Only web addresses can be followed."""
    (rich,) = blocks(Card("x", (Text((Link("here", "javascript:alert(1)"),)),)))

    assert rich["elements"][0]["elements"][0] == {"type": "text", "text": "here"}


def test_ten_thousand_characters_of_code_end_with_an_ellipsis_where_they_must() -> None:
    """What does not fit is cut, and the buttons stay."""
    letters = tuple(Button(f"pq|answer|1|{i}", letter) for i, letter in enumerate("ABCD"))
    found = blocks(Card("x", (Code("x" * 10_000), Code("y" * 10_000)), letters))
    first, second = found[0]["elements"]

    assert first["elements"][0]["text"] == "x" * 10_000
    assert second["elements"][0]["text"].endswith("y…")
    assert [button["text"]["text"] for button in found[1]["elements"]] == ["A", "B", "C", "D"]


def test_a_reader_sees_their_own_time() -> None:
    """Slack writes the instant, in the reader's zone; the fallback is the channel's."""
    (rich,) = blocks(Card("x", (Text((Instant(datetime(2027, 1, 12, 15, 0, tzinfo=UTC), "Europe/Berlin"),)),)))
    date = rich["elements"][0]["elements"][0]

    assert date == {"type": "date", "timestamp": 1799766000, "format": "{time}", "fallback": "16:00"}


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
DAYS = tuple(Slot(date(2027, 1, 13 + day), OPENED, OPENED, "Epiphany" if day == 1 else None) for day in range(5))
CARDS |= {
    "set-up, before saving": setting_up.preview(
        CHANNEL.place, Wanted(CHANNEL.schedule, CHANNEL.filters), DAYS, 12, None
    ),
    "set-up, saved": setting_up.confirmation(replace(CHANNEL, last_number=0), DAYS, 300),
    "not in the channel": sentences.invite("#python", "pq|confirm|7"),
    "mentioned in a thread": sentences.in_thread(),
}
TOPICS = (Choice("closures", "Closures"),)
FORMS = {
    "select form": receipts.answer_form("pq|answer-form|1", SELECT, ASKED["select"].order, "Question 42", ("0",)),
    "output form": receipts.answer_form("pq|answer-form|1", OUTPUT, ASKED["output"].order, "Question 42", ()),
    "set-up": setup_form(
        "pq|setup", CHANNEL.place, Wanted(CHANNEL.schedule, CHANNEL.filters, "77"), TOPICS, choose=True
    ),
}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_cards_look_as_they_were_last_approved(zone: str) -> None:
    """Delete a snapshot to have it written anew, then read it."""
    views = {name: modals.view(form, Memory(form.id)) for name, form in FORMS.items()}
    drawn = {name: shown(blocks(card), zone) for name, card in CARDS.items()}
    drawn |= {name: f"{view['title']['text']}\n{shown(view['blocks'], zone)}" for name, view in views.items()}
    whole = "".join(f"──── {name}\n{text}\n" for name, text in drawn.items())
    approved = SNAPSHOTS / f"{zone.replace('/', '_').lower()}.txt"
    if not approved.exists():
        approved.parent.mkdir(exist_ok=True)
        approved.write_text(whole, encoding="utf-8")

    assert whole == approved.read_text(encoding="utf-8")
