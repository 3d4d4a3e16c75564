"""What is wrong in one file, collected as it is read, so that its author sees all of it at once."""

from __future__ import annotations

from content.question import Problem

_SHOWN = 80
"""Characters of what was found that a problem repeats."""


class Complaints:
    """The problems of one file, in the order they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []

    def add(self, line: int, field: str, *, found: str, wanted: str, message: str) -> None:
        """Note a problem; ``found`` is cut to what fits a line of a report."""
        self._problems.append(Problem(self.file, max(line, 1), field, shorten(found), wanted, message))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        return tuple(sorted(self._problems, key=lambda problem: problem.line))

    def __len__(self) -> int:
        return len(self._problems)


def shorten(text: str) -> str:
    """The text on one line, printable, and cut to what fits a report; "nothing" where there is none."""
    line = " ".join(text[: 4 * _SHOWN].split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    return (line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…") or "nothing"
