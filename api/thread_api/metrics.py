"""What a monitoring system reads: how much is in the ledger, how much is asked, how long it takes, what is refused.

Series are labelled with routes (`/v1/lots/{lot}`), never with names of lots, so their number stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

__all__ = ["METRICS_TYPE", "Metrics"]

METRICS_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class _Entries(Collector):
    """The size of the ledger, asked for when somebody reads it."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._size = size

    def collect(self) -> Iterable[Metric]:
        yield CounterMetricFamily("thread_entries", "Entries in the ledger.", value=self._size())

    def describe(self) -> Iterable[Metric]:
        """Name the series without asking the ledger, which is not open yet when this is registered."""
        return [CounterMetricFamily("thread_entries", "Entries in the ledger.")]


class Metrics:
    """The series of one server."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Entries(size))
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "thread_http_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "thread_http_request_duration_seconds",
            "Time from the first byte of a request to the last of its answer.",
            ("method", "route"),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._rejected = Counter("thread_rejected", "Refusals, by code.", ("code",), registry=self._registry)

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def rejected(self, code: str, count: int = 1) -> None:
        """Count refusals."""
        self._rejected.labels(code).inc(count)

    def text(self) -> bytes:
        """Return all series in the Prometheus text format."""
        return generate_latest(self._registry)
