import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import N_CHARS, N_WORDS, ROW, SCHEMA, TEXT, Dataset, list_datasets
from core.data.importing.importer import import_sample
from core.data.importing.writer import (
    MAX_CLASSES,
    dataset_writer,
    order_classes,
    publish,
)
from core.errors import BadInput, DiskError
from core.workspace import Workspace
from tests.core.data.imported import nothing_half_written, rows_of
from tests.messages import assert_one_sentence

Rows = Sequence[tuple[str, str, str | None]]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, st.none() | TEXTS), min_size=1, max_size=12)
THREE: Rows = [("a", "one", "0"), ("b", "two two", "1"), ("c", "", None)]


def written(
    workspace: Workspace,
    rows: Rows,
    *,
    cuts: Sequence[int] = (),
    name: str = "n",
    **limits: int,
):
    """Publish rows, written in batches that end at the cuts."""
    edges = [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    with dataset_writer(workspace, **limits) as (writer, folder):
        for start, end in pairwise(edges):
            columns = list(zip(*rows[start:end], strict=True)) or [[], [], []]
            writer.write(*(pa.array(column, pa.string()) for column in columns))
        return publish(workspace, writer, folder, name=name, source="a test")


def test_what_is_written_is_read(workspace: Workspace) -> None:
    dataset, is_new = written(workspace, THREE, name="Three rows")
    table = pq.read_table(workspace.dataset(dataset.id).texts)

    assert is_new
    assert table.schema.equals(SCHEMA)
    assert rows_of(workspace, dataset) == THREE
    assert table[ROW].to_pylist() == [0, 1, 2]
    assert table[N_WORDS].to_pylist() == [1, 2, 0]
    assert table[N_CHARS].to_pylist() == [3, 7, 0]
    assert (dataset.name, dataset.source, dataset.rows) == ("Three rows", "a test", 3)
    assert dataset.class_counts == {"0": 1, "1": 1}
    assert dataset.id == f"three-rows-{dataset.fingerprint[:8]}"
    assert list_datasets(workspace) == [dataset]
    assert nothing_half_written(workspace)


@settings(max_examples=25)  # Each writes two data sets.
@given(rows=ROWS, cuts=st.lists(st.integers(0, 100), max_size=4))
def test_batch_sizes_change_neither_rows_nor_fingerprint(rows: Rows, cuts: list[int]) -> None:
    with TemporaryDirectory() as folder:
        whole, cut = Workspace(Path(folder, "whole")), Workspace(Path(folder, "cut"))
        first, second = written(whole, rows)[0], written(cut, rows, cuts=cuts)[0]

        assert first.fingerprint == second.fingerprint
        assert rows_of(whole, first) == rows_of(cut, second) == rows


@pytest.mark.parametrize(
    "other",
    [
        [("a", "one", "1"), ("b", "two two", "0"), ("c", "", None)],
        [("a", "onet", "0"), ("b", "wo two", "1"), ("c", "", None)],
        [("ab", "one", "0"), ("", "two two", "1"), ("c", "", None)],
        [("a", "one", "0"), ("b", "two two", "1"), ("c", "", "")],
        [("a", "one", "01"), ("b", "two two", None), ("c", "", None)],
        [("b", "two two", "1"), ("a", "one", "0"), ("c", "", None)],
        [("a", "one", "0"), ("b", "two two", "1")],
    ],
)
def test_other_content_has_another_fingerprint(workspace: Workspace, other: Rows) -> None:
    first, second = written(workspace, THREE)[0], written(workspace, other)[0]

    assert first.fingerprint != second.fingerprint
    assert first.id != second.id
    assert len(list_datasets(workspace)) == 2


def test_the_same_content_is_recognised_under_another_name(workspace: Workspace) -> None:
    first, _ = written(workspace, THREE, name="first")
    again, is_new = written(workspace, THREE, name="second")

    assert not is_new
    assert again == first
    assert nothing_half_written(workspace)


def test_the_same_content_from_two_at_once_becomes_one_data_set(workspace: Workspace) -> None:
    others: list[Dataset] = []

    def meanwhile() -> Iterator[str]:
        """Notes that take so long that somebody else is faster."""
        others.append(written(workspace, THREE)[0])
        yield "a note"

    with dataset_writer(workspace) as (writer, folder):
        writer.write(*(pa.array(column, pa.string()) for column in zip(*THREE, strict=True)))
        ours = publish(workspace, writer, folder, name="n", source="s", notes=meanwhile())

    assert ours == (others[0], False)
    assert list_datasets(workspace) == others
    assert nothing_half_written(workspace)


def test_a_second_data_set_of_a_name_gets_a_number_and_says_so(workspace: Workspace) -> None:
    rows = [(f"id{n}", f"text {n}", "0") for n in range(3)]

    made = [
        written(workspace, [row], name=name)[0]
        for row, name in zip(rows, ("surge", "Surge", "surge"), strict=True)
    ]

    assert [each.name for each in made] == ["surge", "Surge 2", "surge 3"]
    assert [each.id.rsplit("-", 1)[0] for each in made] == ["surge", "surge-2", "surge-3"]
    assert made[0].notes == ()
    assert made[1].notes == ("Called 'Surge 2', as there was a data set called 'Surge'",)
    assert list_datasets(workspace) == made


def test_data_sets_of_one_name_that_come_at_once_get_names_of_their_own(
    workspace: Workspace,
) -> None:
    start = threading.Barrier(4)

    def write(number: int) -> str:
        with dataset_writer(workspace) as (writer, folder):
            columns = ([f"id{number}"], [f"text {number}"], ["0"])
            writer.write(*(pa.array(column, pa.string()) for column in columns))
            start.wait()
            return publish(workspace, writer, folder, name="surge", source="s")[0].name

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == ["surge", "surge 2", "surge 3", "surge 4"]


def test_a_name_of_nothing_that_shows_is_none(workspace: Workspace) -> None:
    assert written(workspace, THREE, name="\u200b")[0].name == "untitled"


def test_a_name_that_cannot_be_printed_is_made_so(workspace: Workspace) -> None:
    # As Python gives a file name in Latin-1 on a system of UTF-8.
    dataset, _ = written(workspace, THREE, name="caf\udce9\n.csv")

    assert dataset.name == "caf\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}.csv"
    assert list_datasets(workspace) == [dataset]


def test_no_rows_are_no_data_set(workspace: Workspace) -> None:
    with (
        pytest.raises(BadInput, match="none; 3 rows without text left out") as caught,
        dataset_writer(workspace) as (writer, folder),
    ):
        notes = ["3 rows without text left out"]
        publish(workspace, writer, folder, name="n", source="s", notes=notes)

    assert_one_sentence(caught.value)
    assert nothing_half_written(workspace)


def test_work_that_fails_leaves_nothing(workspace: Workspace) -> None:
    with pytest.raises(KeyboardInterrupt), dataset_writer(workspace) as (writer, _):
        writer.write(pa.array(["a"]), pa.array(["b"]), pa.array(["c"]))
        raise KeyboardInterrupt

    assert nothing_half_written(workspace)
    assert list_datasets(workspace) == []


@pytest.mark.parametrize("file", ["workspace", "workspace/staging", "workspace/datasets"])
def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("in the way")

    with pytest.raises(DiskError, match="a file where a folder should be") as caught:
        import_sample(Workspace(tmp_path / "workspace"), rows=10)
    assert_one_sentence(caught.value)
    assert not list(tmp_path.rglob("*.parquet"))


def test_row_groups_are_of_one_size_unless_texts_are_very_long(workspace: Workspace) -> None:
    texts = ["short"] * 9 + ["long" * 600] * 2 + ["short"] * 5
    rows = [(str(n), text, None) for n, text in enumerate(texts)]
    cuts = [3, 10, 11, 12]
    dataset, _ = written(workspace, rows, cuts=cuts, group_rows=4, group_bytes=2_000)
    metadata = pq.read_metadata(workspace.dataset(dataset.id).texts)

    sizes = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sizes == [4, 4, 2, 1, 4, 1]
    assert rows_of(workspace, dataset) == rows


def test_too_many_classes_are_refused(workspace: Workspace) -> None:
    rows = [(str(n), "text", f"label {n}") for n in range(MAX_CLASSES)]
    assert len(written(workspace, rows)[0].classes) == MAX_CLASSES

    with pytest.raises(BadInput, match="at most 1,000 different values") as caught:
        written(workspace, [*rows, ("x", "text", "one\nmore")])
    assert_one_sentence(caught.value)
    assert nothing_half_written(workspace)


@pytest.mark.parametrize(
    ("counts", "classes"),
    [
        ({"1": 6, "0": 94}, ("0", "1")),
        ({"0": 6, "1": 94}, ("0", "1")),
        ({"1.0": 6, "0.0": 94}, ("0.0", "1.0")),
        ({"True": 6, "False": 94}, ("False", "True")),
        ({"ham": 4_827, "spam": 747}, ("ham", "spam")),
        ({"spam": 4_827, "ham": 747}, ("ham", "spam")),
        ({"insincere": 5, "sincere": 95}, ("sincere", "insincere")),
        ({"Toxic": 5, "civil": 95}, ("civil", "Toxic")),
        ({"cat": 5, "dog": 95}, ("dog", "cat")),
        ({"cat": 95, "dog": 5}, ("cat", "dog")),
        ({"spam": 5, "toxic": 95}, ("toxic", "spam")),
        ({"10": 1, "9": 1, "1": 1}, ("1", "9", "10")),
        ({"b": 1, "a": 2, "10": 3, "9": 4}, ("9", "10", "a", "b")),
        ({"only": 3}, ("only",)),
        ({}, ()),
    ],
)
def test_classes_have_a_fixed_order_and_of_two_the_positive_comes_second(
    counts: dict[str, int], classes: tuple[str, ...]
) -> None:
    assert order_classes(Counter(counts)) == classes
    assert order_classes(Counter(dict(reversed(counts.items())))) == classes


def test_the_description_says_what_the_writer_counted(workspace: Workspace) -> None:
    dataset = import_sample(workspace, rows=500)
    rows = rows_of(workspace, dataset)

    assert isinstance(dataset, Dataset)
    assert dataset.synthetic
    assert dataset.class_counts == dict(Counter(label for _, _, label in rows))
    assert dataset.classes == ("sincere", "insincere")
    assert import_sample(workspace, rows=500) == dataset
    assert pq.read_metadata(workspace.dataset(dataset.id).texts).num_rows == 500
    assert TEXT in pq.read_schema(workspace.dataset(dataset.id).texts).names


@pytest.mark.parametrize("rows", [0, -5, 20_001])
def test_a_sample_of_no_such_size_is_refused(workspace: Workspace, rows: int) -> None:
    with pytest.raises(BadInput) as caught:
        import_sample(workspace, rows=rows)

    assert_one_sentence(caught.value)
    assert nothing_half_written(workspace)


def test_a_folder_that_lost_its_description_is_no_hindrance(workspace: Workspace) -> None:
    first = import_sample(workspace, rows=20)
    workspace.dataset(first.id).description.write_text("{", "utf-8")

    again = import_sample(workspace, rows=20)

    assert again.id == first.id
    assert [dataset.id for dataset in list_datasets(workspace)] == [first.id]
    assert nothing_half_written(workspace)
