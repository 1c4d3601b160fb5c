import json
from dataclasses import replace

import pytest

from core.data.splits.split import TEST, VALIDATION
from core.errors import NotFound
from core.evaluation.assessment import as_values, assess, judged_part, limits
from core.evaluation.baselines.compared_model import ComparedModel, metric_estimates
from core.evaluation.metrics import classification_metrics
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.runs.config import TrainConfig
from core.runs.result import read_result
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run
from tests.messages import assert_one_sentence


@pytest.fixture
def run(workspace: Workspace) -> Run:
    return answered_run(workspace, toy.import_rows(workspace, toy.make_rows(600)))


def test_each_part_is_measured_at_the_threshold_of_the_run(workspace: Workspace, run: Run) -> None:
    found = assess(workspace, run)

    assert list(found.parts) == [TEST, VALIDATION]
    assert found.judged is found.parts[TEST]
    for part in found.parts.values():
        rows = part.predictions
        plain = classification_metrics(rows.class_ids, rows.probabilities, found.point.threshold)
        for name in ("f1", "precision", "recall", "accuracy", "mcc", "pr_auc", "roc_auc"):
            estimate = part.figures[name]
            assert estimate.value == pytest.approx(plain[name], abs=1e-6)
            assert estimate.low <= estimate.value <= estimate.high
        assert (part.loss, part.majority) == (plain["loss"], plain["majority"])
        assert sum(map(sum, part.matrix)) == len(rows)
        assert part.classes == {}
        assert part.sweep.figures()["f1"].max() >= plain["f1"] - 1e-6


def test_a_threshold_that_somebody_chose_counts(workspace: Workspace, run: Run) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))

    found = assess(workspace, run)

    assert found.judged.figures["recall"].value == 1.0
    assert found.judged.matrix[0][0] == 0


def test_of_several_classes_each_has_its_figures_and_the_mean_stands_for_all(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(600, classes=3))
    run = answered_run(workspace, dataset)

    found = assess(workspace, run).judged

    rows = found.predictions
    plain = classification_metrics(rows.class_ids, rows.probabilities, 0.5)
    assert set(run.classes) <= set(found.classes)
    assert found.figures["macro_f1"].value == pytest.approx(plain["f1"], abs=1e-6)
    assert found.figures["accuracy"].value == pytest.approx(plain["accuracy"], abs=1e-6)
    assert 0 < len(found.confusions) <= 20


def test_all_numbers_are_json_with_null_for_what_is_not_known(
    workspace: Workspace, run: Run
) -> None:
    baseline = ComparedModel(
        "A cheap one", None, 3.0, "",
        metric_estimates(assess(workspace, run).judged.predictions, 0.5),
    )  # fmt: skip
    found = assess(workspace, run, [baseline])

    values = json.loads(json.dumps(as_values(found), allow_nan=False))

    assert values["run"]["id"] == run.id
    assert values["threshold"]["value"] == found.point.threshold
    assert values["parts"][TEST]["figures"]["f1"]["value"] == found.judged.figures["f1"].value
    assert values["parts"][TEST]["rows"] == len(found.judged.predictions)
    assert [step["name"] for step in values["baselines"]] == ["A cheap one"]
    assert values["limits"] == limits(found)
    assert values["config"]["learning_rate"] == run.config.learning_rate


def test_without_a_test_part_validation_judges_and_that_is_said_first(
    workspace: Workspace,
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(300))
    run = answered_run(workspace, dataset, parts=(VALIDATION,))

    found = assess(workspace, run)

    assert judged_part(workspace, run) == VALIDATION
    assert found.judged is found.parts[VALIDATION]
    assert limits(found)[0].startswith("There is no test part")


def test_few_positives_and_texts_seen_in_training_are_said(workspace: Workspace) -> None:
    rows = toy.make_rows(300)
    run = answered_run(workspace, toy.import_rows(workspace, [*rows, *rows[:150]]))
    found = assess(workspace, run)
    positives = int(found.judged.predictions.class_ids.sum())

    said = limits(replace(found, rows=replace(found.rows, leaked={TEST: 7})))

    assert f"Only {positives} judged rows are positive, so intervals are wide." in said
    assert "7 judged texts stand in the train part, too: these were not unseen." in said


def test_a_run_that_has_not_been_measured_is_refused(workspace: Workspace, run: Run) -> None:
    paths = workspace.run(run.id)
    assert read_result(workspace, run) is not None
    paths.predictions.unlink()

    with pytest.raises(NotFound, match="a run that has been measured") as caught:
        assess(workspace, run)
    assert_one_sentence(caught.value)


def test_a_run_without_a_model_is_refused(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))

    with pytest.raises(NotFound) as caught:
        assess(workspace, create_run(workspace, dataset, TrainConfig()))
    assert_one_sentence(caught.value)
