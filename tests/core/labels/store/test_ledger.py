import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import StaticPool

from core.labels.store.events import AUDIT, Action, LabelEvent
from core.labels.store.ledger import UNLABELLED, Ledger, shared_ledger
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests.label_frames import label

ROWS = 8
PEOPLE = ("ann", "bob", "cat")
CLASSES = ("no", "yes", "unsure")
WRITER = """
import sys
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
store = LabelStore(sys.argv[1])
for row in range(int(sys.argv[3])):
    store.add(LabelEvent(fingerprint="f", row=row, action=Action.LABEL, value=sys.argv[2],
                         annotator=sys.argv[2], queue="q"))
"""
STEP = st.tuples(
    st.sampled_from(["label", "label", "skip", "flag", "note", "audit", "undo", "read"]),
    st.integers(0, ROWS + 1),  # Two rows are not the data set's.
    st.sampled_from(PEOPLE),
    st.sampled_from(CLASSES),
)


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    workspace.root.mkdir(parents=True)
    return LabelStore(f"sqlite:///{workspace.labels}")


def skip(row: int, annotator: str = "ann") -> LabelEvent:
    return label(row, None, annotator, action="skip")


def undo(store: LabelStore, event: LabelEvent) -> None:
    with store.writing() as batch:
        batch.take_back(event, annotator=event.annotator)


def do(store: LabelStore, stored: list[LabelEvent], step: tuple[str, int, str, str]) -> None:
    kind, row, who, value = step
    if kind == "undo":
        if stored:  # Any of them, the same one twice, too.
            undo(store, stored[row * 7 % len(stored)])
        return
    queue = "audit" if kind == "audit" else "q"
    action = Action.LABEL if kind == "audit" else Action(kind)
    given_value = value if action is Action.LABEL else None
    stored.append(store.add(label(row, given_value, who, action=action.value, queue=queue)))


def held(store: LabelStore) -> list[LabelEvent]:
    """The events that hold, found the simple way."""
    events = store.events("f")
    undone = {event.undoes for event in events}
    return [e for e in events if e.action is not Action.UNDO and e.id not in undone]


def assert_right(ledger: Ledger, store: LabelStore) -> None:
    events = [event for event in held(store) if event.row < ROWS]
    labels = [event for event in events if event.action is Action.LABEL]
    # Own rows asked again measure a person and change nothing.
    labels = [event for event in labels if event.queue != AUDIT]
    own = {(event.annotator, event.row) for event in labels}
    skips = {(e.annotator, e.row) for e in events if e.action is Action.SKIP} - own
    current = {event.row: event.value for event in labels}
    class_ids = [
        CLASSES.index(current[row]) if row in current else UNLABELLED for row in range(ROWS)
    ]
    assert ledger.class_ids_in(CLASSES).tolist() == class_ids
    assert ledger.answers.tolist() == [sum(row == at for _, at in own) for row in range(ROWS)]
    for name in PEOPLE:
        assert ledger.labelled(name).tolist() == [(name, row) in own for row in range(ROWS)]
        assert ledger.skipped(name).tolist() == [(name, row) in skips for row in range(ROWS)]
    assert ledger.last == max((event.id for event in store.events("f")), default=0)


@given(steps=st.lists(STEP, max_size=25))
@settings(max_examples=40)
def test_a_ledger_that_is_kept_up_to_date_says_what_the_events_say(
    steps: list[tuple[str, int, str, str]],
) -> None:
    store = in_memory()
    kept, stored = Ledger(store, "f", ROWS), []
    for step in steps:
        if step[0] == "read":
            kept.refresh()
        else:
            do(store, stored, step)

    assert_right(kept.refresh(), store)
    assert_right(Ledger(store, "f", ROWS).refresh(), store)


def in_memory() -> LabelStore:
    """A store without a file: hundreds of writes that wait for no disk."""
    import sqlalchemy as sa

    from core.labels.store.database import BUSY_S, _configure_sqlite
    from core.labels.store.schema import create

    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    _configure_sqlite(engine, BUSY_S)
    with engine.begin() as connection:
        create(connection)
    store = LabelStore("sqlite://")
    store.__dict__["_engine"] = engine
    return store


def test_no_number_of_people_and_classes_is_too_large_to_be_counted() -> None:
    store = in_memory()
    ledger = Ledger(store, "f", 1)
    stored = 0
    for people in (257, 32_769, 65_537):  # One more than 8, 15 and 16 bits number and count.
        events = [label(0, f"class {n}", f"person {n}") for n in range(stored, people)]
        stored = people
        with store.writing() as batch:
            batch.add_all(events)

        ledger.refresh()

        assert ledger.answers[0] == people
        assert ledger.classes[ledger.class_ids[0]] == f"class {people - 1}"


def test_a_label_that_is_undone_is_none(store: LabelStore) -> None:
    ledger = Ledger(store, "f", ROWS)
    first, second = store.add(label(3, "no")), store.add(label(3, "yes"))
    assert ledger.refresh().class_ids_in(CLASSES)[3] == 1

    undo(store, second)
    assert ledger.refresh().class_ids_in(CLASSES)[3] == 0
    undo(store, first)
    ledger.refresh()

    assert (ledger.class_ids[3], ledger.answers[3], ledger.labelled("ann")[3]) == (
        UNLABELLED,
        0,
        False,
    )


def test_an_undone_label_brings_the_skip_before_it_back(store: LabelStore) -> None:
    ledger = Ledger(store, "f", ROWS)
    store.add(skip(2))
    given_label = store.add(label(2, "yes"))
    assert not ledger.refresh().skipped("ann")[2]

    undo(store, given_label)

    assert ledger.refresh().skipped("ann")[2]
    assert ledger.people == ["ann"]


def test_a_label_of_a_class_that_is_no_more_is_none(store: LabelStore) -> None:
    for row, value in enumerate(("gone", "yes", "no")):
        store.add(label(row, value))
    ledger = Ledger(store, "f", ROWS).refresh()

    assert ledger.class_ids_in(("no", "yes")).tolist() == [UNLABELLED, 1, 0] + [UNLABELLED] * 5
    assert ledger.class_ids_in(("yes", "no")).tolist() == [UNLABELLED, 0, 1] + [UNLABELLED] * 5
    assert ledger.class_ids_in(()).tolist() == [UNLABELLED] * ROWS
    assert ledger.classes == ["gone", "yes", "no"]


def test_rows_that_the_data_set_does_not_have_are_passed_over(store: LabelStore) -> None:
    ledger = Ledger(store, "f", ROWS)
    far = store.add(label(ROWS, "yes"))
    store.add(skip(5_000_000_000))
    ledger.refresh()
    store.add(label(ROWS - 1, "no"))
    ledger.refresh()

    assert np.flatnonzero(ledger.class_ids >= 0).tolist() == [ROWS - 1]
    undo(store, far)
    assert ledger.refresh().answers.sum() == 1


def test_events_of_another_data_set_are_not_counted(store: LabelStore) -> None:
    store.add(label(1, "yes", fingerprint="g"))

    ledger = Ledger(store, "f", ROWS).refresh()

    assert (ledger.class_ids == UNLABELLED).all()
    assert (ledger.last, ledger.people) == (0, [])


def test_what_other_processes_write_is_taken_in(store: LabelStore) -> None:
    ledger = shared_ledger(store, "f", 30)
    assert ledger is shared_ledger(store, "f", 30)
    store.add(label(29, "no"))
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, store.url, value, "25"])
        for value in ("no", "yes")
    ]
    while any(writer.poll() is None for writer in writers):
        ledger.refresh()

    assert [writer.returncode for writer in writers] == [0, 0]
    ledger.refresh()
    assert ledger.answers.tolist() == [2] * 25 + [0] * 4 + [1]
    assert ledger.people == ["ann", "no", "yes"]
    current = store.current_labels("f")
    assert ledger.class_ids_in(CLASSES)[:25].tolist() == [
        CLASSES.index(current[row]) for row in range(25)
    ]


def test_what_is_touched_is_what_is_new_of_that_data_set_whatever_comes_to_others() -> None:
    store = in_memory()
    first = store.add(label(1, "yes"))
    assert store.touched("f", 0) == (None, first.id)
    assert store.touched("f", first.id) == ([], first.id)
    for row in range(3):
        store.add(label(row, "no", fingerprint="g"))
        assert store.touched("f", first.id) == ([], first.id)

    second = store.add(label(5, "no"))
    other = store.add(label(4, "no", fingerprint="g"))

    for _ in range(2):
        assert store.touched("f", first.id) == ([5], second.id)
        assert store.touched("f", second.id) == ([], second.id)
        assert store.touched("g", other.id) == ([], other.id)
    third = store.add(label(6, "no"))
    assert store.touched("f", second.id) == ([6], third.id)
    rows, last = store.touched("f", first.id)
    assert (sorted(rows), last) == ([5, 6], third.id)
    assert store.touched("f", other.id) == (None, third.id)
