import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.errors import NotFound
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.evaluation.predictions import prediction_table
from core.evaluation.row_scores import row_scores
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run

SHARES = np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4]], np.float32)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(60))


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    run = answered_run(workspace, dataset)
    tables = [
        prediction_table(part, rows, np.zeros(3, int), SHARES)
        for part, rows in (("test", np.array([30, 10, 20])), ("validation", np.array([5, 40, 7])))
    ]
    pq.write_table(pa.concat_tables(tables), workspace.run(run.id).predictions)
    return run


def test_rows_of_all_parts_have_their_scores_in_order(workspace: Workspace, run: Run) -> None:
    found = row_scores(workspace, run)

    assert found.rows.tolist() == [5, 7, 10, 20, 30, 40]
    assert found.scores.tolist() == pytest.approx([0.1, 0.4, 0.7, 0.4, 0.1, 0.7])


def test_labels_are_by_the_threshold_that_the_run_is_used_with(
    workspace: Workspace, run: Run
) -> None:
    keep_operating_point(workspace, run, OperatingPoint(0.5, Rule.HAND, (0.5,)))
    assert row_scores(workspace, run).class_ids.tolist() == [0, 0, 1, 0, 0, 1]

    keep_operating_point(workspace, run, OperatingPoint(0.3, Rule.HAND, (0.3,)))
    assert row_scores(workspace, run).class_ids.tolist() == [0, 1, 1, 1, 0, 1]


def test_a_run_that_has_not_been_measured_is_one_sentence(
    workspace: Workspace, dataset: Dataset
) -> None:
    run = create_run(workspace, dataset, toy.recipe("minilm"))
    with pytest.raises(NotFound, match="which has not: wait for its end"):
        row_scores(workspace, run)
