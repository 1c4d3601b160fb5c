import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import BadInput, DiskError, NetworkError
from core.labels.store.database import connect_to
from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import GUIDELINES
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests.core.labels.postgres import PASSWORD, PostgresServer
from tests.core.small_disk import python_on_full_disk
from tests.messages import assert_one_sentence

WRITER = """
import sys
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
store = LabelStore(sys.argv[1])
for row in range(int(sys.argv[3])):
    store.add(LabelEvent(fingerprint="f", row=row, action=Action.LABEL, value="1",
                         annotator=sys.argv[2], queue="q"))
"""


@pytest.fixture
def sqlite_store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


CHANGES = ["UPDATE label_events SET fingerprint = 'g'", "DELETE FROM label_events"]
GUIDELINE = {
    "fingerprint": "f", "version": 1, "text": "", "classes": "[]", "author": "ann", "at_ms": 1,
}  # fmt: skip


def label(row: int, value: str = "1", **values: object) -> LabelEvent:
    given = {"fingerprint": "f", "annotator": "ann", "queue": "q", **values}
    return LabelEvent(row=row, action=Action.LABEL, value=value, **given)


def changes(url: str) -> list[str]:
    more = [] if "sqlite" in url else ["TRUNCATE label_events CASCADE"]
    return [*CHANGES, *more]


def change_by_force(store: LabelStore, sql: str) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql(sql)


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


def test_a_persons_own_row_asked_again_changes_no_label(store: LabelStore) -> None:
    store.add(label(3, "0"))
    store.add(label(3, "1", queue="audit"))

    assert store.current_labels("f") == {3: "0"}


def test_a_skip_is_a_decision_but_no_label(store: LabelStore) -> None:
    skip = LabelEvent(fingerprint="f", row=5, action=Action.SKIP, annotator="ann", queue="q")
    store.add(skip)

    assert store.current_labels("f") == {}
    assert store.decisions("f", "q")[5].action is Action.SKIP
    assert store.decisions("f", "other") == {}


def test_a_clock_that_goes_backwards_changes_no_order(url: str) -> None:
    times = iter([2_000, 1_000])
    store = LabelStore(url, now_ms=lambda: next(times))

    store.add(label(1, "0"))
    store.add(label(1, "1"))

    assert store.current_labels("f") == {1: "1"}


def test_events_are_never_changed_or_deleted(store: LabelStore, url: str) -> None:
    event = store.add(label(1))

    for change in changes(url):
        with pytest.raises(sa.exc.DBAPIError, match="label events are only added"):
            change_by_force(store, change)
    assert store.events("f") == [event]


def test_guidelines_are_never_changed_or_deleted(store: LabelStore, url: str) -> None:
    with store.writing() as batch:
        batch.connection.execute(sa.insert(GUIDELINES).values(**GUIDELINE))

    for change in changes(url):
        with pytest.raises(sa.exc.DBAPIError, match="label guidelines are only added"):
            change_by_force(store, change.replace("label_events", "label_guidelines"))


def test_every_event_is_on_the_disk_before_it_is_acknowledged(sqlite_store: LabelStore) -> None:
    sqlite_store.add(label(1))
    with sqlite_store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_processes_that_write_at_once_lose_and_double_nothing(store: LabelStore, url: str) -> None:
    rows = 40
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name, str(rows)])
        for name in ("ann", "bob", "cleo")
    ]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]

    found = [(event.annotator, event.row) for event in store.events("f")]
    assert len(found) == len(set(found)) == 3 * rows
    for name in ("ann", "bob", "cleo"):
        assert [row for who, row in found if who == name] == list(range(rows))


def test_no_plan_is_kept_from_when_the_tables_were_empty(postgres: PostgresServer) -> None:
    # Such a plan reads them from end to end: an import of 200,000 events had not ended after ten
    # minutes, and took 35 s without.
    url = postgres.new_database()
    with LabelStore(url).writing() as batch:
        for row in range(20):
            batch.add(label(row))
        kept = sa.text("SELECT count(*) FROM pg_prepared_statements")
        assert batch.connection.execute(kept).scalar_one() == 0
    connect_to(url).dispose()


def test_a_database_that_is_stopped_is_one_sentence_without_its_password(
    postgres: PostgresServer,
) -> None:
    url = postgres.new_database()
    store = LabelStore(url)
    store.add(label(1))
    postgres.stop()
    try:
        for use in (lambda: store.add(label(2)), lambda: LabelStore(url).events("f")):
            with pytest.raises(NetworkError, match="to answer, but found no answer") as stopped:
                use()
            assert PASSWORD not in str(stopped.value)
    finally:
        postgres.start()

    store.add(label(3))
    assert store.current_labels("f") == {1: "1", 3: "1"}
    connect_to(url).dispose()


def test_what_was_acknowledged_outlasts_a_server_that_is_killed(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    store = LabelStore(url)
    for row in range(20):
        store.add(label(row))
    postgres.kill()
    postgres.start()

    assert len(LabelStore(url).current_labels("f")) == 20
    connect_to(url).dispose()


def test_a_store_that_another_writer_holds_is_waited_for(store: LabelStore, url: str) -> None:
    store.add(label(1))
    with store.writing() as batch:
        batch.add(label(2))
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url, "bob", "1"])
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(timeout=3)

    assert writer.wait(timeout=60) == 0
    assert [event.annotator for event in store.events("f")] == ["ann", "ann", "bob"]


def test_a_reader_does_not_wait_for_a_writer(store: LabelStore, url: str) -> None:
    store.add(label(1))
    with store.writing() as batch:
        batch.add(label(2))

        assert LabelStore(url).current_labels("f") == {1: "1"}


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


def test_a_store_of_another_format_is_refused_in_one_sentence_and_left_as_it_is(url: str) -> None:
    with connect_to(url).execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE label_events (id INTEGER, mood VARCHAR(9))")

    with pytest.raises(BadInput, match="move it away") as caught:
        LabelStore(url).add(label(1))

    assert_one_sentence(caught.value)
    with connect_to(url).begin() as connection:
        assert sa.inspect(connection).get_table_names() == ["label_events"]


def test_a_label_without_a_value_is_a_bug() -> None:
    with pytest.raises(ValueError, match="label with the value None"):
        LabelEvent(fingerprint="f", row=1, action=Action.LABEL, annotator="ann")
    with pytest.raises(ValueError, match="undo of the event None"):
        LabelEvent(fingerprint="f", row=1, action=Action.UNDO, annotator="ann")


@pytest.mark.parametrize(
    "name",
    ["a?b", "mode=ro?cache=shared", "100%25", "a#b", "a b", "it's", 'say "x"', "ñ 日本", "a&b;c"],
)
def test_labels_stay_in_their_workspace_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path / name / "workspace")
    other = Workspace(tmp_path / "a" / "workspace")

    open_labels(workspace).add(label(1))

    assert workspace.labels.stat().st_size
    assert set(open_labels(workspace).current_labels("f")) == {1}
    assert open_labels(other).current_labels("f") == {}
    assert {path.name for path in tmp_path.iterdir()} == {name, "a"}


def test_an_event_keeps_all_that_is_known_of_it(store: LabelStore) -> None:
    given = label(7, "0", reason="a near copy", suggestion="0", guideline="3", spent_ms=1234)

    stored = store.add(given)

    assert store.events("f") == [stored]
    assert (stored.reason, stored.suggestion, stored.guideline) == ("a near copy", "0", "3")
    assert (stored.spent_ms, stored.client_event) == (1234, given.client_event)
    assert stored.at_ms > 1_700_000_000_000


READ_ONLY = """
import subprocess, sys
from core.errors import DiskError
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
store = LabelStore(f"sqlite:///{sys.argv[1]}/labels.sqlite")
print(store.events("f"))
try:
    store.add(LabelEvent(fingerprint="f", row=1, action=Action.LABEL, value="1",
                         annotator="ann", queue="q"))
except DiskError as error:
    print(error.found)
"""


def test_where_there_is_no_store_and_none_can_be_made_there_are_no_labels(tmp_path: Path) -> None:
    disk = tmp_path / "disk"

    done = python_on_full_disk(READ_ONLY, disk, str(disk), kilobytes=1_000)

    assert done.stdout.splitlines() == ["[]", "a folder this user may not write"], done.stderr
