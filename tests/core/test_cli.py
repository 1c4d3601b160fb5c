import csv
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.jobs.launcher import wait_for_end
from core.runs.run import Run
from core.runs.status import JobState
from core.workspace import ENVIRONMENT_VARIABLE, Workspace
from tests import toy
from tests.core.small_disk import python

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_workspace(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))


@pytest.fixture
def in_toy_workspace(toy_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(toy_workspace.root))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return toy.write_csv(tmp_path / "questions.csv", list(toy.make_rows(80)), ("text", "label"))


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "core", *arguments],
        cwd=PROJECT, capture_output=True, text=True, timeout=180, check=False, env=dict(os.environ),
    )  # fmt: skip


def test_import_prints_the_id_and_nothing_else(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(questions), "--name", "Toy"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("toy-")
    assert len(printed.out.split()) == 1
    assert main(["datasets", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [dataset["id"] for dataset in listed] == [printed.out.strip()]


def test_what_an_import_leaves_out_is_said_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("text,label\none,1\n,0\ntwo,\n", "utf-8")
    assert main(["import", str(path)]) == 0
    said = capsys.readouterr().err
    assert "1 row without text left out" in said
    assert "1 row without a label kept as unlabelled" in said


def test_the_sample_is_imported_in_the_size_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "sample", "--rows", "4000", "--seed", "5"]) == 0
    dataset_id = capsys.readouterr().out.strip()
    assert main(["stats", dataset_id, "--split", "--preset", "tutorial", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["rows"] == 4000
    assert [part["part"] for part in figures["split"]] == ["train", "validation"]
    assert figures["split"][0]["rows"] == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "/no/such/file.csv"],
        ["stats", "nothing"],
        ["train", "nothing"],
        ["stop", "nothing"],
        ["score", "nothing", "in.csv", "out.csv"],
        ["import", "sample", "--rows", "0"],
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr_and_exit_code_1(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Expected ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["train"],
        ["train", "x", "--preset", "slow"],
        ["describe", "--classes", "1"],
        ["serve", "x", "--port", "70000"],
        ["dashboard", "--port", "-1"],
        ["dashboard", "--port", "http"],
        ["import", "sample", "--rows", "many"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_an_unknown_setting_is_said_before_anything_starts(
    questions: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(questions)])
    assert main(["train", "questions", "--set", "speed=9"]) == 1
    assert "a setting among" in capsys.readouterr().err
    assert not list(workspace.runs.glob("*"))


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


def test_describe_prints_layers_parameters_and_device(toy_encoder: Path) -> None:
    ended = run("describe", f"--set=encoder={toy_encoder}", "--classes", "3", "--json")
    assert ended.returncode == 0, ended.stderr
    facts = json.loads(ended.stdout)
    assert facts["layers"][-1]["name"] == "logits"
    assert facts["layers"][-1]["parameters"] == 3 * 33
    assert facts["device"].startswith(("CPU: ", "GPU: "))


def test_a_port_in_use_is_one_sentence_that_names_another() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ended = run("dashboard", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"port {port} to be free" in ended.stderr
    assert f"make run PORT={port + 1}" in ended.stderr


@pytest.mark.parametrize("arguments", [["score"], ["score", "run"], ["score", "run", "in.csv"]])
def test_score_without_its_files_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "Expected RUN, IN and OUT" in capsys.readouterr().err


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
        (toy.make_rows(40), ["--set=encoder=/no/such"], "neither at '/no/such'"),
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


def test_a_second_import_of_the_same_content_gives_the_same_id(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["import", str(questions)])
    first = capsys.readouterr().out
    assert main(["import", str(questions), "--name", "Again"]) == 0
    printed = capsys.readouterr()
    assert printed.out == first
    assert "The same content is here already as 'questions'." in printed.err


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


def test_light_subcommands_do_not_load_tensorflow() -> None:
    script = (
        "import sys; from core.cli import main; main(['runs']); main(['datasets']);"
        " print([name for name in ('tensorflow', 'keras', 'streamlit') if name in sys.modules])"
    )
    ended = python(["-c", script])
    assert ended.stdout == "[]\n", ended.stderr
