import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import BadInput
from core.labels.assign.candidates import RANDOM_STREAMS, Material, streams, suspected_labels
from core.labels.assign.queues import SHARES, Queue, Stream, random_order
from core.labels.quick_model.quick_model import QuickModel
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore, open_labels
from core.labels.suspects.suspects import SUGGESTION
from core.labels.suspects.suspects_file import Features, read_suspects, suspects_path
from core.labels.suspects.suspects_job import QUEUE as SUSPECTS
from core.labels.suspects.suspects_job import make_suspects
from core.workspace import Workspace
from tests import toy

ORDER = np.array([3, 9, 1, 7, 5])
LIKELY = np.array([0.1, 0.45, 0.9, 0.6, 0.3])
"""How likely rows 1, 3, 5, 7 and 9 are, by both classifiers on average."""
APART = np.array([0.0, 0.1, 0.02, 0.3, 0.05])
WRONG = 8


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    rows = toy.make_rows(200)
    wrong = [(text, str(1 - int(label))) for text, label in rows[:WRONG]]
    return toy.import_rows(workspace, [*wrong, *rows[WRONG:]])


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)


def model(threshold: float | None = 0.4) -> QuickModel:
    opinions = [LIKELY - APART, LIKELY + APART]
    return QuickModel(
        np.array([1, 3, 5, 7, 9]), tuple(np.column_stack([1 - p, p]) for p in opinions),
        ("0", "1"), 20, 0, threshold,
    )  # fmt: skip


@pytest.fixture
def material() -> Material:
    return Material(ORDER, model(), selection=np.array([8, 2, 4]))


def told(found: tuple[Stream, ...]) -> dict[str, list[int]]:
    return {stream.name: stream.rows.tolist() for stream in found}


def say(
    store: LabelStore, dataset: Dataset, row: int, value: str | None, who: str = "ann",
    queue: str = "random",
) -> LabelEvent:  # fmt: skip
    action = Action.SKIP if value is None else Action.LABEL
    event = LabelEvent(
        fingerprint=dataset.fingerprint, row=row, action=action, value=value, annotator=who,
        queue=queue,
    )  # fmt: skip
    return store.add(event)


@pytest.mark.parametrize(
    ("queue", "rows"),
    [
        (Queue.RANDOM, [3, 9, 1, 7, 5]),
        (Queue.LIKELY, [5, 7, 3, 9, 1]),
        (Queue.UNCERTAIN, [3, 9, 7, 1, 5]),
        (Queue.COMMITTEE, [7, 3, 9, 5, 1]),
        (Queue.SELECTION, [8, 2, 4]),
        (Queue.SUSPECTS, []),
        (Queue.ADJUDICATION, []),
    ],
)
def test_every_queue_has_its_rows_in_its_order(
    workspace: Workspace, store: LabelStore, dataset: Dataset, material: Material, queue: Queue,
    rows: list[int],
) -> None:  # fmt: skip
    assert told(streams(workspace, store, dataset, queue, material)) == {queue.value: rows}


def test_the_mixed_queue_is_three_streams_with_their_shares(
    workspace: Workspace, store: LabelStore, dataset: Dataset, material: Material
) -> None:
    found = streams(workspace, store, dataset, Queue.MIXED, material)

    assert told(found) == {
        "mixed/likely": [5, 7, 3, 9, 1],
        "mixed/uncertain": [3, 9, 7, 1, 5],
        "mixed/random": [3, 9, 1, 7, 5],
    }
    assert [stream.share for stream in found] == list(SHARES.values())
    assert set(RANDOM_STREAMS) == {"random", "mixed/random"}


@pytest.mark.parametrize("queue", [queue for queue in Queue if queue.needs_model])
def test_before_there_is_a_model_rows_come_at_random(
    workspace: Workspace, store: LabelStore, dataset: Dataset, queue: Queue
) -> None:
    found = streams(workspace, store, dataset, queue, Material(ORDER))

    assert told(found) == {"random": ORDER.tolist()}
    # Those labels then count as the random sample that they are.
    assert found[0].name in RANDOM_STREAMS


def test_the_class_that_is_looked_for_may_be_any(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    material = Material(ORDER, model(), target=0)

    (found,) = streams(workspace, store, dataset, Queue.LIKELY, material)

    assert found.rows.tolist() == [1, 9, 3, 7, 5]


def test_without_a_threshold_a_small_margin_is_uncertain(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    (found,) = streams(
        workspace, store, dataset, Queue.UNCERTAIN, Material(ORDER, model(threshold=None))
    )

    assert found.rows.tolist() == [3, 7, 9, 1, 5]


def test_without_a_selection_there_is_nothing_selected(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    found = streams(workspace, store, dataset, Queue.SELECTION, Material(ORDER, model()))

    assert told(found) == {"selection": []}
    assert found[0].rows.dtype == np.int64


def test_suspects_are_asked_until_somebody_decides_them_there(
    workspace: Workspace, store: LabelStore, dataset: Dataset, material: Material
) -> None:
    path = make_suspects(workspace, dataset, Features.WORDS, report=lambda *_: None)
    rows = read_suspects(path).table["row"].tolist()
    assert told(streams(workspace, store, dataset, Queue.SUSPECTS, material)) == {SUSPECTS: rows}

    say(store, dataset, rows[0], "1", queue=SUSPECTS)
    say(store, dataset, rows[2], None, queue=SUSPECTS)
    say(store, dataset, rows[3], "1", queue="random")

    left = told(streams(workspace, store, dataset, Queue.SUSPECTS, material))[SUSPECTS]
    assert left == [rows[1], *rows[3:]]
    store.undo(dataset.fingerprint, annotator="ann", queue=SUSPECTS)
    left = told(streams(workspace, store, dataset, Queue.SUSPECTS, material))[SUSPECTS]
    assert left == rows[1:]


def test_what_suspects_should_be_is_suggested_with_how_sure_that_is(
    workspace: Workspace, dataset: Dataset
) -> None:
    assert suspected_labels(workspace, dataset, [0, 1]) == {}
    path = make_suspects(workspace, dataset, Features.WORDS, report=lambda *_: None)
    table = read_suspects(path).table
    first = table.iloc[0]
    unsuspected = next(row for row in range(200) if row not in set(table["row"]))

    found = suspected_labels(workspace, dataset, [int(first["row"]), unsuspected])

    expected = (dataset.classes[int(first[SUGGESTION])], pytest.approx(first["sure"]))
    assert found == {int(first["row"]): expected}
    assert 0 < first["sure"] <= 1


def test_suspects_that_cannot_be_read_are_one_sentence(
    workspace: Workspace, store: LabelStore, dataset: Dataset, material: Material
) -> None:
    path = suspects_path(workspace, dataset, Features.WORDS)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1")

    with pytest.raises(BadInput, match="look for them again"):
        streams(workspace, store, dataset, Queue.SUSPECTS, material)
    # The other queues do not need them.
    streams(workspace, store, dataset, Queue.MIXED, material)


def test_rows_on_which_people_differ_are_adjudicated_until_they_are_settled(
    workspace: Workspace, store: LabelStore, dataset: Dataset, material: Material
) -> None:
    for row in (4, 2, 6):
        say(store, dataset, row, "0", "ann")
    for row, value in ((6, "1"), (2, "0"), (4, "1")):
        say(store, dataset, row, value, "bob")

    def left() -> list[int]:
        return told(streams(workspace, store, dataset, Queue.ADJUDICATION, material))[
            Queue.ADJUDICATION.value
        ]

    assert left() == [6, 4]
    say(store, dataset, 6, "0", "cat", queue=Queue.ADJUDICATION.value)
    assert left() == [4]


def test_the_random_order_is_that_of_the_stream(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    order = random_order(np.arange(dataset.rows))

    (found,) = streams(workspace, store, dataset, Queue.RANDOM, Material(order, model()))

    np.testing.assert_array_equal(found.rows, order)
    assert found.share == 1.0
