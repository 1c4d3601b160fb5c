import numpy as np

from core.evaluation.predictions import Predictions
from core.evaluation.slice_metrics import slice_table, whole
from dashboard.app_pages.evaluate.slice_card import slice_card
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import said, table

SHARES = np.tile(np.array([[0.9, 0.1], [0.2, 0.8]], np.float32), (20, 1))
ROWS = Predictions("test", ("0", "1"), np.arange(40), np.arange(40) % 2, SHARES)


def test_slices_stand_below_all_rows(draw: Draw) -> None:
    slices = slice_table(ROWS, 0.5, {"half": np.arange(40) < 20, "quiet": ROWS.class_ids == 0})

    app = draw(slice_card, "By *it*", "How.", slices, whole(ROWS, 0.5), "key")

    assert said(app, "By *it*")
    found = table(app, "Slice").set_index("Slice")
    assert found["Rows"].to_dict() == {"All rows": 40, "half": 20, "quiet": 20}
    assert found.loc["quiet", "F1, 95 %"] == "no positive row"
    assert "Accuracy" not in found.columns


def test_without_slices_it_is_said(draw: Draw) -> None:
    app = draw(slice_card, "By it", "How.", slice_table(ROWS, 0.5, {}), whole(ROWS, 0.5), "key")

    assert said(app, "None: no slice has rows here.")
