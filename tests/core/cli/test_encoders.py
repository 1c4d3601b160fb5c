import json
import re
from pathlib import Path

import pytest

from core.cli.parser import main
from core.encoders.encoders import is_ready
from core.runs.run import list_runs
from core.workspace import Workspace
from tests import toy
from tests.core.model import hub_bert

Printed = pytest.CaptureFixture[str]


def test_the_list_says_what_to_type_and_what_one_gets(capsys: Printed) -> None:
    assert main(["encoders"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "minilm"
    assert lines[1].startswith(
        "    MiniLM, English uncased, comes along: 6 layers of 384, 12 heads,"
        " 22.7 million parameters, on this disk, 9"
    )
    assert "bert_tiny_en_uncased" in lines


def test_the_list_for_programs_has_the_sizes(capsys: Printed) -> None:
    assert main(["encoders", "--json"]) == 0

    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    tiny = listed["bert_tiny_en_uncased"]
    assert (tiny["parameters"], tiny["on_disk"]) == (4_385_920, False)
    assert tiny["shape"]["heads"] == 2


def test_one_is_got_ready_by_name(workspace: Workspace, tmp_path: Path, capsys: Printed) -> None:
    name = str(hub_bert.save_module(tmp_path / "toy-hub"))

    assert main(["encoders", "--get", name]) == 0

    assert is_ready(name, workspace)
    assert capsys.readouterr().err.endswith(f"The encoder {name} is ready.\n")


def test_what_cannot_be_reached_is_said_before_a_run_is_made(
    workspace: Workspace, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    dataset = toy.import_rows(workspace, toy.make_rows(60))

    assert main(["train", dataset.id, "--set", "encoder=hf://google-bert/bert-base-uncased"]) == 1

    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("Expected a connection to 127.0.0.1:9, but found none")
    assert list_runs(workspace) == []


def test_a_training_is_forecast_with_its_error(
    workspace: Workspace, toy_encoder: Path, capsys: Printed
) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    command = ["forecast", dataset.id, "--set", f"encoder={toy_encoder}", "--set", "devices=cpu"]

    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 < found["low"] < found["seconds"] < found["high"]
    assert (found["past"], found["ratio"]) == (0, 1.0)

    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"[\d,]+ s for the whole run \([\d,]+ to [\d,]+ s\)", lines[0])
    assert "no run has finished on it here yet" in lines[-1]
