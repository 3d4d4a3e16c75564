"""Whether this process does its work: what `/readyz` says, and what `pyquiz health` asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from bot.ports import HttpRequest, HttpResponse, Route
from bot.store.errors import StoreError
from bot.store.migrate import HEAD, schema
from cli.compose import House

HEALTH, READY = "/healthz", "/readyz"

PATIENCE = 2.0
"""Seconds after which a database that does not answer counts as away."""

YOUNG = timedelta(minutes=1)
"""The last beat without a failure may be so old."""

AS_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to be so. ``detail`` is one sentence, fit for everybody: no address, no secret."""

    name: str
    ok: bool
    detail: str


class Readiness:
    """Looks at one house. ``clock`` is the one it goes by."""

    def __init__(self, house: House, clock: Callable[[], datetime]) -> None:
        self._house = house
        self._clock = clock
        self._asked: asyncio.Task[str | None] | None = None

    async def checks(self) -> tuple[Check, ...]:
        """All that has to be so before it is right to say: PyQuiz does its work."""
        return (*await self._database(), self._heartbeat(), *self._adapters())

    async def _database(self) -> Sequence[Check]:
        try:
            found = await self._schema()
        except TimeoutError:
            return (Check("database", False, f"The database has not answered for {PATIENCE:.0f} seconds."),)
        except StoreError as error:
            return (Check("database", False, f"The database cannot be used ({type(error).__name__})."),)
        told = f"The schema is {found or 'missing'}" + ("." if found == HEAD else f"; this PyQuiz wants {HEAD}.")
        return (Check("database", True, "The database answers."), Check("schema", found == HEAD, told))

    async def _schema(self) -> str | None:
        """Asked once at a time: a database that hangs would take one reader after the other."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._house.store.read(schema))
        done, _ = await asyncio.wait({self._asked}, timeout=PATIENCE)
        if not done:
            raise TimeoutError
        asked, self._asked = self._asked, None
        return asked.result()

    def _heartbeat(self) -> Check:
        last = self._house.heartbeat.last
        if last is None:
            return Check("heartbeat", False, "The clock has not come to the end of its first beat.")
        age = self._clock() - last
        told = f"The last beat that went well was {max(0, round(age.total_seconds()))} seconds ago."
        return Check("heartbeat", age < YOUNG, told)

    def _adapters(self) -> Sequence[Check]:
        started = [(adapter.name, adapter.health()) for adapter in self._house.up]
        down = [Check(adapter.name, False, f"{adapter.name} did not start.") for adapter in self._house.down]
        return (*(Check(name, health.ok and not health.deaf, health.detail) for name, health in started), *down)

    def routes(self) -> tuple[Route, ...]:
        """What the roof's HTTP server serves of it."""
        return (Route("GET", HEALTH, self._alive), Route("GET", READY, self._ready))

    async def _alive(self, _: HttpRequest) -> HttpResponse:
        return HttpResponse(200, AS_JSON, orjson.dumps({"alive": True}))

    async def _ready(self, _: HttpRequest) -> HttpResponse:
        checks = await self.checks()
        lacking = [check.name for check in checks if not check.ok]
        told = {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}
        body = orjson.dumps({"ready": not lacking, "lacking": lacking, "checks": told})
        return HttpResponse(503 if lacking else 200, AS_JSON, body)
