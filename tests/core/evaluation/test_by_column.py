import numpy as np
import pytest

from core.data.column import ColumnKind
from core.errors import BadInput
from core.evaluation.by_column import as_values, evaluate_by, groups_table
from core.evaluation.groups import FIGURES
from core.evaluation.metrics import classification_metrics
from core.evaluation.predictions import read_predictions
from core.workspace import Workspace
from tests.column_runs import column_dataset, unfair_run


def test_a_run_is_measured_by_a_column_of_the_rows_that_it_was_asked_about(
    workspace: Workspace,
) -> None:
    columns = {
        "c": (ColumnKind.CATEGORY, lambda row: f"v{row % 30}" if row % 30 < 25 else "v0"),
        "t": (ColumnKind.TEXT, lambda row: f"words {row}"),
    }
    dataset = column_dataset(workspace, columns, rows=900)
    run = unfair_run(workspace, dataset, lambda row: row % 30 == 0)

    found = evaluate_by(workspace, run, "validation", 0.5, "c")

    rows = read_predictions(workspace, run, "validation")
    inside = rows.take(np.flatnonzero(np.isin(rows.rows % 30, [0, *range(25, 30)])))
    slices = found.slices.set_index("slice")
    plain = classification_metrics(inside.class_ids, inside.probabilities, 0.5)
    assert slices.loc["c: v0", "f1"] == pytest.approx(plain["f1"])
    assert slices["rows"].sum() == len(rows)
    # Rare values together are a slice, but no group of people.
    assert "c: 5 other values" in slices.index
    names = [group.name for group in found.groups.groups]
    assert len(names) == 20
    assert not any("other" in name for name in names)
    table = groups_table(found.groups)
    assert table["group"].tolist() == names
    assert {f"{name}_low" for name in FIGURES} <= set(table.columns)
    figure = as_values(found)["groups"]["groups"][-1]["figures"]["subgroup_auc"]
    assert figure["value"] is None
    assert "row" in figure["said"]
    with pytest.raises(BadInput, match="'t' of texts"):
        evaluate_by(workspace, run, "validation", 0.5, "t")
