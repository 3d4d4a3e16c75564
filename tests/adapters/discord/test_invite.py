"""The bot is invited with the least permissions, and the page says the same."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest

from adapters.discord.invite import NUMBER, PERMISSIONS, application_of, invitation
from tests.standins.discord.town import USUAL

PAGE = (Path(__file__).parents[3] / "docs" / "discord.md").read_text()


def test_the_number_is_just_these_permissions() -> None:
    """As discord.py counts them, and as the stand-in's servers grant them in every other test."""
    assert discord.Permissions(NUMBER) == discord.Permissions(**{one.attribute: True for one in PERMISSIONS})
    assert NUMBER | 1 << 31 == USUAL


def test_the_page_has_the_same_invitation() -> None:
    """With a place for the application's id, and each permission in its table."""
    assert invitation("APPLICATION_ID") in PAGE
    table = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)

    assert {name for row in table for name in row.split(", ")} >= {one.name for one in PERMISSIONS}


@pytest.mark.parametrize(
    ("token", "id_"),
    [
        ("MTE0MDI4MDQ4MjkzODcxNjE2MA.GabcdE.x", "1140280482938716160"),
        ("MTAw.stand.in", "100"),
        ("not base64!.a.b", None),
        ("aGVsbG8.a.b", None),
        ("4oKs.a.b", None),
        ("", None),
    ],
)
def test_a_token_tells_whose_it_is(token: str, id_: str | None) -> None:
    """So that the invitation can be written before anything is connected."""
    assert application_of(token) == id_
