"""Channels that go, come back or are called something else, and workspaces that do."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import ChannelState
from bot.store import channels
from tests.adapters.slack.stage import Clock, Stage, staged, with_oauth
from tests.adapters.slack.test_oauth import install
from tests.standins.slack import SlackStandIn

LEFT = {"type": "channel_left", "channel": "CPYTHON", "actor_id": "UADA"}
JOINED = {"type": "member_joined_channel", "channel": "CPYTHON", "user": "UBOTT1"}


async def happens(stage: Stage, event: dict[str, Any], team: str = "T1") -> None:
    """Slack tells of it, twice: it repeats what it thinks was lost under another id now and then."""
    for _ in range(2):
        await stage.slack.event(stage.slack.team(team), event)
    await stage.quiet()


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (LEFT, "PyQuiz was removed from the channel"),
        ({"type": "group_left", "channel": "CPYTHON"}, "PyQuiz was removed from the channel"),
        ({"type": "channel_archive", "channel": "CPYTHON", "user": "UADA"}, "the channel was archived"),
        ({"type": "channel_deleted", "channel": "CPYTHON"}, "the channel was deleted"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
async def test_its_managers_are_told_once(stage: Stage, event: dict[str, Any], reason: str) -> None:
    """In their direct messages, why and that nothing is lost; the status says the same to everybody."""
    ada, mei = stage.slack.person("Ada", "python"), stage.slack.person("Mei", "python")
    await stage.set_up(ada, "python")
    await happens(stage, event)
    await stage.at(12)
    await stage.at(12, day=1)
    await mei.write("status")
    await stage.slack.until(lambda: len(mei.messages("dm")) == 2)

    assert ada.sees("dm") == [
        (
            f"PyQuiz can't speak in #python any more ({reason}), so it stopped there. "
            "Nothing is lost: once it can, it goes on.\n[See the status]"
        )
    ]
    assert f"Stopped: {reason}." in mei.last("dm")
    assert stage.posted("python") == []


async def test_what_slack_refuses_without_having_told_is_told_as_well(stage: Stage) -> None:
    """No event came: the question itself finds out that PyQuiz is not in the channel any more."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    stage.slack.channel("python").members.discard("UBOTT1")
    await stage.at(9)
    await stage.at(9, day=1)

    assert len(ada.messages("dm")) == 1
    assert "PyQuiz can't speak in #python any more (PyQuiz is not in the channel)" in ada.last("dm")


async def test_invited_again_it_goes_on(stage: Stage) -> None:
    """With the same schedule and the same numbers."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await stage.at(9)
    await stage.at(17)
    await happens(stage, LEFT)
    await happens(stage, JOINED)
    await stage.at(9, day=1)

    assert "Python question 2" in ada.read(stage.posted("python")[-1])


async def test_a_pause_is_no_going(stage: Stage) -> None:
    """Somebody paused it: being invited again does not undo that."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await ada.command("pause", "python")
    await stage.whispers(ada, "python", 2)
    await happens(stage, JOINED)
    await stage.at(12, day=1)

    assert stage.posted("python") == []


@pytest.mark.parametrize("kind", ["channel_rename", "group_rename"])
async def test_a_channel_is_called_what_it_is_called(stage: Stage, kind: str) -> None:
    """From then on, everywhere."""
    ada = stage.slack.person("Ada", "python")
    await stage.set_up(ada, "python")
    await happens(stage, {"type": kind, "channel": {"id": "CPYTHON", "name": "snakes", "created": 1}})
    await ada.write("status")
    await stage.slack.until(lambda: len(ada.messages("dm")) == 2)

    assert "PyQuiz in #snakes" in ada.last("dm")
    (found,) = await stage.house.store.read(channels.channels_in, "slack", "T1")
    assert found.state is ChannelState.ACTIVE


async def test_a_private_channel_has_its_name_though_slack_leaves_it_out(stage: Stage) -> None:
    """What is typed there comes without; it is asked for once."""
    stage.slack.channel("secret", private=True)
    mei = stage.slack.person("Mei", "secret")
    await stage.set_up(mei, "secret")
    await mei.command("status", "secret")
    said = await stage.whispers(mei, "secret", 2)

    assert "PyQuiz in #secret" in said
    assert len([call for call in stage.slack.called("conversations.info") if call["channel"] == "CSECRET"]) == 2


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # the sdk's, of aiohttp's
async def test_installed_again_it_goes_on_where_it_still_is(sqlite_url: str, slack: SlackStandIn, clock: Clock) -> None:
    """A workspace revoked the token and installs PyQuiz anew: no event tells that it is in #python still."""
    async with staged(sqlite_url, slack, clock, keys=with_oauth(slack)) as stage:
        await install(stage)
        ada = slack.person("Ada", "python", "rust")
        await stage.set_up(ada, "python")
        await stage.set_up(ada, "rust")
        await happens(stage, {"type": "tokens_revoked", "tokens": {"bot": ["UBOTT1"]}})
        slack.channel("rust").members.discard("UBOTT1")
        await install(stage)
        await stage.quiet()
        found = await stage.house.store.read(channels.channels_in, "slack", "T1")
        await stage.at(9)

        assert {channel.place.name: channel.state for channel in found} == {
            "#python": ChannelState.ACTIVE,
            "#rust": ChannelState.GONE,
        }
        assert len(stage.posted("python")) == 1
