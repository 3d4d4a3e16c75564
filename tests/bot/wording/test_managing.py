"""What managers read when a channel is set up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.wording import setting_up
from bot.work import Slot
from tests.bot.wording.samples import CHANNEL, CLOSES, OPENED


def slot(days: int, skip: str | None = None) -> Slot:
    """A coming day: Wed 13 January 2027 and on."""
    later = timedelta(days=days + 1)
    return Slot(date(2027, 1, 12) + later, OPENED + later, CLOSES + later, skip)


def test_waiting_means_the_first_day_that_is_asked() -> None:
    """Not one that is left out."""
    card = setting_up.confirmation(replace(CHANNEL, last_number=0), (slot(0, "skipped by Ada"), slot(1), slot(2)), 300)

    assert "Next: Wed 13 Jan (left out: skipped by Ada), Thu 14, Fri 15." in card.plain
    assert [action.label for action in card.actions] == ["Ask the first one now", "Wait for Thursday", "Edit"]
