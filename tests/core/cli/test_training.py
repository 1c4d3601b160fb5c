import json
import shutil
from pathlib import Path

import pytest

from core.cli import training
from core.cli.parser import main
from core.data.dataset import list_datasets
from core.errors import NotFound
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState
from core.runs.config import TrainConfig
from core.runs.run import create_run
from core.workspace import Workspace
from tests import toy
from tests.core.cli.process import run


def test_an_unknown_setting_is_said_before_anything_starts(
    questions: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(questions)])
    assert main(["train", "questions", "--set", "speed=9"]) == 1
    assert "a setting among" in capsys.readouterr().err
    assert not list(workspace.runs.glob("*"))


@pytest.mark.slow
def test_train_waits_for_the_end_and_the_run_is_listed(
    questions: Path, toy_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(questions)])
    capsys.readouterr()
    settings = {"encoder": toy_encoder, "epochs": 1, "max_seq_length": 32, "train_size": 0.6}
    arguments = [f"--set={key}={value}" for key, value in settings.items()]
    assert main(["train", "questions", "--name", "First", "--wait", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.out == "first\n"
    assert "first: finished" in printed.err
    assert main(["runs", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["id"], listed["state"]) == ("first", "finished")
    assert listed["config"]["epochs"] == 1
    assert 0 <= listed["test"]["f1"] <= 1
    assert main(["train", "questions", "--name", "first", *arguments]) == 1
    assert "choose another name" in capsys.readouterr().err


@pytest.mark.slow
def test_describe_prints_layers_parameters_and_device(toy_encoder: Path) -> None:
    ended = run("describe", f"--set=encoder={toy_encoder}", "--classes", "3", "--json")
    assert ended.returncode == 0, ended.stderr
    facts = json.loads(ended.stdout)
    assert facts["layers"][-1]["name"] == "logits"
    assert facts["layers"][-1]["parameters"] == 3 * 33
    assert facts["device"].startswith(("CPU: ", "GPU: "))


def test_a_training_is_started_stopped_and_listed(
    jobs: Workspace, questions: Path, toy_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(questions)])
    settings = [f"--set=encoder={toy_encoder}", "--set=epochs=1000", "--set=train_size=0.6"]
    assert main(["train", "questions", "--name", "Second thoughts", *settings]) == 0
    assert capsys.readouterr().out.endswith("\nsecond-thoughts\n")

    assert main(["stop", "Second thoughts"]) == 0
    assert capsys.readouterr().out == "stopping\n"
    status = wait_for_end(jobs.run("second-thoughts"), timeout_s=60)
    assert status.state is JobState.STOPPED

    assert main(["runs"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("second-thoughts\tstopped\tquestions-")
    assert main(["stop", "second-thoughts"]) == 0
    assert capsys.readouterr().out == "stopped\n"


@pytest.mark.slow
def test_waiting_for_a_training_that_fails_says_why_and_is_exit_code_1(
    jobs: Workspace,
    questions: Path,
    toy_encoder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = shutil.copytree(toy_encoder, tmp_path / "broken")
    (broken / "model.weights.h5").write_bytes(b"no weights")
    main(["import", str(questions)])
    capsys.readouterr()

    assert main(["train", "questions", "--wait", f"--set=encoder={broken}"]) == 1

    printed = capsys.readouterr()
    assert printed.out == "questions-1\n"
    assert printed.err.startswith("questions-1: failed. Expected a BERT checkpoint for the encoder")
    assert main(["runs"]) == 0
    assert "\tfailed\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        ([(f"text {n}", "same") for n in range(40)], [], "at least two classes"),
        (toy.make_rows(40), ["--set=train_size=0.01"], "a train part with rows of all 2 classes"),
        (toy.make_rows(40), ["--set=encoder=/no/such"], "none of these at '/no/such'"),
        (toy.make_rows(40), ["--name", "!?"], "a run name of 1 to 48 characters"),
        (toy.make_rows(40), ["--set=epochs"], "of the form key=value"),
    ],
)
def test_a_training_that_cannot_be_is_refused_before_it_starts(
    workspace: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    rows: list[tuple[str, str]],
    settings: list[str],
    message: str,
) -> None:
    main(["import", str(toy.write_csv(tmp_path / "few.csv", rows, ("text", "label")))])
    capsys.readouterr()

    assert main(["train", "few", *settings]) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert not list(workspace.runs.glob("*"))


def test_a_run_that_is_deleted_while_it_is_followed_is_one_sentence(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    deleted = create_run(workspace, dataset, TrainConfig())
    shutil.rmtree(workspace.run(deleted.id).folder)

    with pytest.raises(NotFound, match="was deleted meanwhile: train it again"):
        training._after_start(workspace, deleted, wait=True)


def test_classes_of_one_row_are_named_until_they_are_left_out(
    tmp_path: Path, workspace: Workspace, toy_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.import_rows(workspace, [*((f"text {n}", "ab"[n % 2]) for n in range(40)), ("c", "rare")])
    (dataset,) = list_datasets(workspace)
    arguments = ["train", dataset.id, f"--set=encoder={toy_encoder}"]

    assert main(arguments) == 1
    assert "found 1 of 'rare'" in capsys.readouterr().err
    assert main([*arguments, "--leave-out", "gone"]) == 1
    assert "one of the classes (a, b, rare)" in capsys.readouterr().err
    assert main([*arguments, "--merge", "rare"]) == 1
    assert "CLASS=INTO" in capsys.readouterr().err
    assert not list(workspace.runs.glob("*"))
