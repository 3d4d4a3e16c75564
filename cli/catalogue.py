"""``python -m cli.catalogue > docs/topics.md``: the built-in topics and their questions as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from content.bank import load_bank
from content.question import Kind, Level, Topic
from content.report import figures

HEAD = """# Topics

What the built-in pack asks about. Made by `make topics`; a test holds it to the pack.
"""


def catalogue(topics: Sequence[Topic]) -> str:
    """The page: figures, then a table of topics by category."""
    found = figures(topics)
    by_category = sorted(topics, key=lambda topic: (topic.category, topic.slug))
    lines = [
        HEAD,
        f"{found.topics} topics, {found.questions} questions; {found.code} show code, {found.starters} are starters.",
        "",
        "| category | topic | questions | " + " | ".join((*Level, *Kind)) + " |",
        "|---" * (3 + len(Level) + len(Kind)) + "|",
        *(_row(topic) for _, group in groupby(by_category, key=lambda topic: topic.category) for topic in group),
        f"| **all** | | **{found.questions}** | {_counts(found.levels, Level)} | {_counts(found.kinds, Kind)} |",
    ]
    return "\n".join(lines) + "\n"


def _row(topic: Topic) -> str:
    levels = Counter[str](question.level for question in topic.questions)
    kinds = Counter[str](question.kind for question in topic.questions)
    path = f"[{topic.slug}](../content/packs/python/{topic.slug}.md)"
    counts = f"{_counts(levels, Level)} | {_counts(kinds, Kind)}"
    return f"| {topic.category} | {path} | {len(topic.questions)} | {counts} |"


def _counts(counted: Mapping[str, int], words: type[Level] | type[Kind]) -> str:
    return " | ".join(str(counted.get(word, 0) or "") for word in words)


if __name__ == "__main__":
    print(catalogue(load_bank().topics), end="")
