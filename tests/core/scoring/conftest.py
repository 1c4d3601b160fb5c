import copy
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.runs.run import Run
from core.scoring import readings
from core.scoring.readings import Readings
from core.scoring.scorer import Scorer, load_scorer
from core.scoring.server import ScorerServer
from core.workspace import Workspace
from tests.core.scoring.serving import serving


@pytest.fixture(scope="session")
def scorer(toy_workspace: Workspace, toy_run: Run) -> Scorer:
    return load_scorer(toy_workspace, toy_run)


class Watched:
    """A real scorer and the texts that its model was asked for; `fails_after` so many it dies."""

    def __init__(self, scorer: Scorer, *, fails_after: int | None = None) -> None:
        self.texts: list[str] = []
        self.scorer = copy.copy(scorer)

        def read(texts: Sequence[str], *arguments: object) -> Readings:
            if fails_after is not None and len(self.texts) >= fails_after:
                raise RuntimeError("the process ends here")
            found = scorer.read(texts, *arguments)
            self.texts.extend(texts)
            return found

        self.scorer.read = read


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the rows go, in a folder of their own."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "out.csv"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "KEPT_AT_ONCE", 16)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with a disk of 256 KiB mounted on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"this user may not mount a small disk ({mounted.stderr.decode().strip()})")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def server(toy_workspace: Workspace, toy_run: Run) -> Iterator[ScorerServer]:
    with serving(load_scorer(toy_workspace, toy_run)) as server:
        yield server
