import io
import json
from datetime import datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from core.data.output.output_kind import OutputKind
from core.data.output.table_output import open_output

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(['a"b', "a\\", '\\"', "a\nb", "\r", "\u2028", "\\n", "{}", "null", "🙂"]),
)


def written(batch: pa.RecordBatch) -> str:
    sink = io.BytesIO()
    with open_output(sink, OutputKind.JSONL, batch.schema) as output:
        output.write(batch)
    return sink.getvalue().decode()


@given(
    names=st.lists(TEXTS, min_size=1, max_size=3, unique=True),
    cells=st.lists(st.none() | TEXTS, max_size=9),
)
def test_any_cell_under_any_name_is_read_by_json(names: list[str], cells: list[str | None]) -> None:
    rows = [cells[n : n + len(names)] for n in range(0, len(cells) - len(names) + 1, len(names))]
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(names))]

    lines = written(pa.RecordBatch.from_arrays(columns, names)).split("\n")

    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [
        dict(zip(names, row, strict=True)) for row in rows
    ]


def test_numbers_and_truth_are_jsons_and_times_iso() -> None:
    batch = pa.record_batch(
        {
            "n": pa.array([1.5, float("inf"), None]),
            "ok": pa.array([True, False, None]),
            "at": pa.array([datetime(2026, 1, 31, 8, 30), None, None], pa.timestamp("us")),
            "row": pa.array([7, None, 0], pa.int64()),
        }
    )
    assert [json.loads(line) for line in written(batch).splitlines()] == [
        {"n": 1.5, "ok": True, "at": "2026-01-31T08:30:00.000000", "row": 7},
        {"n": "inf", "ok": False, "at": None, "row": None},
        {"n": None, "ok": None, "at": None, "row": 0},
    ]


def test_a_slice_of_a_batch_is_its_rows_alone() -> None:
    batch = pa.record_batch({"a": pa.array(["x", "y\n", "z"])})
    assert written(batch[1:2]) == '{"a": "y\\n"}\n'
    assert written(batch[3:]) == ""
