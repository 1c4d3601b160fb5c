import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.cli.parser import main
from core.data.dataset import Dataset
from core.runs.run import Run
from core.workspace import Workspace
from tests import toy

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(
        workspace, [*toy.make_rows(60), ("the same cat", "0"), ("The SAME cat!", "0")]
    )


def test_the_sample_is_imported_in_the_size_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "sample", "--rows", "4000"]) == 0
    dataset_id = capsys.readouterr().out.strip()
    assert main(["stats", dataset_id, "--split", "--preset", "tutorial", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["rows"] == 4000
    assert [part["part"] for part in figures["split"]] == ["train", "validation"]
    assert figures["split"][0]["rows"] == 200


@pytest.mark.usefixtures("dataset")
def test_stats_tell_the_health(capsys: Printed) -> None:
    assert main(["stats", "toy", "--json"]) == 0

    health = json.loads(capsys.readouterr().out)["health"]
    assert health["checks"]["same"] == 2
    assert health["baselines"]["label"] == "0"


def test_stats_of_a_data_set_whose_profile_is_gone_say_what_to_do(
    workspace: Workspace, dataset: Dataset, capsys: Printed
) -> None:
    workspace.dataset(dataset.id).profile.unlink()

    assert main(["stats", "toy", "--split", "--json"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Expected the profile of data set 'toy', but found none: ")
    assert said.err.count("\n") == 1


@pytest.mark.usefixtures("dataset")
def test_terms_of_a_class_come_with_their_evidence(capsys: Printed) -> None:
    assert main(["terms", "toy", "--label", "1", "--size", "words", "--limit", "5", "--json"]) == 0
    terms = json.loads(capsys.readouterr().out)
    assert {term["term"] for term in terms} <= set(toy.RUDE) | set(toy.WORDS)
    assert terms[0]["term"] in toy.RUDE
    assert terms[0]["z"] > 0

    assert main(["terms", "toy", "--label", "1", "--limit", "1"]) == 0
    assert "\tz " in capsys.readouterr().out
    assert main(["terms", "toy", "--limit", "3"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["terms", "toy", "--label", "7"]) == 1
    assert "one of two classes or more" in capsys.readouterr().err


@pytest.mark.usefixtures("dataset")
def test_tokens_prints_the_files_path_and_what_a_length_would_cut(
    toy_encoder: Path, capsys: Printed
) -> None:
    arguments = ["tokens", "toy", "--encoder", str(toy_encoder), "--max-seq-length", "10"]

    assert main(arguments) == 0
    printed = capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)

    counts = pq.read_table(printed.out.strip())["n_tokens"].to_pylist()
    assert len(counts) == figures["rows"] == 62
    assert figures["path"] == printed.out.strip()
    assert figures["max"] == max(counts)
    assert figures["cut_share"] == sum(count > 10 for count in counts) / 62
    assert f"max_seq_length 10 would cut {figures['cut_share']:.2%} of the texts" in printed.err


@pytest.mark.slow
@pytest.mark.usefixtures("in_toy_workspace")
def test_map_prints_the_files_path(toy_run: Run, toy_encoder: Path, capsys: Printed) -> None:
    arguments = ["map", "toy", "--sample", "60", "--encoder", str(toy_encoder), "--run", toy_run.id]

    assert main(arguments) == 0
    path = capsys.readouterr().out.strip()
    assert main([*arguments, "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "map_id": Path(path).stem, "path": path, "rows": 60,
    }  # fmt: skip
    assert pq.read_schema(path).names == ["row", "x", "y", "score"]


@pytest.mark.usefixtures("dataset")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tokens", "toy", "--encoder", "/no/such"], "none of these at '/no/such'"),
        (["map", "toy", "--sample", "6000"], "a sample of 1 to 5,000 rows"),
        (["map", "toy", "--run", "nothing"], "the id or name of a run"),
        (["terms", "nothing"], "the id or name of a data set"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_explored_is_one_sentence(
    capsys: Printed, arguments: list[str], message: str
) -> None:
    assert main(arguments) == 1

    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
