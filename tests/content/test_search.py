"""What people type finds the topic: exactly, without ornaments, misspelt, or in their own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.bank import load_bank
from content.question import FollowUp, Lesson, Level, Prose, Topic
from content.search import NEAREST, Finder
from content.spelling import Speller, bare, stem


def topic(slug: str, *aliases: str, text: str = "", title: str = "") -> Topic:
    """A topic that teaches one paragraph."""
    lesson = Lesson(answer=(Prose(text),), deep_dive=(), example=(), mistakes=(), production=(), follow_ups=(), why=())
    return Topic(
        slug=slug,
        title=title or slug.replace("-", " ").capitalize(),
        level=Level.MID,
        difficulty=5,
        category="tea",
        aliases=aliases,
        references=(),
        lesson=lesson,
        questions=(),
    )


TOPICS = (
    topic("metaclasses", "metaclass", "type()", text="The class of a class decides how classes are made."),
    topic("class-decorators", "class decorator", "@decorator", text="A decorator may be applied to a class."),
    topic("strings", "str", "string", text="Text never changes; joining makes a new one."),
    topic("str-vs-repr", "__str__", "repr", text="Two spellings of an object, for people and for programmers."),
    topic("arguments", "*args", "mutable default", text="A default list is made once and shared by all calls."),
    topic("lists", "list", text="A list holds things in order. Two names may mean one list."),
    topic("lru-cache", "lru_cache", text="Results of calls are kept, least recently used first out."),
)


@pytest.fixture(scope="module")
def finder() -> Finder:
    """A finder over a few topics."""
    return Finder(TOPICS)


@pytest.fixture(scope="module")
def built_in() -> Finder:
    """A finder over the built-in pack."""
    return Finder(load_bank().topics)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("metaclass", "metaclasses"),
        ("  MetaClass ", "metaclasses"),
        ("metaclass()", "metaclasses"),
        ("@metaclass", "metaclasses"),
        ("__metaclass__", "metaclasses"),
        ("type()", "metaclasses"),
        ("type", "metaclasses"),
        ("args", "arguments"),
        ("class-decorator", "class-decorators"),
        ("lru cache", "lru-cache"),
        ("Str vs repr", "str-vs-repr"),
        ("mutable  default", "arguments"),
        ("metaclass?", "metaclasses"),
        ('"class decorator".', "class-decorators"),
    ],
)
def test_a_name_is_its_topic(finder: Finder, text: str, slug: str) -> None:
    """Case, space, ornaments, dashes and underscores do not matter; the topic leads the nearest too."""
    found = finder.find(text)

    assert found.exact is not None
    assert found.exact.slug == slug
    assert found.nearest[0] is found.exact


@pytest.mark.parametrize(
    ("text", "slug", "other"), [("str", "strings", "str-vs-repr"), ("__str__", "str-vs-repr", "strings")]
)
def test_as_typed_wins_and_the_other_meaning_is_told(finder: Finder, text: str, slug: str, other: str) -> None:
    """Where two topics meet without ornaments, the one as typed is found and the other offered."""
    found = finder.find(text)

    assert found.exact is not None
    assert (found.exact.slug, [topic.slug for topic in found.others]) == (slug, [other])


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("metclas", "metaclasses"),
        ("mteaclass", "metaclasses"),
        ("class decoratr", "class-decorators"),
        ("decaratr for a clas", "class-decorators"),
        ("mutable defualt", "arguments"),
        ("why is my list shared between calls", "arguments"),
        ("joining text", "strings"),
        ("recently used results", "lru-cache"),
        ("programers", "str-vs-repr"),
        ("peple", "str-vs-repr"),
        ("peoplee", "str-vs-repr"),
        ("metaclassed", "metaclasses"),
        ("what does *args mean?", "arguments"),
        ("explain decorators for a class, please", "class-decorators"),
        ("repr vs str", "str-vs-repr"),
        ("is a list like *args", "arguments"),
    ],
)
def test_slips_and_free_words_lead_to_the_topic(finder: Finder, text: str, slug: str) -> None:
    """It is not named, but it is the first that is offered."""
    found = finder.find(text)

    assert found.exact is None
    assert found.nearest[0].slug == slug


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "()", "zzzzzz", "\x00", "\ud800", "0.1 + 0.2", "x = y", "🐍", "def f(x):"]
)
def test_nothing_is_found_in_nothing(finder: Finder, text: str) -> None:
    """Text without a word that any topic knows finds no topic."""
    assert finder.find(text).nearest == ()


def test_another_form_of_a_name_comes_before_a_slip_of_one() -> None:
    """Mocking is no misspelt blocking."""
    finder = Finder([topic("loops", "blocking"), topic("doubles", "mock")])

    assert [found.slug for found in finder.find("mocking").nearest] == ["doubles", "loops"]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=80) | st.text(alphabet="abcdest_()@ *", max_size=500))
def test_any_text_is_searched(text: str) -> None:
    """Nothing raises, nothing is offered twice, and never too much."""
    finder = Finder(TOPICS)
    nearest = finder.find(text).nearest

    assert len({topic.slug for topic in nearest}) == len(nearest) <= NEAREST
    assert len(finder.suggest(text, 3)) <= 3


@pytest.mark.parametrize(
    ("prefix", "slugs"),
    [
        ("met", ["metaclasses"]),
        ("deco", ["class-decorators"]),
        ("st", ["strings", "str-vs-repr"]),
        ("metclas", ["metaclasses"]),
        ("vs", ["str-vs-repr"]),
    ],
)
def test_beginnings_are_completed(finder: Finder, prefix: str, slugs: list[str]) -> None:
    """A beginning of a name, or of a word in one, suggests its topic; a slip does too."""
    suggested = [topic.slug for topic in finder.suggest(prefix, 5)]

    assert sorted(suggested[: len(slugs)]) == sorted(slugs)


def test_the_shortest_completion_comes_first() -> None:
    """It is closest to what was typed; words within names come after names."""
    finder = Finder([topic("a", "a decorator"), topic("b", "decorator factory"), topic("c", "decorator")])

    assert [topic.slug for topic in finder.suggest("decor", 5)] == ["c", "b", "a"]
    assert [topic.slug for topic in finder.suggest("decor", 2)] == ["c", "b"]


def test_without_a_beginning_all_are_suggested(finder: Finder) -> None:
    """An empty field offers the first topics."""
    assert finder.suggest("", 3) == TOPICS[:3]


def test_words_that_stand_together_count_more_than_words_apart() -> None:
    """One passage with all that was asked beats three with a word each."""
    together = topic("together", text="Blue smoke rises slowly.")
    parted = topic("parted", text="Blue is far.")
    apart = (Prose("Smoke is far."), Prose("It rises far."))
    parted = replace(parted, lesson=replace(parted.lesson, deep_dive=apart))
    together = replace(together, lesson=replace(together.lesson, deep_dive=(Prose("Tea."), Prose("Cup."))))
    nearest = Finder([parted, together]).find("blue smoke rises").nearest

    assert [found.slug for found in nearest] == ["together", "parted"]


def test_a_follow_up_speaks_of_the_topic_that_it_leads_to() -> None:
    """What one topic says about another is found at the other."""
    cups, pots = topic("cups", text="Round."), topic("pots", text="Tall.")
    lesson = replace(cups.lesson, follow_ups=(FollowUp("Which of them whistles?", "The tall one.", "pots"),))

    assert [found.slug for found in Finder([replace(cups, lesson=lesson), pots]).find("whistles").nearest] == ["pots"]


def test_warming_leaves_nothing_to_make_ready_and_changes_no_answer() -> None:
    """A warm finder finds what a cold one does, at once."""
    texts = ("metclas", "metaclass", "why is my list shared", "peple", "mutable  defualt", "zzzz")
    warm = Finder(TOPICS)
    warm.warm()
    ready = set(vars(warm))

    assert [warm.find(text) for text in texts] == [Finder(TOPICS).find(text) for text in texts]
    assert [warm.suggest(text, 3) for text in texts] == [Finder(TOPICS).suggest(text, 3) for text in texts]
    assert set(vars(warm)) == ready


def one_slip(word: str) -> Iterator[str]:
    """The word with one letter wrong, missing, doubled, or swapped with the next, at every place."""
    for at in range(len(word)):
        yield word[:at] + "q" + word[at + 1 :]
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


@pytest.mark.parametrize("word", ["metaclass", "generators", "closure", "list vs tuple"])
def test_one_slip_anywhere_is_seen_through(word: str) -> None:
    """The speller knows the word behind any one slip."""
    speller = Speller([word, "something else"])

    assert all(word in speller.nearest(slip) for slip in one_slip(word))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("__str__()", "str"), ("@property", "property"), ("@", "@"), ("*args", "args"), ("str?", "str"), ("?", "?")],
)
def test_ornaments_come_off(name: str, wanted: str) -> None:
    """Brackets, signs and outer underscores go, unless nothing would be left."""
    assert bare(name) == wanted


def test_endings_come_off() -> None:
    """Forms of one word meet, short words stay."""
    assert {stem(word) for word in ("share", "shared", "shares", "sharing")} == {"shar"}
    assert stem("metaclass") == stem("metaclasses")
    assert [stem(word) for word in ("is", "gil", "as")] == ["is", "gil", "as"]


def test_every_alias_of_the_built_in_pack_is_its_topic() -> None:
    """What people type lands on the topic, for each alias of each topic."""
    topics = load_bank().topics
    finder = Finder(topics)

    assert topics
    for topic in topics:
        for alias in (*topic.aliases, topic.slug):
            assert finder.find(alias).exact is topic, alias


def test_every_misspelt_alias_of_the_built_in_pack_offers_its_topic() -> None:
    """One slip in any alias longer than five letters still offers the topic, unless the slip is another's name."""
    topics = load_bank().topics
    finder = Finder(topics)
    for topic in topics:
        for alias in (alias for alias in topic.aliases if len(alias) > 5):
            for slip in one_slip(alias):
                found = finder.find(slip)

                assert topic in found.nearest or found.exact is not None, slip


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("metaclass", "metaclasses"),
        ("metclas", "metaclasses"),
        ("why is my list shared between calls", "args-kwargs"),
        ("what's the difference between is and ==?", "identity-vs-equality"),
        ("dictionnary", "hashability"),
        ("explain decorators", "decorators"),
        ("what is a metaclass?", "metaclasses"),
        ("tuples and lists", "lists-vs-tuples"),
        ("give me a question about async", "coroutines"),
        ("#gil", "gil"),
        ("abstract classes", "protocols-vs-abcs"),
        ("async with", "enter-exit-protocol"),
        ("unit testing", "unittest-vs-pytest"),
        ("quiz me on decoraters please", "decorators"),
        ("when is the GIL released", "gil"),
        ("Dekorator", "decorators"),
        ("how does super() work", "inheritance-and-super"),
        ("meta classes", "metaclasses"),
        ("copy a nested list", "shallow-vs-deep-copy"),
        ("yeild", "generators"),
        ("[::-1]", "item-access"),
    ],
)
def test_the_built_in_pack_answers_what_people_ask(built_in: Finder, text: str, slug: str) -> None:
    """The wanted topic comes first."""
    assert built_in.find(text).nearest[0].slug == slug
