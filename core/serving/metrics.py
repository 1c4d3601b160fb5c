"""What a scorer's server has done: counts for Prometheus and for a page. Never texts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.exposition import generate_latest

__all__ = ["BUCKETS_S", "CONTENT_TYPE", "RATE_S", "Served", "ServerMetrics"]

RATE_S = 60
BUCKETS_S = (
    *(0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075),
    *(0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
"""Upper edges of the histogram of answer times: finest about a typed text's 5 to 50 ms."""


@dataclass(frozen=True)
class Served:
    """What is served: the run by id and name, its model's step and threshold."""

    run_id: str
    run_name: str
    step: int
    threshold: float


class ServerMetrics:
    """Counts what a server does, in a registry of its own.

    Attributes:
        requests: Answers so far.
        errors: Those of status 400 and above.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._recent: deque[tuple[float, int]] = deque()
        self._registry = own = CollectorRegistry()
        self._model = Gauge(
            "sincerely_model", "What is served", ["run", "name", "step"], registry=own
        )
        self._threshold = Gauge(
            "sincerely_threshold", "Score from which the predicted label is positive", registry=own
        )
        self._requests = Counter(
            "sincerely_requests", "Answers by route and status", ["route", "status"], registry=own
        )
        self._texts = Counter("sincerely_texts", "Texts scored", registry=own)
        self._batches = Counter("sincerely_batches", "Batches scored", registry=own)
        self.requests = self.errors = 0
        self._seconds = Histogram(
            "sincerely_request_seconds", "From request to answer", registry=own, buckets=BUCKETS_S
        )
        self.watch("sincerely_uptime_seconds", "Since the start", lambda: self.uptime_s)
        process = psutil.Process()
        self.watch("process_resident_memory_bytes", "Memory", lambda: process.memory_info().rss)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Have a figure of another part looked up whenever the figures are asked for."""
        Gauge(name, about, registry=self._registry).set_function(value)

    @property
    def uptime_s(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._began

    def count_request(self, route: str, status: int, seconds: float | None = None) -> None:
        """Count an answer to a route; `seconds` is given where the model worked for it."""
        self.requests += 1
        self.errors += status >= 400
        self._requests.labels(route, str(status)).inc()
        if seconds is not None:
            self._seconds.observe(seconds)

    def count_batch(self, texts: int) -> None:
        """Count a batch of so many texts; called by the model's thread."""
        self._batches.inc()
        self._texts.inc(texts)
        self._recent.append((self._clock(), texts))
        while self._recent[0][0] <= self._clock() - RATE_S:
            self._recent.popleft()

    def prometheus(self, served: Served) -> bytes:
        """The figures in Prometheus's text format 0.0.4."""
        self._model.clear()
        self._model.labels(served.run_id, served.run_name, str(served.step)).set(1)
        self._threshold.set(served.threshold)
        return generate_latest(self._registry)

    def value(self, name: str) -> float:
        """One figure, by the name that Prometheus sees; 0 before the first count."""
        return self._registry.get_sample_value(name) or 0.0

    @property
    def texts_per_s(self) -> float:
        """Over the last RATE_S seconds."""
        since = self._clock() - RATE_S
        recent = sum(texts for when, texts in tuple(self._recent) if when > since)
        return recent / max(1.0, min(RATE_S, self.uptime_s))

    def seconds_at(self, share: float) -> float | None:
        """Time in which this share of the answers came, between two edges of the histogram.

        None before the first, and where it is beyond the last edge.
        """
        samples = next(iter(self._seconds.collect())).samples
        counts = [found.value for found in samples if found.name.endswith("_bucket")]
        wanted = share * counts[-1]
        edges = zip((0.0, *BUCKETS_S), BUCKETS_S, (0.0, *counts), counts, strict=False)
        for low, high, before, until in edges:
            if until > before and until >= wanted:
                return low + (high - low) * (wanted - before) / (until - before)
        return None
