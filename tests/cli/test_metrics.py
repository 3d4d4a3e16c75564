"""What `/metrics` tells: each figure follows from what happened, and each is documented."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.ports import Refused, Unknown
from bot.store.errors import Closed
from cli.metrics import Metrics
from tests.cli.office import NINE_THIRTY, Office, office

DOCS = Path(__file__).parents[2] / "docs"


async def figures(on: Office) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus writes it."""
    text = (await Metrics(on.house, on.clock.now).text()).decode()
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def test_what_was_sent_and_when_is_counted(sqlite_url: str) -> None:
    """On time with its lag; nothing waits afterwards."""
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY + timedelta(seconds=4))
        told = await figures(on)

    assert told["pyquiz_deliveries_total{kind=question,outcome=sent,platform=post}"] == 1
    assert told["pyquiz_deliveries_late_total{kind=question,platform=post}"] == 0
    assert told["pyquiz_delivery_lag_seconds_sum{platform=post}"] == 4
    assert told["pyquiz_delivery_lag_seconds_bucket{le=2.0,platform=post}"] == 0
    assert told["pyquiz_delivery_lag_seconds_bucket{le=5.0,platform=post}"] == 1
    assert told["pyquiz_deliveries_waiting{platform=post,state=due}"] == 0
    assert told["pyquiz_lag_seconds{platform=post}"] == 0


async def test_a_question_sent_over_a_quarter_of_an_hour_late_is_late(sqlite_url: str) -> None:
    """As the rules of play have it."""
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY + timedelta(minutes=15, seconds=1))
        told = await figures(on)

    assert told["pyquiz_deliveries_late_total{kind=question,platform=post}"] == 1


async def test_what_a_platform_did_not_grant_is_told_apart(sqlite_url: str) -> None:
    """Patience it asked for, and of which nobody knows what became; and what waits therefore, for how long."""
    async with office(sqlite_url) as on:
        on.post.answers = [Refused("slow down", timedelta(minutes=2)), ConnectionError("hung up")]
        await on.at(NINE_THIRTY)
        patient = await figures(on)
        await on.at(NINE_THIRTY + timedelta(minutes=3))
        lost = await figures(on)

    assert patient["pyquiz_deliveries_total{kind=question,outcome=later,platform=post}"] == 1
    assert patient["pyquiz_platform_errors_total{kind=later,platform=post}"] == 1
    assert patient["pyquiz_deliveries_waiting{platform=post,state=unknown}"] == 0
    assert lost["pyquiz_platform_errors_total{kind=unknown,platform=post}"] == 1
    assert lost["pyquiz_deliveries_waiting{platform=post,state=unknown}"] == 1


async def test_a_place_that_is_gone_is_an_error_of_its_own(sqlite_url: str) -> None:
    """Not just a refusal."""
    async with office(sqlite_url) as on:
        on.post.answers = [Refused("channel_not_found", gone=True)]
        await on.at(NINE_THIRTY)
        told = await figures(on)

    assert told["pyquiz_deliveries_total{kind=question,outcome=refused,platform=post}"] == 1
    assert told["pyquiz_platform_errors_total{kind=gone,platform=post}"] == 1


async def test_what_is_due_and_not_sent_shows_its_lag(sqlite_url: str) -> None:
    """From the database: whoever is asked knows it, also where the platform is down in this process."""
    async with office(sqlite_url) as on:
        on.post.up = False
        await on.at(NINE_THIRTY)
        on.clock.at += timedelta(minutes=7)
        told = await figures(on)

    assert told["pyquiz_deliveries_waiting{platform=post,state=due}"] == 1
    assert told["pyquiz_lag_seconds{platform=post}"] == 420
    assert told["pyquiz_adapter_up{platform=post}"] == 0
    assert told["pyquiz_connections{platform=post}"] == 0


async def test_receipts_are_timed_and_failures_counted(sqlite_url: str) -> None:
    """Each press once, whatever it says."""
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY)
        for letter in (0, 0, 1):
            await on.presses(letter=letter)
        well = await figures(on)

        await on.house.store.close()
        with pytest.raises(Closed):
            await on.presses()
        ill = await figures(on)

    assert well["pyquiz_receipt_seconds_count{what=press}"] == 3
    assert well["pyquiz_unanswered_total{what=press}"] == 0
    assert well["pyquiz_receipt_seconds_count{what=command}"] == 1
    assert 0 < well["pyquiz_receipt_seconds_sum{what=press}"] < 60
    assert ill["pyquiz_receipt_seconds_count{what=press}"] == 4
    assert ill["pyquiz_unanswered_total{what=press}"] == 1


async def test_a_database_that_is_away_hides_its_own_figures_only(sqlite_url: str) -> None:
    """A dash on the board says more than a nought."""
    async with office(sqlite_url) as on:
        await on.at(NINE_THIRTY)
        await on.house.store.close()
        told = await figures(on)

    assert told["pyquiz_database_up"] == 0
    assert not [name for name in told if name.startswith(("pyquiz_lag", "pyquiz_deliveries_waiting"))]
    assert told["pyquiz_deliveries_total{kind=question,outcome=sent,platform=post}"] == 1


async def test_both_databases_count_what_waits(database_url: str) -> None:
    """The same figures from either."""
    async with office(database_url) as on:
        on.post.answers = [Unknown("who knows")]
        await on.at(NINE_THIRTY)
        told = await figures(on)

    assert told["pyquiz_database_up"] == 1
    assert told["pyquiz_deliveries_waiting{platform=post,state=unknown}"] == 1
    assert told["pyquiz_deliveries_waiting{platform=post,state=sending}"] == 0


async def test_every_metric_is_documented_and_every_documented_one_exists(sqlite_url: str) -> None:
    """By the name under which Prometheus knows it."""
    page = (DOCS / "metrics.md").read_text()
    table = page[page.index("| metric |") : page.index("\n\n## Worth an alert")]
    documented = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    async with office(sqlite_url) as on:
        text = (await Metrics(on.house, on.clock.now).text()).decode()
    exported = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))

    assert documented == exported
