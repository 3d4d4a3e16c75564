"""Commands and topics share one line of text: no name may mean two things, and every name must lead somewhere."""

from __future__ import annotations

import random
import string

import pytest

from bot import commands
from bot.commands import RESERVED
from bot.wording import learning
from content.question import Topic
from content.search import Finder
from tests.bot.room import built_in

ALIASES = [(alias, topic) for topic in built_in().topics for alias in (topic.slug, *topic.aliases)]


@pytest.fixture(scope="module")
def finder() -> Finder:
    """The built-in pack's finder."""
    return Finder(built_in().topics)


def bare(name: str) -> str:
    """A name without ``()``, ``@`` and outer underscores."""
    return name.replace("()", "").removeprefix("@").strip("_").strip()


@pytest.mark.parametrize("alias", sorted({alias for alias, _ in ALIASES}))
def test_no_topic_is_called_like_a_command(alias: str) -> None:
    """With or without its ornaments, and as what is typed after the slash."""
    assert alias.lower() not in RESERVED
    assert bare(alias.lower()) not in RESERVED
    assert commands.parse(commands.clean(alias)) is None


def test_what_platforms_add_does_not_hide_a_topic(finder: Finder) -> None:
    """Each alias in bold, as code and after the command's own name still lands on its topic."""
    lost = [
        (alias, form)
        for alias, topic in ALIASES
        for form in (f"**{alias}**", f"`{alias}`", f"/pyquiz {alias}", alias.upper())
        if finder.find(commands.clean(form)).exact != topic and "*" not in alias
    ]

    assert lost == []


def test_every_alias_lands_on_its_topic(finder: Finder) -> None:
    """What people type finds the topic, exactly."""
    lost = [alias for alias, topic in ALIASES if finder.find(commands.clean(alias)).exact != topic]

    assert lost == []


def slips(alias: str) -> list[str]:
    """The alias with one letter left out, doubled, replaced, or swapped with the next, at a place its own."""
    chance = random.Random(alias)
    at = chance.randrange(1, len(alias) - 1)
    other = chance.choice(string.ascii_lowercase)
    return [
        alias[:at] + alias[at + 1 :],
        alias[:at] + alias[at] + alias[at:],
        alias[:at] + other + alias[at + 1 :],
        alias[: at - 1] + alias[at] + alias[at - 1] + alias[at + 1 :],
    ]


def test_one_wrong_letter_still_offers_the_topic(finder: Finder) -> None:
    """Of every alias longer than five, among the buttons that are shown."""

    def offered(text: str, topic: Topic) -> bool:
        found = finder.find(text)
        shown = learning.did_you_mean(text, found.nearest, commands.nearest(text)).actions
        return found.exact is not None or any(action.id == f"pq|do|topic {topic.slug}" for action in shown)

    lost = [
        (alias, slip) for alias, topic in ALIASES if len(alias) > 5 for slip in slips(alias) if not offered(slip, topic)
    ]

    assert lost == []


def test_a_question_in_words_finds_the_mutable_default_first(finder: Finder) -> None:
    """As people ask who do not know the word."""
    found = finder.find("why is my list shared between calls")

    assert found.nearest[0].slug == "args-kwargs"
