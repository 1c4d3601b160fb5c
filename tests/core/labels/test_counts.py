from core.data.dataset import Dataset
from core.labels.counts import LabelCounts, label_counts
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests import toy


def test_rows_people_and_flags_are_counted_once(workspace: Workspace, store: LabelStore) -> None:
    dataset: Dataset = toy.import_rows(workspace, toy.make_rows(20))
    given = {"fingerprint": dataset.fingerprint, "queue": "q"}
    assert label_counts(store, dataset) == LabelCounts(0, {}, {}, 0)

    for row, value, who in ((1, "1", "ann"), (1, "0", "ann"), (2, "0", "bob"), (3, "1", "bob")):
        store.add(LabelEvent(row=row, action=Action.LABEL, value=value, annotator=who, **given))
    for row in (4, 4, 5):
        store.add(LabelEvent(row=row, action=Action.FLAG, annotator="cleo", **given))
    store.undo(dataset.fingerprint, annotator="cleo", queue="q")
    store.undo(dataset.fingerprint, annotator="bob", queue="q")

    assert label_counts(store, dataset) == LabelCounts(9, {"0": 2}, {"ann": 1, "bob": 1}, 1)
