import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.serving.metrics import BUCKETS_S, RATE_S, Served, ServerMetrics

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


def read(metrics: ServerMetrics, served: Served = SERVED) -> dict[tuple[str, ...], float]:
    """Samples by name and values of labels."""
    families = text_string_to_metric_families(metrics.prometheus(served).decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_counts_begin_at_nothing(metrics: ServerMetrics) -> None:
    assert (metrics.requests, metrics.errors, metrics.texts_per_s) == (0, 0, 0.0)
    assert metrics.seconds_at(0.5) is None
    assert metrics.value("sincerely_texts_total") == 0.0
    assert metrics.value("process_resident_memory_bytes") > 1_000_000


def test_prometheus_reads_what_was_counted(metrics: ServerMetrics, clock: Clock) -> None:
    metrics.count_request("predict", 200, 0.028)
    metrics.count_request("explain", 400, 0.001)
    metrics.count_request("health", 200)
    metrics.count_batch(3)
    metrics.watch("sincerely_connections", "Open connections", lambda: 7)
    clock.now += 5

    found = read(metrics)
    assert found["sincerely_model", SERVED.run_name, "first", "120"] == 1
    assert found["sincerely_threshold",] == 0.4
    assert found["sincerely_requests_total", "predict", "200"] == 1
    assert found["sincerely_requests_total", "explain", "400"] == 1
    assert (found["sincerely_texts_total",], found["sincerely_batches_total",]) == (3, 1)
    assert found["sincerely_request_seconds_count",] == 2
    assert found["sincerely_request_seconds_bucket", "0.025"] == 1
    assert found["sincerely_request_seconds_bucket", "0.03"] == 2
    assert (found["sincerely_connections",], found["sincerely_uptime_seconds",]) == (7, 5)
    assert (metrics.requests, metrics.errors) == (3, 1)


def test_a_model_that_was_trained_further_takes_the_place_of_the_former(
    metrics: ServerMetrics,
) -> None:
    read(metrics)
    found = read(metrics, Served("first", "A run", 240, 0.4))
    assert [key[1:] for key in found if key[0] == "sincerely_model"] == [("A run", "first", "240")]


def test_two_servers_count_apart(metrics: ServerMetrics) -> None:
    metrics.count_request("predict", 200)
    assert ServerMetrics().requests == 0


def test_quantiles_lie_between_the_edges_of_the_histogram(metrics: ServerMetrics) -> None:
    for number in range(1, 1_001):
        metrics.count_request("predict", 200, number / 10_000)
    assert metrics.seconds_at(0.5) == pytest.approx(0.05, abs=0.001)
    assert metrics.seconds_at(0.95) == pytest.approx(0.095, abs=0.001)
    assert metrics.seconds_at(0.0) == pytest.approx(0.0)


def test_a_time_beyond_the_last_edge_has_no_quantile(metrics: ServerMetrics) -> None:
    metrics.count_request("predict", 200, BUCKETS_S[-1] + 1)
    assert metrics.seconds_at(0.5) is None


def test_texts_a_second_are_those_of_the_last_minute(metrics: ServerMetrics, clock: Clock) -> None:
    clock.now += 600
    for size in (40, 20):
        metrics.count_batch(size)
    assert metrics.texts_per_s == pytest.approx(60 / RATE_S)
    clock.now += RATE_S + 1
    assert metrics.texts_per_s == 0
    metrics.count_batch(6)
    assert metrics.texts_per_s == pytest.approx(6 / RATE_S)
    assert metrics.value("sincerely_texts_total") == 66
