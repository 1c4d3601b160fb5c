import pytest

from core.data.dataset import Dataset
from core.workspace import Workspace
from tests import toy


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(100))
