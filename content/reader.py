"""A folder of topic files as a pack, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from content.question import Claim, Lesson, Pack, Problem, Question, Topic
from content.reading.asked import read_question
from content.reading.complaints import Complaints
from content.reading.front import Front, read_front
from content.reading.lesson import PARTS, read_lesson
from content.reading.page import Page, Section, read_page

FILE_MOST = 128 * 1024
"""Bytes of one topic file: eight times what a long one has."""

_QUESTIONS = "Questions"
_HEADINGS = (*PARTS, _QUESTIONS)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands; ``line`` counts from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a folder. ``pack`` is None where there is any problem.

    ``topics``, ``claims`` and ``spots`` cover every topic that could be read by itself. ``spots`` says where a
    question's id (by id) and a topic's aliases (by slug) stand.
    """

    pack: Pack | None
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    topics: tuple[Topic, ...] = ()
    spots: Mapping[str, Spot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _TopicRead:
    topic: Topic
    claims: tuple[Claim, ...]
    spots: Mapping[str, Spot]


def topic_files(folder: Path) -> tuple[Path, ...]:
    """The topic files of a pack's folder, by name; raises OSError where the folder cannot be read."""
    files = (path for path in folder.iterdir() if path.suffix == ".md")
    return tuple(sorted(path for path in files if not path.name[0].isupper() and path.name[0] != "."))


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
    read: list[_TopicRead] = []
    for path in files:
        topic, found = _read_topic(path)
        problems += found
        if topic is not None:
            read.append(topic)
    spots = {name: spot for topic in read for name, spot in topic.spots.items()}
    problems += doubles([(topic.topic, topic.spots) for topic in read])
    claims = tuple(claim for topic in read for claim in topic.claims)
    topics = tuple(topic.topic for topic in read)
    return Reading(None if problems else Pack(name, topics), claims, tuple(problems), topics, spots)


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


def _no_pack(folder: Path, found: str, wanted: str, message: str) -> Reading:
    return Reading(None, problems=(Problem(str(folder), 1, "pack", found, wanted, message),))


def _read_topic(path: Path) -> tuple[_TopicRead | None, tuple[Problem, ...]]:
    complaints = Complaints(str(path))
    text = _text(path, complaints)
    if text is None:
        return None, complaints.problems
    page = read_page(text)
    for stray in page.strays:
        complaints.add(
            stray.line,
            "page",
            found=stray.what,
            wanted="paragraphs, lists of one level and closed fences",
            message="a topic file does not hold this",
        )
    read = _read_page(page, path.stem, complaints)
    return (None, complaints.problems) if complaints.problems else (read, ())


def _text(path: Path, complaints: Complaints) -> str | None:
    """The file's text with plain line feeds, or None where it is no such text."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_MOST + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        found = error.strerror or "an error"
        complaints.add(1, "file", found=found, wanted="a file that can be read", message="this file cannot be read")
        return None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        complaints.add(
            line, "file", found=f"byte 0x{raw[error.start]:02x}", wanted="UTF-8", message="this file is not UTF-8"
        )
        return None
    if len(raw) > FILE_MOST:
        wanted = f"at most {FILE_MOST} bytes"
        complaints.add(1, "file", found="a larger file", wanted=wanted, message="this file is too large")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _printable(text, complaints) else None


def _printable(text: str, complaints: Complaints) -> bool:
    for number, line in enumerate(text.split("\n"), start=1):
        if any(ord(char) < 32 and char != "\t" for char in line):
            complaints.add(
                number, "file", found=line, wanted="printable characters", message="there are control characters here"
            )
            return False
    return True


def _read_page(page: Page, stem: str, complaints: Complaints) -> _TopicRead:
    if page.front is None:
        complaints.add(
            1, "front matter", found="none", wanted="`---`, fields, `---`", message="the file begins with its fields"
        )
    front = read_front(page.front if page.front is not None else "{}", stem, complaints)
    _check_headings(page, complaints)
    lesson, claims = read_lesson([section for section in page.sections if section.level == 2], complaints)
    spots = {front.slug: Spot(complaints.file, front.aliases_line)}
    questions: list[Question] = []
    for section in _question_sections(page):
        question, more = read_question(section, front, complaints)
        _once(question, section, spots, complaints)
        spots[question.id] = Spot(complaints.file, section.line)
        questions.append(question)
        claims += more
    topic = _topic(front, lesson, questions)
    return _TopicRead(topic, claims, spots)


def _topic(front: Front, lesson: Lesson, questions: Sequence[Question]) -> Topic:
    return Topic(
        slug=front.slug,
        title=front.title,
        level=front.level,
        difficulty=front.difficulty,
        category=front.category,
        aliases=front.aliases,
        references=front.references,
        lesson=lesson,
        questions=tuple(questions),
    )


def _once(question: Question, section: Section, spots: Mapping[str, Spot], complaints: Complaints) -> None:
    if question.id in spots:
        complaints.add(
            section.line,
            "id",
            found=question.id,
            wanted="an id that no other question has",
            message=f"this id stands in line {spots[question.id].line} already",
        )


def _question_sections(page: Page) -> Iterator[Section]:
    inside = False
    for section in page.sections:
        if section.level == 2:
            inside = section.title == _QUESTIONS
        elif inside and section.level == 3:
            yield section


def _check_headings(page: Page, complaints: Complaints) -> None:
    """Note headings and text that stand where a topic file has none, and sections that are not there."""
    current = ""
    for section in page.sections:
        current = section.title if section.level == 2 else current
        if not _in_place(section, current):
            wanted = "## " + ", ## ".join(_HEADINGS) + "; ### a question's id under the last"
            complaints.add(section.line, "sections", found=section.title, wanted=wanted, message="no such section")
        elif section.parts and (section.level == 0 or section.title == _QUESTIONS):
            line = section.parts[0].line
            wanted = "### a question's id" if section.level else "## Answer"
            complaints.add(line, "sections", found="text", wanted=wanted, message="this text belongs to no part")
    _check_order([section for section in page.sections if section.level == 2], page.lines, complaints)


def _in_place(section: Section, current: str) -> bool:
    if section.level == 3:
        return current == _QUESTIONS
    return section.level == 0 or (section.level == 2 and section.title in _HEADINGS)


def _check_order(sections: Sequence[Section], lines: int, complaints: Complaints) -> None:
    titles = [section.title for section in sections if section.title in _HEADINGS]
    for title in _HEADINGS:
        if title not in titles:
            complaints.add(
                lines, "sections", found="nothing", wanted=f"## {title}", message=f"the section {title} is missing"
            )
    expected = [title for title in _HEADINGS if title in titles]
    for section, title in zip([s for s in sections if s.title in _HEADINGS], expected, strict=False):
        if section.title != title:
            complaints.add(
                section.line,
                "sections",
                found=f"## {section.title}",
                wanted=f"## {title}",
                message="the sections have one order, and each stands here once",
            )
            return
    if len(titles) > len(expected):
        last = sections[-1]
        complaints.add(
            last.line,
            "sections",
            found=f"## {last.title}",
            wanted="each once",
            message="this section stands here twice",
        )
