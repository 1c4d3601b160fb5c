import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.errors import BadInput, NotFound
from core.labels.exchange.exchange import (
    ImportedLabels,
    export_current,
    export_history,
    import_labels,
)
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.guidelines import write_guideline
from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import EVENTS
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests import toy

EVERYTHING = EVENTS.c.id > 0
EITHER = pytest.mark.parametrize("file_format", list(LabelFileFormat))
NASTY = [
    "=HYPERLINK(1)", "+1", "-2 apples", "@cmd", "\tx", "'=1", "''=1", "'tis", '"', "a,b;c\td",
    "line\nbreak", "line\r\nbreak", "\\", "\u2028", "\U0001f600", "\x01", "null", "-1", "'-1",
    "\uff1d1", " = ", "'", "",
]  # fmt: skip


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(
        workspace, [(f"{text} and words {n}", str(n % 2)) for n, text in enumerate(NASTY)]
    )


@pytest.fixture
def other(tmp_path: Path) -> LabelStore:
    return LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}")


@pytest.fixture
def load(
    request: pytest.FixtureRequest, workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> Callable[..., ImportedLabels]:
    """Imports a file with this content, into `store` unless another is given."""

    def load(content: str | bytes, **changed: LabelStore) -> ImportedLabels:
        path = tmp_path / "labels.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        store = changed.get("store") or request.getfixturevalue("store")
        return import_labels(workspace, store, dataset, path, annotator="eve")

    return load


def event(dataset: Dataset, row: int, value: str | None = "1", **values: object) -> LabelEvent:
    action = values.pop("action", Action.LABEL)
    given = {"annotator": "ann", "queue": "suspects", **values}
    return LabelEvent(fingerprint=dataset.fingerprint, row=row, action=action, value=value, **given)


def fill(store: LabelStore, dataset: Dataset) -> None:
    """Some of everything, with texts that could go wrong on the way."""
    with store.writing() as batch:
        for row, text in enumerate(NASTY):
            batch.add(event(dataset, row, str(row % 2), reason=text, spent_ms=row, batch="b"))
            batch.add(event(dataset, row, None, action=Action.NOTE, reason=text, suggestion="1"))
        batch.add(event(dataset, 1, None, action=Action.SKIP, annotator="bob", guideline="3"))
        batch.add(event(dataset, 2, None, action=Action.FLAG, annotator="bob"))
        batch.add(event(dataset, 3, "0", annotator="bob"), at_ms=1_234)
    with store.writing() as batch:
        for done in batch.standing(EVERYTHING)[-3:]:
            batch.take_back(done, annotator="bob")
        batch.add(event(dataset, 4, "0"))
    store.add(event(replace(dataset, fingerprint="another"), 1))


def history(
    workspace: Workspace, store: LabelStore, dataset: Dataset, file_format: LabelFileFormat
):
    sink = io.BytesIO()
    rows = export_history(workspace, store, dataset, sink, file_format=file_format)
    return sink.getvalue(), rows


def known(store: LabelStore, dataset: Dataset) -> list[LabelEvent]:
    """The events, an undo naming the event of what it undoes."""
    events = store.events(dataset.fingerprint)
    client_events = {each.id: each.client_event for each in events}
    return [
        replace(each, id=0, undoes=client_events[each.undoes] if each.undoes else None)
        for each in events
    ]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@EITHER
def test_a_history_goes_to_another_store_as_it_was(
    workspace: Workspace,
    store: LabelStore,
    other: LabelStore,
    dataset: Dataset,
    load: Callable[..., ImportedLabels],
    file_format: LabelFileFormat,
) -> None:
    fill(store, dataset)
    content, rows = history(workspace, store, dataset, file_format)
    other.add(event(dataset, 0, "0"))  # So that numbers of events differ.

    assert load(content, store=other) == ImportedLabels(rows, 0, 0)

    assert known(other, dataset)[1:] == known(store, dataset)
    assert other.current_labels(dataset.fingerprint) == store.current_labels(dataset.fingerprint)
    assert rows == len(known(store, dataset)) == 2 * len(NASTY) + 7


@EITHER
def test_the_same_file_twice_stores_nothing_twice(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    load: Callable[..., ImportedLabels],
    file_format: LabelFileFormat,
) -> None:
    fill(store, dataset)
    before = known(store, dataset)
    content, rows = history(workspace, store, dataset, file_format)

    assert load(content) == ImportedLabels(0, rows, 0)
    assert known(store, dataset) == before


def test_exports_are_as_one_whatever_the_size_of_their_pieces(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    other: LabelStore,
    load: Callable[..., ImportedLabels],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(store, dataset)
    whole = [history(workspace, store, dataset, each) for each in LabelFileFormat]
    monkeypatch.setattr("core.labels.exchange.exchange._CHUNK_EVENTS", 7)
    monkeypatch.setattr("core.labels.exchange.exchange._CHUNK_EVENTS", 3)
    monkeypatch.setattr("core.labels.exchange.incoming._CHUNK_LINES", 5)

    assert [history(workspace, store, dataset, each) for each in LabelFileFormat] == whole
    assert load(whole[0][0], store=other).stored == whole[0][1]
    assert known(other, dataset) == known(store, dataset)


def test_a_history_has_every_column_and_the_rows_ids_and_texts(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    store.add(event(dataset, 5, "1", reason="=1+1", spent_ms=9))

    (line,) = table(history(workspace, store, dataset, LabelFileFormat.CSV)[0])
    (record,) = map(
        json.loads, history(workspace, store, dataset, LabelFileFormat.JSONL)[0].splitlines()
    )

    stored = store.events(dataset.fingerprint)[0]
    assert list(line) == list(record) == [
        *("client_event", "at_ms", "at", "annotator", "row", "id", "text", "action", "value"),
        *("queue", "reason", "suggestion", "guideline", "spent_ms", "batch", "undoes"),
        "fingerprint",
    ]  # fmt: skip
    assert (line["text"], record["text"]) == ("''=1 and words 5", "'=1 and words 5")
    assert (line["reason"], record["reason"]) == ("'=1+1", "=1+1")
    assert (record["spent_ms"], record["suggestion"], line["suggestion"]) == (9, None, "")
    assert record["at_ms"] == stored.at_ms
    assert record["at"].endswith(f".{stored.at_ms % 1000:03}Z")


def test_a_spreadsheet_finds_no_formula_in_a_cell(
    workspace: Workspace, store: LabelStore, dataset: Dataset
) -> None:
    fill(store, dataset)

    cells = [
        cell
        for line in table(history(workspace, store, dataset, LabelFileFormat.CSV)[0])
        for cell in line.values()
    ]

    begins = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n\uff1d")]
    assert set(begins) == {"+1", "-1"}  # Plain numbers.


@EITHER
def test_current_labels_are_one_line_a_row_and_can_be_imported(
    workspace: Workspace,
    store: LabelStore,
    other: LabelStore,
    dataset: Dataset,
    load: Callable[..., ImportedLabels],
    file_format: LabelFileFormat,
) -> None:
    store.add(event(dataset, 7, "0"))
    store.add(event(dataset, 2, "0"))
    store.add(event(dataset, 7, "1", annotator="bob"))
    sink = io.BytesIO()

    assert export_current(workspace, store, dataset, sink, file_format=file_format) == 2

    assert load(sink.getvalue(), store=other) == ImportedLabels(2, 0, 0)
    found = [(e.row, e.value, e.annotator) for e in other.events(dataset.fingerprint)]
    assert found == [(2, "0", "ann"), (7, "1", "bob")]
    if file_format is LabelFileFormat.CSV:
        assert list(table(sink.getvalue())[0]) == ["row", "id", "text", "label", "annotator", "at"]


def test_a_table_names_rows_by_number_or_id_and_may_be_of_a_spreadsheet(
    store: LabelStore, dataset: Dataset, load: Callable[..., ImportedLabels]
) -> None:
    content = "\ufeffid;label;annotator;row;notes\r\n;1;;3;\r\n1;0;bob;;x\r\n5;;;;\r\n\r\n"

    assert load(content) == ImportedLabels(2, 0, 1)

    found = [(e.row, e.value, e.annotator, e.queue) for e in store.events(dataset.fingerprint)]
    assert found[0] == (3, "1", "eve", "import")
    assert found[1][1:] == ("0", "bob", "import")
    assert store.events(dataset.fingerprint)[0].at_ms > 1_700_000_000_000


def test_a_table_that_grows_adds_what_is_new_and_leaves_corrections(
    store: LabelStore, dataset: Dataset, load: Callable[..., ImportedLabels]
) -> None:
    load("row,label\n1,0\n1,1\n1,0\n")
    assert store.current_labels(dataset.fingerprint) == {1: "0"}
    store.add(event(dataset, 1, "1"))

    assert load("row,label\n1,0\n1,1\n1,0\n2,1\n") == ImportedLabels(1, 3, 0)
    assert load('{"row": 2, "label": 1}') == ImportedLabels(0, 1, 0)
    assert store.current_labels(dataset.fingerprint) == {1: "1", 2: "1"}


def test_an_event_that_two_stores_undid_is_undone_once(
    workspace: Workspace,
    store: LabelStore,
    other: LabelStore,
    dataset: Dataset,
    load: Callable[..., ImportedLabels],
) -> None:
    store.add(event(dataset, 1, "1"))
    load(history(workspace, store, dataset, LabelFileFormat.CSV)[0], store=other)
    for each in (store, other):
        each.undo(dataset.fingerprint, annotator="ann", queue="suspects")
    content, _ = history(workspace, other, dataset, LabelFileFormat.JSONL)

    assert load(content) == ImportedLabels(0, 2, 0)
    assert store.current_labels(dataset.fingerprint) == {}


def test_classes_of_the_guideline_are_labels_and_past_ones_in_a_history(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    load: Callable[..., ImportedLabels],
) -> None:
    write_guideline(store, dataset, text="", classes=("0", "1", "unsure"), author="ann")
    assert load("row,label\n1,unsure\n").stored == 1
    write_guideline(store, dataset, text="", classes=("0", "1"), author="ann")

    with pytest.raises(BadInput, match=r"one of the labels 0, 1 in line 2, but found 'unsure'"):
        load("row,label\n2,unsure\n")
    assert load(history(workspace, store, dataset, LabelFileFormat.CSV)[0]).known_before == 1


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
            "a history with the columns event, at_ms, annotator, row, action",
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


def test_nothing_unpacked_stays_in_the_workspace(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(store, dataset)
    monkeypatch.setattr("core.labels.exchange.exchange._CHUNK_EVENTS", 7)

    history(workspace, store, dataset, LabelFileFormat.CSV)

    assert list((workspace.root / "staging").iterdir()) == []
