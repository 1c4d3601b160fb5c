import codecs
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.output.output_kind import OutputKind
from core.data.output.table_output import open_output
from core.data.reading.charset import WrittenAs
from core.data.reading.formats import FileFormat, FileKind
from core.scoring.scored_output import free_names, written_like


def test_new_columns_get_names_that_are_free() -> None:
    header = ("text", "score", "predicted_score", "Error")
    assert free_names(header, ["score", "label", "error"]) == [
        "predicted_predicted_score", "label", "error",
    ]  # fmt: skip


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
