import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from core.runs.run import Run
from core.scoring.export.export import Exported
from core.scoring.scorer import load_scorer
from core.workspace import Workspace

LINES = ["a lovely cat", "a ROTTEN dog", "", "   ", "caf\u00e9 \U0001f642", "x" * 100_000, "why so"]
REFUSED = ("core", "keras_hub", "streamlit", "tf_keras", "sklearn", "duckdb", "pandas", "tests")
ALONE = f"""
import runpy, sys
class Refuse:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {REFUSED!r}:
            raise ImportError(name + " is not here")
sys.meta_path.insert(0, Refuse())
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


@pytest.mark.slow
def test_the_example_runs_where_nothing_of_this_project_is(
    exported: Exported, toy_workspace: Workspace, toy_run: Run, tmp_path: Path
) -> None:
    example = exported.folder / "example.py"
    sent = "\n".join(LINES).encode() + b"\r\na \xff cat"

    ended = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(example)],
        input=sent, capture_output=True, cwd=tmp_path, timeout=120, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr.decode()
    header, *rows = [line.split("\t") for line in ended.stdout.decode().splitlines()]
    expected = load_scorer(toy_workspace, toy_run).score([*LINES, "a \ufffd cat"])
    assert header == ["score", "label", "calibrated"]
    assert [label for _, label, _ in rows] == expected.labels
    assert [float(score) for score, _, _ in rows] == pytest.approx(expected.values, abs=1e-5)
    assert [float(c) for _, _, c in rows] == pytest.approx(expected.calibrated, abs=1e-5)


def test_the_example_takes_its_arguments_for_texts(
    exported: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    example = runpy.run_path(str(exported.folder / "example.py"))

    example["main"](["a lovely cat", "a rotten dog", "\udcff"])

    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert [label for _, label, _ in rows[:2]] == ["0", "1"]
    assert len(rows) == 3
