from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.data.download_server import Server, running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test may write the file that it imports."""
    return tmp_path / "questions.csv"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # A proxy of this machine's would not find it.
    with running() as server:
        yield server
