"""Socket Mode's connections come and go: Slack exchanges them every few hours, and the network breaks them."""

from __future__ import annotations

import pytest

from tests.adapters.slack.stage import Stage
from tests.standins.slack.server import Socket


async def open_question(stage: Stage) -> None:
    """Ada sets #python up, and it is nine."""
    await stage.set_up(stage.slack.person("Ada", "python"), "python")
    await stage.at(9)


async def two_others(stage: Stage, before: list[Socket]) -> None:
    """Wait until two connections stand that were not there before."""
    await stage.slack.until(lambda: len(set(map(id, stage.slack.sockets)) - set(map(id, before))) == 2, seconds=30)


async def test_a_connection_that_slack_wants_back_is_exchanged(stage: Stage) -> None:
    """Both of them, at once; what is pressed afterwards is heard."""
    await open_question(stage)
    before = list(stage.slack.sockets)
    for socket in before:
        await socket.ws.send_json({"type": "disconnect", "reason": "refresh_requested"})
    await two_others(stage, before)
    omar = stage.slack.person("Omar", "python")
    await omar.press("A", "python")

    assert "You chose A" in await stage.whispers(omar, "python", 1)
    assert stage.adapter.health().ok


@pytest.mark.slow
async def test_connections_that_break_without_a_word_are_made_again(stage: Stage) -> None:
    """After the sdk's next look at them, both."""
    await open_question(stage)
    before = list(stage.slack.sockets)
    for socket in before:
        stage.slack.cut(socket)
    omar = stage.slack.person("Omar", "python")
    await two_others(stage, before)
    await omar.press("A", "python")

    assert "You chose A" in await stage.whispers(omar, "python", 1)
    assert stage.adapter.health().ok
