"""One message a second in a channel after a small burst, and so many calls a minute in a workspace."""

from __future__ import annotations

from itertools import count

import pytest

from adapters.slack.pace import BURST, EDITS, PATIENCE, POSTS, Pace
from tests.standins.slack.rates import PER_MINUTE, Rates, TooMany

KEYS = count()


def posts() -> Pace:
    """The pace of chat.postMessage."""
    return Pace(POSTS, by_channel=True)


def wait(pace: Pace, now: float, workspace: str = "T1", channel: str = "C1") -> float:
    """The wait of something new."""
    return pace.wait(workspace, channel, f"key {next(KEYS)}", now)


def test_a_burst_goes_at_once_and_the_rest_one_a_second() -> None:
    """The limit is an average: what comes together goes together, up to a point."""
    pace = posts()
    waits = [round(wait(pace, 100.0)) for _ in range(BURST + 3)]

    assert waits == [0.0] * BURST + [1.0, 2.0, 3.0]


def test_a_channel_waits_for_itself_alone() -> None:
    """A busy channel holds up no other, in no workspace."""
    pace = posts()
    for _ in range(20):
        wait(pace, 100.0)

    assert wait(pace, 100.0, channel="C2") == 0.0
    assert wait(pace, 100.0, workspace="T2") == 0.0


def test_a_workspace_waits_for_itself_alone() -> None:
    """When its minute is full, the next one waits for it to pass; other workspaces do not."""
    pace = Pace(EDITS, by_channel=False)
    waits = [wait(pace, 100.0) for _ in range(EDITS)]

    assert waits == [0.0] * EDITS
    assert wait(pace, 130.0) == pytest.approx(30, abs=1)
    assert wait(pace, 130.0, workspace="T2") == 0.0


def test_a_turn_that_is_far_off_is_kept_for_whoever_asks_again() -> None:
    """It is neither lost nor taken twice, and it comes when it was said to come."""
    pace = Pace(1, by_channel=False)
    pace.wait("T1", "C1", "first", 0.0)
    far = pace.wait("T1", "C1", "second", 0.0)
    again = pace.wait("T1", "C1", "second", 10.0)
    third = pace.wait("T1", "C1", "third", 10.0)

    assert far > PATIENCE
    assert again == far - 10
    assert third == pytest.approx(2 * far - 10)
    assert pace.wait("T1", "C1", "second", far) == 0.0


@pytest.mark.parametrize(
    ("method", "pace"), [("chat.postMessage", posts()), ("chat.update", Pace(EDITS, by_channel=False))]
)
def test_whoever_keeps_to_it_never_hears_of_too_many(method: str, pace: Pace) -> None:
    """Twenty minutes' worth of writing to forty channels, all at once: the stand-in takes each in its turn, and in
    no more time than its limits want."""
    rates = Rates()
    channels = [f"C{number % 40}" for number in range(20 * PER_MINUTE[method])]
    sent = [(wait(pace, 0.0, channel=channel), channel) for channel in channels]
    for turn, channel in sorted(sent):
        try:
            rates.take(method, "T1", {"channel": channel}, turn)
        except TooMany as error:
            pytest.fail(f"{channel} at {turn}: {error}")

    assert max(turn for turn, _ in sent) <= 1.05 * 19 * 60
