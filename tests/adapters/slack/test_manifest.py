"""The app's manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from adapters.slack.happenings import BACK, GONE, NAMED, happening
from adapters.slack.oauth import SCOPES

ROOT = Path(__file__).parents[3]
MANIFEST = yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8"))
GUIDE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")

ANSWERED = {"app_home_opened", "app_mention", "message.im"}


def test_both_ways_of_installing_ask_for_the_same() -> None:
    """The manifest's scopes are the install page's, and the guide says what each is for."""
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]

    assert tuple(asked) == SCOPES
    assert [scope for scope in asked if f"`{scope}`" not in GUIDE] == []


def test_no_channel_is_read() -> None:
    """History scopes are for who wants them; nothing lets PyQuiz read what people write in channels."""
    assert [scope for scope in SCOPES if scope.endswith("history")] == ["im:history"]


@pytest.mark.parametrize("event", MANIFEST["settings"]["event_subscriptions"]["bot_events"])
def test_every_event_it_hears_means_something(event: str) -> None:
    """It is answered, or it changes where PyQuiz can speak."""
    channel = {"id": "C1", "name": "new"} if event in NAMED else "C1"
    body = {
        "team_id": "T1",
        "authorizations": [{"team_id": "T1", "user_id": "U1", "is_bot": True}],
        "event": {"type": event, "channel": channel, "user": "U1", "tokens": {"bot": ["U1"]}},
    }

    assert event in ANSWERED or happening(body) is not None


def test_every_change_of_a_place_is_heard_of() -> None:
    """What the code understands is asked for."""
    heard = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])

    assert (set(GONE) | BACK | NAMED) - heard == set()


def test_the_command_and_the_home_are_there() -> None:
    """What people type and where they look."""
    features = MANIFEST["features"]

    assert [command["command"] for command in features["slash_commands"]] == ["/pyquiz"]
    assert features["app_home"]["home_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
