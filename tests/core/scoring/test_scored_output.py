import codecs
import csv
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.output.formulas import unguarded
from core.data.reading.charset import WrittenAs
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from core.scoring.scored_output import (
    OutputKind,
    distinct_names,
    free_names,
    kind_of,
    open_output,
    written_like,
)
from tests.messages import assert_one_sentence

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


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.parquet", "parquet"),
        ("a.PQ", "parquet"),
        ("a.csv", "csv"),
        ("a.b.TSV", "csv"),
        ("a.txt", "csv"),
        ("a", "csv"),
        (".a", "csv"),
    ],
)
def test_the_files_name_says_the_kind(name: str, kind: str) -> None:
    assert kind_of(Path(name)) is OutputKind(kind)


@pytest.mark.parametrize("name", ["out.csv.gz", "out.xlsx", "out.jsonl", "out.x"])
def test_a_name_of_another_kind_of_file_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="has no ending, but found 'out") as caught:
        kind_of(Path(name))
    assert_one_sentence(caught.value)


def test_kinds_have_names_and_suffixes() -> None:
    assert [(kind.label, kind.suffix) for kind in OutputKind] == [
        ("CSV", ".csv"), ("Parquet", ".parquet"),
    ]  # fmt: skip


def test_new_columns_get_names_that_are_free() -> None:
    header = ("text", "score", "predicted_score", "Error")
    assert free_names(header, ["score", "label", "error"]) == [
        "predicted_predicted_score", "label", "error",
    ]  # fmt: skip


def test_empty_and_repeated_names_are_told_apart() -> None:
    names = ["", "a", "a", "column 1", "a (2)", "a"]
    assert distinct_names(names) == ["column 1 (2)", "a", "a (3)", "column 1", "a (2)", "a (4)"]


@given(names=st.lists(st.sampled_from(["", "a", "a (2)", "column 1", "column 2", "b"]), max_size=9))
def test_distinct_names_are_distinct_and_keep_what_occurs_once(names: list[str]) -> None:
    made = distinct_names(names)
    assert len(set(made)) == len(made) == len(names)
    assert "" not in made
    for new, old in zip(made, names, strict=True):
        assert new == old or not old or names.count(old) > 1


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("compression", ["", "gzip"])
def test_a_file_is_written_as_another_is(tmp_path: Path, mark: bytes, compression: str) -> None:
    source = tmp_path / "in"
    content = mark + "text;a\nGrüße;1\n".encode()
    source.write_bytes(gzip.compress(content) if compression else content)
    format = FileFormat(FileKind.CSV, "utf-8", compression=compression)

    assert written_like(source, format, ["Ä"]) == WrittenAs("utf-8", mark)
    parquet = FileFormat(FileKind.PARQUET)
    assert written_like(source, parquet, []) == WrittenAs()


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"), ("cp1252", "cp1252"),
        ("iso2022_jp", "iso2022_jp"), ("gb18030", "gb18030"),
    ],
)  # fmt: skip
def test_encoding_and_mark_stay(tmp_path: Path, encoding: str, codec: str) -> None:
    source = tmp_path / "in"
    text = "日本" if encoding in ("iso2022_jp", "gb18030") else "Grüße"
    source.write_bytes(f"text\n{text}\n".encode(encoding))
    alike = written_like(source, FileFormat(FileKind.CSV, encoding), ["ham"])
    sink = io.BytesIO()
    schema = pa.schema([("text", pa.string())])
    with open_output(sink, OutputKind.CSV, schema, written=alike) as output:
        output.write(
            pa.record_batch(
                [
                    [text],
                ],
                schema=schema,
            )
        )
        output.write(
            pa.record_batch(
                [
                    [text],
                ],
                schema=schema,
            )
        )

    assert alike.codec == codec
    assert sink.getvalue() == f"text\n{text}\n{text}\n".encode(encoding)


def test_a_class_that_the_encoding_cannot_write_makes_it_utf_8(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes("text\nGrüße\n".encode("cp1252"))

    found = written_like(source, FileFormat(FileKind.CSV, "cp1252"), ["ham", "жалоба"])
    assert found == WrittenAs("utf-8", codecs.BOM_UTF8)
