"""One topic file, from its bytes to a topic and its claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.files import FILE_MOST, raw_bytes
from content.names import Spot
from content.question import Claim, Lesson, Problem, Question, Topic
from content.reading.asked import read_question
from content.reading.complaints import Complaints
from content.reading.front import Front, read_front
from content.reading.headings import QUESTIONS, check_headings
from content.reading.lesson import FOLLOW_UPS, read_lesson
from content.reading.page import Page, Section, read_page


@dataclass(frozen=True, slots=True)
class TopicRead:
    """A topic file, read: its topic, its claims, and where things stand in it (see ``Reading.spots``)."""

    topic: Topic
    claims: tuple[Claim, ...]
    spots: Mapping[str, Spot]


def read_topic(path: Path) -> tuple[TopicRead | None, tuple[Problem, ...]]:
    """The topic of one file, or what is wrong with it."""
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
        raw = raw_bytes(path)
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


def _read_page(page: Page, stem: str, complaints: Complaints) -> TopicRead:
    if page.front is None:
        complaints.add(
            1, "front matter", found="none", wanted="`---`, fields, `---`", message="the file begins with its fields"
        )
    front = read_front(page.front if page.front is not None else "{}", stem, complaints)
    check_headings(page, complaints)
    lesson, claims = read_lesson([section for section in page.sections if section.level == 2], complaints)
    spots = {front.slug: Spot(complaints.file, front.aliases_line)}
    for section in page.sections:
        if section.title == FOLLOW_UPS:
            spots[f"{front.slug}/{FOLLOW_UPS}"] = Spot(complaints.file, section.line)
    questions: list[Question] = []
    for section in _question_sections(page):
        question, more = read_question(section, front, complaints)
        _once(question, section, spots, complaints)
        spots[question.id] = Spot(complaints.file, section.line)
        questions.append(question)
        claims += more
    topic = _topic(front, lesson, questions)
    return TopicRead(topic, claims, spots)


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
            inside = section.title == QUESTIONS
        elif inside and section.level == 3:
            yield section
