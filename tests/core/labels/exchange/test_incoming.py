from collections.abc import Iterator

import pytest

from core.data.dataset import Dataset
from core.errors import BadInput
from core.labels.exchange.incoming import Line, Reader
from core.labels.exchange.label_file import Record
from core.labels.exchange.row_texts import RowTexts, row_texts
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence

ROWS = [(f"text {n}", str(n % 2)) for n in range(6)]
EVENT = {
    "client_event": "one", "at_ms": "5", "annotator": "ann", "row": "2", "action": "label",
    "value": "1",
}  # fmt: skip


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, ROWS)


@pytest.fixture
def texts(workspace: Workspace, dataset: Dataset) -> Iterator[RowTexts]:
    with row_texts(workspace, dataset) as texts:
        yield texts


def reader(dataset: Dataset) -> Reader:
    return Reader(dataset, classes=("0", "1"), past_classes=["old"], annotator="eve", now_ms=1_000)


def recorded(*rows: dict[str, str | None]) -> Iterator[Record]:
    """Records as a file of them has, its header in the first line."""
    return iter([Record(line, cells) for line, cells in enumerate(rows, 2)])


def read(dataset: Dataset, texts: RowTexts, *rows: dict[str, str | None]) -> list[Line]:
    return [line for part in reader(dataset).lines(recorded(*rows), texts) for line in part]


def test_a_table_gives_labels_of_now_by_row_or_by_id(dataset: Dataset, texts: RowTexts) -> None:
    by_row, by_id = read(
        dataset, texts,
        {"row": "3", "id": None, "label": "1", "annotator": "bob"},
        {"row": None, "id": "4", "label": " 0 ", "annotator": None},
    )  # fmt: skip

    assert (by_row.number, by_row.undone) == (2, None)
    assert (by_row.values["row"], by_row.values["value"]) == (3, "1")
    assert (by_row.values["annotator"], by_row.values["queue"]) == ("bob", "import")
    assert (by_id.values["row"], by_id.values["value"]) == (4, "0")
    assert (by_id.values["annotator"], by_id.values["at_ms"]) == ("eve", 1_000)
    assert by_id.values["fingerprint"] == dataset.fingerprint


def test_rows_of_a_table_without_a_label_are_counted(dataset: Dataset, texts: RowTexts) -> None:
    reads = reader(dataset)
    rows = recorded(*({"row": str(n), "label": label} for n, label in enumerate(["1", None, " "])))

    lines = [line for part in reads.lines(rows, texts) for line in part]

    assert [line.number for line in lines] == [2]
    assert reads.unlabelled == 2


def test_a_line_has_the_same_name_in_every_import_and_another_where_it_is_repeated(
    dataset: Dataset, texts: RowTexts
) -> None:
    rows = [{"row": "1", "label": label} for label in ("0", "1", "0")]

    first = [line.client_event for line in read(dataset, texts, *rows)]

    assert first == [line.client_event for line in read(dataset, texts, *rows)]
    assert len(set(first)) == 3
    assert all(len(name) <= 64 for name in first)


@pytest.mark.parametrize("chunk_lines", [1, 2, 5, 100])
def test_lines_come_in_their_order_so_many_at_a_time(
    dataset: Dataset, texts: RowTexts, chunk_lines: int
) -> None:
    rows = recorded(*({"row": str(n), "label": "1"} for n in (5, 0, 3, 3, 1)))

    parts = list(reader(dataset).lines(rows, texts, chunk_lines=chunk_lines))

    assert [line.values["row"] for part in parts for line in part] == [5, 0, 3, 3, 1]
    assert max(map(len, parts)) <= chunk_lines


def test_a_history_keeps_its_values_and_names_what_it_undoes(
    dataset: Dataset, texts: RowTexts
) -> None:
    given = {**EVENT, "value": "old", "reason": "so", "spent_ms": "7", "queue": "mixed/random"}
    undo = {**EVENT, "client_event": "two", "action": "undo", "value": None, "undoes": "one"}

    label, undone = read(dataset, texts, given, undo)

    assert label.client_event == "one"
    assert (label.values["at_ms"], label.values["spent_ms"]) == (5, 7)
    assert (label.values["value"], label.values["reason"]) == ("old", "so")
    assert (label.values["queue"], label.values["annotator"]) == ("mixed/random", "ann")
    assert (undone.undone, undone.values["value"], undone.values["spent_ms"]) == ("one", None, None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"row": "6", "label": "1"}, "a row from 0 to 5 in line 2, but found '6'"),
        ({"row": "-1", "label": "1"}, "a row from 0 to 5 in line 2, but found '-1'"),
        ({"id": "nobody", "label": "1"}, "an id that the data set has in line 2"),
        ({"row": "1", "label": "2"}, "one of the labels 0, 1 in line 2, but found '2'"),
        ({"row": "1", "label": "old"}, "one of the labels 0, 1 in line 2, but found 'old'"),
        ({"row": "1", "id": "2", "label": "1"}, "the id of that row, '1', in line 2"),
        ({"row": "1", "text": "other", "label": "1"}, "the text of that row, 'text 1', in line 2"),
        ({"row": "1", "label": "1", "fingerprint": "f"}, "in line 2, but found the fingerprint"),
        ({"row": "1"}, "a column `label` and a column `row` or `id`"),
        ({"label": "1"}, "a column `label` and a column `row` or `id`"),
        ({**EVENT, "row": "9"}, "a row from 0 to 5 in line 2"),
        ({**EVENT, "action": "dance"}, "one of the actions label, skip, flag, note, undo"),
        ({**EVENT, "value": "2"}, "one of the labels 0, 1 in line 2, but found '2'"),
        ({**EVENT, "action": "skip"}, "no value beside the action skip in line 2"),
        ({**EVENT, "action": "undo", "value": None}, "the client event that is undone in line 2"),
        ({**EVENT, "undoes": "zero"}, "undoes only beside undo in line 2, but found 'zero'"),
        ({**EVENT, "at_ms": "soon"}, "milliseconds as a whole number in `at_ms` in line 2"),
        ({**EVENT, "at_ms": "9" * 18}, "milliseconds as a whole number in `at_ms` in line 2"),
        ({**EVENT, "annotator": None}, "something in the column `annotator` in line 2"),
        ({**EVENT, "client_event": None}, "something in the column `client_event` in line 2"),
        ({**EVENT, "batch": "b" * 65}, "at most 64 characters in `batch` in line 2, but found 65"),
        ({"client_event": "one", "row": "1"}, "a history with the columns client_event, at_ms"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_in_a_sentence(
    dataset: Dataset, texts: RowTexts, row: dict[str, str | None], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(dataset, texts, row)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_an_id_that_several_rows_have_is_no_place(workspace: Workspace) -> None:
    path = toy.write_csv(
        workspace.root.parent / "ids.csv",
        [("a", "one", "0"), ("a", "two", "1"), ("b", "three", "1")], ("id", "text", "label"),
    )  # fmt: skip
    dataset = toy.import_file(workspace, path).dataset

    with row_texts(workspace, dataset) as texts:
        (line,) = read(dataset, texts, {"id": "b", "label": "0"})
        assert line.values["row"] == 2
        with pytest.raises(BadInput, match="'a', which several rows have: name the row"):
            read(dataset, texts, {"id": "a", "label": "0"})


def test_nothing_but_a_header_is_no_file_of_labels(dataset: Dataset, texts: RowTexts) -> None:
    with pytest.raises(BadInput, match="a file with nothing but a header"):
        read(dataset, texts)
