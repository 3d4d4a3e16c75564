"""`/metrics`: what this process counted and how its house stands, as Prometheus reads it (docs/metrics.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.model import DeliveryState
from bot.ports import HttpRequest, HttpResponse, Route
from bot.store.errors import StoreError
from bot.store.overview import Waiting, waiting
from cli.compose import House
from cli.tallies import ERRORS, Durations

PATH = "/metrics"

WAITS = (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN)

Samples = Iterable[tuple[tuple[str, ...], float]]


class Metrics:
    """The figures of one house, in a registry of their own. ``clock`` is the one the house goes by."""

    def __init__(self, house: House, clock: Callable[[], datetime]) -> None:
        self._house = house
        self._clock = clock
        self._registry = CollectorRegistry()
        self._registry.register(Figures(house, clock))
        ProcessCollector(registry=self._registry)

    def routes(self) -> tuple[Route, ...]:
        """What the roof's HTTP server serves of it."""
        return (Route("GET", PATH, self._scraped),)

    async def _scraped(self, _: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {"content-type": CONTENT_TYPE_PLAIN_0_0_4}, await self.text())

    async def text(self) -> bytes:
        """Everything, in the text format. Where the database does not answer, its figures are left out."""
        now = self._clock()
        try:
            found: Sequence[Waiting] | None = await self._house.store.read(waiting, now)
        except StoreError:
            found = None
        registry = CollectorRegistry()
        registry.register(Queue(self._house, found, now))
        return generate_latest(self._registry) + generate_latest(registry)


class Figures(Collector):
    """What this process counted, and how it is."""

    def __init__(self, house: House, clock: Callable[[], datetime]) -> None:
        self._house = house
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All of it, as of now."""
        tallies = self._house.tallies
        yield _gauge("pyquiz_info", "Which PyQuiz this is.", ["version"], [((version("pyquiz"),), 1)])
        names, done = ["platform", "kind", "outcome"], tallies.deliveries.items()
        yield _counter("pyquiz_deliveries", "Attempts to send a delivery, by what came of them.", names, done)
        late = tallies.late.items()
        yield _counter("pyquiz_deliveries_late", "Sent over 15 minutes after they were due.", names[:2], late)
        lag = tallies.lag.items()
        yield _histogram("pyquiz_delivery_lag_seconds", "From due to sent.", "platform", lag)
        known = {(platform, kind): 0 for platform in self._platforms() for kind in ERRORS}
        errors = {**known, **tallies.errors}.items()
        yield _counter("pyquiz_platform_errors", "Requests that platforms did not grant.", ["platform", "kind"], errors)
        taken = tallies.receipts.items()
        yield _histogram("pyquiz_receipt_seconds", "From hearing somebody to knowing what to say back.", "what", taken)
        lost = [((what,), count) for what, count in tallies.unanswered.items()]
        yield _counter("pyquiz_unanswered", "What people did that ended in an error of ours.", ["what"], lost)
        beats = [((how,), count) for how, count in tallies.beats.items()]
        yield _counter("pyquiz_beats", "Beats of the clock, by how they went.", ["how"], beats)
        last = self._house.heartbeat.last
        age = [] if last is None else [((), (self._clock() - last).total_seconds())]
        yield _gauge("pyquiz_heartbeat_age_seconds", "Since the last beat that went well.", [], age)
        yield from self._adapters()

    def _platforms(self) -> list[str]:
        return [adapter.name for adapter in self._house.up]

    def _adapters(self) -> Iterator[Metric]:
        found = [((adapter.name,), adapter.health()) for adapter in self._house.up]
        up = [(name, float(health.ok and not health.deaf)) for name, health in found] + [
            ((adapter.name,), 0.0) for adapter in self._house.down
        ]
        yield _gauge("pyquiz_adapter_up", "Whether a platform is connected.", ["platform"], up)
        open_ = [(name, health.connections) for name, health in found if health.connections is not None]
        yield _gauge("pyquiz_connections", "Connections on which a platform is heard here.", ["platform"], open_)


class Queue(Collector):
    """What the database holds for all replicas: the same from each of them."""

    def __init__(self, house: House, found: Sequence[Waiting] | None, now: datetime) -> None:
        self._platforms = [adapter.name for adapter in house.up]
        self._found = found
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """All of it, as of now."""
        yield _gauge("pyquiz_database_up", "Whether the database answers.", [], [((), float(self._found is not None))])
        waits = {(platform, state.value): 0 for platform in self._platforms for state in WAITS}
        oldest = {(platform,): timedelta() for platform in self._platforms}
        for one in self._found or ():
            waits[one.platform, one.state.value] = one.count
            if one.state is not DeliveryState.UNKNOWN:
                oldest[one.platform,] = max(oldest.get((one.platform,), timedelta()), self._now - one.oldest)
        told = "Deliveries that are due now, under way, or of which nobody knows."
        yield _gauge(
            "pyquiz_deliveries_waiting", told, ["platform", "state"], () if self._found is None else waits.items()
        )
        lag = [(name, waited.total_seconds()) for name, waited in oldest.items()] if self._found is not None else []
        yield _gauge("pyquiz_lag_seconds", "How long ago the oldest of those not sent yet was due.", ["platform"], lag)


def _gauge(name: str, told: str, labels: Sequence[str], samples: Samples) -> Metric:
    family = GaugeMetricFamily(name, told, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _counter(name: str, told: str, labels: Sequence[str], samples: Samples) -> Metric:
    family = CounterMetricFamily(name, told, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _histogram(name: str, told: str, label: str, samples: Iterable[tuple[str, Durations]]) -> Metric:
    family = HistogramMetricFamily(name, told, labels=[label])
    for value, durations in samples:
        family.add_metric([value], buckets=durations.buckets(), sum_value=durations.total)
    return family
