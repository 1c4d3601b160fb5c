import csv
import io
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.preview import Columns
from core.data.labelled import RowLabels
from core.data.output.output_kind import OutputKind
from core.errors import BadInput, DamagedFile
from core.explore.beside import BesideColumn, coded
from core.explore.export import ExportedRows, ExportParts, export_rows
from core.workspace import Workspace
from tests import toy
from tests.core.data.imported import imported
from tests.messages import assert_one_sentence

LABELS = RowLabels(
    ("no", "yes"), np.array([0, 1, 1, -1], np.int32), np.array([False, True, True, False])
)
CSV = (
    "kind,title,key,n,posted,ok,id,text\n"
    "a,one word,k1,7.0,2026-01-31,yes,x,=1+1\n"
    "b,two words,k2,1.50,2026-02-01,no,y,\n"
    "a,three words,k3,,,,z,t3\n"
)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, [("a", "no"), ("b", "no"), ("c", ""), ("d", "")])


@pytest.fixture
def wide(workspace: Workspace, tmp_path: Path) -> Dataset:
    """A data set whose further columns are called as other things usually are."""
    roles = Columns(text="title", label="kind", id="key")
    return imported(workspace, tmp_path / "wide.csv", CSV, columns=roles, group_rows=2)


def written(
    workspace: Workspace, dataset: Dataset, parts: ExportParts, *rows: int
) -> tuple[io.BytesIO, ExportedRows]:
    sink = io.BytesIO()
    wanted = RowFilter(rows=rows) if rows else RowFilter()
    return sink, export_rows(workspace, dataset, wanted, sink, parts, labels=parts.labels)


def lines(sink: io.BytesIO) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sink.getvalue().decode("utf-8"), newline="")))


def test_labels_that_are_given_are_written_with_whose_they_are(
    workspace: Workspace, dataset: Dataset
) -> None:
    sink, done = written(workspace, dataset, ExportParts(numbered=True, labels=LABELS))

    header, *rows = lines(sink)
    assert header == ["row", "id", "text", "label", "labelled_by"]
    assert [(text, label, whose) for _, _, text, label, whose in rows] == [
        ("a", "no", "file"), ("b", "yes", "people"), ("c", "yes", "people"), ("d", "", ""),
    ]  # fmt: skip
    assert done == ExportedRows(4, 0)


def test_columns_have_the_names_of_the_file(workspace: Workspace, wide: Dataset) -> None:
    sink, done = written(workspace, wide, ExportParts(columns=wide.columns))

    assert lines(sink) == [
        ["key", "title", "kind", "n", "posted", "ok", "id", "text"],
        ["k1", "one word", "a", "7.0", "2026-01-31", "yes", "x", "'=1+1"],
        ["k2", "two words", "b", "1.50", "2026-02-01", "no", "y", ""],
        ["k3", "three words", "a", "", "", "", "z", "t3"],
    ]
    assert done == ExportedRows(3, 1)


def test_formulas_stay_where_that_is_asked_for_and_in_other_kinds(
    workspace: Workspace, wide: Dataset
) -> None:
    parts = ExportParts(columns=wide.columns, guards=False, delimiter="\t")
    sink, done = written(workspace, wide, parts)
    assert sink.getvalue().splitlines()[1].endswith(b"\tx\t=1+1")
    assert done.guarded == 0

    sink, _ = written(workspace, wide, ExportParts(OutputKind.PARQUET, columns=wide.columns))
    assert pq.read_table(sink)["text"].to_pylist() == ["=1+1", None, "t3"]


def test_what_is_added_makes_way_for_names_that_the_file_has(
    workspace: Workspace, tmp_path: Path
) -> None:
    content = "text,part,score,id (2)\na word,x,1,y\n"
    dataset = imported(workspace, tmp_path / "in.csv", content)
    beside = [coded("part", np.array([0]), np.array([0]), ["train"])] * 2
    sink, _ = written(workspace, dataset, ExportParts(columns=dataset.columns, beside=beside))

    header, row = lines(sink)
    assert header == ["id", "text", "part", "score", "id (2)", "part (2)", "part (3)"]
    assert row == ["0", "a word", "x", "1", "y", "train", "train"]


@pytest.mark.parametrize("rows", [(0, 1, 2), (1,), (0, 2), (2,)])
def test_cells_stay_with_their_rows_over_row_groups(
    workspace: Workspace, wide: Dataset, rows: tuple[int, ...]
) -> None:
    beside = BesideColumn("score", np.array([1, 2]), pa.array([0.25, 0.5], pa.float32()))
    parts = ExportParts(OutputKind.PARQUET, columns=wide.columns[:1], beside=[beside])
    sink, done = written(workspace, wide, parts, *rows)

    table = pq.read_table(sink)
    assert table["n"].to_pylist() == [["7.0", "1.50", None][row] for row in rows]
    titles = ("one word", "two words", "three words")
    assert table["title"].to_pylist() == [titles[row] for row in rows]
    assert table["score"].to_pylist() == [[None, 0.25, 0.5][row] for row in rows]
    assert done.rows == len(rows)


def test_types_are_written_where_they_are_asked_for(workspace: Workspace, wide: Dataset) -> None:
    parts = ExportParts(OutputKind.PARQUET, columns=wide.columns, typed=True)
    sink, _ = written(workspace, wide, parts)

    frame = pd.read_parquet(sink)
    assert frame["n"].tolist()[:2] == [7.0, 1.5]
    assert frame["posted"].tolist()[:2] == [datetime(2026, 1, 31), datetime(2026, 2, 1)]
    assert frame["ok"].tolist() == [True, False, None]
    assert frame["id"].tolist() == ["x", "y", "z"]


def test_types_of_csv_are_refused(workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="that has types, but found CSV: choose Parquet") as caught:
        ExportParts(typed=True)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("kind", OutputKind)
def test_no_rows_are_a_file_of_names_alone(
    workspace: Workspace, wide: Dataset, kind: OutputKind
) -> None:
    sink = io.BytesIO()
    done = export_rows(workspace, wide, RowFilter("nowhere"), sink, ExportParts(kind))
    assert done.rows == 0
    if kind is OutputKind.PARQUET:
        assert pq.read_table(sink).column_names == ["key", "title", "kind"]


def test_progress_is_told_and_can_cancel(workspace: Workspace, wide: Dataset) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_rows(workspace, wide, RowFilter(), io.BytesIO(), ExportParts(), progress=progress)
    assert told == [(2, 3), (3, 3)]


def test_a_missing_file_of_columns_is_said(workspace: Workspace, wide: Dataset) -> None:
    workspace.dataset(wide.id).columns.unlink()

    with pytest.raises(DamagedFile, match="the columns of data set 'wide'"):
        written(workspace, wide, ExportParts(columns=wide.columns))


def test_rows_with_long_columns_go_out_a_few_at_a_time_and_are_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    rows = [f"some words {n},{str(n) * 50}\n" for n in range(25)]
    dataset = imported(workspace, tmp_path / "t.csv", f"text,long\n{''.join(rows)}")
    parts = ExportParts(columns=dataset.columns)
    at_once, by_few, told = io.BytesIO(), io.BytesIO(), []

    export_rows(workspace, dataset, RowFilter(), at_once, parts)
    export_rows(
        workspace, dataset, RowFilter(), by_few, parts, piece_bytes=200,
        progress=lambda done, _: told.append(done),
    )  # fmt: skip

    assert by_few.getvalue() == at_once.getvalue()
    assert len(told) > 5
    assert told[-1] == 25
