"""A week in three channels of two servers, fifteen people, and much that goes wrong: the same standings as the same
week at the terminal, one message per delivery, no interaction answered twice, and nothing told too early."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.discord.stage import Clock, questions
from tests.adapters.discord.test_days import doubled
from tests.adapters.discord.week import Week
from tests.days.fifteen import CHANNELS, DAYS, PEOPLE, Standings, at_the_terminal
from tests.days.ledger import states
from tests.standins.discord import DiscordStandIn
from tests.standins.hours import MONDAY

FIRST, ANOTHER = (lambda number: number % 4), (lambda number: (number + 1) % 4)
"""Which option is right: two packs that differ in nothing else."""


async def play(url: str, seed: int, key: object = FIRST, **how: object) -> tuple[Week, Standings]:
    """The week on Discord, with what every such week must keep to."""
    clock = Clock()
    async with DiscordStandIn(clock.seconds) as discord:
        week = Week(url, discord, clock, questions(key=key), seed, **how)  # type: ignore[arg-type]  # passed on
        found = await week.play()
        assert doubled(discord) == {}
        assert discord.interactions.doubled == []
        assert discord.pings == []
        assert discord.syncs == 1
    assert dict(states(url)) == {"sent": 4 * DAYS * len(CHANNELS)}
    assert week.restarts > 10
    assert week.shaken == DAYS * len(CHANNELS)
    assert (clock.now() - MONDAY).days == DAYS - 1
    return week, found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("database", "replicas"), [("sqlite", 1), pytest.param("postgres", 2, marks=pytest.mark.postgres)]
)
async def test_a_week_of_trouble_on_discord_ends_as_the_same_week_at_the_terminal(
    request: pytest.FixtureRequest, tmp_path: Path, database: str, replicas: int
) -> None:
    """Restarts, drops, resumes, invalid sessions, 429s, 5xx, lost requests and replies, shards that change hands:
    nobody can tell from the standings."""
    week, on_discord = await play(request.getfixturevalue(f"{database}_url"), 1, replicas=replicas)
    at_terminal, printed = await at_the_terminal(f"sqlite:///{tmp_path}/terminal.db", questions(key=FIRST))

    assert on_discord == at_terminal
    assert {channel: len(rows) for channel, rows in on_discord.items()} == {c: len(n) for c, n in PEOPLE.items()}
    assert "You chose" in printed
    assert week.unheard > 0


@pytest.mark.slow
async def test_no_byte_of_a_week_tells_an_answer_before_its_reveal(tmp_path: Path) -> None:
    """Two packs that differ only in which option is right: every request of each day until its reveal is the same."""
    first, first_standings = await play(f"sqlite:///{tmp_path}/first.db", 2, FIRST, harsh=False)
    second, second_standings = await play(f"sqlite:///{tmp_path}/second.db", 2, ANOTHER, harsh=False)

    assert [len(day) for day in first.before] == [len(day) for day in second.before]
    assert first.before == second.before
    assert min(len(day) for day in first.before) > 25
    assert first_standings != second_standings
