import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.data.dataset import Dataset
from core.errors import BadInput
from core.labels.exchange.exchange import (
    ImportedLabels,
    export_current,
    export_history,
)
from core.labels.exchange.label_file import LabelFileFormat
from core.labels.guidelines import write_guideline
from core.labels.store.events import Action, LabelEvent
from core.labels.store.schema import EVENTS
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests.core.labels.exchange.conftest import NASTY

EVERYTHING = EVENTS.c.id > 0
EITHER = pytest.mark.parametrize("file_format", list(LabelFileFormat))


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
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    file_format: LabelFileFormat,
    **limits: int,
):
    sink = io.BytesIO()
    rows = export_history(workspace, store, dataset, sink, file_format=file_format, **limits)
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
) -> None:
    fill(store, dataset)
    whole = [history(workspace, store, dataset, each) for each in LabelFileFormat]

    cut = [history(workspace, store, dataset, each, chunk_events=7) for each in LabelFileFormat]
    loaded = load(whole[0][0], store=other, chunk_lines=5, stored_at_once=3)

    assert cut == whole
    assert loaded.stored == whole[0][1]
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


def test_nothing_unpacked_stays_in_the_workspace(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
) -> None:
    fill(store, dataset)

    history(workspace, store, dataset, LabelFileFormat.CSV, chunk_events=7)

    assert list((workspace.root / "staging").iterdir()) == []
