import dataclasses
from datetime import datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest

from core.datasets.dataset import (
    ID,
    ROW,
    SCHEMA,
    TEXT,
    Dataset,
    find_dataset,
    labelled_rows,
    list_datasets,
    take_rows,
)
from core.datasets.writer import dataset_writer, publish
from core.errors import NotFound
from core.workspace import Workspace
from tests.messages import assert_one_sentence

QUESTIONS = Dataset(
    id="questions-0123abcd",
    name="Questions",
    fingerprint="0123abcd",
    source="questions.csv",
    rows=110,
    class_counts={"0": 94, "1": 6},
    classes=("0", "1"),
    created="2026-01-02T03:04:05.678+00:00",
    notes=("1 row without text left out",),
)


def imported(workspace: Workspace, texts: list[str], labels: list[str | None]) -> Dataset:
    ids = [f"id{number}" for number in range(len(texts))]
    with dataset_writer(workspace) as (writer, folder):
        writer.write(pa.array(ids, pa.string()), pa.array(texts), pa.array(labels, pa.string()))
        return publish(workspace, writer, folder, name=texts[0], source="a test")[0]


def test_figures_follow_from_the_class_counts() -> None:
    assert (QUESTIONS.labelled, QUESTIONS.unlabelled) == (100, 10)
    assert QUESTIONS.positive == "1"
    assert QUESTIONS.positive_share == 0.06
    assert QUESTIONS.majority_share == 0.94


def test_only_two_classes_have_a_positive_one() -> None:
    three = dataclasses.replace(
        QUESTIONS, classes=("a", "b", "c"), class_counts={"a": 1, "b": 2, "c": 1}
    )

    assert three.positive is None
    assert np.isnan(three.positive_share)
    assert three.majority_share == 0.5


def test_without_labels_shares_are_not_numbers() -> None:
    unlabelled = dataclasses.replace(QUESTIONS, classes=(), class_counts={})

    assert (unlabelled.labelled, unlabelled.unlabelled) == (0, 110)
    assert np.isnan(unlabelled.majority_share)
    assert np.isnan(unlabelled.positive_share)


def test_json_gives_the_same_description_back() -> None:
    odd = dataclasses.replace(QUESTIONS, name='Fragen "ä" \\ 质问', synthetic=True)

    assert Dataset.from_json(odd.to_json()) == odd
    assert "质问" in odd.to_json()


def test_a_new_workspace_has_no_data_sets(workspace: Workspace) -> None:
    assert list_datasets(workspace) == []
    with pytest.raises(NotFound, match="import first") as caught:
        find_dataset(workspace, "anything")
    assert_one_sentence(caught.value)


def test_data_sets_come_oldest_first_and_the_newest_of_a_name_is_found(
    workspace: Workspace,
) -> None:
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    kept = []
    for number, identifier in enumerate(["b-1", "c-2", "a-3"]):
        dataset = dataclasses.replace(
            QUESTIONS, id=identifier, created=(start + timedelta(days=number)).isoformat()
        )
        paths = workspace.dataset(identifier)
        paths.folder.mkdir(parents=True)
        paths.description.write_text(dataset.to_json())
        kept.append(dataset)

    assert list_datasets(workspace) == kept
    assert find_dataset(workspace, "Questions") == kept[2]
    assert find_dataset(workspace, "b-1") == kept[0]
    with pytest.raises(NotFound, match="b-1, c-2, a-3"):
        find_dataset(workspace, "questions")


def test_two_imports_within_a_second_keep_their_order(workspace: Workspace) -> None:
    made = [imported(workspace, [f"text {number}"], ["0"]) for number in range(5)]

    assert list_datasets(workspace) == made


def test_labelled_rows_are_row_and_class_numbers(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b", "c", "d"], ["spam", None, "ham", "spam"])
    rows, codes = labelled_rows(workspace, dataset)

    assert dataset.classes == ("ham", "spam")
    assert (rows.tolist(), codes.tolist()) == ([0, 2, 3], [1, 0, 1])
    assert rows.dtype == codes.dtype == np.int64


def test_without_labels_there_are_no_labelled_rows(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b"], [None, None])
    rows, codes = labelled_rows(workspace, dataset)

    assert len(rows) == len(codes) == 0
    assert rows.dtype == codes.dtype == np.int64


def test_taken_rows_come_in_the_order_asked_for(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b", "c"], ["0", "1", None])
    table = take_rows(workspace, dataset, np.array([2, 0, 2]))

    assert table.schema.equals(SCHEMA)
    assert table[ROW].to_pylist() == [2, 0, 2]
    assert table[TEXT].to_pylist() == ["c", "a", "c"]
    assert table[ID].to_pylist() == ["id2", "id0", "id2"]
