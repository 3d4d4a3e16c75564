"""The options of a question, from its task list."""

from __future__ import annotations

import re

from content.markup import RunStyle, plain, runs
from content.question import Kind, Option
from content.reading.complaints import Complaints
from content.reading.page import Item, Listing, Section
from content.typed import normalise

OPTION_MOST = 75
REASON_MOST = 200
"""Characters of an option (a button's or a menu's line) and of its reason."""

_BOX = re.compile(r"\[([ xX])\]\s+(\S.*)")


def read_options(listing: Listing | None, kind: Kind, section: Section, complaints: Complaints) -> tuple[Option, ...]:
    """The options of this list, in order; notes what is wrong in them and in their number."""
    if listing is None:
        return ()
    reader = _Options(section.title, kind, complaints)
    options = tuple(option for item in listing.items if (option := reader.read(item)) is not None)
    reader.counts(listing, options)
    reader.doubles(listing, options)
    return options


class _Options:
    def __init__(self, question: str, kind: Kind, complaints: Complaints) -> None:
        self._question = question
        self._kind = kind
        self._complaints = complaints

    def read(self, item: Item) -> Option | None:
        match = _BOX.fullmatch(item.lines[0])
        if match is None:
            self._note(item.line, "option", item.lines[0], "- [x] text or - [ ] text", "this option has no box")
            return None
        option = Option(match[2].strip(), match[1] != " ", " ".join(item.lines[1:]).strip())
        self._length(item.line, "option", option.text, OPTION_MOST)
        self._length(item.line + 1, "reason", option.reason, REASON_MOST)
        if self._kind is Kind.OUTPUT and [run.style for run in runs(option.text)] != [RunStyle.CODE]:
            self._note(item.line, "option", option.text, "one `code span`", "an output is written as one code span")
        return option

    def counts(self, listing: Listing, options: tuple[Option, ...]) -> None:
        right = sum(option.right for option in options)
        wrong = len(options) - right
        wanted, fine = {
            Kind.CHOICE: ("2–5 options, exactly one right", 2 <= len(options) <= 5 and right == 1),
            Kind.SELECT: (
                "3–5 options, at least two right and one wrong",
                3 <= len(options) <= 5 and right >= 2 and wrong >= 1,
            ),
            Kind.OUTPUT: ("at least one accepted output ([x])", right >= 1),
        }[self._kind]
        if not fine:
            found = f"{len(options)} options, {right} right"
            self._note(listing.line, "options", found, wanted, f"this does not make a {self._kind} question")

    def doubles(self, listing: Listing, options: tuple[Option, ...]) -> None:
        seen: set[str] = set()
        for option in options:
            text = plain(option.text)
            same = normalise(text) if self._kind is Kind.OUTPUT else text
            if same in seen:
                self._note(listing.line, "options", option.text, "options that differ", "two options say the same")
            seen.add(same)

    def _length(self, line: int, name: str, text: str, most: int) -> None:
        length = len(plain(text))
        if length > most:
            self._note(line, name, f"{length} characters", f"at most {most} characters", f"the {name} is too long")

    def _note(self, line: int, name: str, found: str, wanted: str, message: str) -> None:
        self._complaints.add(line, f"{self._question}.{name}", found=found, wanted=wanted, message=message)
