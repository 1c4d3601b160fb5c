import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import DamagedFile, NotFound
from core.evaluation.predictions import (
    prediction_table,
    read_predictions,
    scored_parts,
    texts_of,
)
from core.runs.run import Run, create_run, read_examples
from core.workspace import Workspace
from tests import toy

SHARES = np.array([[0.9, 0.1], [0.3, 0.7], [0.6, 0.4]], np.float32)


@pytest.fixture
def run(workspace: Workspace) -> Run:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    return create_run(workspace, dataset, toy.recipe("minilm"))


def write(workspace: Workspace, run: Run, *parts: str) -> None:
    rows, class_ids = np.array([30, 10, 20]), np.array([0, 1, 1])
    tables = [prediction_table(part, rows, class_ids, SHARES) for part in parts]
    pq.write_table(pa.concat_tables(tables), workspace.run(run.id).predictions)


def test_answers_come_back_in_the_order_of_the_data_sets_rows(
    workspace: Workspace, run: Run
) -> None:
    write(workspace, run, "validation", "test")

    found = read_predictions(workspace, run, "test")

    assert (found.part, found.classes, found.binary) == ("test", ("0", "1"), True)
    assert found.rows.tolist() == [10, 20, 30]
    assert found.class_ids.tolist() == [1, 1, 0]
    assert found.scores.tolist() == pytest.approx([0.7, 0.4, 0.1])
    assert not found.one_class
    assert found.take(np.array([1, 0])).one_class
    assert scored_parts(workspace, run) == ("validation", "test")


def test_a_run_that_has_not_been_measured_is_one_sentence(workspace: Workspace, run: Run) -> None:
    assert scored_parts(workspace, run) == ()
    with pytest.raises(NotFound, match="which has not: wait for its end"):
        read_predictions(workspace, run, "test")


def test_a_part_without_rows_is_one_sentence(workspace: Workspace, run: Run) -> None:
    write(workspace, run, "validation")

    with pytest.raises(NotFound, match="without one: choose the validation part, or train with"):
        read_predictions(workspace, run, "test")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table"])
def test_a_damaged_file_is_one_sentence(workspace: Workspace, run: Run, content: bytes) -> None:
    workspace.run(run.id).predictions.write_bytes(content)

    with pytest.raises(DamagedFile, match="but found a damaged file"):
        read_predictions(workspace, run, "test")


def test_texts_are_the_runs_own_in_the_order_asked_for(workspace: Workspace, run: Run) -> None:
    examples = read_examples(workspace, run, "train")
    rows = examples.rows[[5, 0, 3]].tolist()

    found = texts_of(workspace, run, rows)

    assert found["row"].tolist() == rows
    assert found["text"].tolist() == [examples.texts[place] for place in (5, 0, 3)]


def test_a_table_has_a_column_for_each_class() -> None:
    table = prediction_table("test", np.arange(2), np.arange(2), np.full((2, 3), 1 / 3, np.float32))

    assert table.column_names == ["row", "part", "class_id", "p_0", "p_1", "p_2"]
    assert table["part"].to_pylist() == ["test", "test"]
