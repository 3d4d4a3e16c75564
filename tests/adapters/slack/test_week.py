"""A week in three channels of two workspaces, fifteen people, and much that goes wrong: the same standings as the same
week at the terminal, one message per delivery, nobody's receipted answer lost, and nothing told too early."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.slack.stage import Clock, questions, with_oauth, with_oauth_over_sockets
from tests.adapters.slack.test_days import doubled
from tests.adapters.slack.week import Week
from tests.days.fifteen import CHANNELS, DAYS, PEOPLE, Standings, at_the_terminal
from tests.days.ledger import states
from tests.standins.hours import MONDAY
from tests.standins.slack import SlackStandIn

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # the sdk's, of aiohttp's

WAYS = {"http": with_oauth, "socket": with_oauth_over_sockets}
FIRST, ANOTHER = (lambda number: number % 4), (lambda number: (number + 1) % 4)
"""Which option is right: two packs that differ in nothing else."""


async def play(folder: Path, way: str, seed: int, key: object = FIRST) -> tuple[Week, Standings]:
    """The week on Slack, with what every such week must keep to."""
    clock = Clock()
    url = f"sqlite:///{folder}/slack.db"
    async with SlackStandIn(clock.seconds) as slack:
        week = Week(url, slack, clock, WAYS[way], questions(key=key), seed)
        found = await week.play()
        assert doubled(slack) == {}
        assert slack.not_acknowledged == []
        assert slack.pings == []
        assert slack.refused == []
        assert bool(slack.acknowledged)
    assert set(states(url)) == {"sent"}, states(url)
    assert states(url)["sent"] == 4 * DAYS * len(CHANNELS)
    assert set(week.told.values()) == {1}, week.told
    assert week.restarts > 10
    assert (clock.now() - MONDAY).days == DAYS - 1
    return week, found


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", [1])
async def test_a_week_of_trouble_on_slack_ends_as_the_same_week_at_the_terminal(
    tmp_path: Path, way: str, seed: int
) -> None:
    """Restarts, 429s, lost requests and replies, redeliveries: nobody can tell from the standings."""
    week, on_slack = await play(tmp_path, way, seed)
    at_terminal, printed = await at_the_terminal(f"sqlite:///{tmp_path}/terminal.db", questions(key=FIRST))

    assert on_slack == at_terminal
    assert {channel: len(rows) for channel, rows in on_slack.items()} == {c: len(names) for c, names in PEOPLE.items()}
    assert "You chose" in printed
    assert week.unheard > 0


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
async def test_no_byte_of_a_week_tells_an_answer_before_its_reveal(tmp_path: Path, way: str) -> None:
    """Two packs that differ only in which option is right: every request of each day until its reveal is the same."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    first, first_standings = await play(tmp_path / "first", way, 2, FIRST)
    second, second_standings = await play(tmp_path / "second", way, 2, ANOTHER)

    assert [len(day) for day in first.before] == [len(day) for day in second.before]
    assert first.before == second.before
    assert min(len(day) for day in first.before) > 40
    assert first_standings != second_standings
