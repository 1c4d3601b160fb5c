import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.data.filters.row_filter import RowFilter
from core.data.importing.column_choice import ColumnChoices
from core.data.output.output_kind import OutputKind
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.labels.exchange.dataset_export import ExportChoice, LabelLayer
from core.workspace import Workspace
from dashboard.app_pages.explore import reads
from dashboard.app_pages.explore.rows_download import export_choice, rows_download
from tests import toy
from tests.core.data.imported import imported
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said
from tests.made_answers import answered_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


def chosen(app: AppTest) -> ExportChoice:
    return app.session_state["drawn"]


def test_the_button_says_how_many_rows_and_the_file_holds_them(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    draw(rows_download, dataset, RowFilter(), 60)

    found = reads.exported_rows(
        workspace, dataset, RowFilter(rows=(3, 5)), ExportChoice(OutputKind.PARQUET)
    )
    frame = pd.read_parquet(io.BytesIO(found))
    assert frame.columns.tolist() == ["id", "text", "label"]
    assert frame["id"].tolist() == ["3", "5"]


def test_what_there_is_to_choose_is_asked_for(
    draw: Draw, workspace: Workspace, dataset: Dataset
) -> None:
    app = draw(export_choice, dataset, RowFilter())
    assert chosen(app) == ExportChoice(columns=False)
    assert [each.label for each in app.selectbox] == ["Labels"]

    save_split(workspace, dataset, "Half", SplitPlan(0.25, 0.25, seed=1))
    run = answered_run(workspace, dataset)
    app = draw(export_choice, dataset, RowFilter())
    field(app.selectbox, "Labels").set_value(LabelLayer.EVERYONE)
    field(app.selectbox, "Parts of a split").set_value("Half")
    field(app.selectbox, "Scores and predicted labels of").set_value(run.id).run()
    assert chosen(app) == ExportChoice(
        labels=LabelLayer.EVERYONE, split="Half", run=run.id, columns=False
    )
    app = draw(export_choice, dataset, RowFilter(split="Half", part="test", run=run.id))
    assert (chosen(app).split, chosen(app).run) == ("Half", run.id)


def test_sensitive_columns_and_types_are_asked_for(
    draw: Draw, workspace: Workspace, tmp_path: Path
) -> None:
    wide = imported(
        workspace, tmp_path / "in.csv", "text,mail,n\na b,x@y,1\nc d,z,2\n",
        choices=ColumnChoices(sensitive=("mail",)),
    )  # fmt: skip
    app = draw(export_choice, wide, RowFilter())
    assert chosen(app) == ExportChoice()
    assert [box.label for box in app.checkbox] == [
        "With the further columns", "Also those marked as sensitive", "Safe for spreadsheets",
    ]  # fmt: skip

    app.segmented_control[0].set_value(OutputKind.JSONL).run()
    field(app.checkbox, "Also those marked as sensitive").check()
    field(app.checkbox, "Numbers, times and yes/no as such").check().run()
    assert chosen(app) == ExportChoice(OutputKind.JSONL, sensitive=True, typed=True)


def test_that_excel_cannot_hold_the_rows_is_said_before(draw: Draw, dataset: Dataset) -> None:
    app = draw(rows_download, dataset, RowFilter(), 1_048_576)
    assert said(app, "So many rows take a while")

    app.segmented_control[0].set_value(OutputKind.EXCEL).run()
    assert app.warning[0].value == "Excel holds at most 1,048,575 rows: choose another format."
