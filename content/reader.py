"""A folder of topic files as a pack, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from content.files import topic_files
from content.names import Spot, doubles
from content.question import Claim, Pack, Problem, Topic
from content.reading.topic import TopicRead, read_topic


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a folder. ``pack`` is None where there is any problem.

    ``topics``, ``claims`` and ``spots`` cover every topic that could be read by itself. ``spots`` says where
    a question's heading (by id), a topic's aliases (by slug) and its follow-ups (``slug/Follow-up questions``) stand.
    """

    pack: Pack | None
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    topics: tuple[Topic, ...] = ()
    spots: Mapping[str, Spot] = field(default_factory=dict)


def read_pack(folder: Path) -> Reading:
    """The pack in this folder with its claims, or all of its problems; never raises for what is in there.

    Files that begin with an upper-case letter (README.md) or a dot are no topics.
    """
    try:
        files = topic_files(folder)
    except OSError as error:
        return _no_pack(folder, error.strerror or "an error", "a folder of topic files", "this folder cannot be read")
    if not files:
        return _no_pack(folder, "no topic files", "files like hashability.md", "there are no topics here")
    return read_files(folder.resolve().name, files)


def read_files(name: str, files: Sequence[Path]) -> Reading:
    """Topic files as the pack ``name``; the parts of a pack that is being written can be read on their own."""
    problems: list[Problem] = []
    read: list[TopicRead] = []
    for path in files:
        topic, found = read_topic(path)
        problems += found
        if topic is not None:
            read.append(topic)
    spots = {name: spot for topic in read for name, spot in topic.spots.items()}
    problems += doubles([(topic.topic, topic.spots) for topic in read])
    claims = tuple(claim for topic in read for claim in topic.claims)
    topics = tuple(topic.topic for topic in read)
    return Reading(None if problems else Pack(name, topics), claims, tuple(problems), topics, spots)


def _no_pack(folder: Path, found: str, wanted: str, message: str) -> Reading:
    return Reading(None, problems=(Problem(str(folder), 1, "pack", found, wanted, message),))
