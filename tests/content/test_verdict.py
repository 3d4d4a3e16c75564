"""A claim holds exactly where its program does what it says."""

from __future__ import annotations

import pytest

from content.question import Claim, Compiles, DoesNotCompile, PrintsOption, Raises, Runs
from content.sandbox import Outcome
from content.verdict import describe, judge, matches

TYPE_ERROR = ("TypeError", "Exception", "BaseException", "object")
SYNTAX_ERROR = ("IndentationError", "SyntaxError", "Exception", "BaseException", "object")

ENDED = Outcome("tea\n")
RAISED = Outcome("tea\n", exceptions=TYPE_ERROR, message="no cups")
REFUSED = Outcome("", compiled=False, exceptions=SYNTAX_ERROR, message="bad")
HUNG = Outcome("tea\n", died="took longer than 5 s")

Expect = Runs | Raises | DoesNotCompile | Compiles | PrintsOption


def claim(expect: Expect) -> Claim:
    """A claim in line 7."""
    return Claim("kettles.md", 7, "print('tea')", expect)


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        (Runs(), ENDED),
        (Runs("tea"), ENDED),
        (Runs("tea  \n\n"), ENDED),
        (Runs(""), Outcome("")),
        (Raises("TypeError"), RAISED),
        (Raises("TypeError", "tea"), RAISED),
        (DoesNotCompile(), REFUSED),
        (DoesNotCompile("IndentationError"), REFUSED),
        (Compiles(), ENDED),
        (PrintsOption(("tea",), ("coffee", "TypeError")), ENDED),
        (PrintsOption(("TypeError",), ("tea", "ValueError")), RAISED),
        (PrintsOption(("TypeError: no cups", "tea TypeError")), RAISED),
        (PrintsOption(("SyntaxError",), ("tea",)), REFUSED),
    ],
)
def test_what_a_program_does_as_claimed_holds(expect: Expect, outcome: Outcome) -> None:
    """No problem where claim and outcome agree."""
    assert judge(claim(expect), outcome) is None


@pytest.mark.parametrize(
    ("expect", "outcome", "found", "wanted"),
    [
        (Runs(), RAISED, "TypeError: no cups", "without an exception"),
        (Runs(), REFUSED, "IndentationError", "without an exception"),
        (Runs(), HUNG, "took longer", "without an exception"),
        (Runs("coffee"), ENDED, "line 1: tea", "line 1: coffee"),
        (Runs("tea\ncake"), ENDED, "line 2: no line", "line 2: cake"),
        (Runs(" tea"), ENDED, "tea", "tea"),
        (Raises("TypeError"), ENDED, "tea", "TypeError"),
        (Raises("Exception"), RAISED, "TypeError", "Exception"),
        (Raises("TypeError", "cake"), RAISED, "tea", "cake"),
        (Raises("TypeError"), HUNG, "took longer", "TypeError"),
        (DoesNotCompile(), ENDED, "tea", "SyntaxError"),
        (DoesNotCompile("TabError"), REFUSED, "IndentationError", "TabError"),
        (DoesNotCompile(), RAISED, "TypeError", "SyntaxError"),
        (Compiles(), REFUSED, "IndentationError", "code"),
        (PrintsOption(("coffee",)), ENDED, "tea", "coffee"),
        (PrintsOption(("tea", "coffee")), ENDED, "tea", "coffee"),
        (PrintsOption(("tea",), ("TEA", "tea")), ENDED, "tea", "a wrong option that differs"),
        (PrintsOption(("tea",)), RAISED, "TypeError", "tea"),
        (PrintsOption(("ValueError",)), RAISED, "TypeError", "ValueError"),
        (PrintsOption(("tea",)), HUNG, "took longer", "tea"),
        (PrintsOption(("TypeError",)), REFUSED, "IndentationError", "TypeError"),
    ],
)
def test_what_a_program_does_otherwise_is_a_problem(expect: Expect, outcome: Outcome, found: str, wanted: str) -> None:
    """The problem stands at the claim's line, with what happened and what should have."""
    problem = judge(claim(expect), outcome)

    assert problem is not None
    assert (problem.file, problem.line, problem.field) == ("kettles.md", 7, "code")
    assert found in problem.found
    assert wanted in problem.wanted


def test_a_question_is_named() -> None:
    """Where a question makes the claim, the problem says which."""
    problem = judge(Claim("kettles.md", 7, "", Runs("x"), question="kettles-one"), ENDED)

    assert problem is not None
    assert problem.field == "kettles-one.code"


def test_an_exception_at_run_time_is_not_its_base() -> None:
    """Only code that does not compile may be called by a base's name: SyntaxError."""
    assert not matches("Exception", RAISED)
    assert matches("SyntaxError", REFUSED)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (ENDED, "tea"),
        (Outcome(""), "no output"),
        (RAISED, "TypeError: no cups after 'tea\\n'"),
        (HUNG, "took longer than 5 s after 'tea\\n'"),
        (Outcome("", died="SIGKILL"), "SIGKILL"),
        (Outcome("", exceptions=("KeyError",)), "KeyError"),
    ],
)
def test_outcomes_are_described(outcome: Outcome, words: str) -> None:
    """Each outcome has words that an author can act on."""
    assert describe(outcome) == words
