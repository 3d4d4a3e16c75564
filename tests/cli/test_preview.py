"""`pyquiz preview`: a topic as people will see it, and the nearest ones where there is none of that name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.preview import preview
from content.bank import load_bank


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings, and no cache but the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cli.packs.CACHE", tmp_path / "cache")
    monkeypatch.delenv("PYQUIZ_PACKS", raising=False)


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(preview, args)
    return result.exit_code, result.output


def test_a_topic_shows_its_lesson_and_every_question_in_all_its_forms() -> None:
    """What comes in the morning, in the reveal, in its thread, and as practice."""
    topic = load_bank().topic("metaclasses")
    code, shown = run("metaclass")

    assert topic is not None
    assert code == 0
    assert "metaclasses: lesson, In short" in shown
    for question in topic.questions:
        for card in ("in the morning", "the reveal", "in its thread", "practice"):
            assert f"{question.id}: {card}" in shown


def test_what_comes_in_the_morning_tells_nothing() -> None:
    """The preview shows the very card that is posted: no mark, no topic."""
    _, shown = run("metaclasses")
    mornings = [part.partition("──")[0] for part in shown.split(": in the morning\n")[1:]]

    assert mornings
    assert all("right" not in part.split("open until")[1] and "←" not in part for part in mornings)


def test_one_question_can_be_looked_at_alone() -> None:
    """By its id; an id that is not there brings those that are."""
    topic = load_bank().topic("closures-and-scope")
    assert topic is not None
    first, second = topic.questions[:2]
    code, shown = run("closures", "--question", first.id)
    missing, said = run("closures", "--question", "nope")

    assert code == 0
    assert first.id in shown
    assert second.id not in shown
    assert (missing, first.id in said) == (1, True)


def test_the_example_in_its_help_is_a_question() -> None:
    """Whoever copies it sees one."""
    help_ = CliRunner().invoke(preview, ["--help"]).output
    (example,) = [line.split()[2:] for line in help_.splitlines() if "--question closures" in line]
    code, shown = run(*example)

    assert code == 0
    assert "closures-and-scope-probe" in shown


def test_a_misspelt_topic_brings_the_nearest() -> None:
    """One sentence, exit code 1."""
    code, said = run("metclas")

    assert code == 1
    assert "no topic is called 'metclas'" in said
    assert "metaclasses" in said
