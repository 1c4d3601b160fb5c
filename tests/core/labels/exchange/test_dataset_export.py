import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.column_choice import ColumnChoices
from core.data.importing.importer import import_file
from core.data.importing.preview import Columns
from core.data.output.formulas import unguarded
from core.data.output.output_kind import OutputKind
from core.data.reading.formats import FileFormat, FileKind
from core.data.splits.saved_split import read_split, save_split
from core.data.splits.split import SplitPlan
from core.errors import BadInput, NotFound
from core.evaluation.row_scores import row_scores
from core.labels.exchange.dataset_export import ExportChoice, LabelLayer, export_dataset
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests import toy
from tests.core.data.imported import csv_bytes, imported, rows_of
from tests.made_answers import answered_run
from tests.messages import assert_one_sentence

FORMATS = {
    OutputKind.CSV: FileFormat(FileKind.CSV, "utf-8"),
    OutputKind.PARQUET: FileFormat(FileKind.PARQUET),
    OutputKind.JSONL: FileFormat(FileKind.JSONL, "utf-8"),
    OutputKind.EXCEL: FileFormat(FileKind.EXCEL),
}
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=5),
    st.sampled_from(
        ["=1+1", "'=1", "-2 x", "007", "1.50", "a,b", 'a"b', "a\nb", "\t", " a ", "_x000D_", "NA"]
    ),
    st.sampled_from(["true", "2026-01-31", "{}", "null", "é", "🙂", "\u2028", "", "<b>&", "\\"]),
)
NAMES = st.lists(
    st.one_of(
        st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=4),
        st.sampled_from(["select", "a b", "a.b", 'a"b', "part", "id", "text", "label", "row", "é"]),
    ),
    min_size=4,
    max_size=6,
    unique_by=str.casefold,
)


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    workspace.root.mkdir(parents=True, exist_ok=True)
    return LabelStore(f"sqlite:///{workspace.labels}")


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


def table(
    workspace: Workspace, store: LabelStore, dataset: Dataset, choice: ExportChoice, *rows: int
) -> list[dict[str, str]]:
    sink = io.BytesIO()
    wanted = RowFilter(rows=rows) if rows else RowFilter()
    export_dataset(workspace, store, dataset, wanted, sink, choice)
    return list(csv.DictReader(io.StringIO(sink.getvalue().decode(), newline="")))


def label(store: LabelStore, dataset: Dataset, row: int, who: str, value: str | None) -> LabelEvent:
    action = Action.SKIP if value is None else Action.LABEL
    return store.add(
        LabelEvent(
            fingerprint=dataset.fingerprint, row=row, action=action, annotator=who, value=value
        )
    )


def cells_of(workspace: Workspace, dataset: Dataset) -> dict[str, list[str | None]]:
    if not dataset.columns:
        return {}
    found = pq.read_table(workspace.dataset(dataset.id).columns)
    return {column.name: found[column.cells].to_pylist() for column in dataset.columns}


@given(data=st.data(), names=NAMES, kind=st.sampled_from(OutputKind))
@settings(max_examples=80)
def test_what_is_exported_and_imported_again_is_the_same(
    data: st.DataObject, names: list[str], kind: OutputKind
) -> None:
    text, label, key, *_ = names
    rows = [
        [f"text {n} {data.draw(CELLS)}", data.draw(st.sampled_from(["yes", "no", "=1", ""])),
         f"k{n}", *(data.draw(CELLS) for _ in names[3:])]
        for n in range(data.draw(st.integers(1, 4)))
    ]  # fmt: skip
    roles = Columns(text=text, label=label, id=key)
    with tempfile.TemporaryDirectory() as folder:
        workspace, other = Workspace(Path(folder, "one")), Workspace(Path(folder, "two"))
        first = imported(
            workspace, Path(folder, "in.csv"), csv_bytes([names, *rows]), columns=roles,
            format=FORMATS[OutputKind.CSV],
        )  # fmt: skip
        out = Path(folder, f"out{kind.suffix}")
        with out.open("wb") as sink:
            store = LabelStore(f"sqlite:///{folder}/labels.sqlite")
            choice = ExportChoice(kind, guards=False)
            export_dataset(workspace, store, first, RowFilter(), sink, choice)
        again = import_file(other, out, roles, format=FORMATS[kind]).dataset

        assert rows_of(other, again) == rows_of(workspace, first)
        found, expected = cells_of(other, again), cells_of(workspace, first)
        # A column of JSON or Excel that is missing everywhere may be none.
        assert found == {n: c for n, c in expected.items() if n in found or any(c)}
        assert [each.kind for each in again.columns if any(found[each.name])] == [
            each.kind for each in first.columns if any(expected[each.name])
        ]


def test_guarded_csv_differs_by_apostrophes_alone(
    workspace: Workspace, store: LabelStore, tmp_path: Path
) -> None:
    content = "text,note\n=1+1 is a text,-x\nplain,-1\n"
    dataset = imported(workspace, tmp_path / "in.csv", content)

    found = table(workspace, store, dataset, ExportChoice())
    assert [(row["text"], row["note"]) for row in found] == [
        ("'=1+1 is a text", "'-x"), ("plain", "-1"),
    ]  # fmt: skip
    assert unguarded(found[0]["text"]) == "=1+1 is a text"


def test_labels_are_those_of_now_of_the_file_or_everyones(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    own = [row[2] for row in rows_of(workspace, dataset)]
    turned = {"0": "1", "1": "0"}
    label(store, dataset, 0, "Ann", turned[own[0]])
    label(store, dataset, 1, "Ann", own[1])
    label(store, dataset, 1, "Bob", own[1])
    label(store, dataset, 1, "Bob", turned[own[1]])
    label(store, dataset, 2, "Bob", "1")
    label(store, dataset, 2, "Bob", None)

    def of(layer: LabelLayer) -> list[dict[str, str]]:
        return table(workspace, store, dataset, ExportChoice(labels=layer), 0, 1, 2, 3)

    present = of(LabelLayer.PRESENT)
    assert [row["label"] for row in present[:2]] == [turned[own[0]], turned[own[1]]]
    assert [row["labelled_by"] for row in present] == ["people", "people", *present_by(present)]
    file = of(LabelLayer.FILE)
    assert list(file[0]) == ["id", "text", "label"]
    assert [row["label"] for row in file] == own[:4]
    everyone = of(LabelLayer.EVERYONE)
    assert list(everyone[0]) == ["id", "text", "label", "label by Ann", "label by Bob"]
    assert [row["label"] for row in everyone] == own[:4]
    assert [row["label by Ann"] for row in everyone] == [turned[own[0]], own[1], "", ""]
    assert [row["label by Bob"] for row in everyone] == ["", turned[own[1]], "", ""]


def present_by(present: list[dict[str, str]]) -> list[str]:
    """Of a row that was labelled and then skipped, and of one that nobody has seen."""
    assert present[3]["labelled_by"] == "file"
    return [row["labelled_by"] for row in present[2:]]


def test_parts_and_scores_stand_beside_their_rows(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "Half", SplitPlan(0.25, 0.25, seed=1))
    run = answered_run(workspace, dataset)
    parts = read_split(workspace, dataset, "Half").parts()
    scores = row_scores(workspace, run)

    found = table(workspace, store, dataset, ExportChoice(split="Half", run=run.id))

    assert list(found[0]) == ["id", "text", "label", "part", "score", "predicted_label"]
    assert {part: [n for n, row in enumerate(found) if row["part"] == part] for part in parts} == {
        part: sorted(rows.tolist()) for part, rows in parts.items()
    }
    scored = {n: row["score"] for n, row in enumerate(found) if row["score"]}
    assert list(scored) == scores.rows.tolist()
    assert [float(score) for score in scored.values()] == pytest.approx(scores.scores, abs=1e-6)
    assert [found[row]["predicted_label"] for row in scored] == [
        run.classes[class_id] for class_id in scores.class_ids
    ]


def test_sensitive_columns_are_written_only_where_they_are_asked_for(
    workspace: Workspace, store: LabelStore, tmp_path: Path
) -> None:
    dataset = imported(
        workspace, tmp_path / "in.csv", "text,mail,n\na b,x@y,1\n",
        choices=ColumnChoices(sensitive=("mail",)),
    )  # fmt: skip
    names = [
        list(table(workspace, store, dataset, choice)[0])
        for choice in (
            ExportChoice(), ExportChoice(sensitive=True), ExportChoice(columns=False),
        )
    ]  # fmt: skip
    assert names == [["id", "text", "n"], ["id", "text", "mail", "n"], ["id", "text"]]


def test_pandas_reads_parquet_jsonl_and_csv_alike(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    frames = []
    readers = {
        OutputKind.PARQUET: pd.read_parquet,
        OutputKind.JSONL: lambda file: pd.read_json(file, lines=True, dtype=False),
        OutputKind.CSV: lambda file: pd.read_csv(file, dtype=str),
    }
    for kind, read in readers.items():
        sink = io.BytesIO()
        export_dataset(workspace, store, dataset, RowFilter(), sink, ExportChoice(kind))
        sink.seek(0)
        frames.append(read(sink))
    for frame in frames[1:]:
        assert frame.astype(object).to_dict("list") == frames[0].astype(object).to_dict("list")


def test_what_is_not_there_is_one_sentence(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    other = toy.import_rows(workspace, toy.make_rows(40, seed=9), name="other")
    foreign = answered_run(workspace, other)
    for choice, kind, message in (
        (ExportChoice(split="gone"), NotFound, "the name of a split"),
        (ExportChoice(run="gone"), NotFound, "the id or name of a run"),
        (ExportChoice(run=foreign.id), BadInput, "a run on 'toy', but found one on 'other'"),
    ):
        with pytest.raises(kind, match=message) as caught:
            table(workspace, store, dataset, choice)
        assert_one_sentence(caught.value)
