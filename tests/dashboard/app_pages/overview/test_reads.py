from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from core.data.importing.importer import import_file
from core.errors import BadInput, NotFound
from core.workspace import Workspace
from dashboard.app_pages.overview import reads
from tests import toy


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("nothing.csv", NotFound, "nothing at"),
        ("folder", NotFound, "nothing at"),
        ("empty.csv", BadInput, "an empty file"),
    ],
)
def test_a_file_without_anything_in_it_is_refused(
    tmp_path: Path, name: str, error: type[Exception], words: str
) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()

    with pytest.raises(error, match=words):
        reads.check_file(tmp_path / name)


def test_a_file_with_rows_is_not(tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("text\na\n", "utf-8")

    reads.check_file(tmp_path / "some.csv")


def test_the_first_rows_of_each_problem_are_named(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    lines = ["text,label", *(f"good {n},0" for n in range(3))]
    lines += [f" ,{n}" for n in range(12)] + ["a b c,1,9,9"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    dataset = import_file(workspace, path).dataset
    assert dataset.problems == {"empty": 12, "fields": 1}

    found = reads.problem_rows(workspace, dataset, 5)

    assert found["empty"] == [5, 6, 7, 8, 9]
    assert found["fields"] == [17]


def test_without_problems_or_their_file_there_is_no_row(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(5))
    assert reads.problem_rows(workspace, dataset) == {}

    told = replace(dataset, problems={"empty": 3})
    workspace.dataset(dataset.id).problems.unlink(missing_ok=True)
    assert reads.problem_rows(workspace, told) == {"empty": []}


def test_too_few_labels_to_split_leave_the_other_checks(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [("one two", "0"), ("one two", "0"), ("three", "1")])

    table = reads.health(workspace, dataset).set_index("check")

    assert table.loc["same", "rows"] == 2


def test_the_first_rows_are_those_of_the_file(workspace: Workspace) -> None:
    rows = toy.make_rows(12)
    dataset = toy.import_rows(workspace, rows)

    table = reads.first_rows(workspace, dataset, 10, 5)

    assert table["text"].tolist() == [text for text, _ in rows[:10]]
    assert table["label"].tolist() == [label for _, label in rows[:10]]
