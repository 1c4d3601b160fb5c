import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import BadInput, DiskError
from core.labels.events import Action, LabelEvent
from core.labels.store import LabelStore, open_labels
from core.workspace import Workspace

WRITER = """
import sys
from core.labels.events import Action, LabelEvent
from core.labels.store import LabelStore
store = LabelStore(sys.argv[1])
for row in range(int(sys.argv[3])):
    store.add(LabelEvent(fingerprint="f", row=row, action=Action.LABEL, value="1",
                         annotator=sys.argv[2], queue="q"))
"""


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def label(row: int, value: str = "1", **values: object) -> LabelEvent:
    given = {"fingerprint": "f", "annotator": "ann", "queue": "q", **values}
    return LabelEvent(row=row, action=Action.LABEL, value=value, **given)


def test_the_current_label_is_the_last_one_given(store: LabelStore) -> None:
    store.add(label(3, "0"))
    store.add(label(4, "1"))
    store.add(label(3, "1"))

    assert store.current_labels("f") == {3: "1", 4: "1"}
    assert store.current_labels("another data set") == {}
    assert [event.row for event in store.events("f")] == [3, 4, 3]


def test_an_undo_is_an_event_that_brings_the_label_before_back(store: LabelStore) -> None:
    store.add(label(3, "0"))
    second = store.add(label(3, "1"))

    assert store.undo("f", annotator="ann", queue="q") == second
    assert store.current_labels("f") == {3: "0"}
    assert store.undo("f", annotator="ann", queue="q").row == 3
    assert store.current_labels("f") == {}
    assert store.undo("f", annotator="ann", queue="q") is None
    actions = [event.action for event in store.events("f")]
    assert actions == [Action.LABEL, Action.LABEL, Action.UNDO, Action.UNDO]


def test_an_undo_takes_back_only_ones_own_event_of_that_queue(store: LabelStore) -> None:
    store.add(label(1))
    store.add(label(2, annotator="bob"))
    store.add(label(3, queue="other"))

    assert store.undo("f", annotator="ann", queue="q").row == 1
    assert store.current_labels("f") == {2: "1", 3: "1"}


def test_a_skip_is_a_decision_but_no_label(store: LabelStore) -> None:
    skip = LabelEvent(fingerprint="f", row=5, action=Action.SKIP, annotator="ann", queue="q")
    store.add(skip)

    assert store.current_labels("f") == {}
    assert store.decisions("f", "q")[5].action is Action.SKIP
    assert store.decisions("f", "other") == {}


def test_a_press_that_is_sent_twice_is_stored_once(store: LabelStore) -> None:
    first = store.add(label(1, press="p1"))

    assert store.add(label(1, press="p1")) == first
    assert len(store.events("f")) == 1
    assert store.last_event("f", "q") == first.id


def test_an_event_keeps_all_that_is_known_of_it(store: LabelStore) -> None:
    given = label(7, "0", reason="a near copy", suggestion="0", guideline="3", spent_ms=1234)

    stored = store.add(given)

    assert store.events("f") == [stored]
    assert (stored.reason, stored.suggestion, stored.guideline) == ("a near copy", "0", "3")
    assert (stored.spent_ms, stored.press) == (1234, given.press)
    assert stored.at_ms > 1_700_000_000_000


def test_a_clock_that_goes_backwards_changes_no_order(workspace: Workspace) -> None:
    times = iter([2_000, 1_000])
    workspace.root.mkdir(parents=True)
    store = LabelStore(f"sqlite:///{workspace.labels}", now_ms=lambda: next(times))

    store.add(label(1, "0"))
    store.add(label(1, "1"))

    assert store.current_labels("f") == {1: "1"}


def test_events_are_never_changed_or_deleted(store: LabelStore, workspace: Workspace) -> None:
    store.add(label(1))
    connection = sqlite3.connect(workspace.labels)

    for change in ("UPDATE label_events SET value = '0'", "DELETE FROM label_events"):
        with pytest.raises(sqlite3.IntegrityError, match="label events are only added"):
            connection.execute(change)
    connection.close()


def test_every_event_is_on_the_disk_before_it_is_acknowledged(
    store: LabelStore, workspace: Workspace
) -> None:
    store.add(label(1))
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_processes_that_write_at_once_lose_and_double_nothing(
    store: LabelStore, workspace: Workspace
) -> None:
    url, rows = f"sqlite:///{workspace.labels}", 40
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name, str(rows)])
        for name in ("ann", "bob", "cleo")
    ]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]

    found = [(event.annotator, event.row) for event in store.events("f")]
    assert len(found) == len(set(found)) == 3 * rows
    for name in ("ann", "bob", "cleo"):
        assert [row for who, row in found if who == name] == list(range(rows))


def test_a_reader_does_not_wait_for_a_writer(store: LabelStore, workspace: Workspace) -> None:
    store.add(label(1))
    writer = sqlite3.connect(workspace.labels, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")

    assert open_labels(workspace).current_labels("f") == {1: "1"}
    writer.close()


def test_a_file_that_is_no_store_is_one_sentence(workspace: Workspace) -> None:
    workspace.root.mkdir(parents=True)
    workspace.labels.write_text("These are not labels, and long enough to be looked at. " * 40)

    with pytest.raises(BadInput, match="a label store, but found a damaged file"):
        open_labels(workspace).add(label(1))


def test_a_workspace_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    with pytest.raises(DiskError):
        open_labels(Workspace(blocked / "workspace"))


def test_a_label_without_a_value_is_a_bug() -> None:
    with pytest.raises(ValueError, match="label with the value None"):
        LabelEvent(fingerprint="f", row=1, action=Action.LABEL, annotator="ann")
    with pytest.raises(ValueError, match="undo of the event None"):
        LabelEvent(fingerprint="f", row=1, action=Action.UNDO, annotator="ann")
