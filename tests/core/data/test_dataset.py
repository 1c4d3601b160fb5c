import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.columns import labelled_rows, unlabelled_rows
from core.data.dataset import (
    ID,
    ROW,
    SCHEMA,
    TEXT,
    Dataset,
    delete_dataset,
    find_dataset,
    list_datasets,
    rename_dataset,
    take_rows,
)
from core.data.importing.writer import dataset_writer, publish
from core.errors import AlreadyExists, BadInput, NotFound
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
    with pytest.raises(NotFound, match="import one first") as caught:
        find_dataset(workspace, "anything")
    assert_one_sentence(caught.value)


def of_one_name(workspace: Workspace) -> list[Dataset]:
    """Three data sets of one name, as workspaces had from before names were unique."""
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
    return kept


def test_data_sets_come_oldest_first_and_of_one_name_none_is_guessed(
    workspace: Workspace,
) -> None:
    kept = of_one_name(workspace)

    assert list_datasets(workspace) == kept
    assert [find_dataset(workspace, each.id) for each in kept] == kept
    with pytest.raises(BadInput, match=r"3 that are called 'Questions': .* a-3 or c-2 or b-1"):
        find_dataset(workspace, "Questions")
    with pytest.raises(NotFound, match="a-3, c-2, b-1"):
        find_dataset(workspace, "questions")


def test_data_sets_of_one_name_are_renamed_and_deleted_one_by_one(workspace: Workspace) -> None:
    oldest, middle, newest = of_one_name(workspace)

    delete_dataset(workspace, middle)
    renamed = rename_dataset(workspace, oldest, "Old ones")

    assert list_datasets(workspace) == [renamed, newest]
    assert (renamed.id, renamed.name) == (oldest.id, "Old ones")


@pytest.mark.parametrize("name", ["first", " FIRST ", "fi\u00adrst", "ﬁrst"])
def test_a_name_that_another_data_set_has_is_refused_with_one_that_is_free(
    workspace: Workspace, name: str
) -> None:
    first = imported(workspace, ["first"], ["0"])
    second = imported(workspace, ["second"], ["0"])

    with pytest.raises(AlreadyExists, match=r"choose another name, such as '.* 2'") as said:
        rename_dataset(workspace, second, name)

    assert_one_sentence(said.value)
    assert list_datasets(workspace) == [first, second]
    assert rename_dataset(workspace, first, name).name == name.strip()  # It is its own.


def test_no_data_set_is_called_as_anothers_id(workspace: Workspace) -> None:
    first, second = (imported(workspace, [name], ["0"]) for name in ("first", "second"))

    with pytest.raises(AlreadyExists):
        rename_dataset(workspace, second, first.id)


def test_of_many_renamed_to_one_name_at_once_one_gets_it(workspace: Workspace) -> None:
    made = [imported(workspace, [f"text {number}"], ["0"]) for number in range(4)]
    start = threading.Barrier(4)

    def rename(dataset: Dataset) -> str:
        start.wait()
        try:
            return rename_dataset(workspace, dataset, "wanted").name
        except AlreadyExists:
            return ""

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(rename, made)) == ["", "", "", "wanted"]
    assert [each.name for each in list_datasets(workspace)].count("wanted") == 1


def test_a_deleted_data_sets_id_does_not_mean_one_that_is_called_so(workspace: Workspace) -> None:
    first, second = (imported(workspace, [name], ["0"]) for name in ("first", "second"))
    delete_dataset(workspace, first)
    renamed = rename_dataset(workspace, second, first.id)

    for change in (lambda: delete_dataset(workspace, first),
                   lambda: rename_dataset(workspace, first, "x")):  # fmt: skip
        with pytest.raises(NotFound):
            change()

    assert list_datasets(workspace) == [renamed]


def test_two_imports_within_a_second_keep_their_order(workspace: Workspace) -> None:
    made = [imported(workspace, [f"text {number}"], ["0"]) for number in range(5)]

    assert list_datasets(workspace) == made


def test_labelled_rows_are_row_and_class_numbers(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b", "c", "d"], ["spam", None, "ham", "spam"])
    rows, class_ids = labelled_rows(workspace, dataset)

    assert dataset.classes == ("ham", "spam")
    assert (rows.tolist(), class_ids.tolist()) == ([0, 2, 3], [1, 0, 1])
    assert rows.dtype == class_ids.dtype == np.int64


def test_without_labels_there_are_no_labelled_rows(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b"], [None, None])
    rows, class_ids = labelled_rows(workspace, dataset)

    assert len(rows) == len(class_ids) == 0
    assert rows.dtype == class_ids.dtype == np.int64


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["spam", None, "ham", None], [1, 3]),
        ([None, None], [0, 1]),
        (["spam", "ham"], []),
        (["", "0", None], [2]),  # An empty text is a label, though an import leaves it out.
    ],
)
def test_rows_without_a_label_are_those_that_no_class_has(
    workspace: Workspace, labels: list[str | None], expected: list[int]
) -> None:
    dataset = imported(workspace, [f"text {n}" for n in range(len(labels))], labels)

    rows = unlabelled_rows(workspace, dataset)

    assert rows.tolist() == expected
    assert rows.dtype == np.int64
    assert len(rows) == dataset.unlabelled
    assert sorted([*rows, *labelled_rows(workspace, dataset)[0]]) == list(range(len(labels)))


def test_taken_rows_come_in_the_order_asked_for(workspace: Workspace) -> None:
    dataset = imported(workspace, ["a", "b", "c"], ["0", "1", None])
    table = take_rows(workspace, dataset, np.array([2, 0, 2]))

    assert table.schema.equals(SCHEMA)
    assert table[ROW].to_pylist() == [2, 0, 2]
    assert table[TEXT].to_pylist() == ["c", "a", "c"]
    assert table[ID].to_pylist() == ["id2", "id0", "id2"]


def test_rows_are_taken_across_row_groups(workspace: Workspace) -> None:
    dataset = imported(workspace, [f"text {n}" for n in range(1000)], ["0"] * 1000)
    path = workspace.dataset(dataset.id).texts
    pq.write_table(pq.read_table(path), path, row_group_size=64)
    rows = np.random.default_rng(0).integers(0, 1000, 700)

    table = take_rows(workspace, dataset, rows)

    assert table[ROW].to_pylist() == rows.tolist()
    assert table[TEXT].to_pylist() == [f"text {row}" for row in rows]
    assert len(take_rows(workspace, dataset, np.zeros(0, np.int64))) == 0


def test_an_id_is_found_before_a_name_that_is_the_same(workspace: Workspace) -> None:
    first, second = (imported(workspace, [name], ["0"]) for name in ("first", "second"))
    # As a workspace may have it from before names were unique.
    old = dataclasses.replace(second, name=first.id)
    workspace.dataset(second.id).description.write_text(old.to_json(), "utf-8")

    assert find_dataset(workspace, first.id) == first


def test_a_rename_changes_the_description_only(workspace: Workspace) -> None:
    dataset = imported(workspace, ["text"], ["0"])
    folder = workspace.dataset(dataset.id).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    renamed = rename_dataset(workspace, dataset, "  Neuer Näme 质 ")

    assert renamed == dataclasses.replace(dataset, name="Neuer Näme 质")
    assert list_datasets(workspace) == [renamed]
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in before if after[name] != before[name]} == {"dataset.json"}
    assert set(after) == set(before)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 121, "half \ud83d", "bell\x07"])
def test_a_name_that_cannot_be_shown_is_refused(workspace: Workspace, name: str) -> None:
    dataset = imported(workspace, ["text"], ["0"])

    with pytest.raises(BadInput, match="a name of 1 to 120 characters") as caught:
        rename_dataset(workspace, dataset, name)

    assert_one_sentence(caught.value)
    assert list_datasets(workspace) == [dataset]


def test_a_deleted_data_set_is_gone_with_all_its_files(workspace: Workspace) -> None:
    dataset, other = (imported(workspace, [text], ["0"]) for text in ("one", "two"))
    (workspace.dataset(dataset.id).slices).mkdir()
    counts = [workspace.token_counts(d.fingerprint, "abc") for d in (dataset, other)]
    for path in counts:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    delete_dataset(workspace, dataset)

    assert list_datasets(workspace) == [other]
    assert {path.name for path in workspace.datasets.glob("*/")} == {other.id}
    assert [path.exists() for path in counts] == [False, True]
    assert list((workspace.root / "staging").iterdir()) == []


def test_what_was_deleted_can_be_imported_again(workspace: Workspace) -> None:
    dataset = imported(workspace, ["text"], ["0"])
    delete_dataset(workspace, dataset)

    assert imported(workspace, ["text"], ["0"]).id == dataset.id


def test_a_deleted_data_set_can_be_neither_deleted_nor_renamed(workspace: Workspace) -> None:
    dataset = imported(workspace, ["text"], ["0"])
    delete_dataset(workspace, dataset)

    for change in (delete_dataset, lambda *found: rename_dataset(*found, "new")):
        with pytest.raises(
            NotFound, match=f"a data set that is here, but found '{dataset.id}' gone"
        ):
            change(workspace, dataset)

    assert not workspace.dataset(dataset.id).folder.exists()


def test_readers_see_a_data_set_wholly_or_not_at_all_while_others_change_it(
    workspace: Workspace,
) -> None:
    done = threading.Event()

    def read() -> set[str]:
        seen = set()
        while not done.is_set():
            for dataset in list_datasets(workspace):
                seen.add(dataset.name)
        return seen

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for _ in range(20):
            dataset = imported(workspace, ["text"], ["0"])
            rename_dataset(workspace, dataset, "renamed")
            delete_dataset(workspace, dataset)
        done.set()

    assert reader.result() <= {"text", "renamed"}


def test_of_a_rename_and_a_deletion_at_once_nothing_half_stays(workspace: Workspace) -> None:
    for _ in range(20):
        dataset = imported(workspace, ["text"], ["0"])
        with ThreadPoolExecutor(2) as pool:
            renamed = pool.submit(rename_dataset, workspace, dataset, "other")
            pool.submit(delete_dataset, workspace, dataset).result()
        assert renamed.exception() is None or isinstance(renamed.exception(), NotFound)
        assert not workspace.dataset(dataset.id).folder.exists()
