import argparse
import gzip
from pathlib import Path

import pytest

from core.cli.file_format import add_format, chosen_format
from core.data.reading.dialect import Dialect
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from tests.messages import assert_one_sentence

ROW = "1;Привет, как дела?\n"


def chosen(path: Path, *arguments: str) -> FileFormat:
    parser = argparse.ArgumentParser()
    add_format(parser)
    return chosen_format(path, parser.parse_args(arguments))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(("id;text\n" + ROW * 30).encode("koi8-r"))
    return tmp_path / "file"


def test_what_is_not_said_is_detected(path: Path) -> None:
    assert chosen(path) == FileFormat(FileKind.CSV, "koi8-r", ";")


@pytest.mark.parametrize("name", ["koi8-u", "KOI8_U"])
def test_any_encoding_can_be_said(name: str, path: Path) -> None:
    assert chosen(path, "--encoding", name) == FileFormat(FileKind.CSV, "koi8-u", ";")


@pytest.mark.parametrize("encoding", ["utf-32-be", "iso2022_jp", "cp037", "utf-16-le"])
def test_an_encoding_that_looks_like_binary_data_can_be_said(encoding: str, path: Path) -> None:
    path.write_bytes(("id;text\n" + "1;What is it?\n" * 300).encode(encoding))

    assert chosen(path, "--encoding", encoding) == FileFormat(FileKind.CSV, encoding, ";")


@pytest.mark.parametrize("name", ["klingon", "base64", "idna"])
def test_no_encoding_is_refused_in_one_sentence(name: str, path: Path) -> None:
    with pytest.raises(BadInput, match=name) as caught:
        chosen(path, "--encoding", name)
    assert_one_sentence(caught.value)


def test_the_delimiter_of_hive_can_be_said(path: Path) -> None:
    assert chosen(path, "--delimiter", "\\x01").delimiter == "\x01"


def test_every_other_part_can_be_said(path: Path) -> None:
    found = chosen(path, "--kind", "csv", "--delimiter", "tab", "--quote", "none", "--no-header")

    assert found == FileFormat(FileKind.CSV, "koi8-r", "\t", "", False)


@pytest.mark.parametrize("name", ["--first-line", "--header-row"])
def test_how_cells_are_written_and_where_they_begin_can_be_said(path: Path, name: str) -> None:
    found = chosen(path, "--escape", "\\", "--skip-space", name, "4")

    assert found.dialect == Dialect(";", '"', "\\", True)
    assert found.first_line == 4
    again = chosen(path, "--escape", "none", "--no-skip-space")
    assert (again.dialect, again.first_line) == (Dialect(";"), 1)


@pytest.mark.parametrize("line", ["0", "-1", "one"])
def test_no_line_is_refused(path: Path, line: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        chosen(path, "--first-line", line)


@pytest.mark.parametrize("written", ["tab", "\\t"])
def test_a_tab_has_a_name(written: str, path: Path) -> None:
    assert chosen(path, "--delimiter", written).delimiter == "\t"


def test_another_kind_keeps_nothing_of_the_detected_one_but_its_compression(tmp_path: Path) -> None:
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress(b"text;label\na;1\n"))

    assert chosen(path, "--kind", "jsonl") == FileFormat(FileKind.JSONL, compression="gzip")


def test_a_delimiter_of_two_characters_is_refused_in_one_sentence(path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        chosen(path, "--delimiter", "::")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("arguments", [["--kind", "word"], ["--header", "--no-header"]])
def test_arguments_that_contradict_or_name_nothing_are_refused(
    arguments: list[str], path: Path
) -> None:
    with pytest.raises(SystemExit, match="2"):
        chosen(path, *arguments)
