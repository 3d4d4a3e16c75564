"""Presses ahead of Bolt: what a form spells is read as every other reader of forms reads it."""

from __future__ import annotations

from urllib.parse import quote, quote_plus, unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.presses import unspelled

texts = st.text(st.characters(exclude_categories=("Cs",))) | st.text('%2"5:,{}[]|/ +&=')


@given(texts, st.sampled_from([quote, quote_plus]))
def test_what_was_spelled_is_read_as_it_was(text: str, spell: object) -> None:
    """Signs, letters of every script, percent signs, and what looks like an escape and is none."""
    assert unspelled(spell(text).encode()) == text.encode()  # type: ignore[operator]


@given(st.binary())
def test_any_bytes_are_read_as_the_library_reads_them(body: bytes) -> None:
    """Whatever somebody sends, half an escape or one in small letters."""
    assert unspelled(body) == unquote_to_bytes(body.replace(b"+", b" "))
