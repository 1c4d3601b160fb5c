from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.labels.exchange.exchange import ImportedLabels, import_labels
from core.labels.store.store import LabelStore
from core.workspace import Workspace
from tests import toy

NASTY = [
    "=HYPERLINK(1)", "+1", "-2 apples", "@cmd", "\tx", "'=1", "''=1", "'tis", '"', "a,b;c\td",
    "line\nbreak", "line\r\nbreak", "\\", "\u2028", "\U0001f600", "\x01", "null", "-1", "'-1",
    "\uff1d1", " = ", "'", "",
]  # fmt: skip


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(
        workspace, [(f"{text} and words {n}", str(n % 2)) for n, text in enumerate(NASTY)]
    )


@pytest.fixture
def other(tmp_path: Path) -> LabelStore:
    return LabelStore(f"sqlite:///{tmp_path / 'other.sqlite'}")


@pytest.fixture
def load(
    request: pytest.FixtureRequest, workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> Callable[..., ImportedLabels]:
    """Imports a file with this content, into `store` unless another is given."""

    def load(
        content: str | bytes, *, store: LabelStore | None = None, **limits: int
    ) -> ImportedLabels:
        path = tmp_path / "labels.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        store = store or request.getfixturevalue("store")
        return import_labels(workspace, store, dataset, path, annotator="eve", **limits)

    return load
