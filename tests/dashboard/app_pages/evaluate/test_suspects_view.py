import shutil

import pytest
from streamlit.testing.v1 import AppTest

from core.data.dataset import Dataset
from core.labels.store.events import Action
from core.labels.store.store import open_labels
from core.labels.suspects.suspects_file import Features, read_suspects, suspects_path
from core.labels.suspects.suspects_job import QUEUE, make_suspects
from core.runs.run import Run
from core.workspace import Workspace
from dashboard import state
from tests import toy
from tests.dashboard.conftest import OpenPage, unescaped
from tests.made_answers import answered_run


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(300)
    wrong = [(text, str(1 - int(label))) for text, label in rows[:12]]
    return toy.import_rows(workspace, [*wrong, *rows[12:]])


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    return answered_run(workspace, dataset)


@pytest.fixture
def found_rows(workspace: Workspace, dataset: Dataset) -> list[int]:
    """The suspects by words, the most suspicious first."""
    path = make_suspects(workspace, dataset, Features.WORDS, report=lambda *_: None)
    rows: list[int] = read_suspects(path).table["row"].tolist()
    return rows


def open_suspects(open_page: OpenPage, dataset: Dataset) -> AppTest:
    app = open_page("evaluate")
    app.session_state[state.EVALUATION] = "Label suspects"
    app.session_state[f"{state.KEPT}suspects_features_{dataset.id}"] = Features.WORDS
    app.run()
    assert not app.exception
    return app


def said(app: AppTest, words: str) -> bool:
    texts = [unescaped(each.value) for each in [*app.markdown, *app.caption]]
    return any(words in text for text in texts)


def press(app: AppTest, start: str) -> AppTest:
    next(b for b in app.button if unescaped(b.label).startswith(start)).click().run()
    assert not app.exception
    return app


def test_before_anybody_has_looked_there_is_one_button(
    open_page: OpenPage, dataset: Dataset, run: Run
) -> None:
    app = open_suspects(open_page, dataset)

    assert said(app, "Nobody has looked for wrong labels here yet")
    assert any(button.label == "Look for suspects" for button in app.button)


def test_keep_flip_and_skip_store_events_with_their_reason_and_undo_takes_one_back(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run, found_rows: list[int]
) -> None:
    app = open_suspects(open_page, dataset)
    assert said(app, f"0 done, {len(found_rows)} left")

    press(app, "Flip to")
    press(app, "Keep")
    press(app, "Skip")

    events = open_labels(workspace).events(dataset.fingerprint)
    assert [event.row for event in events] == found_rows[:3]
    assert [event.action for event in events] == [Action.LABEL, Action.LABEL, Action.SKIP]
    assert events[0].value == events[0].suggestion
    assert events[1].value != events[1].suggestion
    assert all(event.reason and event.queue == QUEUE for event in events)
    assert events[0].spent_ms is not None
    assert said(app, f"3 done, {len(found_rows) - 3} left, 1 skipped")
    press(app, "Undo")
    assert said(app, f"2 done, {len(found_rows) - 2} left, 0 skipped")


def test_the_gain_is_shown_with_its_interval(
    open_page: OpenPage, dataset: Dataset, run: Run, found_rows: list[int]
) -> None:
    app = open_suspects(open_page, dataset)

    assert said(app, "Without the suspects")
    assert "PR-AUC" in {metric.label for metric in app.metric}
    press(app, "Flip to")
    assert said(app, "The figures above do not know the latest decisions.")


def test_when_all_are_decided_skipped_ones_can_come_again(
    open_page: OpenPage, dataset: Dataset, run: Run, found_rows: list[int]
) -> None:
    app = open_suspects(open_page, dataset)
    for _ in found_rows:
        press(app, "Skip")

    assert said(app, "All suspects are decided")
    press(app, "Go through the")
    assert said(app, f"0 done, {len(found_rows)} left")


def test_a_store_that_fails_is_said_where_the_click_was(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run, found_rows: list[int]
) -> None:
    app = open_suspects(open_page, dataset)
    workspace.labels.write_bytes(b"no store" * 1000)
    for side in ("-wal", "-shm"):
        workspace.labels.with_name(workspace.labels.name + side).unlink(missing_ok=True)

    app.button[-1].run()

    assert not app.exception
    assert any("damaged file" in unescaped(each.value) for each in app.error)


def test_a_damaged_file_of_suspects_is_said_and_they_can_be_looked_for_again(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run, found_rows: list[int]
) -> None:
    suspects_path(workspace, dataset, Features.WORDS).write_bytes(b"PAR1")

    app = open_suspects(open_page, dataset)

    assert any("look for them again" in unescaped(each.value) for each in app.error)
    assert any(button.label == "Look for suspects" for button in app.button)


def test_a_data_set_that_is_gone_is_said(
    open_page: OpenPage, workspace: Workspace, dataset: Dataset, run: Run
) -> None:
    shutil.rmtree(workspace.dataset(dataset.id).folder)

    app = open_suspects(open_page, dataset)

    assert said(app, "Its data set is gone")
