"""What Slack's payloads say about who spoke, where it is not plain."""

from __future__ import annotations

import pytest

from adapters.slack.happenings import happening
from adapters.slack.heard import mentioned, opened, team_of
from bot.ports import PlaceGone

SHARED = {
    "team_id": "T2",
    "authorizations": [{"enterprise_id": None, "team_id": "T1", "user_id": "UBOTT1", "is_bot": True}],
}
"""In a channel that two workspaces share, somebody of T2 did something that PyQuiz hears as a member of T1."""


def test_in_a_shared_channel_the_workspace_is_the_one_that_pyquiz_is_installed_in() -> None:
    """Everything that is known of a channel hangs on its workspace; the speaker's may be any."""
    said = mentioned({**SHARED, "event": {"type": "app_mention", "user": "U9", "channel": "C1"}})
    seen = opened({**SHARED, "event": {"type": "app_home_opened", "user": "U9"}})
    gone = happening({**SHARED, "event": {"type": "channel_archive", "channel": "C1", "user": "U9"}})

    assert (said.team, seen.team) == ("T1", "T1")
    assert isinstance(gone, PlaceGone)
    assert gone.place.workspace == "T1"


@pytest.mark.parametrize("authorizations", [None, [], [{"user_id": "UBOTT1"}]])
def test_where_slack_does_not_say_it_is_the_one_that_the_event_names(authorizations: object) -> None:
    """Events of before, and those that are about the workspace as a whole."""
    assert team_of({"team_id": "T2", "authorizations": authorizations, "event": {}}) == "T2"
