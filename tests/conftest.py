import os
from pathlib import Path

import pytest
from hypothesis import settings

from core.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[1]

# The same examples on every run, so that a failure is a change's own; no deadline, because the
# machines are shared. `pytest --hypothesis-profile default` looks for new ones.
settings.register_profile("sincerely", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("sincerely")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A real workspace of this test's own."""
    return Workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with real data sets that are no part of the project."""
    folder = Path(os.environ.get("SINCERELY_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    if not (folder / "quora" / "labelled.csv").is_file():
        pytest.skip(f"needs the real data sets of {folder}, or of SINCERELY_SHARED_DATA")
    return folder
