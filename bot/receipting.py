"""Receipts that were written, kept by what they say: a hundred people who choose the same are told the same."""

from __future__ import annotations

from collections import OrderedDict

from bot.card import Card, Spans
from bot.model import Answer, Channel, Round
from bot.wording.receipts import receipt

KEPT = 4096
"""Receipts (a kilobyte each) are kept; then the oldest goes."""

QUARTER = 900
"""Seconds: days begin on a quarter of an hour, whatever the zone, so within one a receipt reads the same."""


class Receipts:
    """Writes each receipt once. What somebody typed and the news of their streak are theirs alone, and never kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str, str, str | None, int, bool, int], Card] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def receipt(
        self,
        channel: Channel,
        round_: Round,
        answer: Answer,
        previous: tuple[str, str | None] | None,
        run: int,
        news: Spans,
        first_ever: bool,
    ) -> Card:
        """What ``bot.wording.receipts.receipt`` says."""
        if news or answer.text is not None:
            return receipt(channel, round_, answer, previous, run, news, first_ever)
        zone, quarter = channel.schedule.zone, int(answer.at.timestamp()) // QUARTER
        says = (round_.id, zone, answer.choice, None if previous is None else previous[0], run, first_ever, quarter)
        known = self._kept.get(says)
        if known is None:
            known = self._kept[says] = receipt(channel, round_, answer, previous, run, news, first_ever)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return known
