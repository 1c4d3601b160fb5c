"""Runs with answers, for the views of Evaluate."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.data.splits.saved_split import save_split
from core.data.splits.split import SplitPlan
from core.evaluation.predictions import texts_of
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.made_answers import answered_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    found = toy.import_rows(workspace, toy.make_rows(400))
    save_split(workspace, found, "fixed", SplitPlan(0.6, 0.5, 1.0, seed=1))
    return found


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return answered_run(workspace, dataset, "Mine", split="fixed")


@pytest.fixture
def three(workspace: Workspace) -> Run:
    """A run of three classes."""
    rows = toy.make_rows(450, classes=3)
    return answered_run(workspace, toy.import_rows(workspace, rows, name="three"), "Three")


Answer = Callable[[Run, Callable[[str, int], float]], None]


@pytest.fixture
def answer(workspace: Workspace) -> Answer:
    """Give a run of two classes other scores: by a row's text and true class."""

    def change(run: Run, score: Callable[[str, int], float]) -> None:
        path = workspace.run(run.id).predictions
        table = pq.read_table(path)
        texts = texts_of(workspace, run, table["row"].to_pylist())["text"]
        pairs = zip(texts, table["class_id"].to_pylist(), strict=True)
        scores = np.array([score(text, label) for text, label in pairs], np.float32)
        for name, column in (("p_0", 1 - scores), ("p_1", scores)):
            table = table.set_column(table.schema.get_field_index(name), name, pa.array(column))
        pq.write_table(table, path)

    return change
