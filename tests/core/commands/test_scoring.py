import csv
import json
from pathlib import Path

import pytest

from core.cli import main
from core.runs.run import Run
from tests import toy
from tests.core.commands.process import run


@pytest.mark.usefixtures("in_toy_workspace")
def test_score_writes_the_file_and_json_figures(toy_run: Run, tmp_path: Path) -> None:
    source = toy.write_csv(tmp_path / "in.csv", [("1", "a lovely cat"), ("2", "")], ("n", "text"))
    ended = run("score", toy_run.id, str(source), str(tmp_path / "out.csv"), "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["rows"] == 2
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["n", "text", "score", "label"]
    assert rows[2] == ["2", "", "", ""]


@pytest.mark.parametrize("arguments", [["score"], ["score", "run"], ["score", "run", "in.csv"]])
def test_score_without_its_files_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "Expected RUN, IN and OUT" in capsys.readouterr().err


@pytest.mark.usefixtures("in_toy_workspace")
@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("gone.csv", "out.csv", "the path of a file"),
        ("in.csv", "no/such/folder/out.csv", "no such folder: choose another place"),
        ("in.csv", ".", "a folder of that name: choose another place"),
    ],
)
def test_a_file_that_cannot_be_scored_is_said_and_nothing_is_written(
    toy_run: Run, tmp_path: Path, source: str, target: str, message: str
) -> None:
    toy.write_csv(tmp_path / "in.csv", [("1", "a lovely cat")], ("n", "text"))
    ended = run("score", toy_run.id, str(tmp_path / source), str(tmp_path / target))
    assert ended.returncode == 1
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == ["in.csv"]
