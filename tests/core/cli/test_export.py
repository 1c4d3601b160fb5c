import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy

Printed = pytest.CaptureFixture[str]


@pytest.mark.slow
@pytest.mark.usefixtures("in_toy_workspace")
def test_export_prints_the_folder_and_force_replaces_it_with_json_figures(
    toy_run: Run, tmp_path: Path, capsys: Printed
) -> None:
    folder = tmp_path / "export"

    assert main(["export", toy_run.name, str(folder)]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{folder}\n"
    assert "on 64 validation texts its scores are the run's to within" in printed.err
    assert main(["export", toy_run.name, str(folder), "--force", "--json"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["folder"], found["run_id"]) == (str(folder), toy_run.id)
    assert found["largest_difference"] < 1e-5
    assert (folder / "1" / "saved_model.pb").is_file()


@pytest.mark.usefixtures("in_toy_workspace")
def test_a_folder_with_something_in_it_is_one_sentence_and_stays(
    toy_run: Run, tmp_path: Path, capsys: Printed
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    assert main(["export", toy_run.id, str(tmp_path), "--force"]) == 1

    err = capsys.readouterr().err
    assert err.strip().endswith("but found something in it: choose another place.")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_run_that_is_not_there_is_one_sentence(
    workspace: Workspace, tmp_path: Path, capsys: Printed
) -> None:
    toy.import_rows(workspace, toy.make_rows(60))

    assert main(["export", "gone", str(tmp_path / "export")]) == 1

    assert "the id or name of a run, but found 'gone'" in capsys.readouterr().err
    assert not (tmp_path / "export").exists()
