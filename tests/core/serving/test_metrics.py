import re

import pytest

from core.serving.metrics import (
    MEASURED_REQUESTS,
    RATE_S,
    Served,
    ServerMetrics,
    page,
    prometheus,
)

SERVED = Served("first", 'A "<b>run</b>"\\', 120, 0.4)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> ServerMetrics:
    return ServerMetrics(clock)


def test_counts_begin_at_nothing(metrics: ServerMetrics) -> None:
    found = metrics.snapshot(connections=0)
    assert (found.texts, found.errors, found.texts_per_s, found.texts_per_batch) == (0, 0, 0, 0)
    assert found.seconds == {}
    assert found.memory > 1_000_000
    assert "<td>0</td>" in page(found, SERVED)
    assert "{quantile" not in prometheus(found, SERVED)


def test_times_are_of_the_last_requests_that_the_model_worked_for(metrics: ServerMetrics) -> None:
    metrics.count_request("predict", 200, 99.0)
    for number in range(1, MEASURED_REQUESTS + 1):
        metrics.count_request("predict", 200, number / 1_000)
    metrics.count_request("health", 200)
    found = metrics.snapshot(connections=0)
    assert found.seconds[0.5] == pytest.approx(0.5005)
    assert found.seconds[0.95] == pytest.approx(0.95, abs=0.001)
    assert found.answered == MEASURED_REQUESTS + 1


def test_texts_a_second_are_those_of_the_last_minute(metrics: ServerMetrics, clock: Clock) -> None:
    clock.now += 600
    for size in (40, 20):
        metrics.count_batch(size)
    assert metrics.snapshot(connections=0).texts_per_s == pytest.approx(60 / RATE_S)
    assert metrics.snapshot(connections=0).texts_per_batch == 30
    clock.now += RATE_S + 1
    found = metrics.snapshot(connections=0)
    assert (found.texts_per_s, found.texts) == (0, 60)


def test_prometheus_reads_every_line(metrics: ServerMetrics) -> None:
    metrics.count_request("predict", 200, 0.025)
    metrics.count_request("explain", 400, 0.001)
    metrics.count_batch(3)
    text = prometheus(metrics.snapshot(connections=7), SERVED)
    sample = re.compile(
        r'[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? [-0-9.e+]+'
    )
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ")) or sample.fullmatch(line), line
    assert text.endswith("\n")
    assert 'name="A \\"<b>run</b>\\"\\\\"' in text
    assert "sincerely_connections 7" in text
    assert 'sincerely_request_seconds{quantile="0.5"} 0.013' in text
    assert "sincerely_request_seconds_count 2" in text


def test_the_page_asks_for_nothing_and_shows_names_as_text(metrics: ServerMetrics) -> None:
    metrics.count_request("predict", 200, 0.025)
    metrics.count_request("predict", 500, 0.025)
    shown = page(metrics.snapshot(connections=1), SERVED)
    assert "A &quot;&lt;b&gt;run&lt;/b&gt;&quot;" in shown
    assert "<b>" not in shown
    assert not re.search(r"(src|href|url\(|@import|<script)", shown)
    assert "prefers-color-scheme: dark" in shown
    assert "<th>Answer time, p95</th><td>25.0 ms</td>" in shown
    assert "<th>Errors</th><td>1</td>" in shown
    assert "{" + "rows}" not in shown
