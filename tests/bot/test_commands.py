"""What can be said after ``/pyquiz``."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import commands
from bot.commands import RESERVED, TABLE, Said, Verb

PACK = Path(__file__).parents[2] / "content" / "packs" / "python"


@pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.verb)
def test_every_name_of_a_command_says_it(spec: commands.Spec) -> None:
    """Each name of the table, alone or with words, is that command and no other."""
    words = {Verb.ANSWER: " b", Verb.TOPIC: " closures"}.get(spec.verb, "")

    said = [commands.parse(f"{name}{words}") for name in (spec.verb.value, *spec.also)]

    assert [one and one.verb for one in said] == [spec.verb] * len(said)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("", Verb.TODAY),
        ("B", Verb.ANSWER),
        ("answer {1: 'c'}", Verb.ANSWER),
        ("LEADERBOARD Month", Verb.LEADERBOARD),
        ("quiz me on the gil", Verb.TOPIC),
        ("quiz me", Verb.RANDOM),
        ("topic help", Verb.TOPIC),
        ("help streak", Verb.HELP),
        ("pause until friday", Verb.PAUSE),
        ("skip tomorrow", Verb.SKIP),
        ("setup zone=Berlin, time: 9:30", Verb.SETUP),
    ],
)
def test_a_text_says_a_command(text: str, verb: Verb) -> None:
    """Upper case, several words and arguments are understood."""
    said = commands.parse(text)

    assert said is not None
    assert said.verb is verb


@pytest.mark.parametrize(
    "text",
    ["metaclass", "skip lists", "pause foo", "leaderboard of what", "me too", "setup something", "help me pick", "f"],
)
def test_arguments_that_do_not_parse_say_no_command(text: str) -> None:
    """The whole text then is a topic to look for."""
    assert commands.parse(text) is None


def test_settings_are_read_by_name() -> None:
    """Values may hold spaces and commas; names end them."""
    said = commands.parse("setup zone=New York time=9:30 days=mon, wed and fri levels=junior,mid")

    assert said == Said(
        Verb.SETUP,
        "zone=New York time=9:30 days=mon, wed and fri levels=junior,mid",
        {"zone": "New York", "time": "9:30", "days": "mon, wed and fri", "levels": "junior,mid"},
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/pyquiz metaclass", "metaclass"),
        ("  /PYQUIZ  me ", "me"),
        ("**metaclass**", "metaclass"),
        ("`__init__`", "__init__"),
        ("“late binding”", '"late binding"'),
        ("pause until 3–14 Aug", "pause until 3-14 Aug"),
        ("*args", "*args"),
        ("**kwargs", "**kwargs"),
        ("__init__", "__init__"),
    ],
)
def test_what_platforms_add_is_undone(typed: str, meant: str) -> None:
    """Curly quotes, long dashes, bold and code marks go; what Python itself writes stays."""
    assert commands.clean(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("ledaerboard", "leaderboard"), ("setpu", "setup"), ("strek", "streak"), ("stauts", "status")]
)
def test_a_misspelt_command_is_offered(typed: str, meant: str) -> None:
    """What was meant is among the nearest."""
    assert meant in commands.nearest(typed)


@pytest.mark.parametrize(
    ("typed", "meant"), [("skip foo", "skip"), ("help foo", "help"), ("leaderboard year", "leaderboard")]
)
def test_a_command_with_what_cannot_follow_is_offered(typed: str, meant: str) -> None:
    """Before anything that is merely like it."""
    assert commands.nearest(typed)[0] == meant


@pytest.mark.parametrize("topic", ["closures", "metclas", "generators", "new", "lambda"])
def test_a_topic_is_not_taken_for_a_misspelt_command(topic: str) -> None:
    """Topics are far enough from every command's name."""
    assert commands.nearest(topic) == ()


def test_python_words_belong_to_topics() -> None:
    """No command takes a word that Python or its topics need."""
    first = ("pass", "is", "with", "del", "class", "next", "new", "set", "add", "delete", "exit", "open", "join")
    words = (*first, "test", "copy", "import", "call", "get", "list")

    assert RESERVED.isdisjoint(words)
