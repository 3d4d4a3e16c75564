"""Spacing between tokens and the style of quotes are forgiven, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.typed import normalise, same_output

SAME = [
    ("{1: 'c'}", '{1:"c"}'),
    ("{1: 'c'}", "  { 1 :'c' }\n"),
    ("[1, 2]\n[3]", "[1,2] [3]"),
    ("a\r\nb", "a b"),
    ('"it\'s"', r"'it\'s'"),
    ("'c'", "“c”"),
    ("don't", "don’t"),
    ("1  2", "1 2"),
    ("b'x'", 'b"x"'),
    ("<class 'int'>", '<class "int">'),
    ("3-1", "3 - 1"),
    ("dogs'  tea", "dogs' tea"),
]

DIFFERENT = [
    ("1", "True"),
    ("16", "0x10"),
    ("1 2", "12"),
    ("'a b'", "'a  b'"),
    ("'a'", "a"),
    ("1.0", "1"),
    ("1.5", "1 .5"),
    ("true", "True"),
    ("==", "= ="),
    ("'a\\n'", "'a\n'"),
    ("[1, 2]", "(1, 2)"),
    ("[1, 2,]", "[1, 2]"),
    ("b'x'", "'x'"),
    ("None", ""),
    ("...", ". . ."),
    ("'A'", "'a'"),
    ("1e5", "1 e5"),
]


@pytest.mark.parametrize(("given_text", "wanted"), SAME)
def test_spacing_and_quotes_are_forgiven(given_text: str, wanted: str) -> None:
    """What differs in nothing else is the same output, either way round."""
    assert same_output(given_text, wanted)
    assert same_output(wanted, given_text)


@pytest.mark.parametrize(("given_text", "wanted"), DIFFERENT)
def test_nothing_else_is_forgiven(given_text: str, wanted: str) -> None:
    """Equal values in another spelling, other tokens and other strings are other outputs."""
    assert not same_output(given_text, wanted)
    assert not same_output(wanted, given_text)


texts = st.text(max_size=40) | st.text(alphabet="ab1.'\"\\ \n\u00a0=*(eE+-_", max_size=30)


@given(texts)
@example("'\\ '")
@example("it's a dog's \"x")
@example("can't add\ncan't remove")
@example("b'a\" b'")
@example("'abc\\")
def test_normalising_twice_changes_nothing(text: str) -> None:
    """There is one spelling for everything that is the same: which makes it an equivalence."""
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_every_output_is_itself(text: str) -> None:
    """Any text at all is the same output as itself, with any space around it."""
    assert same_output(text, f"\n  {text} \t")


values = st.recursive(
    st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.booleans()
    | st.none()
    | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(values, values)
def test_two_values_are_the_same_output_only_where_their_repr_is(one: object, other: object) -> None:
    """What Python prints for two values is told apart exactly where it differs."""
    straight = {ord(curly): "'" for curly in "‘’‚“”„"}

    assert same_output(repr(one), repr(other)) == (repr(one).translate(straight) == repr(other).translate(straight))


@given(st.lists(st.sampled_from(["1", "ab", "'x y'", "==", "(", ")", "0x1f", "1.5"]), max_size=8))
def test_space_between_tokens_never_matters(tokens: list[str]) -> None:
    """One space, many or a line break between tokens is all the same."""
    assert same_output(" ".join(tokens), "  \n".join(tokens))
