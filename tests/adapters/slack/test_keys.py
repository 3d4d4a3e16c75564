"""Slack's settings: nothing there is missing, a part of them is broken, and no secret is repeated."""

from __future__ import annotations

import subprocess
import sys

import pytest

import adapters.slack
from adapters.slack import adapter
from adapters.slack.keys import Keys, read_keys
from bot.ports import NotConfigured

BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
APP = {"SLACK_APP_TOKEN": "xapp-1"}
SIGNED = {"SLACK_SIGNING_SECRET": "5" * 32}
CLIENT = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "6" * 32}
KEY = {"PYQUIZ_SECRET_KEY": "k"}


@pytest.mark.parametrize(
    "given", [BOT | APP, BOT | SIGNED, BOT | APP | SIGNED, CLIENT | SIGNED | KEY, CLIENT | APP | KEY]
)
def test_what_can_run_is_taken(given: dict[str, str]) -> None:
    """Socket Mode or HTTP, for one workspace or for many."""
    found = read_keys(given)

    assert isinstance(found, Keys)
    assert found.many == ("SLACK_CLIENT_ID" in given)


def test_nothing_at_all_is_missing() -> None:
    """Then the terminal plays, or another platform."""
    assert adapter({"HOME": "/root", "SLACK_BOT_TOKEN": ""}) == NotConfigured(
        missing=("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    )


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (BOT, ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")),
        (APP, ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")),
        (SIGNED, ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN")),
        ({"SLACK_CLIENT_ID": "1.2"} | SIGNED, ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")),
        (CLIENT | KEY, ("SLACK_CLIENT_ID", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")),
        (CLIENT | SIGNED, ("SLACK_CLIENT_ID", "PYQUIZ_SECRET_KEY")),
        ({"SLACK_BOT_TOKEN": "xapp-1"} | SIGNED, ("SLACK_BOT_TOKEN", "xoxb-")),
        (BOT | {"SLACK_APP_TOKEN": "xoxb-secret"}, ("SLACK_APP_TOKEN", "xapp-")),
        (BOT | {"SLACK_SIGNING_SECRET": "xoxb-secret"}, ("SLACK_SIGNING_SECRET", "Basic Information")),
        (BOT | APP | {"SLACK_API_URL": "slack.com"}, ("SLACK_API_URL", "https://slack.com/api/")),
    ],
)
def test_a_part_is_broken_and_says_what_it_wants(given: dict[str, str], names: tuple[str, ...]) -> None:
    """One sentence, with the setting's name and what belongs there."""
    found = adapter(given)
    assert isinstance(found, NotConfigured)
    (sentence,) = found.broken

    assert [name for name in names if name not in sentence] == []
    assert "secret" not in sentence.replace("SECRET", "")


def test_it_is_found_again_once_it_was_made() -> None:
    """No module of the package bears the name of the entry point."""
    first = adapter(BOT | APP)

    assert not isinstance(first, NotConfigured)
    assert type(adapters.slack.adapter(BOT | APP)) is type(first)


def test_no_secret_is_shown() -> None:
    """Not in a log, not in a traceback."""
    found = read_keys({"SLACK_BOT_TOKEN": "xoxb-hidden", **APP, **SIGNED})

    assert "hidden" not in repr(found)
    assert "5555" not in repr(found)


def test_importing_it_is_cheap() -> None:
    """slack-bolt comes only where Slack is configured."""
    code = (
        "import sys, adapters.slack as s; s.adapter({});"
        "print([m for m in sys.modules if m.split('.')[0] in ('slack_bolt', 'slack_sdk', 'aiohttp')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
