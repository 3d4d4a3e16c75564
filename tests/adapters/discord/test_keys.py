"""Discord's settings: all problems at once, and never a secret in a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.discord import adapter
from adapters.discord.keys import API_URL, GATEWAY_URL, Keys, read_keys
from bot.ports import NotConfigured

TOKEN = "MTAw.secret.part"


def test_without_a_token_it_is_not_configured() -> None:
    """And says what it misses."""
    assert adapter({}) == NotConfigured(missing=("DISCORD_TOKEN",))


def test_a_token_is_enough() -> None:
    """Discord's own addresses are meant then."""
    assert read_keys({"DISCORD_TOKEN": f" {TOKEN}\n"}) == Keys(TOKEN, API_URL, GATEWAY_URL)


@pytest.mark.parametrize("token", ["Bot MTAw.secret.part", "secret", "a secret.with.space", "1.2.3.secret"])
def test_what_cannot_be_a_token_is_broken_and_not_repeated(token: str) -> None:
    """It might be a password."""
    found = read_keys({"DISCORD_TOKEN": token})

    assert isinstance(found, NotConfigured)
    assert "DISCORD_TOKEN" in found.broken[0]
    assert "secret" not in found.broken[0]


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Token and both addresses."""
    settings = {"DISCORD_TOKEN": "x", "DISCORD_API_URL": "ftp://x", "DISCORD_GATEWAY_URL": "https://x"}
    found = read_keys(settings)

    assert isinstance(found, NotConfigured)
    assert [sentence.split()[0] for sentence in found.broken] == list(settings)


def test_a_token_is_not_in_what_is_printed() -> None:
    """Of the keys themselves."""
    assert "secret" not in repr(read_keys({"DISCORD_TOKEN": TOKEN}))


def test_asking_for_it_without_a_token_loads_no_discord() -> None:
    """Its library comes with its settings."""
    code = "import sys; from adapters.discord import adapter; adapter({}); print('discord' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
