import csv
import io

import numpy as np

from core.data.filters.row_filter import RowFilter
from core.data.labelled import RowLabels
from core.explore.export import export_rows
from core.workspace import Workspace
from tests import toy


def test_labels_that_are_given_are_written_with_whose_they_are(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [("a", "no"), ("b", "no"), ("c", ""), ("d", "")])
    labels = RowLabels(
        ("no", "yes"), np.array([0, 1, 1, -1], np.int32), np.array([False, True, True, False])
    )
    sink = io.BytesIO()

    assert export_rows(workspace, dataset, RowFilter(), sink, labels=labels) == 4

    header, *lines = csv.reader(io.StringIO(sink.getvalue().decode("utf-8"), newline=""))
    assert header == ["row", "id", "text", "label", "labelled_by"]
    assert [(text, label, whose) for _, _, text, label, whose in lines] == [
        ("a", "no", "file"), ("b", "yes", "people"), ("c", "yes", "people"), ("d", "", ""),
    ]  # fmt: skip
