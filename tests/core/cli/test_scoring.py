import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.cli.parser import main
from core.runs.result import read_result
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy
from tests.core.cli.process import PROJECT, run, start
from tests.trained_copies import copied_run

NEW = ["score", "label", "calibrated", "error"]
COMMAND = [sys.executable, "-m", "core"]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """The command listens to signals, in this process too."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def scoring_run(toy_workspace: Workspace, toy_run: Run, workspace: Workspace) -> Run:
    """The toy run in a workspace of the test's own: commands keep in it what they have scored."""
    return copied_run(toy_workspace, toy_run, workspace)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    rows = [("1", "a lovely cat"), ("2", ""), ("3", "a lovely cat"), ("=4", "a rotten dog")]
    return toy.write_csv(tmp_path / "in.csv", rows, ("n", "text"))


def rows_of(content: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))


def stores(workspace: Workspace) -> list[Path]:
    return sorted((workspace.cache / "prediction-cache").glob("*.sqlite"))


def test_score_writes_the_file_and_says_what_it_did(
    workspace: Workspace, scoring_run: Run, source: Path, tmp_path: Path, capsys: Captured
) -> None:
    assert main(["score", scoring_run.id, str(source), str(tmp_path / "out.csv")]) == 0
    rows = rows_of((tmp_path / "out.csv").read_text("utf-8"))
    assert rows[0] == ["n", "text", *NEW]
    assert rows[2] == ["2", "", "", "", "", "no text"]
    assert [row[:2] for row in rows[1::3]] == [["1", "a lovely cat"], ["'=4", "a rotten dog"]]
    said = capsys.readouterr()
    assert said.out.startswith("4 rows, 3 scored, 2 different texts, ")
    assert said.err == (
        "1 without a score: no text\n1 cells that look like formulas stand behind an apostrophe\n"
    )
    assert stores(workspace) == []


def test_the_name_of_the_output_says_its_kind_and_options_how_the_file_is_read(
    scoring_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "in.txt").write_bytes(b"a cat\tcaf\xe9\nb\tc\n")
    target = tmp_path / "out.parquet"
    options = ["--encoding", "cp1252", "--no-header", "--delimiter", "tab", "--text", "column 2"]
    assert main(["score", scoring_run.id, str(tmp_path / "in.txt"), str(target), *options]) == 0
    table = pq.read_table(target)
    assert table.schema.names == ["column 1", "column 2", *NEW]
    assert table["column 2"].to_pylist() == ["café", "c"]
    capsys.readouterr()

    assert main(["score", scoring_run.id, str(target), str(tmp_path / "again.csv"), "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert columns == {name: f"predicted_{name}" for name in NEW}


@pytest.mark.slow
def test_standard_input_and_output_are_a_pipe_with_nothing_else_in_it(
    scoring_run: Run, source: Path
) -> None:
    ended = subprocess.run(
        [*COMMAND, "score", scoring_run.id, "-", "-", "--json"],
        input=source.read_bytes(), capture_output=True, cwd=PROJECT, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    rows = rows_of(ended.stdout.decode())
    assert [row[0] for row in rows] == ["n", "1", "2", "3", "'=4"]
    assert [len(row) for row in rows] == [6] * 5
    figures = ended.stderr.decode()
    assert json.loads(figures[figures.index("{") :])["rows"] == 4
    assert "Traceback" not in figures


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_ends_it_without_a_word(
    workspace: Workspace, scoring_run: Run, tmp_path: Path
) -> None:
    rows = [("a cat " * 20,)] * 5_000
    source = toy.write_csv(tmp_path / "in.csv", rows, ("text",))
    with subprocess.Popen(
        [*COMMAND, "score", scoring_run.id, str(source), "-"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"text,score,label,calibrated,error\n"
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(timeout=120) == 0
    assert "Traceback" not in said
    assert "Error" not in said
    assert kept_texts(workspace) == 1


def ended(*_: object) -> None:
    raise KeyboardInterrupt


def kept_texts(workspace: Workspace) -> int:
    """how many predictions a process has kept so far."""
    try:
        (store,) = stores(workspace)
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as rows:
            return rows.execute("SELECT count(*) FROM predictions").fetchone()[0]
    except (ValueError, sqlite3.OperationalError):  # There is none yet, or it is being made.
        return 0


@pytest.mark.slow
def test_after_ctrl_c_the_same_command_goes_on(
    workspace: Workspace, scoring_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    rows = [(f"a lovely cat {number}",) for number in range(8_000)]
    source = toy.write_csv(tmp_path / "in.csv", rows, ("text",))
    command = ["score", scoring_run.id, str(source), str(tmp_path / "out.csv"), "--json"]
    with start(*command) as process:
        toy.wait_until(lambda: kept_texts(workspace), timeout_s=120)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    assert said.endswith("Stopped; the same command goes on from what was scored.\n")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["in.csv"]
    (store,) = stores(workspace)
    with closing(sqlite3.connect(store)) as kept, kept:  # To be known in the output.
        (key, prediction) = kept.execute("SELECT * FROM predictions LIMIT 1").fetchone()
        count = kept.execute("SELECT count(*) FROM predictions").fetchone()[0]
        kept.execute(
            "UPDATE predictions SET prediction = ? WHERE key = ?", [bytes(len(prediction)), key]
        )
    assert 0 < count < 8_000

    assert main(command) == 0
    scores = [row[1] for row in rows_of((tmp_path / "out.csv").read_text("utf-8"))[1:]]
    assert (len(scores), scores.count("0.000000")) == (8_000, 1)
    figures = json.loads(capsys.readouterr().out)
    assert (figures["rows"], figures["texts"]) == (8_000, 8_000)
    assert stores(workspace) == []


def test_what_broke_off_with_another_column_or_format_is_not_counted(
    workspace: Workspace, scoring_run: Run, source: Path, tmp_path: Path, capsys: Captured
) -> None:
    command = ["score", scoring_run.id, str(source), str(tmp_path / "out.csv"), "--json"]
    for options in (["--text", "n"], ["--no-header", "--text", "column 2"]):
        kept = len(stores(workspace))
        with pytest.MonkeyPatch.context() as patch:  # The process ends when all is scored.
            patch.setattr(os, "replace", ended)
            assert main([*command, *options]) == 130
        assert len(stores(workspace)) == kept + 1
    capsys.readouterr()

    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["texts"] == 2


@pytest.mark.parametrize("arguments", [["score"], ["score", "run"], ["score", "run", "in.csv"]])
def test_score_without_its_files_is_wrong_usage(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 2
    assert "Expected RUN, IN and OUT" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("gone.csv", "out.csv", "the path of a file"),
        ("in.csv", "no/such/folder/out.csv", "no such folder: choose another place"),
        ("in.csv", ".", "a folder of that name: choose another place"),
        ("in.csv", "/dev/null", "a device, a pipe or a socket: choose another place"),
        (".", "out.csv", "Expected "),
        ("in.csv", "in.csv", "another place for the scored rows than the file itself"),
        ("in.csv", "out.csv.gz", "or has no ending, but found 'out.csv.gz': choose another name"),
    ],
)
def test_a_file_that_cannot_be_scored_is_said_and_nothing_is_written(
    scoring_run: Run, tmp_path: Path, source: str, target: str, message: str, capsys: Captured
) -> None:
    toy.write_csv(tmp_path / "in.csv", [("1", "a lovely cat")], ("n", "text"))
    assert main(["score", scoring_run.id, str(tmp_path / source), str(tmp_path / target)]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == ["in.csv"]


def test_what_cannot_be_scored_is_refused_without_tensorflow(
    tmp_path: Path, scoring_run: Run
) -> None:
    (tmp_path / "in.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    ended = run("score", scoring_run.id, str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))
    assert ended.returncode == 1
    assert ended.stderr.startswith("Expected a CSV, JSONL, Parquet or Excel file, but found a PNG")
    assert len(ended.stderr.splitlines()) == 1


def test_a_column_that_is_not_there_is_said_before_the_model_loads(
    workspace: Workspace, scoring_run: Run, source: Path, tmp_path: Path, capsys: Captured
) -> None:
    best = read_result(workspace, scoring_run).best_step
    kept = workspace.run(scoring_run.id).model(best)
    (kept / "model.keras").write_bytes(b"no model can be loaded from this")
    command = ["score", scoring_run.id, str(source), str(tmp_path / "out.csv"), "--text", "gone"]
    assert main(command) == 1
    assert capsys.readouterr().err == (
        "Expected one of the file's columns (n, text), but found 'gone': choose one of these, or"
        " in which line the column names stand.\n"
    )


def test_what_nobody_has_gone_on_with_for_30_days_goes_when_another_scoring_begins(
    workspace: Workspace, scoring_run: Run, source: Path, tmp_path: Path
) -> None:
    kept_since = {"abandoned": 31, "waiting": 29, "in-use": 31}
    for name, days in kept_since.items():
        store = workspace.prediction_cache(name)
        store.parent.mkdir(parents=True, exist_ok=True)
        store.touch()
        os.utime(store, (time.time() - days * 24 * 3600,) * 2)
    Path(f"{workspace.prediction_cache('in-use')}-wal").touch()

    assert main(["score", scoring_run.id, str(source), str(tmp_path / "out.csv")]) == 0

    assert [store.stem for store in stores(workspace)] == ["in-use", "waiting"]


def test_columns_are_joined_as_said_or_as_the_run_learned_them(
    workspace: Workspace, scoring_run: Run, tmp_path: Path, capsys: Captured
) -> None:
    path = workspace.run(scoring_run.id).description
    recipe = {"columns": ["title", "body"], "separator": " "}
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "text_recipe": recipe}))
    rows = [("a lovely", "cat"), ("a", "lovely cat"), ("", "a lovely cat")]
    source = toy.write_csv(tmp_path / "in.csv", rows, ("title", "body"))
    command = ["score", scoring_run.id, str(source), str(tmp_path / "out.csv"), "--json"]

    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["texts"] == 1
    assert main([*command, "--text", "title", "--text", "body", "--separator", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["texts"] == 3

    other = toy.write_csv(tmp_path / "in.csv", rows[1:2], ("title", "comment"))
    assert main(["score", scoring_run.id, str(other), str(tmp_path / "out.csv")]) == 0
    assert "no column called 'body': the text is read from 'comment'" in (capsys.readouterr().err)
