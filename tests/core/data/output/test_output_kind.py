from pathlib import Path

import pytest

from core.data.output.output_kind import OutputKind, kind_of
from core.errors import BadInput
from tests.messages import assert_one_sentence


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.parquet", "parquet"),
        ("a.PQ", "parquet"),
        ("a.csv", "csv"),
        ("a.b.TSV", "csv"),
        ("a.txt", "csv"),
        ("a.xlsx", "xlsx"),
        ("a.ndjson", "jsonl"),
        ("a", "csv"),
        (".a", "csv"),
    ],
)
def test_the_files_name_says_the_kind(name: str, kind: str) -> None:
    assert kind_of(Path(name)) is OutputKind(kind)


@pytest.mark.parametrize("name", ["out.csv.gz", "out.xlsx", "out.jsonl", "out.x"])
def test_a_name_of_another_kind_of_file_is_refused(name: str) -> None:
    kinds = (OutputKind.CSV, OutputKind.PARQUET)
    expected = r"ends in \.csv, \.tsv, \.txt, \.parquet or \.pq, or has no ending, but found 'out"
    with pytest.raises(BadInput, match=expected) as caught:
        kind_of(Path(name), kinds)
    assert_one_sentence(caught.value)


def test_kinds_have_names_and_suffixes() -> None:
    assert [(kind.label, kind.suffix) for kind in OutputKind] == [
        ("CSV", ".csv"), ("Parquet", ".parquet"), ("JSONL", ".jsonl"), ("Excel", ".xlsx"),
    ]  # fmt: skip
