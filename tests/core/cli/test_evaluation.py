import json
from pathlib import Path

import pytest
from sklearn import metrics

from core.cli.parser import main
from core.evaluation.operating_point import Rule, operating_point
from core.evaluation.predictions import read_predictions
from core.runs.predicted_labels import predicted_labels
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(900)), "Mine")


def test_evaluate_prints_scikit_learns_figures_as_json(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    assert main(["evaluate", "Mine", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    rows = read_predictions(workspace, run, "test")
    answers = predicted_labels(rows.probabilities, found["threshold"]["value"])
    figures = found["parts"]["test"]["figures"]
    assert figures["f1"]["value"] == pytest.approx(
        metrics.f1_score(rows.class_ids, answers), abs=1e-9
    )
    assert figures["pr_auc"]["value"] == pytest.approx(
        metrics.average_precision_score(rows.class_ids, rows.scores), abs=1e-9
    )
    assert figures["mcc"]["value"] == pytest.approx(
        metrics.matthews_corrcoef(rows.class_ids, answers), abs=1e-9
    )
    assert figures["f1"]["low"] < figures["f1"]["value"] < figures["f1"]["high"]
    expected = metrics.confusion_matrix(rows.class_ids, answers).tolist()
    assert found["parts"]["test"]["confusion"] == expected
    assert found["rows"]["train"]["1"] > 0
    assert found["dataset"]["fingerprint"] == run.fingerprint
    assert [fitted["name"] for fitted in found["baselines"]] == ["Mine"]


def test_evaluate_prints_lines_for_people(run: Run, capsys: Printed) -> None:
    assert main(["evaluate", "Mine"]) == 0

    out = capsys.readouterr().out
    assert out.startswith("test: 180 rows, threshold 0.")
    assert "validation: 180 rows" in out
    assert "Intervals hold for rows drawn as these were" in out


def test_many_classes_are_evaluated_without_a_threshold(
    workspace: Workspace, capsys: Printed
) -> None:
    answered_run(workspace, toy.import_rows(workspace, toy.make_rows(600, classes=3)), "Three")

    assert main(["evaluate", "Three", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)["parts"]["test"]
    assert set(found["classes"]) == {*toy.COLORS, "macro average", "micro average"}
    assert found["figures"]["macro_f1"]["low"] < found["figures"]["macro_f1"]["high"]
    assert found["figures"]["mcc"]["low"] is None
    assert main(["threshold", "Three", "--by", "mcc"]) == 1
    assert "a run of two classes, but found 3" in capsys.readouterr().err


def test_a_report_is_written_whole(run: Run, tmp_path: Path, capsys: Printed) -> None:
    path = tmp_path / "report.html"

    assert main(["evaluate", "Mine", "--report", str(path)]) == 0

    assert path.read_text("utf-8").startswith("<!doctype html>")
    assert f"Wrote {path}." in capsys.readouterr().err


def test_a_run_that_has_not_been_measured_is_one_sentence(
    workspace: Workspace, capsys: Printed
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    create_run(workspace, dataset, toy.recipe("minilm"), name="New")

    assert main(["evaluate", "New"]) == 1
    assert "a run with a trained model, but found none in 'New' yet" in capsys.readouterr().err


def test_a_threshold_is_chosen_by_a_rule_kept_and_reset(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    own = operating_point(workspace, run)

    assert main(["threshold", "Mine", "--by", "workload", "--amount", "10", "--amount", "180"]) == 0

    chosen = operating_point(workspace, run)
    assert (chosen.rule, chosen.amounts) == (Rule.WORKLOAD, (10.0, 180.0))
    rows = read_predictions(workspace, run, "validation")
    assert predicted_labels(rows.probabilities, chosen.threshold).sum() == 10
    assert capsys.readouterr().out.split("\t")[1:] == ["workload", "[10.0, 180.0]\n"]
    assert main(["threshold", "Mine", "--reset", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["threshold"] == own.threshold
    assert operating_point(workspace, run) == own


def test_a_threshold_that_cannot_be_had_changes_nothing(
    workspace: Workspace, run: Run, capsys: Printed
) -> None:
    own = operating_point(workspace, run)

    assert main(["threshold", "Mine", "--by", "precision", "--amount", "2"]) == 1
    assert main(["threshold", "Mine", "--amount", "0.5"]) == 1

    err = capsys.readouterr().err
    assert "a precision above 0, up to 1 for the rule precision, but found 2" in err
    assert "amounts with a rule, but found amounts alone: name the rule by --by" in err
    assert operating_point(workspace, run) == own
