"""A question survives being frozen, and its JSON is canonical."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.frozen import BadSnapshot, digest, dump_pack, dump_question, load_pack, load_question
from content.question import Format, Kind, Level, Option, Question
from content.reader import read_pack

words = st.text(st.characters(codec="utf-8"), max_size=20)
versions = st.none() | st.tuples(st.just(3), st.integers(8, 20))

questions = st.builds(
    Question,
    id=words,
    topic=words,
    category=words,
    kind=st.sampled_from(Kind),
    level=st.sampled_from(Level),
    difficulty=st.integers(1, 10),
    format=st.sampled_from(Format),
    prompt=words,
    code=st.none() | words,
    options=st.lists(st.builds(Option, words, st.booleans(), words), max_size=5).map(tuple),
    explanation=words,
    since=versions,
    until=versions,
    starter=st.booleans(),
)


@given(questions)
def test_a_question_comes_back(question: Question) -> None:
    """What is dumped and loaded is equal, and dumps to the same text."""
    text = dump_question(question)

    assert load_question(text) == question
    assert dump_question(load_question(text)) == text


@given(questions, questions)
def test_a_digest_names_one_question(one: Question, other: Question) -> None:
    """Two questions have one digest exactly where they are equal."""
    assert (digest(one) == digest(other)) == (one == other)


def test_keys_are_sorted_and_nothing_is_padded(make_pack: Callable[..., Path], sample: str) -> None:
    """Canonical means that no other JSON of this question would do."""
    (topic,) = read_pack(make_pack(kettles=sample)).topics
    text = dump_question(topic.questions[0])
    keys = list(orjson.loads(text))

    assert keys == sorted(keys)
    assert '": ' not in text.replace(r"{1: \"a\", True: \"b\"}", "")


def test_a_mended_key_has_another_digest(make_pack: Callable[..., Path], sample: str) -> None:
    """The same question with another right option is another snapshot."""
    (topic,) = read_pack(make_pack(kettles=sample)).topics
    question = topic.questions[0]
    options = tuple(replace(option, right=not option.right) for option in question.options)

    assert digest(replace(question, options=options)) != digest(question)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"id": 1}', "\x00", '{"name": "x", "topics": [1]}'])
def test_other_json_is_refused(text: str) -> None:
    """What is no question's and no pack's JSON raises BadSnapshot."""
    with pytest.raises(BadSnapshot):
        load_question(text)
    with pytest.raises(BadSnapshot):
        load_pack(text.encode())


def test_a_pack_comes_back(make_pack: Callable[..., Path], sample: str) -> None:
    """Topics, lessons and questions of a pack are equal after dumping and loading."""
    pack = read_pack(make_pack(kettles=sample)).pack

    assert pack is not None
    assert load_pack(dump_pack(pack)) == pack
