"""The names that only one topic may have, over all packs that are loaded: slugs, aliases, ids of questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.question import Problem, Topic


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands; ``line`` counts from 1."""

    file: str
    line: int


def doubles(
    topics: Sequence[tuple[Topic, Mapping[str, Spot]]], taken: Mapping[str, str] | None = None
) -> list[Problem]:
    """Ids and names (slugs, aliases) that belong to more than one topic; ``taken`` says which belong to others already.

    Keys of ``taken`` are names as ``names_of`` gives them, its values who has them.
    """
    owners = dict(taken or {})
    problems: list[Problem] = []
    for topic, spots in topics:
        for field_name, name, spot in names_of(topic, spots):
            owner = owners.setdefault(f"{field_name} {name}", topic.slug)
            if owner != topic.slug:
                wanted = "a name that no other topic has"
                message = f"this belongs to {owner} already"
                problems.append(Problem(spot.file, spot.line, field_name, name, wanted, message))
    return problems


def names_of(topic: Topic, spots: Mapping[str, Spot]) -> Iterator[tuple[str, str, Spot]]:
    """Every name that only one topic may have: what it is, the name, where it stands."""
    aliases = spots[topic.slug]
    for alias in dict.fromkeys((topic.slug, *topic.aliases)):
        yield "aliases", alias, aliases
    for question in topic.questions:
        yield "id", question.id, spots[question.id]
