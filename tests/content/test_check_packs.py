"""A check runs every claim, finds altered keys, and reports what is unfair."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from content import sandbox
from content.bank import BUILT_IN, load_bank
from content.check import check
from content.question import PrintsOption
from content.reader import read_pack
from content.report import as_object, figures
from content.verdict import judge

MakePack = Callable[..., Path]

ELSEWHERE = next(
    (
        release
        for release in ((3, 12), (3, 13), (3, 14), (3, 11))
        if release != sandbox.RUNNING and sandbox.interpreter(release)
    ),
    (3, 99),
)
"""A release of Python that is at hand and not the running one; (3, 99) where there is none."""


def test_a_good_pack_has_no_faults(make_pack: MakePack, sample: str) -> None:
    """Every claim was run and holds, and nothing is unfair."""
    report = check([make_pack(kettles=sample)])

    assert (report.errors, report.warnings) == ((), ())
    assert (report.run, report.failed, report.not_run) == (7, 0, 0)
    assert report.ok(strict=True)


@pytest.mark.parametrize(
    ("old", "new", "at", "found", "wanted"),
    [
        ("- [x] `{1: 'b'}`", "- [x] `{1: 'a'}`", "```python\nd =", "{1: 'b'}", "{1: 'a'}"),
        ("- [x] `TypeError`", "- [x] `ValueError`", "```python\nlen(5)", "TypeError", "ValueError"),
        (
            "- [ ] `1`\n",
            "- [ ] `TypeError: object of type 'int' has no len()`\n",
            "```python\nlen(5)",
            "TypeError",
            "differs",
        ),
        ("{1: 'a'}\n```", "{1: 'b'}\n```", "```python\nprint", "{1: 'a'}", "{1: 'b'}"),
        ("raises=TypeError", "raises=KeyError", "```python raises", "TypeError", "KeyError"),
        ("x ===", "x = 1", "```python does", "no output", "SyntaxError"),
        ("import kettle_server", "import kettle server", "```python sketch", "SyntaxError", "code"),
        ("assert 1 == True == 1.0", "assert 1 is True", "```python proof", "AssertionError", "without an exception"),
    ],
)
def test_a_claim_that_does_not_hold_is_an_error(
    make_pack: MakePack, sample: str, old: str, new: str, at: str, found: str, wanted: str
) -> None:
    """The error stands at the fence, with what happened and what was claimed; the others hold."""
    text = sample.replace(old, new, 1)
    report = check([make_pack(kettles=text)])
    (error,) = report.errors

    assert error.line == text[: text.index(at)].count("\n") + 1
    assert found in error.found
    assert wanted in error.wanted
    assert report.failed == 1
    assert not report.ok()


def test_a_wrong_option_made_right_is_an_error(make_pack: MakePack, sample: str) -> None:
    """Moving the cross of an output question to a wrong output fails the check."""
    text = sample.replace("- [x] `{1: 'b'}`", "- [ ] `{1: 'b'}`").replace("- [ ] `{1: 'a',", "- [x] `{1: 'a',")
    (error,) = check([make_pack(kettles=text)]).errors

    assert error.field == "kettles-one-key.code"


def test_claims_of_other_releases_are_counted(make_pack: MakePack, sample: str) -> None:
    """A claim about a release that is not at hand is not run, and said to be so."""
    report = check([make_pack(kettles=sample.replace("```python proof", "```python proof since=3.98"))])

    assert (report.run, report.not_run, report.errors) == (6, 1, ())


@pytest.mark.skipif(sandbox.interpreter(ELSEWHERE) is None, reason="no other release of Python is at hand")
def test_claims_of_other_releases_run_where_those_are_at_hand(make_pack: MakePack, sample: str) -> None:
    """A claim about one other release runs on that one, and fails there if it must."""
    release = f"{ELSEWHERE[0]}.{ELSEWHERE[1]}"
    marks = f"```python proof since={release} until={release}\nimport sys\n"
    text = sample.replace("```python proof\n", f"{marks}assert sys.version_info[:2] == {ELSEWHERE}\n")
    wrong = sample.replace("```python proof\n", f"{marks}assert False\n")

    assert check([make_pack(kettles=text)]).run == 7
    assert check([make_pack(kettles=text)]).errors == ()
    assert check([make_pack(kettles=wrong)]).failed == 1


def test_progress_is_told(make_pack: MakePack, sample: str) -> None:
    """From nothing to all, one claim at a time."""
    told: list[tuple[int, int]] = []
    check([make_pack(kettles=sample)], progress=lambda done, of: told.append((done, of)))

    assert told == [(done, 7) for done in range(8)]


def test_a_file_or_a_folder_of_packs_can_be_checked(make_pack: MakePack, sample: str) -> None:
    """A path may be one topic file, one pack, or a folder that holds packs."""
    folder = make_pack("packs/one", kettles=sample)
    found = [check([path]).topics for path in (folder / "kettles.md", folder, folder.parent)]

    assert [[topic.slug for topic in topics] for topics in found] == [["kettles"]] * 3


def test_all_problems_of_a_broken_pack_are_errors(make_pack: MakePack, sample: str) -> None:
    """What cannot be read is an error, and what can be is run all the same."""
    report = check([make_pack(kettles=sample, pots="no topic")])

    assert not report.ok()
    assert {Path(error.file).name for error in report.errors} == {"pots.md"}
    assert report.run == 7


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing to check is not nothing wrong."""
    (error,) = check([tmp_path / "nowhere"]).errors

    assert error.field == "pack"


@pytest.mark.parametrize("word", ["kettle", "cup", "kettles"])
def test_an_alias_that_is_a_command_is_an_error(make_pack: MakePack, sample: str, word: str) -> None:
    """With or without ornaments, a command's name is no topic's."""
    report = check([make_pack(kettles=sample)], reserved=frozenset({word}))

    assert {error.message for error in report.errors} == {"this is a command's name"}
    assert {error.line for error in report.errors} == {7}


def test_names_of_packs_beside_it_are_taken(make_pack: MakePack, sample: str) -> None:
    """What would keep a pack from loading after others is an error."""
    pack = read_pack(make_pack("first", kettles=sample)).pack
    assert pack is not None
    report = check([make_pack("later", kettles=sample)], beside=[pack])

    assert report.errors
    assert all("first/kettles" in error.message for error in report.errors)


QUESTION = """
### kettles-{name}
```yaml
kind: choice
level: mid
difficulty: 5
format: concept
```
Which of the {name} cups is hot?

{options}

Because of the {name} kettle.
"""


def question(name: str, *options: str, right: int = 0) -> str:
    """A choice question in Markdown."""
    lines = [f"- [{'x' if i == right else ' '}] {option}\n  Reason {i}." for i, option in enumerate(options)]
    return QUESTION.format(name=name, options="\n".join(lines))


UNFAIR = [
    ("  Two objects.\n", "", "this option has no reason", "1 is True"),
    ("(kettles.md)", "(pans.md)", "this leads to a topic that is not there", "pans"),
    ("`1 is True`", "All of the above", "this option gives itself away", "All of the above"),
    ("`1 is True`", "It never is", "absolute words stand only in wrong options", "never"),
    ('d = {1: "a", True: "b"}', 'd = {1: "a", True: "b"}  # ' + "x" * 60, "this code is too wide", "87 columns"),
    ("print(d)", "print(d)" + "\npass" * 19, "this code is too long", "21 lines"),
]


@pytest.mark.parametrize(("old", "new", "message", "found"), UNFAIR, ids=[row[2] for row in UNFAIR])
def test_what_is_unfair_is_a_warning(
    make_pack: MakePack, sample: str, old: str, new: str, message: str, found: str
) -> None:
    """It is fit to load, said at its file, and fails a strict check."""
    text = sample.replace(old, new, 1).replace("[kettles](pans", "[pans](pans")
    report = check([make_pack(kettles=text)])

    assert [(warning.message, found in warning.found) for warning in report.warnings] == [(message, True)]
    assert report.errors == ()
    assert report.ok()
    assert not report.ok(strict=True)


def test_absolute_words_on_both_sides_are_fair(make_pack: MakePack, sample: str) -> None:
    """They are a hint only where no right option has one; in code they are none."""
    both = question("red", "It always is", "It never is") + question("blue", "`once`", "`never`")

    assert check([make_pack(kettles=sample + both)]).warnings == ()


def test_a_preferred_position_is_a_warning(make_pack: MakePack, sample: str) -> None:
    """Eight right answers in one place of four are no chance."""
    names = ["red", "gold", "white", "black", "orange", "brown", "green", "lilac"]
    biased = "".join(question(n, f"{n} one", f"{n} two", f"{n} six", f"{n} ten", right=2) for n in names)
    fair = "".join(
        question(n, f"{n} one", f"{n} two", f"{n} six", f"{n} ten", right=i % 4) for i, n in enumerate(names)
    )
    warnings = check([make_pack(kettles=sample + biased)]).warnings

    assert [warning.message for warning in warnings] == ["right answers prefer one position"]
    assert "option 3 is right in 8 of 8" in warnings[0].found
    assert check([make_pack(kettles=sample + fair)]).warnings == ()


def test_right_options_that_are_the_longest_are_a_warning(make_pack: MakePack, sample: str) -> None:
    """Every right option longer than the rest tells the answer; which questions do is said."""
    names = ["red", "gold", "white", "black", "orange", "brown", "green", "lilac"]
    options = [("a tad longer than it", f"{name} two", f"{name} six", f"{name} ten") for name in names]
    long = "".join(
        question(name, *four[1 : 1 + i % 4], four[0], *four[1 + i % 4 :], right=i % 4)
        for i, (name, four) in enumerate(zip(names, options, strict=True))
    )
    warnings = check([make_pack(kettles=sample + long)]).warnings
    (found,) = (warning.found for warning in warnings if warning.message == "the right option is the longest too often")

    assert found.startswith("9 of 9: ")
    assert "kettles-lilac" in found


def test_near_doubles_are_a_warning(make_pack: MakePack, sample: str) -> None:
    """Two questions that hardly differ are named, the second at its line."""
    doubled = sample + question("red", "one cup", "two cups") + question("rod", "one cup", "two cups", right=1)
    (warning,) = check([make_pack(kettles=doubled)]).warnings

    assert (warning.found, warning.message) == ("kettles-rod", "this asks what kettles-red asks")
    assert warning.line == doubled[: doubled.index("### kettles-rod")].count("\n") + 1


def test_the_report_is_the_promised_object(make_pack: MakePack, sample: str) -> None:
    """Topics, questions, claims, errors and warnings as JSON, with all their keys."""
    made = json.loads(json.dumps(as_object(check([make_pack(kettles=sample.replace("Two objects.", ""))]))))
    output, choice, select = made["questions"]

    assert made["topics"] == [
        {
            "slug": "kettles",
            "title": "Kettles and cups",
            "level": "mid",
            "difficulty": 4,
            "category": "data model",
            "aliases": ["kettle", "kettle()", "__cup__", "boiling water"],
            "questions": ["kettles-one-key", "kettles-how-it-ends", "kettles-which-are-true"],
        }
    ]
    assert made["claims"] == {"run": 7, "failed": 0, "not_run": 0}
    assert (output["accepted"], output["code"], "right" in output) == (["{1: 'b'}"], True, False)
    assert (choice["options"], choice["right"]) == (["`1`", "`TypeError`"], [1])
    assert (choice["since"], choice["until"], choice["format"]) == ("3.11", "3.14", "prints")
    assert (select["right"], select["code"], select["since"]) == ([0, 1], False, None)
    assert made["errors"] == []
    assert [set(warning) for warning in made["warnings"]] == [{"file", "line", "field", "found", "wanted", "message"}]


def test_figures_count_what_there_is(make_pack: MakePack, sample: str) -> None:
    """Kinds, levels and formats are counted, those that are missing too."""
    counted = figures(read_pack(make_pack(kettles=sample)).topics)

    assert (counted.topics, counted.questions, counted.code, counted.starters, counted.versioned) == (1, 3, 2, 1, 1)
    assert counted.kinds == {"choice": 1, "select": 1, "output": 1}
    assert counted.formats == {"concept": 1, "prints": 2, "bug": 0, "fix": 0, "review": 0}
    assert (counted.few_questions, counted.one_kind, counted.no_junior) == ((), (), ())


@pytest.mark.slow
def test_every_altered_key_of_the_built_in_pack_is_found() -> None:
    """Whatever the key of an output question is changed to, its claim no longer holds."""
    claims = {claim.question: claim for claim in read_pack(BUILT_IN).claims if isinstance(claim.expect, PrintsOption)}
    outputs = [question for question in load_bank().questions if question.kind == "output"]

    assert outputs
    for asked in outputs:
        claim = claims[asked.id]
        assert isinstance(claim.expect, PrintsOption)
        outcome = sandbox.run(claim.code)
        assert judge(claim, outcome) is None, asked.id
        for altered in (*claim.expect.wrong, *(alter(text) for text in claim.expect.right)):
            changed = replace(claim, expect=PrintsOption((altered,), ()))
            assert judge(changed, outcome) is not None, (asked.id, altered)


def alter(text: str) -> str:
    """The output with its first word or number changed."""
    return re.sub(r"\w+", lambda word: word.group() + "1", text, count=1) if re.search(r"\w", text) else text + " 1"
