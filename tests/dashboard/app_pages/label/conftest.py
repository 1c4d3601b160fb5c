import pytest

from core.data.dataset import Dataset
from core.labels.store.store import LabelStore, open_labels
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """A hundred texts without labels."""
    return toy.import_rows(workspace, [(text, "") for text, _ in toy.make_rows(100)])


@pytest.fixture
def store(workspace: Workspace) -> LabelStore:
    return open_labels(workspace)
