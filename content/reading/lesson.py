"""The parts of a lesson, and the claims its code makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from content.question import Block, Bullets, Claim, CodeBlock, FollowUp, Lesson, Prose, Raises, Runs
from content.reading.complaints import Complaints
from content.reading.fences import OUTPUT, PYTHON, claim_of, read_snippet
from content.reading.page import Fence, Listing, Paragraph, Part, Section

FOLLOW_UPS = "Follow-up questions"

PARTS = {
    "Answer": "answer",
    "Deep dive": "deep_dive",
    "Real-world example": "example",
    "Common mistakes": "mistakes",
    "Production scenario": "production",
    FOLLOW_UPS: "follow_ups",
    "Why it matters": "why",
}
"""The headings of a lesson, in their order, and the fields of ``Lesson`` that they fill."""

_FOLLOW_UP = re.compile(
    r"\*\*(?P<question>.+?)\*\*\s+(?P<answer>.+?)(?:\s*\(\[(?P<slug>[^\]]*)\]\((?P<file>[^)]*)\)\))?"
)


def read_lesson(sections: Sequence[Section], complaints: Complaints) -> tuple[Lesson, tuple[Claim, ...]]:
    """The lesson that these sections make, as far as they are there, and its claims in order."""
    by_title = {section.title: section for section in sections}
    blocks: dict[str, tuple[Block, ...]] = {}
    claims: list[Claim] = []
    for title, name in PARTS.items():
        section = by_title.get(title)
        if section is None or name == "follow_ups":
            continue
        _not_empty(section, complaints)
        reader = _Blocks(title, complaints)
        blocks[name] = reader.read(section.parts)
        claims += reader.claims
    follow_ups = by_title.get(FOLLOW_UPS)
    lesson = Lesson(
        answer=blocks.get("answer", ()),
        deep_dive=blocks.get("deep_dive", ()),
        example=blocks.get("example", ()),
        mistakes=blocks.get("mistakes", ()),
        production=blocks.get("production", ()),
        follow_ups=_follow_ups(follow_ups, complaints) if follow_ups else (),
        why=blocks.get("why", ()),
    )
    return lesson, tuple(claims)


@dataclass
class _Blocks:
    """Turns the parts of one section into blocks and claims; an output fence belongs to the code right before it."""

    title: str
    complaints: Complaints
    claims: list[Claim] = field(default_factory=list)
    _open: bool = False

    def read(self, parts: Sequence[Part]) -> tuple[Block, ...]:
        return tuple(self._block(part) for part in parts)

    def _block(self, part: Part) -> Block:
        if isinstance(part, Fence):
            return self._fence(part)
        self._open = False
        if isinstance(part, Paragraph):
            return Prose(part.text)
        return Bullets(tuple(" ".join(item.lines) for item in part.items), part.ordered)

    def _fence(self, fence: Fence) -> CodeBlock:
        language = fence.info.split(" ")[0]
        if language == OUTPUT:
            self._output(fence)
        elif language == PYTHON:
            claim = claim_of(read_snippet(fence, self.complaints), self.complaints)
            self.claims.append(claim)
            self._open = isinstance(claim.expect, Runs | Raises)
        else:
            self._open = False
            self._named(fence, language)
        return CodeBlock(fence.text, language)

    def _output(self, fence: Fence) -> None:
        expect = self.claims[-1].expect if self._open else None
        if isinstance(expect, Runs | Raises):
            self.claims[-1] = replace(self.claims[-1], expect=replace(expect, stdout=fence.text))
        else:
            self.complaints.add(
                fence.line,
                self.title,
                found="an output fence",
                wanted="a Python fence that runs, right before it",
                message="this output belongs to no code",
            )
        self._open = False

    def _named(self, fence: Fence, language: str) -> None:
        if not language:
            wanted = "```python, ```text …"
            self.complaints.add(
                fence.line, self.title, found="a bare fence", wanted=wanted, message="a fence names its language"
            )


def _not_empty(section: Section, complaints: Complaints) -> None:
    if not section.parts:
        complaints.add(
            section.line,
            section.title,
            found="nothing",
            wanted="paragraphs, lists or fences",
            message="this part of the lesson is empty",
        )


def _follow_ups(section: Section, complaints: Complaints) -> tuple[FollowUp, ...]:
    found: list[FollowUp] = []
    for part in section.parts or (Paragraph(section.line, ""),):
        if not isinstance(part, Listing):
            _bad_follow_up(part.line, part.text, complaints)
            continue
        for item in part.items:
            text = " ".join(item.lines)
            match = _FOLLOW_UP.fullmatch(text)
            if match is None or (match["slug"] is not None and match["file"] != f"{match['slug']}.md"):
                _bad_follow_up(item.line, text, complaints)
            else:
                found.append(FollowUp(match["question"], match["answer"], match["slug"]))
    return tuple(found)


def _bad_follow_up(line: int, text: str, complaints: Complaints) -> None:
    complaints.add(
        line,
        FOLLOW_UPS,
        found=text,
        wanted="- **Question?** Answer. ([slug](slug.md))",
        message="a follow-up is a list item: a strong question, its answer, perhaps a link to a topic",
    )
