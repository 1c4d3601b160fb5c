"""What a scorer's server has done: counts for Prometheus, and a page for people. Never texts."""

from __future__ import annotations

import html
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import psutil

MEASURED_REQUESTS = 1_000
"""The last answered requests, whose times the quantiles are of."""

RATE_S = 60
QUANTILES = (0.5, 0.95, 0.99)
REFRESH_S = 5


@dataclass(frozen=True)
class Snapshot:
    """The state of a server at one moment.

    `requests` counts by route and HTTP status, `errors` those of 400 and above. `seconds` are
    quantiles of the time from a request to its answer, for QUANTILES; empty before the first.
    `memory` is in bytes, `texts_per_s` is over the last RATE_S seconds.
    """

    requests: Mapping[tuple[str, int], int]
    errors: int
    texts: int
    batches: int
    texts_per_s: float
    seconds: Mapping[float, float]
    seconds_sum: float
    answered: int
    connections: int
    memory: int
    uptime_s: float

    @property
    def texts_per_batch(self) -> float:
        return self.texts / self.batches if self.batches else 0.0


@dataclass(frozen=True)
class Served:
    """What is served: the run by id and name, its model's step and threshold."""

    run_id: str
    run_name: str
    step: int
    threshold: float


class ServerMetrics:
    """Counts what a server does; every method may be called by any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._times: deque[float] = deque(maxlen=MEASURED_REQUESTS)
        self._seconds_sum = 0.0
        self._answered = 0
        self._texts = 0
        self._batches = 0
        self._recent: deque[tuple[int, int]] = deque()

    @property
    def uptime_s(self) -> float:
        return self._clock() - self._began

    def count_request(self, route: str, status: int, seconds: float | None = None) -> None:
        """Count an answer to a route; `seconds` is given where the model worked for it."""
        with self._lock:
            self._requests[route, status] += 1
            if seconds is not None:
                self._times.append(seconds)
                self._seconds_sum += seconds
                self._answered += 1

    def count_batch(self, texts: int) -> None:
        """Count a batch of so many texts."""
        with self._lock:
            self._batches += 1
            self._texts += texts
            second = int(self._clock())
            if self._recent and self._recent[-1][0] == second:
                texts += self._recent.pop()[1]
            self._recent.append((second, texts))
            self._forget(second)

    def snapshot(self, *, connections: int) -> Snapshot:
        """All figures as they are now, with the number of open connections."""
        memory = psutil.Process().memory_info().rss
        with self._lock:
            self._forget(int(self._clock()))
            uptime = self.uptime_s
            recent = sum(texts for _, texts in self._recent)
            values = np.quantile(self._times, QUANTILES) if self._times else ()
            return Snapshot(
                requests=dict(self._requests),
                errors=sum(n for (_, status), n in self._requests.items() if status >= 400),
                texts=self._texts,
                batches=self._batches,
                texts_per_s=recent / max(1.0, min(RATE_S, uptime)),
                seconds=dict(zip(QUANTILES, map(float, values), strict=False)),
                seconds_sum=self._seconds_sum,
                answered=self._answered,
                connections=connections,
                memory=memory,
                uptime_s=uptime,
            )

    def _forget(self, now: int) -> None:
        while self._recent and self._recent[0][0] <= now - RATE_S:
            self._recent.popleft()


def prometheus(found: Snapshot, served: Served) -> str:
    """The figures in Prometheus's text format 0.0.4."""
    requests = {
        f'{{route="{route}",status="{status}"}}': count
        for (route, status), count in sorted(found.requests.items())
    }
    labels = {"run": served.run_id, "name": served.run_name, "step": str(served.step)}
    info = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    seconds = {f'{{quantile="{share:g}"}}': value for share, value in found.seconds.items()}
    families = (
        _family("sincerely_model", "gauge", "What is served", {f"{{{info}}}": 1}),
        _family("sincerely_threshold", "gauge", "Score from which the predicted label is positive",
                {"": served.threshold}),
        _family("sincerely_requests_total", "counter", "Answers by route and status", requests),
        _family("sincerely_texts_total", "counter", "Texts scored", {"": found.texts}),
        _family("sincerely_batches_total", "counter", "Batches scored", {"": found.batches}),
        _family("sincerely_request_seconds", "summary",
                f"From request to answer; quantiles of the last {MEASURED_REQUESTS:,}",
                {**seconds, "_sum": found.seconds_sum, "_count": found.answered}),
        _family("sincerely_connections", "gauge", "Open connections", {"": found.connections}),
        _family("sincerely_uptime_seconds", "gauge", "Since the start", {"": found.uptime_s}),
        _family("process_resident_memory_bytes", "gauge", "Memory", {"": found.memory}),
    )  # fmt: skip
    return "".join(families)


def page(found: Snapshot, served: Served) -> str:
    """The figures as an HTML page that asks for nothing else and reloads itself."""
    milliseconds = {
        f"Answer time, p{share * 100:g}": f"{value * 1000:,.1f} ms"
        for share, value in found.seconds.items()
    }
    rows = {
        "Run": f"{served.run_name} ({served.run_id})",
        "Model of step": f"{served.step:,}",
        "Threshold": f"{served.threshold:.3f}",
        "Requests": f"{sum(found.requests.values()):,}",
        "Errors": f"{found.errors:,}",
        "Texts": f"{found.texts:,}",
        "Texts a second, last minute": f"{found.texts_per_s:,.1f}",
        "Texts a batch, mean": f"{found.texts_per_batch:,.1f}",
        **milliseconds,
        "Open connections": f"{found.connections:,}",
        "Memory": f"{found.memory / 1e6:,.0f} MB",
        "Up for": _duration(found.uptime_s),
    }
    table = "\n".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    name = html.escape(served.run_name)
    return (
        _PAGE.replace("{refresh}", str(REFRESH_S)).replace("{rows}", table).replace("{run}", name)
    )


def _family(name: str, kind: str, about: str, samples: Mapping[str, float]) -> str:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    lines += [f"{name}{suffix} {value!r}" for suffix, value in samples.items()]
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _duration(seconds: float) -> str:
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours:
        return f"{hours:,} h {minutes % 60} min"
    return f"{minutes} min {int(seconds) % 60} s"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="{refresh}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{run}: scorer</title>
<style>
:root { color-scheme: light dark; --ink: #1f2933; --quiet: #52606d; --line: #d9e2ec; --paper: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7eb; --quiet: #9aa5b1; --line: #3e4c59; --paper: #12181f }
}
body { margin: 2rem auto; max-width: 36rem; padding: 0 1rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.25rem; overflow-wrap: anywhere }
table { width: 100%; border-collapse: collapse }
th, td { padding: .4rem 0; border-bottom: 1px solid var(--line); text-align: left }
th { color: var(--quiet); font-weight: normal }
td { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
p { color: var(--quiet); font-size: .875rem }
</style>
</head>
<body>
<h1>Scorer of {run}</h1>
<table>
{rows}
</table>
<p>Reloads every {refresh} seconds. For Prometheus: /metrics.</p>
</body>
</html>
"""
