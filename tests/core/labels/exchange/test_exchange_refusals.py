"""What cannot be imported: one sentence, and nothing is stored."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import BadInput, NotFound
from core.labels.exchange.exchange import ImportedLabels, import_labels
from core.labels.store.store import LabelStore
from core.workspace import Workspace

GOOD = {
    "client_event": "p",
    "at_ms": "1",
    "annotator": "a",
    "row": "1",
    "action": "label",
    "value": "1",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"client_event": None},
            "something in the column `client_event` in line 1, but found nothing",
        ),
        (
            {"client_event": "x" * 65},
            "at most 64 characters in `client_event` in line 1, but found 65",
        ),
        ({"at_ms": "soon"}, "milliseconds as a whole number in `at_ms` in line 1"),
        ({"at_ms": "9" * 18}, "milliseconds as a whole number"),
        ({"spent_ms": "-4"}, "`spent_ms` in line 1, but found '-4'"),
        ({"annotator": None}, "something in the column `annotator`"),
        ({"annotator": "a" * 61}, "a name of 1 to 60 characters on one line in line 1"),
        ({"row": "23"}, "a row from 0 to 22 in line 1, but found '23'"),
        ({"row": "-1"}, "a row from 0 to 22"),
        ({"row": "\u00b2"}, "a row from 0 to 22"),
        ({"row": None}, "an id that the data set has in line 1, but found nothing"),
        ({"action": "erase"}, "one of the actions label, skip, flag, note, undo in line 1"),
        ({"value": "maybe"}, "one of the labels 0, 1 in line 1, but found 'maybe'"),
        ({"value": None}, "one of the labels 0, 1 in line 1, but found nothing"),
        ({"action": "skip"}, "no value beside the action skip in line 1, but found '1'"),
        ({"undoes": "q"}, "undoes only beside undo in line 1, but found 'q'"),
        ({"action": "undo", "value": None}, "the client event that is undone in line 1"),
        ({"action": "undo", "value": None, "undoes": "q"}, "an undo of an earlier event of that"),
        ({"text": "another"}, "the text of that row, '+1 and words 1', in line 1, but found 'an"),
        ({"id": "another"}, "the id of that row"),
        ({"fingerprint": "f"}, "labels of the data set toy-"),
        ({"reason": "\ud800"}, "a NUL character or half of a surrogate pair"),
    ],
)
def test_a_line_that_does_not_fit_is_named_in_one_sentence(
    other: LabelStore,
    load: Callable[..., ImportedLabels],
    changed: dict[str, str | None],
    said: str,
) -> None:
    with pytest.raises(BadInput) as refused:
        load(json.dumps(GOOD | changed), store=other)
    assert said in str(refused.value)
    assert "nothing was stored" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "'labels.txt', which is empty"),
        (" \n\n", "which is empty"),
        ("row,label\n", "a file with nothing but a header"),
        ("row,text\n1,a\n", "a column `label` and a column `row` or `id`"),
        ("label\n1\n", "but found the columns label"),
        (
            "client_event,row\np,1\n",
            "a history with the columns client_event, at_ms, annotator, row, action",
        ),
        ("row,label,row\n1,1,1\n", "names each column once, but found 'row' twice"),
        ("row,label\n1,1\n2\n", "2 cells in line 3, but found 1"),
        ('row,label\n1,"1', "a row of comma-separated values in line 2"),
        (b"row,label\n1,1\n2,\xff\n", "text in UTF-8 in line 3, but found bytes of another"),
        ("row,label\n1,1\n2,\0\n", "text in line 3, but found a NUL character"),
        ('{"row": 1, "label": 1}\n{"row": 2, "la', "line 2, but found a line that breaks off"),
        ('{"row": 1, "label": 1}\nrow\n', "one JSON object in line 2, but found text that is none"),
        ('{"row": 1, "label": 1}\n[]\n', "one JSON object in line 2, but found another JSON"),
        ('{"row": 1, "label": 1}\n{"id": "no", "label": 1}', "an id that the data set has"),
        ("PK\x03\x04\0\0", "a NUL character"),
    ],
)
def test_a_file_that_is_none_of_labels_is_one_sentence_and_stores_nothing(
    load: Callable[..., ImportedLabels],
    other: LabelStore,
    dataset: Dataset,
    content: str | bytes,
    said: str,
) -> None:
    with pytest.raises(BadInput) as refused:
        load(content, store=other)
    assert said in str(refused.value)
    assert other.events(dataset.fingerprint) == []


def test_a_fault_in_the_last_line_stores_nothing_of_the_others(
    store: LabelStore, dataset: Dataset, load: Callable[..., ImportedLabels]
) -> None:
    lines = "".join(f"{row % 20},1\n" for row in range(20_000))

    with pytest.raises(BadInput, match="in line 20,002"):
        load(f"row,label\n{lines}3,maybe\n")
    assert store.events(dataset.fingerprint) == []


def test_an_event_of_another_event_is_refused(
    store: LabelStore, load: Callable[..., ImportedLabels]
) -> None:
    first, second = json.dumps(GOOD), json.dumps(GOOD | {"row": "2"})

    with pytest.raises(BadInput, match="a client event that is new or of the same answer in"):
        load(f"{first}\n{second}\n")
    load(first)
    with pytest.raises(BadInput, match="in line 1, but found 'p' of another answer"):
        load(second)


def test_a_file_that_is_not_there_is_one_sentence(
    workspace: Workspace, store: LabelStore, dataset: Dataset, tmp_path: Path
) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(NotFound):
            import_labels(workspace, store, dataset, path, annotator="eve")
