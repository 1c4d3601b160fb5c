from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.data.importing.preview import preview_file
from tests.core.data.workbooks import xlsx_bytes

README = [["About this file"], ["Made in May"], ["Ask Ana"]]
MEANINGS = [["Column", "Meaning"], ["text", "what was written"], ["label", "spam or ham"]]
TABLE = [["text", "label"], *([f"message {n}", n % 2] for n in range(30))]
UNNAMED = [["Nachricht", "Art"], *([f"message {n}", n % 2] for n in range(30))]


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        ({"Readme": README, "Data": TABLE}, "Data"),
        ({"Meanings": MEANINGS, "Data": UNNAMED}, "Data"),
        ({"Readme": README, "Data": [["text"], ["a"]]}, "Data"),
        ({"train": TABLE, "test": TABLE}, "train"),
        ({"one": README, "two": README}, "one"),
        ({"Daten": UNNAMED, "Notes": README}, "Daten"),
    ],
)
def test_the_sheet_that_looks_like_a_table_is_chosen(
    tmp_path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], chosen: str
) -> None:
    (tmp_path / "book.xlsx").write_bytes(xlsx_bytes(sheets))

    assert preview_file(tmp_path / "book.xlsx").format.sheet == chosen


def test_a_hidden_sheet_is_chosen_only_if_the_others_are_empty(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(xlsx_bytes({"shown": README, "lists": TABLE}, hidden=["lists"]))
    (tmp_path / "b").write_bytes(xlsx_bytes({"shown": [], "lists": TABLE}, hidden=["lists"]))

    assert preview_file(tmp_path / "a").format.sheet == "shown"
    assert preview_file(tmp_path / "b").format.sheet == "lists"
