"""What a Python fence asserts: the words after its ticks, and the claim they make about its code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from content.question import Claim, Compiles, DoesNotCompile, Raises, Runs, Version
from content.reading.complaints import Complaints
from content.reading.fields import parse_version
from content.reading.page import Fence, Part

PYTHON = "python"
OUTPUT = "output"

Expectation: TypeAlias = Runs | Raises | DoesNotCompile | Compiles


class Mark(StrEnum):
    """A bare word after ```python."""

    PROOF = "proof"
    SKETCH = "sketch"
    DOES_NOT_COMPILE = "does-not-compile"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A Python fence, read: its code, its marks, the exception it ends with and the releases it holds for."""

    line: int
    code: str
    marks: frozenset[Mark]
    raises: str | None
    since: Version | None
    until: Version | None

    @property
    def expectation(self) -> Expectation:
        """What its marks say that the code does, with nothing said about what it prints."""
        if Mark.DOES_NOT_COMPILE in self.marks:
            return DoesNotCompile()
        if Mark.SKETCH in self.marks:
            return Compiles()
        return Raises(self.raises) if self.raises else Runs()

    @property
    def plain(self) -> bool:
        """Whether nothing is said about how it ends."""
        return not self.marks and self.raises is None


_WORDS = "raises=TypeError, does-not-compile, sketch, proof, since=3.12, until=3.13"


def is_python(part: Part | None) -> bool:
    """Whether this is a fence of Python, whatever its marks."""
    return isinstance(part, Fence) and part.info.split(" ")[0] == PYTHON


def read_snippet(fence: Fence, complaints: Complaints) -> Snippet:
    """The snippet of a Python fence; notes words after its ticks that mean nothing."""
    marks: set[Mark] = set()
    values: dict[str, str] = {}
    for word in fence.info.split()[1:]:
        name, _, value = word.partition("=")
        if word in {mark.value for mark in Mark}:
            marks.add(Mark(word))
        elif _good(name, value):
            values[name] = value
        else:
            complaints.add(fence.line, "code", found=word, wanted=_WORDS, message="a Python fence knows no such word")
    if len(marks - {Mark.PROOF}) + ("raises" in values) > 1:
        complaints.add(
            fence.line,
            "code",
            found=fence.info,
            wanted="at most one of raises=…, does-not-compile, sketch",
            message="this code cannot do all of that",
        )
    since, until = (parse_version(values[key]) if key in values else None for key in ("since", "until"))
    return Snippet(fence.line, fence.text, frozenset(marks), values.get("raises"), since, until)


def claim_of(
    snippet: Snippet,
    complaints: Complaints,
    *,
    question: str | None = None,
    since: Version | None = None,
    until: Version | None = None,
) -> Claim:
    """The claim of a snippet, on the releases that hold for both it and its question."""
    first = max((version for version in (snippet.since, since) if version), default=None)
    last = min((version for version in (snippet.until, until) if version), default=None)
    if first and last and first > last:
        complaints.add(
            snippet.line,
            "code",
            found=f"since {first[0]}.{first[1]}, until {last[0]}.{last[1]}",
            wanted="a first release that is not after the last",
            message="this code holds for no release",
        )
    return Claim(complaints.file, snippet.line, snippet.code, snippet.expectation, first, last, question)


def _good(name: str, value: str) -> bool:
    if name == "raises":
        return re.fullmatch(r"[A-Za-z_]\w*", value) is not None
    return name in ("since", "until") and re.fullmatch(r"\d\.\d{1,2}", value, re.ASCII) is not None
