import pytest
import sqlalchemy as sa

from core.labels.store.erasure import erase_labels
from core.labels.store.ledger import Ledger
from core.labels.store.schema import EVENTS, GUIDELINES
from core.labels.store.store import LabelStore
from tests.label_frames import label


def test_all_of_one_data_set_goes_and_nothing_else(store: LabelStore) -> None:
    first = store.add(label(1, "yes"))
    with store.writing() as batch:
        batch.take_back(first, annotator="ann")
    kept = store.add(label(1, "no", fingerprint="other"))

    assert erase_labels(store, "f") == 2

    assert store.events("f") == []
    assert store.events("other") == [kept]
    assert erase_labels(store, "f") == 0


def test_what_is_left_is_guarded_as_before(store: LabelStore) -> None:
    store.add(label(1, "yes", fingerprint="other"))
    erase_labels(store, "f")

    for table in (EVENTS, GUIDELINES):
        if table is GUIDELINES:
            line = {"fingerprint": "other", "version": 1, "text": "", "classes": "[]",
                    "author": "ann", "at_ms": 0}  # fmt: skip
            with store.writing() as batch:
                batch.connection.execute(sa.insert(GUIDELINES).values(**line))
        with pytest.raises(sa.exc.DBAPIError, match="are only added"), store.writing() as batch:
            batch.connection.execute(sa.delete(table))
    assert len(store.events("other")) == 1


def test_what_was_read_before_is_forgotten_and_new_labels_are_seen(store: LabelStore) -> None:
    store.add(label(1, "yes"))
    store.add(label(2, "no", "bob"))
    ledger = Ledger(store, "f", 4).refresh()
    assert ledger.class_ids.tolist() == [-1, 0, 1, -1]

    erase_labels(store, "f")
    store.add(label(3, "no"))
    ledger.refresh()

    assert ledger.class_ids.tolist() == [-1, -1, -1, 0]
    assert (ledger.classes, ledger.people) == (["no"], ["ann"])
    assert ledger.answers.tolist() == [0, 0, 0, 1]
    erase_labels(store, "f")
    assert ledger.refresh().last == 0
    assert not ledger.answers.any()
