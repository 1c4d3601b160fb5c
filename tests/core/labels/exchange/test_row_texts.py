import numpy as np
import pytest

from core.data.dataset import ID, TEXT, Dataset, take_rows
from core.labels.exchange.row_texts import row_texts
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(40), group_rows=7)


def test_every_chunk_has_the_texts_of_its_rows_in_their_order(
    workspace: Workspace, dataset: Dataset
) -> None:
    rng = np.random.default_rng(0)
    with row_texts(workspace, dataset) as texts:
        for size in (5, 0, 60, 1):
            rows = rng.integers(0, dataset.rows, size)
            wanted = take_rows(workspace, dataset, rows).select([ID, TEXT])
            assert texts.take(rows).to_pylist() == wanted.to_pylist()


def test_ids_give_their_rows(workspace: Workspace, dataset: Dataset) -> None:
    rows = np.array([3, 20, 39])
    with row_texts(workspace, dataset) as texts:
        ids = texts.take(rows)[ID].to_pylist()

        assert texts.rows_of([*ids, *ids, "none"]) == dict(zip(ids, rows.tolist(), strict=True))
        assert texts.rows_of([]) == {}
