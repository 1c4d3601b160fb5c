from pathlib import Path

import pytest

from core.data.reading import bytestream


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test may write the file that it imports."""
    return tmp_path / "questions.csv"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read a few rows at a time."""
    monkeypatch.setattr(bytestream, "_CHUNK_BYTES", 3_000)
