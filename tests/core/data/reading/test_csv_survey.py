"""Guesses from a file's beginning, held against the rest of it."""

import tracemalloc
from pathlib import Path

import pytest

from core.data.reading.bytestream import open_utf8
from core.data.reading.csv_dialect import Guess
from core.data.reading.csv_survey import Survey, detect_dialect, survey_file
from core.data.reading.dialect import Dialect

ROWS = 6_000
PLAIN = [f"{n % 2}\t{n}\tThey met again on day {n} and decided nothing at all" for n in range(ROWS)]


def written(folder: Path, lines: list[str], line_end: str = "\n") -> Path:
    path = folder / "table"
    path.write_bytes(line_end.join([*lines, ""]).encode())
    return path


def detected(path: Path) -> Guess:
    with open_utf8(path) as stream:
        head = stream.head()
    return detect_dialect(path, "utf-8", "", head)


def surveyed(path: Path, guess: Guess) -> Survey:
    with open_utf8(path) as stream:
        text, _ = stream.head()
    return survey_file(path, "utf-8", "", guess, text)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("opens", "closes"), [(5_900, 5_902), (5_900, 5_999), (5_400, 5_401), (600, 5_990)]
)
def test_rows_that_merge_late_in_a_file_are_kept_apart(
    tmp_path: Path, opens: int, closes: int, line_end: str
) -> None:
    lines = ["label\tid\ttext", *PLAIN]
    lines[opens] = '1\t7\t"I will not talk'
    lines[closes] = '0\t8\tand that is all"'
    path = written(tmp_path, lines, line_end)

    assert detected(path) == Guess(Dialect("\t", ""))
    quoted = surveyed(path, Guess(Dialect("\t")))
    assert (quoted.merged, quoted.first_merged) == (1, opens + 1)
    assert surveyed(path, Guess(Dialect("\t", ""))).faults == 0


def test_broken_quoting_late_in_a_file_shows_that_there_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, ["label\tid\ttext", *PLAIN, '1\t7\t"No," she said.'])

    assert detected(path) == Guess(Dialect("\t", ""))


def test_escapes_late_in_a_file_are_found(tmp_path: Path) -> None:
    rows = [f'{n},"some words, {n} of them, and quite a few more",{n % 2}' for n in range(ROWS)]
    rows[5_950] = '5950,"She said \\"no\\", and left",0'
    path = written(tmp_path, ["id,text,label", *rows])

    assert detected(path) == Guess(Dialect(",", '"', "\\"))


def test_cells_of_several_lines_are_no_rows(tmp_path: Path) -> None:
    rows = [f'{n},"some words, {n}\nand, as it happens, more",{n % 2}' for n in range(ROWS)]
    path = written(tmp_path, ["id,text,label", *rows])

    assert detected(path) == Guess(Dialect(","))
    assert surveyed(path, Guess(Dialect(","))).faults == 0


def test_one_column_of_long_texts_keeps_its_quoting(tmp_path: Path) -> None:
    rows = [f'"some words, {n}\nand more of them in another line"' for n in range(ROWS)]
    path = written(tmp_path, ["text", *rows])

    assert detected(path).dialect.quote == '"'


def test_lines_of_another_width_are_counted_where_there_is_no_quoting(tmp_path: Path) -> None:
    path = written(tmp_path, ["label\tid\ttext", *PLAIN, "", "1\t2", "1\t2\t3\t4"])

    assert surveyed(path, Guess(Dialect("\t", ""))).uneven == 2


def test_bytes_that_do_not_fit_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, ["label\tid\ttext", *PLAIN])
    path.write_bytes(path.read_bytes() + b"1\t2\tna\xefve \xe9\n")

    assert surveyed(path, Guess(Dialect("\t"))).misfits == 2


def test_a_file_that_changed_is_looked_at_again(tmp_path: Path) -> None:
    path = written(tmp_path, ["label\tid\ttext", *PLAIN])
    assert surveyed(path, Guess(Dialect("\t", ""))).uneven == 0
    path.write_bytes(path.read_bytes() + b"1\n")

    assert surveyed(path, Guess(Dialect("\t", ""))).uneven == 1


def test_a_broken_row_changes_nothing_where_others_need_their_quotation_marks(
    tmp_path: Path,
) -> None:
    lines = ["label\tid\ttext", *PLAIN]
    lines[5_000:5_100:50] = [f'1\t{n}\t"They said ""no"" again"' for n in range(2)]
    lines[5_900] = '1\t7\t"No," she said.'
    path = written(tmp_path, lines)

    assert detected(path) == Guess(Dialect("\t"))
    assert surveyed(path, Guess(Dialect("\t"))).broken == 1


def test_of_many_odd_lines_only_a_few_are_kept(tmp_path: Path) -> None:
    lines = [f'1\t{n}\t"No," she said. {"So. " * 500}' for n in range(300)]
    found = surveyed(written(tmp_path, ["label\tid\ttext", *PLAIN, *lines]), Guess(Dialect("\t")))

    assert found.broken == 300
    assert 0 < sum(map(len, found.excerpt)) < 1 << 18


@pytest.mark.parametrize("lines", [PLAIN[:500], [f"{n},a text" for n in range(500)]])
def test_a_line_without_end_is_not_kept(tmp_path: Path, lines: list[str]) -> None:
    path = written(tmp_path, lines)
    with path.open("ab") as file:
        for _ in range(96):
            file.write(b"a" * (1 << 20))
    tracemalloc.start()
    try:
        detected(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 128 << 20  # The longest row that is read, a few times over.
