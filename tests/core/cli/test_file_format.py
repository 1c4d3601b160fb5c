import argparse
import gzip
from pathlib import Path

import pytest

from core.cli.file_format import add_format, chosen_format
from core.data.reading.formats import FileFormat, FileKind
from core.errors import BadInput
from tests.messages import assert_one_sentence


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_format(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text('text;label\n"a;b";1\n' * 3, "utf-8")
    return path


def test_without_arguments_the_format_is_the_detected_one(file: Path) -> None:
    assert chosen_format(file, options()) == FileFormat(FileKind.CSV, "utf-8", delimiter=";")


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        (["--delimiter", "tab"], {"delimiter": "\t"}),
        (["--delimiter", "\\t"], {"delimiter": "\t"}),
        (["--delimiter", "|"], {"delimiter": "|"}),
        (["--quote", "none"], {"quote": ""}),
        (["--quote", "'"], {"quote": "'"}),
        (["--no-header"], {"has_header": False}),
        (["--header"], {"has_header": True}),
        (["--encoding", "latin-1"], {"encoding": "latin-1"}),
    ],
)
def test_what_the_person_knows_better_takes_the_place_of_what_was_detected(
    file: Path, arguments: list[str], changed: dict[str, object]
) -> None:
    found = chosen_format(file, options(*arguments))

    expected = {"kind": FileKind.CSV, "encoding": "utf-8", "delimiter": ";"} | changed
    assert found == FileFormat(**expected)


def test_another_kind_keeps_nothing_of_the_detected_one_but_its_packing(tmp_path: Path) -> None:
    path = tmp_path / "in.csv.gz"
    path.write_bytes(gzip.compress(b"text;label\na;1\n"))

    found = chosen_format(path, options("--kind", "jsonl"))

    assert found == FileFormat(FileKind.JSONL, packing="gzip")


def test_the_kind_that_was_detected_anyway_changes_nothing(file: Path) -> None:
    assert chosen_format(file, options("--kind", "csv")) == chosen_format(file, options())


def test_a_delimiter_of_two_characters_is_refused_in_a_sentence(file: Path) -> None:
    with pytest.raises(BadInput) as caught:
        chosen_format(file, options("--delimiter", "::"))
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "arguments", [["--kind", "word"], ["--encoding", "klingon"], ["--header", "--no-header"]]
)
def test_arguments_that_contradict_or_name_nothing_are_refused(arguments: list[str]) -> None:
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        options(*arguments)
