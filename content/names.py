"""The names that only one topic may have, over all packs that are loaded: slugs, aliases, ids of questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.question import Pack, Problem, Topic


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands; ``line`` counts from 1."""

    file: str
    line: int


def names_of(topic: Topic) -> Iterator[tuple[str, str]]:
    """Every name that only this topic may have (slug, aliases, ids of questions), after the field it stands in."""
    for alias in dict.fromkeys((topic.slug, *topic.aliases)):
        yield "aliases", alias
    for question in topic.questions:
        yield "id", question.id


def taken_by(pack: Pack) -> dict[tuple[str, str], str]:
    """The names (as ``names_of`` gives them) that this pack has, and which topic has each."""
    return {name: f"{pack.name}/{topic.slug}" for topic in pack.topics for name in names_of(topic)}


def doubles(
    topics: Sequence[tuple[Topic, Mapping[str, Spot]]], taken: Mapping[tuple[str, str], str] | None = None
) -> list[Problem]:
    """The names that more than one of these topics has, or that are ``taken`` already.

    The mapping beside each topic says where its names stand: its ids by id, its aliases by its slug.
    """
    owners = dict(taken or {})
    problems: list[Problem] = []
    for topic, spots in topics:
        for field, name in names_of(topic):
            owner = owners.setdefault((field, name), topic.slug)
            if owner != topic.slug:
                spot = spots[name if field == "id" else topic.slug]
                wanted, message = "a name that no other topic has", f"this belongs to {owner} already"
                problems.append(Problem(spot.file, spot.line, field, name, wanted, message))
    return problems
