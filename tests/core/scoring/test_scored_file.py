import codecs
import csv
import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.output.formulas import guarded
from core.data.output.output_kind import OutputKind
from core.data.text_recipe import TextRecipe
from core.errors import BadInput
from core.scoring.scored_file import SCORES_SCHEMA, score_file
from core.scoring.scored_output import SCORED_KINDS
from core.scoring.scorer import Scorer
from tests import toy
from tests.core.data.reading.test_compression import packed
from tests.core.data.workbooks import xlsx_bytes
from tests.core.scoring.conftest import Watched
from tests.core.scoring.scored import CSV, NEW, TEXT, cells, expected, score, written

AWKWARD = [
    ["id", "text", "note"],
    ["1", "a lovely cat", "kept, as it is"],
    ["2", 'rotten "dog"\nover two lines\rand three', "1+1"],
    ["3", "", "no text"],
    ["4", " \t ", "blank"],
    ["5", "x" * 100_000, "long"],
    ["6", "日本 naïve 🙂", ""],
    ["6", "a lovely cat", "same id, same text"],
]


def test_rows_come_back_in_order_with_new_columns_and_nothing_else_changed(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    source = written(tmp_path / "in.csv", AWKWARD)
    result = score(scorer, source, out, text_recipe=TEXT)
    after = cells(out)
    assert [row[:3] for row in after] == AWKWARD
    assert after[0][3:] == NEW
    assert [row[3:] for row in after[3:5]] == [["", "", "", "no text"]] * 2
    assert after[1][3:] == after[7][3:]
    assert (result.rows, result.scored, result.unscored) == (7, 5, {"empty": 2})
    assert (result.texts, result.guarded, result.replaced) == (4, 0, 0)
    assert sum(result.label_counts.values()) == sum(result.histogram) == 5
    assert (result.columns, result.threshold) == ({n: n for n in NEW}, scorer.threshold)
    for row in (row for row in after[1:] if row[3]):
        assert row[4] == ("1" if float(row[3]) >= scorer.threshold else "0")
        assert row[6] == ""


def test_the_file_gives_the_scores_that_the_scorer_gives(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    texts = [f"the {word} cat number {n}" for n in range(90) for word in ("lovely", "rotten")]
    source = written(tmp_path / "in.csv", [["text"], *([text] for text in texts)])
    score(scorer, source, out)
    wanted = scorer.score(texts)
    found = cells(out)[1:]
    assert [float(row[1]) for row in found] == pytest.approx(wanted.values.tolist(), abs=1e-5)
    assert [row[2] for row in found] == wanted.labels
    assert [float(row[3]) for row in found] == pytest.approx(wanted.calibrated.tolist(), abs=1e-5)


def test_identical_texts_are_scored_once(scorer: Scorer, tmp_path: Path, out: Path) -> None:
    texts = [f"a {word} cat" for word in toy.KIND] * 40
    watched = Watched(scorer)
    source = written(tmp_path / "in.csv", [["text"], *([text] for text in texts)])
    result = score(watched.scorer, source, out)
    assert sorted(watched.texts) == sorted(set(texts))
    assert (result.rows, result.texts, result.scored) == (200, 5, 200)


BYTES = st.sampled_from([b"caf\xe9 cat", b"\xff", b"a\xc3", b"\x80 lovely"])
TEXTS = st.text(
    st.sampled_from("\0\r\n\t =@-+\"',;'") | st.characters(exclude_categories=["Cs"]), max_size=12
) | st.sampled_from(["a lovely cat", "a rotten dog", ""])


def quoted(texts: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(texts)
    return line.getvalue().encode()


@st.composite
def messy_rows(draw: st.DrawFn) -> tuple[bytes, list[str], str]:
    """A row as it stands in a file, its cells in the output, and the reason for no score."""
    kind = draw(st.sampled_from(["good", "good", "bytes", "short", "long", "quoting"]))
    text, note = (draw(TEXTS) for _ in range(2))
    clean = [cell.replace("\0", " ") for cell in ("7", text, note)]
    if kind == "good":
        return quoted(["7", text, note]), clean, "" if clean[1].strip() else "no text"
    if kind == "bytes":
        bad = draw(BYTES)
        return b"7," + bad + b",x\n", ["7", bad.decode("utf-8", "replace"), "x"], "bytes that"
    if kind == "short":
        return b"7\n", ["7", "", ""], "the wrong number of fields: 1 cell"
    if kind == "long":
        return quoted(["7", text, note, "more"]), clean, "the wrong number of fields: 4 cells"
    line = draw(st.sampled_from(['"7"x,a cat,y', '7,"a" cat,', '7,a,"b" c,"d"']))
    return line.encode() + b"\n", [line, "", ""], "broken quoting"


@given(rows=st.lists(messy_rows(), max_size=12))
def test_every_row_of_a_messy_file_is_there_equal_or_explained_with_its_own_score(
    scorer: Scorer, tmp_path_factory: pytest.TempPathFactory, rows: list
) -> None:
    folder = tmp_path_factory.mktemp("messy")
    # Of a long beginning few characters are control characters, so that it is no binary data.
    header = b"id,text," + b"note" * 2_000 + b"\n"
    (folder / "in.csv").write_bytes(header + b"".join(row for row, _, _ in rows))
    result = score_file(
        scorer, folder / "in.csv", folder / "out.csv",
        store=folder / "r.sqlite", format=CSV, text_recipe=TEXT,
    )  # fmt: skip

    after = cells(folder / "out.csv")[1:]
    safe = [guarded(pa.array(wanted, pa.string())).to_pylist() for _, wanted, _ in rows]
    assert [row[:3] for row in after] == safe
    assert (result.rows, sum(result.unscored.values())) == (len(rows), len(rows) - result.scored)
    own = expected(scorer, [wanted[1] for _, wanted, reason in rows if not reason])
    for (_, wanted, reason), row in zip(rows, after, strict=True):
        if reason:
            assert row[3:6] == ["", "", ""]
            assert row[6].startswith(reason)
        else:
            assert row[6] == ""
            assert float(row[3]) == pytest.approx(own[wanted[1]], abs=2e-5)


ENCODINGS = {"utf-16": "utf-16", "bom": "utf-8-sig", "cp1252": "cp1252"}


def content_of(kind: str) -> bytes:
    lines = ["n;text", "1;a lovely café", "2;a rotten dog"]
    if kind == "jsonl":
        return b'{"n": 1, "text": "a lovely caf\\u00e9"}\n{"n": 2, "text": "a rotten dog"}\n'
    if kind == "parquet":
        sink = io.BytesIO()
        frame = pd.DataFrame({"n": [1, 2], "text": ["a lovely café", "a rotten dog"]})
        frame.to_parquet(sink, index=False)
        return sink.getvalue()
    if kind == "excel":
        return xlsx_bytes({"S": [["n", "text"], [1, "a lovely café"], [2, "a rotten dog"]]})
    delimiter = "\t" if kind == "tsv" else ";"
    encoding = ENCODINGS.get(kind, "utf-8")
    return "\r\n".join(lines).replace(";", delimiter).encode(encoding)


@pytest.mark.parametrize("compression", ["", "gzip", "zip", "zstd"])
@pytest.mark.parametrize(
    "kind", ["csv", "tsv", "utf-16", "bom", "cp1252", "jsonl", "parquet", "excel"]
)
def test_every_format_that_can_be_imported_can_be_scored(
    scorer: Scorer, tmp_path: Path, out: Path, kind: str, compression: str
) -> None:
    (tmp_path / "in").write_bytes(packed(content_of(kind), compression))
    delimiter = {"tsv": "\t", "jsonl": ",", "parquet": ",", "excel": ","}.get(kind, ";")

    result = score(scorer, tmp_path / "in", out)
    assert out.read_bytes().startswith(codecs.BOM_UTF8) == (kind == "bom")
    after = cells(out, delimiter, ENCODINGS.get(kind, "utf-8"))
    assert [row[:2] for row in after] == [
        ["n", "text"],
        ["1", "a lovely café"],
        ["2", "a rotten dog"],
    ]
    assert [row[3] for row in after[1:]] == scorer.score(["a lovely café", "a rotten dog"]).labels
    assert result.replaced == 0

    score(scorer, tmp_path / "in", out, kind=OutputKind.PARQUET)
    table = pq.read_table(out)
    assert table.schema.names == ["n", "text", *NEW]
    assert [str(number) for number in table["n"].to_pylist()] == ["1", "2"]
    assert table["text"].to_pylist() == ["a lovely café", "a rotten dog"]


def test_what_somebody_says_of_the_format_goes_before_what_is_detected(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    (tmp_path / "in.csv").write_bytes(b"a|b\nlovely, kind|'x|y'\n")
    given = replace(CSV, delimiter="|", quote="'", has_header=False)
    score(scorer, tmp_path / "in.csv", out, format=given, text_recipe=TextRecipe(("column 1",)))
    assert [row[:2] for row in cells(out, "|")] == [
        ["column 1", "column 2"], ["a", "b"], ["lovely, kind", "x|y"],
    ]  # fmt: skip


def test_a_quotation_mark_between_cells_does_not_stay_one(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    (tmp_path / "in.csv").write_bytes(b'n"text\n1"a cat\n')
    given = replace(CSV, delimiter='"', quote="")
    score(scorer, tmp_path / "in.csv", out, format=given)
    assert [row[:2] for row in cells(out)] == [["n", "text"], ["1", "a cat"]]


TYPED = pa.table(
    {
        "text": pa.array(["=1+1", None, "a\0cat"]),
        "whole": pa.array([1, None, 3], pa.int8()),
        "part": pa.array([0.5, None, 1e300]),
        "short": pa.array(np.array([0.5, 1, 2], np.float16)),
        "truth": pa.array([True, None, False]),
        "kind": pa.array(["b", None, "a"]).dictionary_encode(),
        "list": pa.array([[{"a": 1, "b": "x"}], None, []]),
        "day": pa.array([date(2020, 1, 1), None, date(1, 1, 1)]),
        "time": pa.array([1, None, 3], pa.timestamp("ns", "Europe/Berlin")),
        "bytes": pa.array([b"\xff\0", None, b""]),
        "price": pa.array([Decimal("0.10"), None, Decimal(3)], pa.decimal128(20, 2)),
        "large": pa.array(["a", None, "b"], pa.large_string()),
        "nothing": pa.nulls(3),
        "took": pa.array([1, None, 3], pa.duration("ms")),
        "a.b": pa.array([1, 2, 3]),
    }
)


def test_parquet_keeps_the_types_and_values_of_a_parquet_file(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    pq.write_table(TYPED, tmp_path / "in.parquet")
    read = pq.read_table(tmp_path / "in.parquet")
    result = score(
        scorer,
        tmp_path / "in.parquet",
        out,
        kind=OutputKind.PARQUET,
        text_recipe=TEXT,
    )
    table = pq.read_table(out)
    assert table.select(TYPED.schema.names).equals(read)
    assert table.schema.names == [*TYPED.schema.names, *NEW]
    assert [str(table.schema.field(name).type) for name in NEW] == [
        "float", "string", "float", "string",
    ]  # fmt: skip
    assert table["error"].to_pylist() == [None, "no text", None]
    assert table["label"].null_count == table["calibrated"].null_count == 1
    assert (result.guarded, result.replaced) == (0, 0)


def test_a_parquet_file_as_csv_says_what_could_not_be_kept(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    pq.write_table(TYPED.select(["text", "whole", "bytes"]), tmp_path / "in.parquet")
    result = score(scorer, tmp_path / "in.parquet", out, text_recipe=TEXT)
    assert [row[:3] for row in cells(out)] == [
        ["text", "whole", "bytes"], ["'=1+1", "1", "\ufffd "], ["", "", ""], ["a cat", "3", ""],
    ]  # fmt: skip
    assert result.guarded == 1
    assert result.replaced == 3  # Two NUL characters and a cell with bytes that are no text.


@pytest.mark.parametrize(
    "header", [["", "text", "a", "a", "score", "=x"], ["text", "", "", "error"]]
)
def test_odd_empty_and_repeated_column_names(
    scorer: Scorer, tmp_path: Path, out: Path, header: list[str]
) -> None:
    row = [f"cell {number}" for number in range(len(header))]
    source = written(tmp_path / "in.csv", [header, row])
    result = score(scorer, source, out, format=CSV)
    after = cells(out)
    assert after[0][: len(header)] == ["'=x" if name == "=x" else name for name in header]
    assert after[1][: len(header)] == row
    assert after[0][len(header) :] == list(result.columns.values())
    assert not set(result.columns.values()) & set(header)

    score(scorer, source, out, format=CSV, kind=OutputKind.PARQUET)
    table = pq.read_table(out)
    assert len(set(table.schema.names)) == len(header) + 4
    assert "" not in table.schema.names
    assert [column[0].as_py() for column in table.columns[: len(header)]] == row


@pytest.mark.parametrize("kind", SCORED_KINDS)
def test_an_empty_table_gives_its_header_back(
    scorer: Scorer, tmp_path: Path, out: Path, kind: OutputKind
) -> None:
    (tmp_path / "in.csv").write_text("text\n", "utf-8")
    result = score(scorer, tmp_path / "in.csv", out, kind=kind)
    assert (result.rows, result.scored, result.texts) == (0, 0, 0)
    if kind is OutputKind.CSV:
        assert out.read_text("utf-8") == "text,score,label,calibrated,error\n"
    else:
        table = pq.read_table(out)
        assert (table.num_rows, table.schema.names) == (0, ["text", *NEW])
        assert table.schema.field("score").type == pa.float32()


def test_an_empty_parquet_file_keeps_its_types(scorer: Scorer, tmp_path: Path, out: Path) -> None:
    pq.write_table(TYPED.slice(0, 0), tmp_path / "in.parquet")
    score(
        scorer,
        tmp_path / "in.parquet",
        out,
        kind=OutputKind.PARQUET,
        text_recipe=TEXT,
    )
    table = pq.read_table(out)
    assert (table.num_rows, table.schema.types[: TYPED.num_columns]) == (0, TYPED.schema.types)


def test_scores_alone_say_what_the_output_says(scorer: Scorer, tmp_path: Path, out: Path) -> None:
    source = written(tmp_path / "in.csv", AWKWARD)
    score(scorer, source, out, text_recipe=TEXT, scores=tmp_path / "scores.parquet")
    table = pq.read_table(tmp_path / "scores.parquet")
    assert table.schema == SCORES_SCHEMA
    rows = table.to_pylist()
    assert [row["row"] for row in rows] == list(range(2, 9))
    for alone, row in zip(rows, cells(out)[1:], strict=True):
        assert (alone["label"] or "", alone["error"] or "") == (row[4], row[6])
        assert (alone["text"] or "") == (row[1] if row[3] else "")
        for name, cell in (("score", row[3]), ("calibrated", row[5])):
            assert cell == ("" if alone[name] is None else f"{alone[name]:.6f}")


def test_real_questions_come_back_as_they_were(
    scorer: Scorer, tmp_path: Path, out: Path, shared_data: Path
) -> None:
    with (shared_data / "quora" / "unlabelled.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for _, row in zip(range(3001), csv.reader(file), strict=False)]
    result = score(scorer, written(tmp_path / "in.csv", rows), out)
    after = cells(out)
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    safe = [guarded(column).to_pylist() for column in columns]
    assert [row[: len(columns)] for row in after] == [list(row) for row in zip(*safe, strict=True)]
    assert result.rows == 3000


def test_keys_that_only_later_objects_have_are_columns_too(scorer: Scorer, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"a cat {number}"}) for number in range(600)]
    lines.append(json.dumps({"text": "a dog", "late": "kept"}))
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(lines), "utf-8")

    score_file(scorer, source, tmp_path / "out.csv", store=tmp_path / "kept.sqlite")

    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["late"] for row in rows] == [""] * 600 + ["kept"]
    assert list(rows[0])[:2] == ["text", "late"]


def test_objects_with_ever_new_keys_are_refused(scorer: Scorer, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    lines = [json.dumps({"text": "a cat", f"key {number}": 1}) for number in range(1_200)]
    source.write_text("\n".join(lines), "utf-8")

    with pytest.raises(BadInput, match="at most 1,000 different keys"):
        score_file(scorer, source, tmp_path / "out.csv", store=tmp_path / "kept.sqlite")
    assert not (tmp_path / "out.csv").exists()


def test_rows_that_only_seem_to_merge_and_headers_that_come_again_keep_their_places(
    scorer: Scorer, tmp_path: Path, out: Path
) -> None:
    lines = [f"{n % 2}\t{n}\tthe lovely cat number {n}" for n in range(40)]
    lines[7], lines[12] = '1\t7\t"I will not', '0\t12\tand so on"'
    lines[20] = "label\tid\ttext"
    (tmp_path / "in.tsv").write_text("\n".join(["label\tid\ttext", *lines, ""]), "utf-8")
    result = score(scorer, tmp_path / "in.tsv", out)
    after = cells(out, "\t")[1:]

    assert (result.rows, len(after)) == (40, 40)
    assert [row[2] for row in after] == [line.split("\t")[2] for line in lines]
    assert result.unscored == {"header": 1}
    assert after[20][-1] == "the column names once more, or a line below them"
