import csv
import io
import resource
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import BadInput, Cancelled, DiskError, NotFound
from core.runs.run import Run
from core.scoring.scorer import Scorer, load_scorer
from core.scoring.table import CHUNK_ROWS, TableProgress, score_file, score_table
from core.workspace import Workspace
from tests.core.datasets.test_packing import packed
from tests.messages import assert_one_sentence


@pytest.fixture(scope="module")
def scorer(toy_workspace: Workspace, toy_run: Run) -> Scorer:
    return load_scorer(toy_workspace, toy_run)


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


AWKWARD = [
    ["id", "text", "note"],
    ["1", "a lovely cat", "kept, as it is"],
    ["2", 'rotten "dog"\nover two lines', "=1+1"],
    ["3", "", "no text"],
    ["4", " \t ", "blank"],
    ["5", "x" * 100_000, "long"],
    ["6", "日本 naïve 🙂", ""],
    ["6", "a lovely cat", "same id, same text"],
]


def test_rows_come_back_in_order_with_two_columns_and_nothing_else_changed(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = written(tmp_path / "in.csv", AWKWARD)
    result = score_file(scorer, source, tmp_path / "out.csv", text_column="text")
    after = read(tmp_path / "out.csv")
    assert [row[:3] for row in after] == AWKWARD
    assert after[0][3:] == ["score", "label"]
    assert [row[3:] for row in after[3:5]] == [["", ""], ["", ""]]
    assert after[1][3:] == after[7][3:]
    assert (result.rows, result.unscored) == (7, 2)
    assert sum(result.label_counts.values()) == sum(result.histogram) == 5
    for row in (row for row in after[1:] if row[3]):
        assert row[4] == ("1" if float(row[3]) >= scorer.threshold else "0")


def test_the_file_gives_the_scores_that_the_scorer_gives(scorer: Scorer, tmp_path: Path) -> None:
    texts = [f"the {word} cat number {n}" for n in range(90) for word in ("lovely", "rotten")]
    source = written(tmp_path / "in.csv", [["text"], *([text] for text in texts)])
    score_file(scorer, source, tmp_path / "out.csv")
    found = [float(row[1]) for row in read(tmp_path / "out.csv")[1:]]
    assert found == pytest.approx(scorer.score(texts).values.tolist(), abs=1e-5)


def test_columns_that_exist_already_are_kept_beside_the_new_ones(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text", "label", "score"], ["a cat", "x", "y"]])
    result = score_file(scorer, source, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv")[0] == [
        *("text", "label", "score"),
        *("predicted_score", "predicted_label"),
    ]
    assert (result.score_column, result.label_column) == ("predicted_score", "predicted_label")


def test_short_rows_are_filled_up_so_that_cells_stand_under_their_headers(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    source.write_text("text,a,b\na cat\nno cat,1,2\n", "utf-8")
    score_file(scorer, source, tmp_path / "out.csv")
    first = read(tmp_path / "out.csv")[1]
    assert first[:3] == ["a cat", "", ""]
    assert 0.0 <= float(first[3]) <= 1.0


def test_a_zip_is_read_and_the_files_own_delimiter_kept(scorer: Scorer, tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("in.csv", "n;text\n1;a lovely cat\n")
    score_file(scorer, source, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert lines[0] == "n;text;score;label"
    assert lines[1].startswith("1;a lovely cat;0.")


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_other_packings_are_undone(scorer: Scorer, tmp_path: Path, packing: str) -> None:
    source = tmp_path / "in"
    source.write_bytes(packed(b"n\ttext\n1\ta lovely cat\n", packing))
    score_file(scorer, source, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text("utf-8").startswith("n\ttext\tscore\tlabel\n1\t")


def test_a_file_without_column_names_gets_numbers_for_them(scorer: Scorer, tmp_path: Path) -> None:
    rows = [[str(number), f"a lovely cat, {number}"] for number in range(9)]
    source = written(tmp_path / "in.csv", rows)
    result = score_file(scorer, source, tmp_path / "out.csv", text_column="column 2")
    after = read(tmp_path / "out.csv")
    assert after[0] == ["column 1", "column 2", "score", "label"]
    assert [row[:2] for row in after[1:]] == rows
    assert (result.rows, result.unscored) == (9, 0)


def test_the_files_own_quoting_is_kept_in_mind(scorer: Scorer, tmp_path: Path) -> None:
    source = tmp_path / "in.tsv"
    source.write_text('n\ttext\n1\t"a cat\n2\t"a dog\n3\t"a river\n', "utf-8")
    result = score_file(scorer, source, tmp_path / "out.tsv")
    assert result.rows == 3


def test_what_is_no_csv_file_is_refused(scorer: Scorer, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "a cat"}\n', "utf-8")
    with pytest.raises(BadInput, match="a file of kind JSONL") as caught:
        score_file(scorer, source, tmp_path / "out.csv")
    assert_one_sentence(caught.value)


def test_a_row_longer_than_the_header_keeps_its_place_without_a_score(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    source.write_text("id,text\n1,a cat\n2,one, cell too many\n3,\n", "utf-8")
    result = score_file(scorer, source, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv")[2] == ["2", "one", "", "", " cell too many"]
    assert (result.rows, result.unscored, result.too_long) == (3, 1, 1)


def test_a_quote_that_never_closes_is_said_before_anything_is_scored(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    source.write_text('id,text\n1,"a, cat"\n2,"a, dog"\n3,"a cat\n4,a river\n', "utf-8")
    with pytest.raises(BadInput, match="never ends"):
        score_file(scorer, source, tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_place_that_cannot_be_written_is_said_at_once(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    with pytest.raises(BadInput, match="no such folder"):
        score_file(scorer, source, tmp_path / "gone" / "out.csv")
    with pytest.raises(BadInput, match="a folder of that name"):
        score_file(scorer, source, tmp_path)


def test_progress_rises_to_all_rows(scorer: Scorer, tmp_path: Path) -> None:
    rows = 2 * CHUNK_ROWS + 5
    source = written(tmp_path / "in.csv", [["text"], *[["a cat"]] * rows])
    seen: list[TableProgress] = []
    score_file(scorer, source, tmp_path / "out.csv", on_progress=seen.append)
    assert [progress.rows for progress in seen] == [CHUNK_ROWS, 2 * CHUNK_ROWS, rows]
    assert {progress.total for progress in seen} == {rows}


def test_cancelling_leaves_no_output(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    with pytest.raises(Cancelled):
        score_file(scorer, source, tmp_path / "out.csv", should_stop=lambda: True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", BadInput), (b"\x89PNG\r\n\x1a\n", BadInput), (b"text\n\xc3\xa9\ncaf\xe9\n", BadInput)],
)
def test_a_bad_file_leaves_no_output(
    scorer: Scorer, tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(error):
        score_file(scorer, tmp_path / "in.csv", tmp_path / "out.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_column_or_file_that_is_not_there_is_said(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    with pytest.raises(BadInput, match="choose one of these"):
        score_file(scorer, source, tmp_path / "out.csv", text_column="body")
    with pytest.raises(NotFound):
        score_file(scorer, tmp_path / "gone.csv", tmp_path / "out.csv")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with a disk of 64 KiB mounted on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"this user may not mount a small disk ({mounted.stderr.decode().strip()})")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_nothing(
    scorer: Scorer, tmp_path: Path, small_disk: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], *[["a cat"]] * 9000])
    with pytest.raises(DiskError, match="a full disk"):
        score_file(scorer, source, small_disk / "out.csv")
    assert list(small_disk.iterdir()) == []


def test_a_limit_on_the_size_of_files_is_said_and_leaves_nothing(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], *[["a cat"]] * 9000])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, before[1]))
    try:
        with pytest.raises(DiskError, match="a file larger than this disk allows"):
            score_file(scorer, source, tmp_path / "out.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_file_that_was_there_is_kept_until_its_successor_is_whole(
    scorer: Scorer, tmp_path: Path
) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"]])
    target = tmp_path / "out.csv"
    target.write_text("from before", "utf-8")
    with pytest.raises(Cancelled):
        score_file(scorer, source, target, should_stop=lambda: True)
    assert target.read_text("utf-8") == "from before"
    score_file(scorer, source, target)
    assert read(target)[0] == ["text", "score", "label"]


def test_a_file_can_take_the_place_of_its_source(scorer: Scorer, tmp_path: Path) -> None:
    source = written(tmp_path / "in.csv", [["text"], ["a cat"], ["a dog"]])
    score_file(scorer, source, source)
    assert [row[0] for row in read(source)] == ["text", "a cat", "a dog"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read_and_the_output_is_utf_8(
    scorer: Scorer, tmp_path: Path, encoding: str
) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes("text,note\r\na lovely café,„so“\r\n".encode(encoding))
    given = "cp1252" if encoding == "cp1252" else None
    score_file(scorer, source, tmp_path / "out.csv", encoding=given)
    after = read(tmp_path / "out.csv")
    assert after[0] == ["text", "note", "score", "label"]
    assert after[1][:2] == ["a lovely café", "„so“"]


def test_an_empty_table_gives_its_header_back(scorer: Scorer, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("text\n", "utf-8")
    sink = io.StringIO()
    result = score_table(scorer, tmp_path / "in.csv", sink)
    assert sink.getvalue() == "text,score,label\n"
    assert result.rows == 0
