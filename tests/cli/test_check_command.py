"""`pyquiz check` at the command line: what it prints, as text and as JSON, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.check import check
from content.bank import BUILT_IN

TOPIC = BUILT_IN / "hashability.md"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of one good topic."""
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "teapots.md").write_text(TOPIC.read_text().replace("hashability", "teapots"))
    return folder


def run(*args: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(check, [str(arg) for arg in args])
    return result.exit_code, result.stdout


def test_a_good_topic_passes_and_is_counted() -> None:
    """A table by category, and how much code was run."""
    code, shown = run(TOPIC)

    assert code == 0
    assert "data model" in shown
    assert "0 failed" in shown
    assert "0 errors" in shown


def test_a_wrong_key_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    """The code says something else, and that is what counts."""
    text = TOPIC.read_text()
    broken = tmp_path / "hashability.md"
    broken.write_text(text.replace("```output\n", "```output\nnobody prints this\n", 1))
    code, shown = run(broken)

    assert text.count("```output\n") > 0
    assert code == 1
    assert "error: " in shown
    assert "hashability.md:" in shown
    assert "1 failed" in shown


def test_json_is_one_object_as_promised() -> None:
    """Topics, questions, claims, errors and warnings, for programs."""
    code, shown = run(TOPIC, "--format", "json")
    found = json.loads(shown)
    kinds = {question["kind"] for question in found["questions"]}

    assert code == 0
    assert {"topics", "questions", "claims", "errors", "warnings"} <= set(found)
    assert found["topics"][0]["slug"] == "hashability"
    assert found["claims"]["failed"] == 0
    assert kinds <= {"choice", "select", "output"}
    assert all("accepted" in q if q["kind"] == "output" else q["options"] and q["right"] for q in found["questions"])


def test_names_that_the_built_in_pack_has_are_taken(pack: Path) -> None:
    """A team's topic with a built-in alias would never be found: its pack could not be loaded beside ours."""
    code, shown = run(pack)

    assert code == 1
    assert "alias" in shown


def test_warnings_count_where_strictness_is_asked_for(tmp_path: Path) -> None:
    """Without it they are said, and no more."""
    lonely = tmp_path / "teapots.md"
    text = TOPIC.read_text().replace("hashability", "teapots")
    text = text.replace("## Why it matters", "- **Where to?** Away. ([nowhere](nowhere.md))\n\n## Why it matters")
    start, end = text.index("aliases:"), text.index("references:")
    lonely.write_text(f"{text[:start]}aliases: [teapots, a teapot]\n{text[end:]}")
    code, shown = run(lonely)
    strict, _ = run(lonely, "--strict")

    assert "warning: " in shown
    assert (code, strict) == (0, 1)
