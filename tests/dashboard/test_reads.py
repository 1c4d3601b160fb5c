import numpy as np
import pytest
import streamlit as st

from core.data.filters.row_filter import RowFilter
from core.data.splits.saved_split import delete_split, save_split
from core.data.splits.split import SplitPlan
from core.errors import BadInput, NotFound
from core.explore.order import BY_ROW
from core.jobs.status import JobState
from core.labels.assign.bulk import label_all
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard import reads
from tests import toy
from tests.made_answers import answered_run
from tests.made_runs import copy_run, held, make_run


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def dataset(workspace: Workspace):
    return toy.import_rows(workspace, toy.make_rows(100))


def test_only_ended_runs_with_a_model_can_score(workspace: Workspace, dataset) -> None:
    done = answered_run(workspace, dataset, "done")
    make_run(workspace, dataset, "failed", points=3, state=JobState.FAILED)
    busy = make_run(workspace, dataset, "busy", points=3, state=JobState.RUNNING)
    with held(workspace.run(busy.id)):
        assert reads.scorable_runs(workspace) == [done]
        assert reads.statuses(workspace, [busy])[busy.id].state is JobState.RUNNING


def test_of_many_runs_the_newest_are_offered_and_those_asked_for(
    workspace: Workspace, dataset
) -> None:
    old = answered_run(workspace, dataset, "run")
    copies = copy_run(workspace, old, reads.MOST_LISTED + 2)[::-1]

    assert reads.scorable_runs(workspace) == copies[: reads.MOST_LISTED]
    found = reads.scorable_runs(workspace, {old.id, "gone"})
    assert found == [*copies[: reads.MOST_LISTED], old]
    asked = []
    reads.newest_runs(copies, lambda run: not asked.append(run))
    assert asked == copies[: reads.MOST_LISTED]


def test_runs_are_told_with_what_they_reached(workspace: Workspace, dataset) -> None:
    runs = [make_run(workspace, dataset, "a", points=3, skill=0.5),
            make_run(workspace, dataset, "b", points=3, state=JobState.DIED)]  # fmt: skip

    table = reads.runs_table(workspace, runs).set_index("Run")

    assert table["State"].tolist() == ["finished", "died"]
    assert table.loc["a", "PR-AUC"] == 0.5
    assert table.loc["b", ["PR-AUC", "Seconds"]].isna().all()
    assert table["Majority"].tolist() == [0.75, 0.75]
    assert reads.runs_table(workspace, []).empty


def test_rows_of_a_search_are_kept_until_its_split_is_drawn_anew(
    workspace: Workspace, dataset
) -> None:
    save_split(workspace, dataset, "mine", SplitPlan(0.5, 0.5, 1.0, seed=1))
    train = RowFilter(split="mine", part="train")
    first = reads.matches(workspace, dataset, train, BY_ROW)
    assert reads.matches(workspace, dataset, train, BY_ROW) is first

    delete_split(workspace, dataset, "mine")
    save_split(workspace, dataset, "mine", SplitPlan(0.5, 0.5, 1.0, seed=2))

    again = reads.rows_of_filter(workspace, dataset, train)
    assert len(again) == len(first.rows) == 50
    assert set(again.tolist()) != set(first.rows.tolist())


@pytest.mark.parametrize(
    ("row_filter", "error"),
    [(RowFilter(split="gone"), NotFound), (RowFilter(run="gone"), BadInput)],
)
def test_a_search_that_names_what_is_gone_is_refused(
    workspace: Workspace, dataset, row_filter: RowFilter, error: type[Exception]
) -> None:
    with pytest.raises(error):
        reads.rows_of_filter(workspace, dataset, row_filter)


def test_labels_of_people_are_counted_by_class(workspace: Workspace, dataset) -> None:
    assert reads.label_counts(workspace, dataset) == {"0": 0, "1": 0}

    rows = np.array([3, 5, 8])
    label_all(open_labels(workspace), dataset, rows, "1", annotator="ann", reason="x")

    assert reads.label_counts(workspace, dataset) == {"0": 0, "1": 3}


def test_lengths_are_those_of_the_texts(workspace: Workspace, dataset) -> None:
    words = [len(text.split()) for text, _ in toy.make_rows(100)]

    found = reads.lengths(workspace, dataset, "n_words")

    assert found["mean"] == pytest.approx(np.mean(words))
    assert found["max"] == max(words)


def test_a_file_that_is_not_there_has_no_version(tmp_path) -> None:
    path = tmp_path / "some.csv"
    with pytest.raises(NotFound, match="nothing at"):
        reads.file_version(path)
    with pytest.raises(NotFound, match="nothing at"):
        reads.file_version(tmp_path / "a\0b")

    path.write_bytes(b"text\na\n")
    assert reads.file_version(path)[1] == 7
    assert list(reads.file_preview(path).header) == ["text"]
