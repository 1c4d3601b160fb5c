import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.reading.bytestream import CHUNK_BYTES, open_utf8
from core.data.reading.json_records import (
    Record,
    Records,
    array_records,
    fasttext_line,
    line_records,
    parsed_line,
)
from core.errors import BadInput
from tests.messages import assert_one_sentence


def records_of(
    records: Records, file: Path, content: str | bytes, chunk_bytes: int = CHUNK_BYTES
) -> list[Record]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_utf8(file, chunk_bytes=chunk_bytes) as stream:
        return [record for batch in records(stream) for record in batch]


@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from("ab"), st.text(']},[{"\\ é', max_size=4)) | st.integers()
    ),
    indent=st.sampled_from([None, 2]),
    chunk_bytes=st.integers(1, 30),
)
def test_every_object_of_an_array_comes_back_however_it_is_cut(
    rows: list[object],
    indent: int | None,
    chunk_bytes: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("rows") / "a"
    content = json.dumps(rows, indent=indent) + "\n"
    found = records_of(array_records, file, content, chunk_bytes)

    assert found == [row if isinstance(row, dict) else str(row) for row in rows]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"a": 1}', "breaks off behind 1 whole ones"),
        ('[{"a": 1}, {"a": "x', "breaks off behind 1 whole ones"),
        ('[{"a": 1} {"a": 2}]', "instead of a comma or its end behind 1"),
        ('[{"a": 1}, oops]', "instead of an object behind 1"),
        ('[{"a": 1}]\n[{"a": 2}]', "instead of nothing more behind 1"),
        ('[{"a": ' + '"x' * (10 << 20), "more than 4 MB"),
        ('[{"a": ' + "[" * 100_000, "great depth"),
        ("", "breaks off behind 0"),
    ],
)
def test_a_damaged_array_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        records_of(array_records, tmp_path / "a", content)
    assert_one_sentence(caught.value)


def test_a_comma_before_the_end_of_an_array_is_no_damage(tmp_path: Path) -> None:
    assert records_of(array_records, tmp_path / "a", '[{"a": 1},\n]') == [{"a": 1}]


def test_objects_of_great_depth_are_left_as_text(tmp_path: Path) -> None:
    deep = '{"a": ' + "[" * 300 + "]" * 300 + "}"
    deeper = '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    smileys = json.dumps({"a": ":[" * 300})

    assert records_of(line_records, tmp_path / "a", f"{deep}\n{deeper}\n{smileys}\n") == [
        deep, deeper, {"a": ":[" * 300},
    ]  # fmt: skip
    assert records_of(array_records, tmp_path / "b", f"[{deep}]") == [deep]
    assert parsed_line(deep) == [deep]


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("__label__spam buy  now", "spam", "buy  now"),
        ("__label__spam\tbuy", "spam", "buy"),
        ("__label__a __label__b both", ["a", "b"], "both"),
        ("no label", None, "no label"),
        ("behind __label__ham", "ham", "behind"),
        ("__label__ empty", None, "empty"),
        ("my__label__x stays", None, "my__label__x stays"),
    ],
)
def test_fasttext_lines_have_labels_and_a_text(line: str, label: object, text: str) -> None:
    assert fasttext_line(line) == {"label": label, "text": text}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"a": 1}{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{"a": 1} {"a": 2},', [{"a": 1}, {"a": 2}]),
        ('{"a": 1},', [{"a": 1}]),
        ('{"a": 1}{"a": ', ['{"a": 1}{"a": ']),
        ('{"a": 1}, 2', ['{"a": 1}, 2']),
        ("[1]", ["[1]"]),
        (",", [","]),
        ("}{", ["}{"]),
    ],
)
def test_objects_on_one_line_are_parted_where_all_of_it_is_objects(
    line: str, found: list[Record]
) -> None:
    assert parsed_line(line) == found
