import gzip
from itertools import pairwise
from pathlib import Path

import pytest

from core.data.reading.windows import text_windows

LINES = [f"line {number} of many, some words" for number in range(300_000)]


def test_a_short_file_is_one_window(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffa\nb\0c".encode())

    assert text_windows(tmp_path / "a", encoding="utf-8", compression="") == (["a\nb c"], True)


def test_an_empty_file_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")

    texts, whole = text_windows(tmp_path / "a", encoding="utf-8", compression="")
    assert ("".join(texts), whole) == ("", True)


@pytest.mark.parametrize("compression", ["", "gzip"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_whole_lines_come_from_all_over_a_long_file(
    tmp_path: Path, compression: str, encoding: str
) -> None:
    content = "\n".join(LINES).encode(encoding)
    (tmp_path / "a").write_bytes(gzip.compress(content, 1) if compression else content)
    texts, whole = text_windows(tmp_path / "a", encoding=encoding, compression=compression)

    assert not whole
    found = [line for text in texts for line in text.split("\n") if line]
    assert set(found) <= set(LINES)
    assert (found[0], found[-1]) == (LINES[0], LINES[-1])
    places = [LINES.index(text.split("\n")[0]) for text in texts[::8]]
    gaps = [after - before for before, after in pairwise(places)]
    assert max(gaps) < len(LINES) / 4


def test_a_long_line_gives_nothing_but_its_ends(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\n" + b"x" * (5 << 20) + b"\nb\n")

    texts, _ = text_windows(tmp_path / "a", encoding="utf-8", compression="")
    assert [text for text in texts if text] == ["a\n", "b\n"]
