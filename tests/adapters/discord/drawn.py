"""Cards and forms of every kind, hostile content included, for Hypothesis to draw."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.card import (
    Bar,
    Bars,
    Button,
    Card,
    Choice,
    Code,
    Field,
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
    Role,
    Strong,
    Style,
    Text,
    Tone,
    When,
)

HOSTILE = (
    "@everyone @here <@123> <@&45> <#678> <:bug:9> <t:1:R> </quiz:1>",
    "[bank](https://evil.example) https://evil.example <https://evil.example>",
    "# big\n> quote\n- list\n1. one\n-# small",
    "**bold** __under__ ~~gone~~ ||spoiler|| \\",
    "```py\nprint()\n``` ``x`` `",
    "`" * 3000,
    "‮reversed‬ שלום مرحبا",
    "x" * 10_000,
    "🐍" * 5_000,
    "\n" * 200,
    "\x00\x1b[31m\u2028",
    "\ud800",
    "",
    " ",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.integers(100, 5000).map(lambda n: "long " * n))
instants = st.builds(
    Instant,
    st.integers(1_704_067_200, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati"]),
    st.sampled_from(list(When)),
)
urls = st.sampled_from(["https://example.org/a", "https://x.y/(z)", "https://x.y/ z>", "javascript:alert(1)", ""])
spans = st.lists(
    st.one_of(
        st.builds(Plain, texts),
        st.builds(Strong, texts),
        st.builds(Mono, texts),
        st.builds(Link, texts, urls),
        st.builds(Person, st.just("1"), texts),
        st.builds(Role, st.sampled_from(["77", "@everyone", "77> <@&78", "9" * 30, ""]), texts),
        instants,
    ),
    max_size=8,
).map(tuple)
a_block = st.one_of(
    st.builds(Text, spans, st.sampled_from(list(Tone))),
    st.builds(Code, texts, st.sampled_from(["python", "text", "toml", "", "py\n```"])),
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
    st.just(tuple(Choice(str(n), "l" * 101) for n in range(26))),
)
an_id = st.one_of(st.just("pq|answer|1|2"), st.integers(0, 10**9).map(lambda n: f"pq|do|today|{n}"))
actions = st.lists(
    st.one_of(
        st.builds(Button, an_id, texts, st.sampled_from(list(Style)), st.booleans(), choices),
        st.builds(Menu, an_id, texts, choices, st.integers(1, 5)),
    ),
    max_size=50,
).map(tuple)
calls = st.sampled_from([None, "77", "9" * 20, "9" * 21, "@everyone", "77> @here", "", "٣"])
cards = st.builds(Card, texts, st.lists(a_block, max_size=30).map(tuple), actions, st.just(""), calls)
fields = st.lists(
    st.builds(
        Field,
        st.integers(0, 10**6).map(lambda n: f"f{n}"),
        texts,
        st.sampled_from(list(FieldKind)),
        st.lists(st.sampled_from(["x", "y" * 200, "z" * 400]), min_size=1, max_size=3).map(tuple),
        choices,
        st.booleans(),
        texts,
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda field: field.name,
).map(tuple)
forms = st.builds(Form, st.just("pq|setup"), texts, texts, fields, st.lists(a_block, max_size=2).map(tuple))
