import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.metrics import (
    RESOURCES,
    STEP,
    VALIDATION,
    MetricsLog,
    MetricsReader,
    read_metrics,
    smoothed,
    truncate_metrics,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def test_a_log_that_was_never_written_is_empty(path: Path) -> None:
    page = read_metrics(path, 17)

    assert page.rows == []
    assert page.offset == 17


def test_every_line_can_be_read_as_soon_as_it_is_written(path: Path) -> None:
    with MetricsLog(path) as log:
        for step in (1, 2, 3):
            log.append(STEP, step=step, loss=0.5 / step)
            assert read_metrics(path).rows[-1] == {"kind": STEP, "step": step, "loss": 0.5 / step}

    assert [json.loads(line)["step"] for line in path.read_text("utf-8").splitlines()] == [1, 2, 3]


def test_reading_goes_on_where_it_ended(path: Path) -> None:
    with MetricsLog(path) as log:
        log.append(STEP, step=1)
        first = read_metrics(path)
        nothing = read_metrics(path, first.offset)
        log.append(STEP, step=2)
        log.append(VALIDATION, step=2)
        second = read_metrics(path, nothing.offset)

    assert [row["step"] for row in first.rows] == [1]
    assert nothing.rows == []
    assert [row["step"] for row in second.rows] == [2, 2]
    assert second.offset == path.stat().st_size


def test_a_half_written_last_line_waits_for_its_other_half(path: Path) -> None:
    path.write_bytes(b'{"kind": "step", "step": 1}\n{"kind": "st')
    first = read_metrics(path)
    with path.open("ab") as file:
        file.write(b'ep", "step": 2}\n')
    second = read_metrics(path, first.offset)

    assert [row["step"] for row in first.rows] == [1]
    assert [row["step"] for row in second.rows] == [2]


@given(cuts=st.lists(st.integers(0, 200), max_size=6))
def test_wherever_readers_look_in_between_they_get_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log") / "metrics.jsonl"
    content = b"".join(b'{"kind": "step", "step": %d}\n' % step for step in range(7))
    found, offset = [], 0
    for cut in [*sorted(cuts), len(content)]:
        path.write_bytes(content[:cut])
        page = read_metrics(path, offset)
        found += page.rows
        offset = page.offset

    assert [row["step"] for row in found] == list(range(7))


def test_a_measurement_that_is_no_number_survives(path: Path) -> None:
    with MetricsLog(path) as log:
        log.append(VALIDATION, roc_auc=float("nan"))

    assert math.isnan(read_metrics(path).rows[0]["roc_auc"])


def test_smoothing_keeps_a_constant_starts_at_the_first_value_and_follows_the_rest() -> None:
    values = [0.9, 0.1, 0.5]

    assert smoothed([], 0.9) == []
    assert smoothed(values, 0.0) == values
    assert smoothed([0.3] * 5, 0.95) == pytest.approx([0.3] * 5)
    # By hand: (0.1 * 0.9 * 0.9 + 0.1 * 0.1) / (1 - 0.9 ** 2).
    assert smoothed(values, 0.9)[:2] == pytest.approx([0.9, (0.081 + 0.01) / 0.19])


def test_smoothing_passes_over_what_is_no_number() -> None:
    found = smoothed([0.9, math.nan, 0.1, math.inf], 0.9)

    assert math.isnan(found[1])
    assert found[3] == math.inf
    assert found[2] == pytest.approx(smoothed([0.9, 0.1], 0.9)[1])


def test_a_reader_reads_on_and_says_so_by_another_object(path: Path) -> None:
    reader = MetricsReader(path)
    assert reader.read().count(STEP) == 0
    with MetricsLog(path) as log:
        log.append(STEP, step=1, loss=0.5)
        first = reader.read()
        assert reader.read() is first
        log.append(STEP, step=2, loss=0.4, input_wait=0.1)
        log.append(VALIDATION, step=2, f1=0.3)
        second = reader.read()

    assert first.column(STEP, "loss").tolist() == [0.5]
    assert second.column(STEP, "loss").tolist() == [0.5, 0.4]
    assert second.column(STEP, "input_wait") == pytest.approx([math.nan, 0.1], nan_ok=True)
    assert second.column(STEP, "nothing") == pytest.approx([math.nan] * 2, nan_ok=True)
    assert (second.last(VALIDATION, "f1"), second.count(VALIDATION)) == (0.3, 1)
    assert math.isnan(second.last(VALIDATION, "loss"))


@pytest.mark.parametrize("went_on_to", [3, 5, 50])
def test_a_reader_notices_that_a_run_was_taken_up_from_before(path: Path, went_on_to: int) -> None:
    def write(steps: range, loss: float) -> None:
        with MetricsLog(path) as log:
            for step in steps:
                log.append(STEP, step=step, loss=loss)

    reader = MetricsReader(path)
    write(range(1, 6), 0.5)
    assert reader.read().count(STEP) == 5
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]))
    write(range(3, went_on_to + 1), 0.4)
    found = reader.read()

    assert found.column(STEP, "step").tolist() == list(range(1, went_on_to + 1))
    assert found.column(STEP, "loss").tolist() == [0.5] * 2 + [0.4] * (went_on_to - 2)


def test_a_reader_forgives_torn_lines_and_waits_for_half_ones(path: Path) -> None:
    path.write_bytes(b'{"kind": "step", "step": 1}\n{"kind": "st\n7\n{"kind": "step", "st')
    reader = MetricsReader(path)
    assert reader.read().column(STEP, "step").tolist() == [1]
    with path.open("ab") as file:
        file.write(b'ep": 2}\n')
    assert reader.read().column(STEP, "step").tolist() == [1, 2]
    path.unlink()
    assert reader.read().count(STEP) == 0


def test_a_resumed_run_forgets_what_was_measured_after_its_checkpoint(path: Path) -> None:
    truncate_metrics(path, 0, 0.0)
    assert not path.exists()
    with MetricsLog(path) as log:
        for step in (1, 2, 3):
            log.append(STEP, step=step, loss=1.0 / step, seconds=10.0 * step)
            log.append(RESOURCES, cpu=0.5, seconds=10.0 * step + 5.0)

    truncate_metrics(path, 2, 22.0)

    kept = [(row["kind"], row["seconds"]) for row in read_metrics(path).rows]
    assert kept == [(STEP, 10.0), (RESOURCES, 15.0), (STEP, 20.0)]


def test_half_a_line_that_a_full_disk_left_does_not_spoil_the_next(path: Path) -> None:
    with MetricsLog(path) as log:
        log.append(STEP, step=1, loss=0.5)
    with path.open("a") as file:
        file.write('{"kind": "st')

    truncate_metrics(path, 1, 10.0)
    with MetricsLog(path) as log:
        log.append(STEP, step=2, loss=0.25)

    assert [row["step"] for row in read_metrics(path).rows] == [1, 2]


def test_lines_of_several_threads_stay_whole(path: Path) -> None:
    with MetricsLog(path) as log, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda step: log.append(STEP, step=step, loss=0.1), range(2000)))

    assert sorted(row["step"] for row in read_metrics(path).rows) == list(range(2000))


@pytest.mark.parametrize(
    "line",
    [
        b"torn\n",
        b"null\n",
        b"[" * 100_000 + b"\n",
        b'{"kind": "step", "step": 1' + b"0" * 400 + b"}\n",
        b'{"kind": ["step"], "step": 2}\n',
        b'{"step": 2}\n',
        b"\xff\n",
    ],
)
def test_a_damaged_line_costs_itself_only(path: Path, line: bytes) -> None:
    first, last = b'{"kind": "step", "step": 1}\n', b'{"kind": "step", "step": 3}\n'
    path.write_bytes(first + line + last)

    assert [row["step"] for row in read_metrics(path).rows] == [1, 3]
    assert MetricsReader(path).read().column(STEP, "step").tolist() == [1, 3]
    truncate_metrics(path, 1, 0.0)
    assert path.read_bytes() == first
