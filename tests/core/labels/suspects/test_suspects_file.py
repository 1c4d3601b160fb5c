from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset
from core.errors import BadInput
from core.evaluation.baselines.word_features import Basis
from core.evaluation.intervals import Estimate
from core.labels.suspects.retraining import Retraining
from core.labels.suspects.suspects_file import (
    Features,
    Suspects,
    read_suspects,
    suspects_key,
    suspects_path,
    write_suspects,
)
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence

FOUND = Suspects(
    table=pd.DataFrame({"row": [4, 1], "label": [0, 1], "quality": [0.1, 0.25]}),
    judged=90,
    not_judged=3,
    retraining=Retraining(
        rows=90, left_out=0.02, corrected=1, before={"f1": 0.7},
        differences={"f1": Estimate(0.01, -0.02, 0.04)},
    ),
    decided=17,
    basis=Basis.PIECES,
)  # fmt: skip


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(20))


def kept(workspace: Workspace, dataset: Dataset, found: Suspects = FOUND) -> Path:
    path = suspects_path(workspace, dataset, Features.WORDS)
    write_suspects(workspace, path, found)
    return path


def test_what_was_found_comes_back(workspace: Workspace, dataset: Dataset) -> None:
    found = read_suspects(kept(workspace, dataset))

    pd.testing.assert_frame_equal(found.table, FOUND.table)
    assert replace(found, table=FOUND.table) == FOUND


def test_no_suspects_are_a_table_without_rows(workspace: Workspace, dataset: Dataset) -> None:
    found = read_suspects(kept(workspace, dataset, replace(FOUND, table=FOUND.table.head(0))))

    assert len(found.table) == 0
    assert list(found.table) == list(FOUND.table)


def test_a_later_search_takes_the_place_of_an_earlier_one(
    workspace: Workspace, dataset: Dataset
) -> None:
    kept(workspace, dataset)
    path = kept(workspace, dataset, replace(FOUND, decided=18))

    assert read_suspects(path).decided == 18
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert list((workspace.root / "staging").iterdir()) == []


def test_the_encoder_makes_a_difference_only_where_it_is_asked(dataset: Dataset) -> None:
    words = {suspects_key(dataset, Features.WORDS, encoder) for encoder in ("minilm", "/other")}
    both = {suspects_key(dataset, Features.BOTH, encoder) for encoder in ("minilm", "/other")}

    assert len(words) == 1
    assert len(both | words) == 3
    assert all(dataset.fingerprint in key for key in both | words)


def test_a_file_that_is_damaged_or_gone_is_said_in_a_sentence(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    torn = kept(workspace, dataset)
    torn.write_bytes(torn.read_bytes()[:-100])
    other = tmp_path / "other.parquet"
    pq.write_table(pq.read_table(workspace.dataset(dataset.id).texts), other)

    for path in (torn, other, tmp_path / "none.parquet"):
        with pytest.raises(BadInput, match="a damaged file") as caught:
            read_suspects(path)
        assert_one_sentence(caught.value)
