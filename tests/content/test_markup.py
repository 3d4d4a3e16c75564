"""Inline Markdown becomes runs, and its marks never reach a reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.markup import Run, RunStyle, plain, runs


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tea", (Run("tea"),)),
        ("", ()),
        ("**hot** tea", (Run("hot", RunStyle.STRONG), Run(" tea"))),
        ("*hot* tea", (Run("hot", RunStyle.STRONG), Run(" tea"))),
        ("call `f(*a)` now", (Run("call "), Run("f(*a)", RunStyle.CODE), Run(" now"))),
        ("`` a`b ``", (Run("a`b", RunStyle.CODE),)),
        (
            "[the PEP](https://peps.python.org/pep-8/)",
            (Run("the PEP", RunStyle.PLAIN, "https://peps.python.org/pep-8/"),),
        ),
        (r"2 \* 3 < 7 & so", (Run("2 * 3 < 7 & so"),)),
        ("one\ntwo", (Run("one two"),)),
        ("a &lt; b", (Run("a < b"),)),
    ],
)
def test_text_becomes_runs(text: str, wanted: tuple[Run, ...]) -> None:
    """Strong words, code, links and escapes are told apart; neighbours of one style are one run."""
    assert runs(text) == wanted


def test_code_within_strong_words_stays_code() -> None:
    """Code is code wherever it stands."""
    assert runs("**use `is`**") == (Run("use ", RunStyle.STRONG), Run("is", RunStyle.CODE))


def test_limits_count_what_is_seen() -> None:
    """Plain text has no marks and no addresses."""
    assert plain("**a** `b` [c](https://example.org/long)") == "a b c"


@given(st.text(max_size=60))
def test_any_text_has_runs(text: str) -> None:
    """Nothing that people write raises, and no run is empty."""
    assert all(run.text for run in runs(text))
