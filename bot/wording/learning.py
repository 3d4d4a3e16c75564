"""Practice and lessons: the private question, what came of it, the lesson page by page, topics to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.card import Action, Block, Button, Card, Code, Mono, Plain, Spans
from bot.wording.messages import answer_buttons, asked
from bot.wording.phrases import (
    button,
    count,
    does,
    in_words,
    joined,
    line,
    markdown,
    quiet,
    read_aloud,
    title,
)
from content.question import Block as Part
from content.question import Bullets, CodeBlock, FollowUp, Prose, Question, Topic


def practice_card(topic: Topic, question: Question, order: tuple[int, ...], practice: int) -> Card:
    """A question on a topic, for one person, worth no points."""
    blocks = (
        title("Practice: ", _named(topic), f" · {question.level} · only you see this, no points"),
        *asked(question, order),
    )
    lesson = button("Read the lesson first", "lesson", topic.slug, 0)
    return Card(read_aloud(blocks), blocks, (*answer_buttons(question, order, "try", practice), lesson), topic.slug)


def practice_result(topic: Topic, question: Question, order: tuple[int, ...], verdict: Spans) -> Card:
    """The question again with its verdict, and the way on."""
    blocks = (
        title("Practice: ", _named(topic)),
        *asked(question, order, dict.fromkeys(question.right, "right")),
        line(verdict),
        line(markdown(question.explanation)),
    )
    return Card(
        read_aloud((blocks[-2],)), blocks, (_another(topic), button("Read the lesson", "lesson", topic.slug, 0))
    )


def _another(topic: Topic) -> Action:
    return does("Another on this topic", f"topic {topic.slug}")


def nothing_to_practise(topic: Topic) -> Card:
    """Every question on this topic is being asked somewhere right now."""
    block = line("Nothing to practise on ", _named(topic), " just now: its questions are being asked.")
    return Card(
        read_aloud((block,)),
        (block,),
        (button("Read the lesson", "lesson", topic.slug, 0), does("Something else", "random")),
    )


def asked_elsewhere(topic: Topic) -> Card:
    """A practice question that a channel has been asked meanwhile."""
    block = line("This question is open in a channel now, so its answer comes out with the reveal there.")
    return Card(read_aloud((block,)), (block,), (_another(topic),))


def practised_before(topic: Topic) -> Card:
    """A second answer to a practice question."""
    block = line("You have answered this one already.")
    return Card(read_aloud((block,)), (block,), (_another(topic),))


def _named(topic: Topic) -> Spans:
    """A title within a sentence: its first letter small unless it is code, a name or an abbreviation."""
    first = topic.title.split(maxsplit=1)[0]
    small = first.isalpha() and first[1:].islower() and first not in PROPER
    return _titled(topic.title[0].lower() + topic.title[1:] if small else topic.title)


def _titled(words: str) -> Spans:
    """A title's backticks mark code; nothing else in it is Markdown (``__init__`` is a name, not bold)."""
    return tuple(Mono(part) if i % 2 else Plain(part) for i, part in enumerate(words.split("`")) if part)


PROPER = ("Python",)


def lesson_pages(topic: Topic) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """The lesson as pages of a title and blocks, in the order they are read."""
    lesson = topic.lesson
    pages = (
        ("In short", lesson.answer),
        ("Deep dive", lesson.deep_dive),
        ("Real-world example", lesson.example),
        ("Common mistakes", lesson.mistakes),
        ("In production", lesson.production),
    )
    last = (*_blocks(lesson.why), *(_follow_up(f) for f in lesson.follow_ups), *_references(topic))
    return (*((name, _blocks(parts)) for name, parts in pages if parts), ("Why it matters, and what comes next", last))


def _blocks(parts: Sequence[Part]) -> tuple[Block, ...]:
    return tuple(block for part in parts for block in _block(part))


def _block(part: Part) -> tuple[Block, ...]:
    match part:
        case Prose(text):
            return (line(markdown(text)),)
        case Bullets(items, ordered):
            return tuple(line(f"{i}. " if ordered else "• ", markdown(item)) for i, item in enumerate(items, 1))
        case CodeBlock(text, language):
            return (Code(text, "text" if language == "output" else language),)


def _follow_up(follow_up: FollowUp) -> Block:
    return line("• ", markdown(follow_up.question), " ", markdown(follow_up.answer))


def _references(topic: Topic) -> tuple[Block, ...]:
    links = joined([markdown(f"[{ref.title}]({ref.url})") for ref in topic.references], " · ")
    return (quiet("Read on: ", links),) if links else ()


def lesson_card(topic: Topic, page: int) -> Card:
    """One page of a lesson; pages past the end show the last one."""
    pages = lesson_pages(topic)
    at = max(0, min(page, len(pages) - 1))
    name, body = pages[at]
    blocks = (title(_titled(topic.title), f" · {name} · {at + 1} of {len(pages)}"), *body)
    turns: list[Action] = []
    if at + 1 < len(pages):
        turns.append(button(f"Next: {pages[at + 1][0]}"[:60], "lesson", topic.slug, at + 1))
    if at:
        turns.append(button("Back", "lesson", topic.slug, at - 1))
    return Card(read_aloud(blocks), blocks, (*turns, does("Practise it", f"topic {topic.slug}")))


def did_you_mean(text: str, topics: Sequence[Topic], commands: Sequence[str]) -> Card:
    """Nothing is called that: the nearest topics and commands as buttons."""
    shown = f"{text[:60]}…" if len(text) > 60 else text
    if topics or commands:
        block = line(f"No topic is called “{shown}”. Did you mean:")
    else:
        block = line(f"No topic is called “{shown}”. Type a topic such as closures, or choose:")
    said = tuple(does(f"/pyquiz {command}", command) for command in commands)
    nearest = tuple(to_topic(topic) for topic in topics[: NEAREST - bool(said)])
    return Card(read_aloud((block,)), (block,), (*said, *nearest, does("All topics", "topics")))


def to_topic(topic: Topic) -> Button:
    """The button that practises a topic."""
    return does(label_of(topic), f"topic {topic.slug}")


def label_of(topic: Topic) -> str:
    """A topic's title where nothing can be marked as code: on buttons, in menus, among suggestions."""
    return in_words(_titled(topic.title))


def other_meanings(card: Card, topics: Sequence[Topic]) -> Card:
    """A card with a button for each topic that the same word could also have meant."""
    others = (does(f"Or: {label_of(topic)}", f"topic {topic.slug}") for topic in topics)
    return replace(card, actions=(*card.actions, *others))


NEAREST = 3


def topics_card(topics: Sequence[Topic], words: str) -> Card:
    """What there is to practise: by category, or the nearest to some words."""
    if words:
        near = f"Topics near “{words[:60]}”:" if topics else f"No topic is near “{words[:60]}”."
        blocks: tuple[Block, ...] = (line(near),)
        buttons = tuple(to_topic(topic) for topic in topics[:NEAREST])
        return Card(read_aloud(blocks), blocks, (*buttons, does("All topics", "topics")))
    categories: dict[str, list[Topic]] = {}
    for topic in topics:
        categories.setdefault(topic.category, []).append(topic)
    blocks = (
        title(f"{count(len(topics), 'topic')}; type any of them, or what you would call it"),
        *(
            line(f"{category}: ", joined([topic.slug for topic in found]))
            for category, found in sorted(categories.items())
        ),
    )
    return Card(read_aloud(blocks), blocks, (does("Surprise me", "random"),))
