"""Whether a program did what its claim says."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from content.question import Claim, Compiles, DoesNotCompile, PrintsOption, Problem, Raises, Runs
from content.reading.complaints import shorten
from content.sandbox import Outcome
from content.typed import same_output

_Miss: TypeAlias = tuple[str, str, str]
"""What was found, what is wanted, and the sentence."""


def judge(claim: Claim, outcome: Outcome) -> Problem | None:
    """The problem with this claim, or None where the program did what it says."""
    miss = _miss(claim.expect, outcome)
    if miss is None:
        return None
    found, wanted, message = miss
    field = f"{claim.question}.code" if claim.question else "code"
    return Problem(claim.file, claim.line, field, shorten(found), shorten(wanted), message)


def matches(text: str, outcome: Outcome) -> bool:
    """Whether a program did what an option says: printed it, or ended with the exception that it names.

    What it printed before the exception may be named too (``1 TypeError``); so may what the exception says.
    """
    if outcome.died:
        return False
    ended = outcome.exception
    if ended is None:
        return same_output(outcome.stdout, text)
    names = outcome.exceptions if not outcome.compiled else (ended,)
    forms = [form for name in names for form in (name, f"{name}: {outcome.message}", f"{outcome.stdout} {name}")]
    return any(same_output(form, text) for form in forms)


def describe(outcome: Outcome) -> str:
    """What a program did, in words."""
    if outcome.died:
        return f"{outcome.died} after {outcome.stdout!r}" if outcome.stdout else outcome.died
    if outcome.exception is None:
        return outcome.stdout.rstrip("\n") or "no output"
    ended = f"{outcome.exception}: {outcome.message}" if outcome.message else outcome.exception
    return f"{ended} after {outcome.stdout!r}" if outcome.stdout else ended


def _miss(expect: Runs | Raises | DoesNotCompile | Compiles | PrintsOption, outcome: Outcome) -> _Miss | None:
    match expect:
        case Runs(stdout):
            return _ran(stdout, outcome)
        case Raises(exception, stdout):
            return _raised(exception, stdout, outcome)
        case DoesNotCompile(exception):
            refused = not outcome.compiled and exception in outcome.exceptions
            return None if refused else (describe(outcome), exception, "the code compiles, or not for this reason")
        case Compiles():
            return None if outcome.compiled and not outcome.died else (describe(outcome), "code", "it does not compile")
        case PrintsOption(right, wrong):
            return _printed(right, wrong, outcome)
        case _:
            assert_never(expect)


def _ran(stdout: str | None, outcome: Outcome) -> _Miss | None:
    if outcome.exception or outcome.died:
        return describe(outcome), "an end without an exception", "the code does not run to its end"
    return _output(stdout, outcome)


def _raised(exception: str, stdout: str | None, outcome: Outcome) -> _Miss | None:
    if outcome.exception != exception or not outcome.compiled or outcome.died:
        return describe(outcome), exception, "the code does not end with this exception"
    return _output(stdout, outcome)


def _output(stdout: str | None, outcome: Outcome) -> _Miss | None:
    if stdout is None or _lines(stdout) == _lines(outcome.stdout):
        return None
    found, wanted = _first_difference(_lines(outcome.stdout), _lines(stdout))
    return found, wanted, "the code prints something else"


def _printed(right: tuple[str, ...], wrong: tuple[str, ...], outcome: Outcome) -> _Miss | None:
    for text in right:
        if not matches(text, outcome):
            return describe(outcome), text, "the code does not do what the right option says"
    for text in wrong:
        if matches(text, outcome):
            return text, "a wrong option that differs", "the code does what a wrong option says"
    return None


def _lines(text: str) -> list[str]:
    """The lines with the space at their ends and the empty lines at the end left out."""
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _first_difference(found: list[str], wanted: list[str]) -> tuple[str, str]:
    for number in range(max(len(found), len(wanted))):
        pair = [lines[number] if number < len(lines) else "no line" for lines in (found, wanted)]
        if pair[0] != pair[1]:
            return f"line {number + 1}: {pair[0]}", f"line {number + 1}: {pair[1]}"
    return "", ""
