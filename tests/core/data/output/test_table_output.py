import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.output.formulas import unguarded
from core.data.output.output_kind import OutputKind
from core.data.output.table_output import open_output

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
SCHEMA = pa.schema([("text", pa.string()), ("score", pa.float32())])


def written(kind: OutputKind, batches: list[pa.RecordBatch], delimiter: str = ",") -> bytes:
    sink = io.BytesIO()
    with open_output(sink, kind, batches[0].schema, delimiter=delimiter) as output:
        for batch in batches:
            output.write(batch)
    return sink.getvalue()


def batch(texts: list[str | None], scores: list[float | None]) -> pa.RecordBatch:
    return pa.record_batch([pa.array(texts), pa.array(scores, pa.float32())], SCHEMA)


def test_csv_has_six_decimals_and_nothing_where_something_is_missing() -> None:
    content = written(OutputKind.CSV, [batch(["a", None], [1 / 3, None]), batch(["ü"], [1.0])])
    assert content.decode() == "text,score\na,0.333333\n,\nü,1.000000\n"


@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=5), delimiter=st.sampled_from(",;\t|"))
def test_csv_comes_back_but_for_apostrophes_before_formulas(
    rows: list[tuple[str, str]], delimiter: str
) -> None:
    names = ["a", "b"]
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(2)]
    content = written(OutputKind.CSV, [pa.record_batch(columns, names)], delimiter)

    found = list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))
    assert found[0] == names
    assert [tuple(map(unguarded, row)) for row in found[1:]] == [
        tuple(map(unguarded, row)) for row in rows
    ]
    assert not any(cell[:1] in tuple("=@\t\r\n＝") and cell for row in found for cell in row)


@pytest.mark.parametrize("cell", ["a\rb", "a\nb", "a\r\nb", 'a"b', "a,b", "a\r"])
def test_line_ends_of_every_kind_stay_inside_their_cell(cell: str) -> None:
    content = written(OutputKind.CSV, [batch([cell], [0.5])])
    assert list(csv.reader(io.StringIO(content.decode(), newline="")))[1] == [cell, "0.500000"]
    assert content.endswith(b",0.500000\n")


def test_formulas_stand_behind_an_apostrophe_in_csv_and_are_counted() -> None:
    made = pa.record_batch([pa.array(["=1+1", "-5", "@a", "a=b", None])], ["=cmd()"])
    sink = io.BytesIO()
    with open_output(sink, OutputKind.CSV, made.schema) as output:
        output.write(made)
        output.write(made)
    assert output.guarded == 4
    assert sink.getvalue().decode().splitlines()[:4] == ["'=cmd()", "'=1+1", "-5", "'@a"]


def test_parquet_keeps_formulas_and_types(tmp_path: Path) -> None:
    content = written(OutputKind.PARQUET, [batch(["=1+1", None], [0.25, None])])
    table = pq.read_table(pa.BufferReader(content))
    assert table.schema == SCHEMA
    assert table.to_pylist() == [
        {"text": "=1+1", "score": 0.25},
        {"text": None, "score": None},
    ]


def test_an_error_in_the_block_is_told_and_not_one_of_the_closing() -> None:
    class Full(io.BytesIO):
        def flush(self) -> None:
            raise OSError("full")

    for kind in OutputKind:
        with pytest.raises(KeyError), open_output(Full(), kind, SCHEMA):
            raise KeyError


def test_the_sink_stays_open_when_writing_fails() -> None:
    class Closed(io.BytesIO):
        def flush(self) -> None:
            raise BrokenPipeError

    sink = Closed()
    with pytest.raises(BrokenPipeError), open_output(sink, OutputKind.CSV, SCHEMA) as output:
        output.write(batch(["a"], [0.5]))
    del output
    assert not sink.closed


def test_csv_leaves_formulas_alone_where_that_is_asked_for() -> None:
    made = pa.record_batch([pa.array(["=1+1", "a"])], ["=cmd()"])
    sink = io.BytesIO()
    with open_output(sink, OutputKind.CSV, made.schema, guards=False) as output:
        output.write(made)
    assert (sink.getvalue().decode(), output.guarded) == ("=cmd()\n=1+1\na\n", 0)
