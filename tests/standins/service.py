"""`pyquiz run` itself in a process of its own, under a clock that the test moves, told at which step to drop dead.

What is pretended (the time, the pack, the crash points) is put in from here; the product knows nothing of it.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from ctypes import c_double
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

import adapters.slack.slack
import cli.compose
import cli.run
from adapters.discord.discord import DiscordAdapter
from adapters.discord.times import Times
from bot.store.door import Cipher, Store
from cli.main import main
from cli.platforms import Found, look_for_adapters
from content.bank import Bank
from content.question import Kind
from scheduler.daily import Daily
from tests.standins.driver import Fate, MortalStore, MortalWire, Orders
from tests.standins.questions import make_pack

HASTY = Times(term=4.0, renew=0.1, identify=0)
"""No test waits long for a shard whose holder was killed."""


@dataclass(frozen=True)
class Service(Orders):
    """As ``Orders``; ``environment`` are the settings of the process, ``kinds`` the questions of its pack."""

    environment: Mapping[str, str] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = (Kind.CHOICE,)


def serve(orders: Service, offset: c_double) -> None:
    """`pyquiz run`, until somebody kills us or SIGTERM ends it in order."""
    logging.disable(logging.CRITICAL)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it is this process's for as long as it lives
    os.chdir(orders.grave.parent)
    os.environ.update(orders.environment, PYQUIZ_DATABASE_URL=orders.url)
    _pretend(orders, offset)
    sys.argv = ["pyquiz", "run"]
    main()


def _pretend(orders: Service, offset: c_double) -> None:
    """Another time, another pack, and a fate."""
    fate = Fate(orders)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # nobody asks for more
            return datetime.now(tz) + timedelta(seconds=offset.value)

    class Opened:
        @staticmethod
        async def open(url: str, cipher: Cipher | None) -> MortalStore:
            return MortalStore(await Store.open(url, cipher=cipher), fate)

    def found(environment: Mapping[str, str]) -> Found:
        made = look_for_adapters(environment)
        for each in made.adapters:
            each.messenger = MortalWire(each.messenger, fate)
            if isinstance(each, DiscordAdapter):
                each._clock, each._times = (lambda: Moved.now(UTC)), HASTY
        return made

    lasts = {"lease": timedelta(seconds=orders.lease), "request": timedelta(seconds=orders.request)}
    cli.run.datetime = adapters.slack.slack.datetime = Moved  # type: ignore[attr-defined,misc]
    cli.run.load_bank = lambda _: Bank([make_pack(kinds=orders.kinds)])  # type: ignore[attr-defined]
    cli.run.look_for_adapters = found  # type: ignore[attr-defined]
    cli.compose.Store = Opened  # type: ignore[attr-defined,misc,assignment]
    cli.compose.Daily = partial(Daily, **lasts)  # type: ignore[attr-defined,misc,assignment]
