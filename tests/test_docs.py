"""The documents say what there is: every setting, every command, and no page that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.commands import RESERVED, TABLE, Spec
from cli.catalogue import catalogue
from cli.main import COMMANDS
from cli.settings import PLATFORMS, PREFIX, Settings
from content.bank import load_bank
from content.check import check

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


SETTINGS = (
    *(f"{PREFIX}{field.upper()}" for field in Settings.model_fields),
    *(n for names in PLATFORMS.values() for n in names),
    *("SLACK_API_URL", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"),
)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented(name: str) -> None:
    """In the table of settings."""
    assert f"`{name}`" in (DOCS / "settings.md").read_text()


def test_the_example_explains_every_setting() -> None:
    """`.env.example` sets none; each one, or the first of a few in a row, has a comment of its own above it."""
    text = (ROOT / ".env.example").read_text()
    given = dotenv_values(ROOT / ".env.example")
    explained = {
        name
        for block in re.split(r"\n\n+", text)
        if block.startswith("#")
        for name in re.findall(r"^([A-Z_]+)=$", block, re.MULTILINE)
    }

    assert {name for name, value in given.items() if value} == set()
    assert set(SETTINGS) - set(given) == set()
    assert set(given) == explained


@pytest.mark.parametrize("name", COMMANDS)
def test_every_shell_command_is_documented(name: str) -> None:
    """In the table of commands."""
    assert re.search(rf"\| `pyquiz {name}\b", (DOCS / "settings.md").read_text())


@pytest.mark.parametrize("spec", TABLE, ids=lambda spec: spec.verb)
def test_every_chat_command_is_documented(spec: Spec) -> None:
    """As help itself says it, word for word."""
    assert f"| `/pyquiz {spec.usage}` |" in (DOCS / "using.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Relative ones; a link to the web is its author's."""
    text = re.sub(r"~~~.*?~~~|```.*?```", "", page.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_table_of_topics_is_the_packs() -> None:
    """``make topics`` writes it."""
    assert (DOCS / "topics.md").read_text() == catalogue(load_bank().topics)


def test_the_example_of_a_topic_passes_the_check(tmp_path: Path) -> None:
    """As it stands on the page, beside the built-in topics."""
    (example,) = re.findall(r"^~~~markdown\n(.*?)^~~~$", (DOCS / "questions.md").read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "our-pack").mkdir()
    (tmp_path / "our-pack" / "equal-keys.md").write_text(example)
    report = check([tmp_path / "our-pack"], reserved=RESERVED, beside=load_bank().packs)

    assert report.errors == ()
    assert report.run > 0
