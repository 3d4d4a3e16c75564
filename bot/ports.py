"""The seams: what the floor above the core fills (Messenger, Adapter, Shelf) and what the core is to it (Face)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.card import ButtonId, Card, Choice, FieldErrors, Form, Reply
from bot.model import Actor, Command, MessageRef, Place, Press, Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it."""

    message: MessageRef


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform said no. ``retry_after`` says when to try again; None: never. ``gone``: the place itself is gone."""

    reason: str
    retry_after: timedelta | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether the platform has it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The platform was asked and does not have it."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform cannot be asked."""

    reason: str


class Messenger(Protocol):
    """The clock speaks through this."""

    async def post(self, to: Place, card: Card, *, key: str) -> Sent | Refused | Unknown:
        """Send a new message; ``key`` is the delivery's. Never repeats by itself what might have arrived."""

    async def edit(self, at: MessageRef, card: Card) -> Sent | Refused:
        """Replace a message of ours; repeatable."""

    async def find(self, to: Place, *, key: str, since: datetime) -> Sent | Absent | CannotTell:
        """Look for the message posted under ``key`` since that moment."""


@dataclass(frozen=True, slots=True)
class PlaceGone:
    """A channel was deleted or archived, or PyQuiz was removed from it."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceBack:
    """PyQuiz can speak in this channel again."""

    place: Place


@dataclass(frozen=True, slots=True)
class PlaceNamed:
    """A channel has another name than before."""

    place: Place


@dataclass(frozen=True, slots=True)
class Revoked:
    """A workspace took PyQuiz's permission away."""

    platform: str
    workspace: str
    reason: str


Happening: TypeAlias = PlaceGone | PlaceBack | PlaceNamed | Revoked


class Face(Protocol):
    """People speak to this. Time is passed in (aware, UTC)."""

    async def press(self, press: Press, now: datetime) -> Reply | Form:
        """A button was pressed; a Form comes back where the button opens one."""

    async def command(self, command: Command, now: datetime) -> Reply | Form:
        """Something was typed."""

    async def preview(self, submission: Submission, now: datetime) -> Card | Reply | FieldErrors:
        """What sending a form that is ``previewed`` would do; nothing is done. A Reply: why it may not be sent."""

    async def submit(self, submission: Submission, now: datetime) -> Reply | FieldErrors:
        """A form was sent."""

    async def suggest(self, who: Actor, field: str, text: str) -> tuple[Choice, ...]:
        """What could be meant by ``text``, 25 at most: for the field ``command`` what can follow ``/pyquiz``, for
        ``zone`` time zones, for ``topics`` topics."""

    async def home(self, who: Actor, now: datetime) -> tuple[Card, ...]:
        """One person's own page, its parts from top to bottom."""

    def form(self, button: ButtonId) -> Form | None:
        """The skeleton of the form that a button opens, without I/O; None for a button that opens none."""

    async def fill(self, form: Form, who: Actor, place: Place, now: datetime) -> Form | Reply:
        """The skeleton with its values, or why this person may not have it."""

    async def happened(self, event: Happening, now: datetime) -> None:
        """Something happened to a place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A remembered value and its version, for compare-and-set."""

    value: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A name held until an instant; ``fence`` grows each time it changes hands."""

    name: str
    fence: int
    until: datetime


class Shelf(Protocol):
    """What an adapter must remember: installations, seen events, leases, hashes."""

    async def get(self, key: str) -> Entry | None:
        """What is kept under ``key``."""

    async def put(self, key: str, value: bytes | None, *, expect: int | None) -> bool:
        """Keep ``value`` (None: forget) if the version still is ``expect`` (None: nothing there yet). Encrypted."""

    async def first(self, event: str, *, until: datetime) -> bool:
        """Whether this event is seen for the first time, by any replica; remembered until then."""

    async def lease(self, name: str, *, until: datetime, now: datetime) -> Lease | None:
        """Take or renew a lease; None while somebody else holds it."""


@dataclass(frozen=True, slots=True)
class Health:
    """How an adapter is. ``ok``: it can post. ``detail`` is one sentence. ``connections`` counts those it listens on,
    where it has any. ``deaf``: it should hear people on some, and hears nobody."""

    ok: bool
    detail: str
    connections: int | None = None
    deaf: bool = False


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to one of an adapter's routes; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What an adapter answers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Route:
    """A path that an adapter serves on the roof's HTTP server."""

    method: str
    path: str
    handler: Callable[[HttpRequest], Awaitable[HttpResponse]]


class Adapter(Protocol):
    """One platform."""

    name: str
    messenger: Messenger

    async def start(self, face: Face, shelf: Shelf) -> None:
        """Connect and begin to listen."""

    async def stop(self, grace: timedelta) -> None:
        """Stop listening and finish what was acknowledged, within ``grace``."""

    def health(self) -> Health:
        """Whether it is connected."""

    def routes(self) -> Sequence[Route]:
        """What it serves over HTTP."""


@dataclass(frozen=True, slots=True)
class NotConfigured:
    """Why an adapter does not start: ``missing`` names the settings it wants; ``broken`` says what is wrong with those
    that are there (then nothing starts)."""

    missing: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


class AdapterFactory(Protocol):
    """What an entry point of the group ``pyquiz.adapters`` names. Importing it must be cheap: the platform's library is
    imported only inside, once its settings are there."""

    def __call__(self, environment: Mapping[str, str]) -> Adapter | NotConfigured:
        """The adapter that these environment variables describe."""


class Verdict(StrEnum):
    """How something was found. Only FAILED keeps PyQuiz, or a part of it, from its work."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What an examination found: ``about`` names the subject in a word or three, ``found`` is one sentence, ``do`` says
    what to do about it, where there is something to do."""

    about: str
    verdict: Verdict
    found: str
    do: str = ""


class Examined(Protocol):
    """What an adapter may offer besides: to look at itself and its platform, without being started, for
    ``pyquiz doctor``. Nothing may change by it: the same bot may be running meanwhile."""

    async def diagnose(
        self, shelf: Shelf, places: Sequence[Place], clock: Callable[[], datetime], /
    ) -> Sequence[Finding]:
        """Settings, token, permissions, in general and in these channels, and the platform's clock against ``clock``
        (aware UTC). The shelf can be read, not written."""
