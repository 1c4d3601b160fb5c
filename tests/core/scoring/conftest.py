import copy
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.scoring.prediction_cache import CachedPredictions
from core.scoring.scorer import Scorer


class Watched:
    """A real scorer and the texts that its model was asked for; `fails_after` so many it dies."""

    def __init__(self, scorer: Scorer, *, fails_after: int | None = None) -> None:
        self.texts: list[str] = []
        self.scorer = copy.copy(scorer)

        def read(texts: Sequence[str], *arguments: object) -> CachedPredictions:
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
