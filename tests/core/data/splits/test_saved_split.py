import logging
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.columns import labelled_rows
from core.data.dataset import Dataset, delete_dataset
from core.data.splits.saved_split import (
    SavedSplit,
    delete_split,
    draw_split,
    find_split,
    list_splits,
    read_split,
    save_split,
)
from core.data.splits.split import PARTS, SplitPlan, make_split
from core.data.text.duplicates import duplicate_groups
from core.data.text.profile import write_profile
from core.errors import AlreadyExists, BadInput, NotFound
from core.records import from_json, to_json
from core.workspace import Workspace
from tests import toy
from tests.core.small_disk import limit_file_size, python
from tests.messages import assert_one_sentence

PLAN = SplitPlan(0.5, 0.4, 20, seed=7)


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """A hundred rows, and ten that repeat others."""
    rows = toy.make_rows(100)
    rows += [(text.upper() + "!", label) for text, label in rows[:10]]
    dataset = toy.import_rows(workspace, rows)
    write_profile(workspace.dataset(dataset.id).folder)
    return dataset


def files(workspace: Workspace, dataset: Dataset) -> list[Path]:
    return list(workspace.dataset(dataset.id).splits.glob("*"))


def test_a_split_is_read_back_as_it_was_drawn(workspace: Workspace, dataset: Dataset) -> None:
    drawn = draw_split(workspace, dataset, PLAN)

    saved = save_split(workspace, dataset, " First ", PLAN)

    assert (saved.name, saved.plan) == ("First", PLAN)
    assert saved.sizes == {"train": 55, "validation": 22, "test": 20}
    read = read_split(workspace, dataset, "First")
    for part in PARTS:
        assert read.parts()[part].tolist() == drawn.parts()[part].tolist()
        assert read.parts()[part].dtype == np.int64
    assert list_splits(workspace, dataset) == [saved]
    assert find_split(workspace, dataset, "First") == saved
    assert from_json(SavedSplit, to_json(saved)) == saved


def test_the_sizes_keep_their_kinds(workspace: Workspace, dataset: Dataset) -> None:
    plan = SplitPlan(0.5, 1.0, 0)
    save_split(workspace, dataset, "whole", plan)

    found = find_split(workspace, dataset, "whole")
    assert found.plan == plan
    assert [type(size) for size in (found.plan.validation, found.plan.test)] == [float, int]
    assert found.sizes == {"train": 55, "validation": 55, "test": 0}
    assert len(read_split(workspace, dataset, "whole").test) == 0


def test_rows_that_repeat_one_another_are_drawn_into_one_part(
    workspace: Workspace, dataset: Dataset
) -> None:
    rows, class_ids = labelled_rows(workspace, dataset)
    groups = duplicate_groups(workspace, dataset, rows)
    assert len(set(groups.tolist())) == 100
    divided = 0
    for seed in range(10):
        plan = SplitPlan(0.5, 0.5, seed=seed)
        parts = [
            set(groups[p].tolist()) for p in draw_split(workspace, dataset, plan).parts().values()
        ]
        assert sum(map(len, parts)) == 100
        alone = [
            set(groups[p].tolist()) for p in make_split(rows, class_ids, plan).parts().values()
        ]
        divided += sum(map(len, alone)) > 100
    assert divided


def test_the_file_is_a_table_of_rows_and_parts(workspace: Workspace, dataset: Dataset) -> None:
    save_split(workspace, dataset, "Fünf zu eins", PLAN)

    (path,) = files(workspace, dataset)
    table = pq.read_table(path)
    assert table.column_names == ["row", "part"]
    assert table["part"].value_counts().to_pylist() == [
        {"values": "train", "counts": 55},
        {"values": "validation", "counts": 22},
        {"values": "test", "counts": 20},
    ]


def test_splits_are_listed_oldest_first_and_deleted_by_name(
    workspace: Workspace, dataset: Dataset
) -> None:
    for name in ("z", "a", "m"):
        save_split(workspace, dataset, name, PLAN)
    assert [split.name for split in list_splits(workspace, dataset)] == ["z", "a", "m"]

    delete_split(workspace, dataset, "a")

    assert [split.name for split in list_splits(workspace, dataset)] == ["z", "m"]
    assert len(files(workspace, dataset)) == 2
    for act in (delete_split, read_split, find_split):
        with pytest.raises(NotFound, match="'z', 'm'") as caught:
            act(workspace, dataset, "a")
        assert_one_sentence(caught.value)


def test_a_name_that_is_taken_or_nearly_so_is_refused(
    workspace: Workspace, dataset: Dataset
) -> None:
    save_split(workspace, dataset, "my split", PLAN)

    for name in ("my split", "My Split!", " my-split"):
        with pytest.raises(AlreadyExists) as caught:
            save_split(workspace, dataset, name, SplitPlan())
        assert_one_sentence(caught.value)
    assert list_splits(workspace, dataset)[0].plan == PLAN


def test_what_cannot_be_drawn_or_named_leaves_no_file(
    workspace: Workspace, dataset: Dataset
) -> None:
    with pytest.raises(BadInput, match="a split name"):
        save_split(workspace, dataset, "?", PLAN)
    with pytest.raises(BadInput, match="rows left"):
        save_split(workspace, dataset, "large", SplitPlan(1_000))
    with pytest.raises(NotFound, match="choose sizes instead"):
        read_split(workspace, dataset, "large")
    assert files(workspace, dataset) == []


def test_a_deleted_data_set_does_not_come_back(workspace: Workspace, dataset: Dataset) -> None:
    delete_dataset(workspace, dataset)

    with pytest.raises(NotFound):
        save_split(workspace, dataset, "late", PLAN)
    assert list_splits(workspace, dataset) == []
    assert not workspace.dataset(dataset.id).folder.exists()


def test_a_damaged_or_foreign_file_is_left_out_and_told(
    workspace: Workspace, dataset: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    saved = save_split(workspace, dataset, "whole", PLAN)
    folder = workspace.dataset(dataset.id).splits
    whole = (folder / "whole.parquet").read_bytes()
    (folder / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.parquet").touch()
    pq.write_table(
        pq.read_table(folder / "whole.parquet").replace_schema_metadata(), folder / "bare.parquet"
    )

    with caplog.at_level(logging.WARNING):
        assert list_splits(workspace, dataset) == [saved]
    assert [name in caplog.text for name in ("cut", "empty", "bare")] == [True] * 3


SAVE = """
import sys
from pathlib import Path
from core.data.dataset import list_datasets
from core.data.splits.saved_split import list_splits, save_split
from core.data.splits.split import SplitPlan
from core.errors import SincerelyError
from core.records import from_json, to_json
from core.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
(dataset,) = list_datasets(workspace)
LIMIT
try:
    save_split(workspace, dataset, "large", SplitPlan())
except SincerelyError as error:
    print(type(error).__name__, error)
print(*workspace.dataset(dataset.id).splits.glob("*"))
"""


def test_a_file_that_may_not_grow_is_said_and_leaves_nothing(
    workspace: Workspace, dataset: Dataset
) -> None:
    done = python(["-c", SAVE.replace("LIMIT", limit_file_size(0)), str(workspace.root)])

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("DiskError Expected room to write the split")
    assert files(workspace, dataset) == []
