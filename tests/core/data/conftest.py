from pathlib import Path

import pytest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test may write the file that it imports."""
    return tmp_path / "questions.csv"
