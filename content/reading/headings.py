"""The headings of a topic file: which there are, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from content.reading.complaints import Complaints
from content.reading.lesson import PARTS
from content.reading.page import Page, Section

QUESTIONS = "Questions"
_HEADINGS = (*PARTS, QUESTIONS)


def check_headings(page: Page, complaints: Complaints) -> None:
    """Note headings and text that stand where a topic file has none, and sections that are not there."""
    current = ""
    for section in page.sections:
        current = section.title if section.level == 2 else current
        if not _in_place(section, current):
            wanted = "## " + ", ## ".join(_HEADINGS) + "; ### a question's id under the last"
            complaints.add(section.line, "sections", found=section.title, wanted=wanted, message="no such section")
        elif section.parts and (section.level == 0 or section.title == QUESTIONS):
            line = section.parts[0].line
            wanted = "### a question's id" if section.level else "## Answer"
            complaints.add(line, "sections", found="text", wanted=wanted, message="this text belongs to no part")
    _check_order([section for section in page.sections if section.level == 2], page.lines, complaints)


def _in_place(section: Section, current: str) -> bool:
    if section.level == 3:
        return current == QUESTIONS
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
