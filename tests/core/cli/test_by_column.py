import json

import numpy as np
import pytest

from core.cli.parser import main
from core.data.column import ColumnKind
from core.data.dataset import Dataset, delete_dataset
from core.evaluation.predictions import read_predictions
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.column_runs import column_dataset, unfair_run
from tests.made_answers import answered_run

Printed = pytest.CaptureFixture[str]
HOSTILE = "\"a\" AND 1=1; -- 'x' *b*"


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    columns = {
        HOSTILE: (ColumnKind.CATEGORY, lambda row: ["US", "CA", "UK", ""][row % 4]),
        "price": (ColumnKind.NUMBER, lambda row: str(row / 4)),
        "old": (ColumnKind.YES_NO, lambda row: ["yes", "no"][row % 2]),
        "note": (ColumnKind.TEXT, lambda row: f"some words {row}"),
    }
    return column_dataset(workspace, columns, rows=1_200, sensitive=["old"])


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    """Calls every text from the US positive."""
    return unfair_run(workspace, dataset, lambda row: row % 4 == 0)


def test_slices_and_groups_of_a_column_are_printed_as_json(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    assert main(["evaluate", "Mine", "--by", HOSTILE, "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    rows = read_predictions(workspace, run, "test")
    assert {each: found[each] for each in ("by", "kind", "part", "threshold")} == {
        "by": HOSTILE, "kind": "category", "part": "test", "threshold": 0.5,
    }  # fmt: skip
    counts = {each["slice"]: each["rows"] for each in found["slices"]}
    names = ("US", "CA", "UK", "missing")
    assert counts == {
        f"{HOSTILE}: {name}": np.sum(rows.rows % 4 == place) for place, name in enumerate(names)
    }
    groups = {each["group"]: each for each in found["groups"]["groups"]}
    assert set(groups) == set(names)
    gap = groups["US"]["figures"]["false_alarm_gap"]
    assert (gap["value"], gap["base"], gap["worse"]) == (1.0, 0.0, True)
    assert gap["low"] > 0.9
    assert groups["CA"]["figures"]["subgroup_auc"]["value"] == 1.0
    assert groups["US"]["worse"]
    assert "The surest is US: 100% of its rows of 0 are false alarms" in found["groups"]["verdict"]


def test_the_verdict_comes_first_for_people(run: Run, capsys: Printed) -> None:
    assert main(["evaluate", "Mine", "--by", HOSTILE]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "worse than chance explains. The surest is US" in lines[0]
    assert lines[1].startswith("auc of all rows 0.")
    assert sum("\tfalse_alarm_gap " in line or " rows\tsubgroup_auc" in line for line in lines) == 4
    (worst,) = [line for line in lines if line.startswith(f"{HOSTILE}: US\t")]
    assert worst.endswith("\tworse")


def test_numbers_have_slices_and_no_groups(run: Run, capsys: Printed) -> None:
    assert main(["evaluate", "Mine", "--by", "price", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["groups"] is None
    assert len(found["slices"]) == 4
    assert sum(each["rows"] for each in found["slices"]) == 240


def test_a_sensitive_column_is_measured_where_it_is_named_and_not_else(
    run: Run, capsys: Printed
) -> None:
    assert main(["evaluate", "Mine", "--by", "old", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["group"] for each in found["groups"]["groups"]} == {"yes", "no"}

    assert main(["evaluate", "Mine", "--json"]) == 0
    slices = json.loads(capsys.readouterr().out)["parts"]["test"]["slices"]
    names = {each["slice"] for each in slices}
    assert f"{HOSTILE}: US" in names
    assert any(name.endswith(" words") for name in names)
    assert not any(name.startswith("old: ") for name in names)
    assert sum(name.startswith("price: ") for name in names) == 4


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("column", "said"),
    [("gone", "but found 'gone': choose another"), ("note", "but found 'note' of texts")],
)
def test_a_column_that_makes_no_slices_is_one_sentence(
    capsys: Printed, column: str, said: str
) -> None:
    assert main(["evaluate", "Mine", "--by", column]) == 1

    err = capsys.readouterr().err
    assert said in err
    assert "'price'" in err
    assert "'old'" not in err


def test_where_the_data_set_is_gone_it_is_one_sentence_and_the_rest_is_measured(
    workspace: Workspace, dataset: Dataset, run: Run, capsys: Printed
) -> None:
    delete_dataset(workspace, dataset)

    assert main(["evaluate", "Mine", "--by", "price"]) == 1
    assert "deleted or changed: import its file again to see slices" in capsys.readouterr().err
    assert main(["evaluate", "Mine"]) == 0
    assert "import its file again to see slices by column" in capsys.readouterr().out


def test_a_damaged_file_of_columns_stops_no_evaluation(
    workspace: Workspace, dataset: Dataset, run: Run, capsys: Printed
) -> None:
    workspace.dataset(dataset.id).columns.unlink()

    assert main(["evaluate", "Mine"]) == 0
    assert "columns of data set 'wide'" in capsys.readouterr().out
    assert main(["evaluate", "Mine", "--by", "price"]) == 1


def test_without_further_columns_and_with_three_classes(
    workspace: Workspace, capsys: Printed
) -> None:
    answered_run(workspace, toy.import_rows(workspace, toy.make_rows(90)), "Plain")
    assert main(["evaluate", "Plain", "--by", "x"]) == 1
    assert "(none here)" in capsys.readouterr().err

    columns = {"c": (ColumnKind.CATEGORY, lambda row: "ab"[row % 2])}
    three = column_dataset(workspace, columns, classes=3, name="three")
    answered_run(workspace, three, "Three")
    assert main(["evaluate", "Three", "--by", "c"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] in (["c: a", "c: b"], ["c: b", "c: a"])
    assert "accuracy 0." in lines[0]
