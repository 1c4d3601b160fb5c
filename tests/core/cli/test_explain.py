import json
from pathlib import Path

import pytest

from core.cli.parser import main
from core.explain.explanation_types import TOLERANCE
from core.runs.run import Run
from core.workspace import Workspace
from tests.trained_copies import copied_run

Printed = pytest.CaptureFixture[str]


@pytest.mark.slow
@pytest.mark.usefixtures("in_toy_workspace")
def test_explain_prints_every_word_and_what_the_sum_misses(toy_run: Run, capsys: Printed) -> None:
    assert main(["explain", toy_run.id, "the rotten dog"]) == 0

    score, *words, total = capsys.readouterr().out.splitlines()
    assert score.endswith("predicted label 1")
    assert [line.split()[1] for line in words] == ["the", "rotten", "dog"]
    assert f"tolerance of {TOLERANCE:g}" in total


@pytest.mark.slow
@pytest.mark.usefixtures("in_toy_workspace")
def test_explain_says_where_a_text_is_cut_off(toy_run: Run, capsys: Printed) -> None:
    text = "the cat " * 40
    assert main(["explain", toy_run.id, text, "--method", "leave_one_out"]) == 0
    read = 15 * len("the cat ") - 1  # 30 tokens between the two that frame them
    assert f"cut off after {read} characters" in capsys.readouterr().out


def test_explain_gives_the_same_as_json_with_like_rows(
    toy_workspace: Workspace, toy_run: Run, workspace: Workspace, capsys: Printed
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)  # Vectors of its rows are kept in it.
    assert main(["explain", run.id, "a rotten cat 🙂", "--nearest", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [word["word"] for word in found["words"]] == ["a", "rotten", "cat", "🙂"]
    assert (found["predicted_label"], found["label"], found["method"]) == (
        *("1", "1"),
        "integrated_gradients",
    )
    assert [row["label"] for row in found["neighbours"]["found"]] == ["1", "1"]


@pytest.mark.usefixtures("in_toy_workspace")
def test_swap_exchanges_the_terms_of_a_file(toy_run: Run, tmp_path: Path, capsys: Printed) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("lovely, rotten\n\ncat, dog\n", "utf-8")
    assert main(["swap", toy_run.id, "the lovely cat", "--terms", str(terms)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["the rotten cat", "the lovely dog"]
    assert "0 → 1" in lines[0]

    assert main(["swap", toy_run.id, "--terms", str(terms), "--rows", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tried"] == 5
    assert {(pair["first"], pair["second"]) for pair in found["pairs"]} <= {
        ("lovely", "rotten"),
        ("cat", "dog"),
    }


@pytest.mark.usefixtures("in_toy_workspace")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"men\n", "two or more terms in each group"),
        (b"", "at least one group of terms"),
        (b"\xff\xfe\xfa", "a file of terms in UTF-8"),
        (None, "a file of terms in UTF-8"),
    ],
)
def test_terms_that_cannot_be_read_are_said(
    toy_run: Run, tmp_path: Path, capsys: Printed, content: bytes | None, said: str
) -> None:
    terms = tmp_path / "terms.txt"
    if content is not None:
        terms.write_bytes(content)
    assert main(["swap", toy_run.id, "a cat", "--terms", str(terms)]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_a_run_that_is_not_there_is_said(capsys: Printed) -> None:
    assert main(["explain", "nothing", "a text"]) == 1
    assert "the id or name of a run" in capsys.readouterr().err
