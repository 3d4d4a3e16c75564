"""One message a second in a channel, after a small burst."""

from __future__ import annotations

from adapters.slack.pace import BURST, Pace


def test_a_burst_goes_at_once_and_the_rest_one_a_second() -> None:
    """The limit is an average: what comes together goes together, up to a point."""
    pace = Pace()
    waits = [pace.wait("T1", "C1", 100.0) for _ in range(BURST + 3)]

    assert waits == [0.0] * BURST + [1.0, 2.0, 3.0]


def test_a_channel_waits_for_itself_alone() -> None:
    """A busy channel holds up no other, in no workspace."""
    pace = Pace()
    for _ in range(20):
        pace.wait("T1", "C1", 100.0)

    assert pace.wait("T1", "C2", 100.0) == 0.0
    assert pace.wait("T2", "C1", 100.0) == 0.0


def test_never_more_than_the_rate_in_the_long_run() -> None:
    """An hour of somebody who always comes at once: one a second, and the burst."""
    pace, now, sent = Pace(), 0.0, 0
    while now < 3600:
        now += pace.wait("T1", "C1", now)
        sent += 1

    assert sent <= 3600 + BURST
