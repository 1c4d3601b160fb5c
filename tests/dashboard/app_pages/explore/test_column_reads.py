import pytest

from core.data.dataset import Dataset
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.workspace import Workspace
from dashboard.app_pages.explore.column_reads import (
    ranked_columns,
    shown_columns,
    stats_of_column,
)
from tests.core.explore.wide import wide_dataset

ROWS = 40


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    columns = {"country": ["US", "CA"] * (ROWS // 2), "salary": ["low", "high"] * (ROWS // 2)}
    labels = ["1" if n % 4 == 0 else "0" for n in range(ROWS)]
    return wide_dataset(workspace, columns, labels, sensitive=["salary"])


def give(workspace: Workspace, dataset: Dataset, row: int, value: str) -> None:
    open_labels(workspace).add(
        LabelEvent(fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=value,
                   annotator="ann", queue="q")
    )  # fmt: skip


def hits(workspace: Workspace, dataset: Dataset) -> dict[str, int]:
    stats = stats_of_column(workspace, dataset, dataset.columns[0], "1")
    return dict(zip(stats.table["value"], stats.table["hits"], strict=True))


def test_sensitive_columns_are_not_shown(workspace: Workspace, dataset: Dataset) -> None:
    assert [column.name for column in shown_columns(dataset)] == ["country"]
    assert [one.column.name for one in ranked_columns(workspace, dataset)] == ["country"]


def test_labels_that_people_give_count_at_once(workspace: Workspace, dataset: Dataset) -> None:
    assert hits(workspace, dataset) == {"CA": 0, "US": 10}
    before = ranked_columns(workspace, dataset)[0].value

    for row in range(0, ROWS, 2):
        give(workspace, dataset, row, "1")

    assert hits(workspace, dataset) == {"CA": 0, "US": 20}
    after = ranked_columns(workspace, dataset)[0]
    assert before is not None and before < 0.7
    assert after.gives_away


def test_where_the_label_store_cannot_be_read_the_files_labels_count(
    workspace: Workspace, dataset: Dataset
) -> None:
    workspace.labels.write_bytes(b"no database" * 100)

    assert hits(workspace, dataset) == {"CA": 0, "US": 10}
    assert ranked_columns(workspace, dataset)[0].value is not None
