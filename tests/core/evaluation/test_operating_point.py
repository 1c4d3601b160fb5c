import json

import pytest

from core.errors import NotFound
from core.evaluation.operating_point import (
    OperatingPoint,
    Rule,
    drop_operating_point,
    keep_operating_point,
    operating_point,
)
from core.files import write_atomically
from core.runs.result import RunResult
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy

RESULT = RunResult(
    best_step=12, best_epoch=1.0, threshold=0.31, validation={"f1": 0.8}, test={},
    rows_per_s=10.0, seconds=1.0, device="CPU",
)  # fmt: skip


@pytest.fixture
def run(workspace: Workspace) -> Run:
    dataset = toy.import_rows(workspace, toy.make_rows(40))
    return create_run(workspace, dataset, toy.recipe("minilm"))


def finish(workspace: Workspace, run: Run, result: RunResult = RESULT) -> None:
    write_atomically(workspace.run(run.id).result, result.to_json())


def test_at_first_a_run_is_used_with_its_own_threshold(workspace: Workspace, run: Run) -> None:
    finish(workspace, run)

    assert operating_point(workspace, run) == OperatingPoint(0.31, Rule.F_BETA, (1.0,))


def test_a_chosen_threshold_is_kept_with_its_reason_until_it_is_dropped(
    workspace: Workspace, run: Run
) -> None:
    finish(workspace, run)
    chosen = OperatingPoint(0.9, Rule.WORKLOAD, (400.0, 100_000.0))

    keep_operating_point(workspace, run, chosen)

    assert operating_point(workspace, run) == chosen
    drop_operating_point(workspace, run)
    assert operating_point(workspace, run).threshold == 0.31


def test_a_choice_does_not_outlive_the_model_that_it_was_made_for(
    workspace: Workspace, run: Run
) -> None:
    finish(workspace, run)
    keep_operating_point(workspace, run, OperatingPoint(0.9, Rule.HAND, (0.9,)))

    finish(workspace, run, RunResult(**{**json.loads(RESULT.to_json()), "best_step": 24}))

    assert operating_point(workspace, run).threshold == 0.31


def test_a_run_without_a_model_has_no_threshold_yet(workspace: Workspace, run: Run) -> None:
    with pytest.raises(NotFound, match="a run with a trained model, but found none in"):
        operating_point(workspace, run)
    with pytest.raises(NotFound):
        keep_operating_point(workspace, run, OperatingPoint(0.5))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"threshold": 0.5}', '{"best_step": 12}'])
def test_a_damaged_choice_counts_as_none(workspace: Workspace, run: Run, content: str) -> None:
    finish(workspace, run)
    workspace.run(run.id).operating_point.write_text(content)

    assert operating_point(workspace, run).threshold == 0.31
