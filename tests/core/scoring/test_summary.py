import json
from collections import Counter
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pytest

from core.scoring.drift import Drift, Shift
from core.scoring.input_rows import FileRows
from core.scoring.prediction_cache import CACHED_PREDICTION
from core.scoring.summary import HISTOGRAM_BINS, FileProgress, FileResult, ResultAccumulator

DRIFT = Drift(
    part="test",
    lengths=Shift((3.0,), (5, 5), (1, 2)),
    scores=Shift((), (10,), (3,)),
    unknown=(0.1, 0.2),
    cut=(0.0, 0.5),
    labels={"0": (0.9, 0.5), "ü": (0.1, 0.5)},
)


def result(drift: Drift | None = None) -> FileResult:
    return FileResult(
        rows=4, texts=2, read=1, unscored={"empty": 1}, label_counts={"0": 2, "ü": 1},
        histogram=[0] * HISTOGRAM_BINS, columns={"score": "score"}, threshold=0.4, seconds=1.5,
        guarded=1, replaced=2, short=3, drift=drift,
    )  # fmt: skip


@pytest.mark.parametrize("drift", [None, DRIFT])
def test_a_result_comes_back_from_json(drift: Drift | None) -> None:
    assert FileResult.from_json(result(drift).to_json()) == result(drift)
    assert result(drift).scored == 3


@pytest.mark.parametrize("name", [field.name for field in fields(FileResult)])
def test_a_result_of_another_version_is_refused(name: str) -> None:
    values = json.loads(result().to_json())
    del values[name]
    with pytest.raises(ValueError, match="other fields"):
        FileResult.from_json(json.dumps(values))


def test_the_time_left_follows_from_the_speed_if_there_is_one() -> None:
    assert FileProgress(10, 100, 0.0).seconds_left is None
    assert FileProgress(10, 100, 45.0).seconds_left == 2.0
    assert FileProgress(100, 100, 45.0).seconds_left == 0.0


def test_rows_labels_scores_and_reasons_are_counted() -> None:
    tally = ResultAccumulator(None)
    predictions = np.zeros(3, CACHED_PREDICTION)
    predictions["score"] = [0.0, 0.5, 1.0]
    rows = FileRows(
        numbers=np.arange(4), columns=[], typed=None, texts=pa.array(["a", "b", "c", None]),
        errors=pa.nulls(4, pa.string()), reasons=Counter({"empty": 1}), replaced=0,
    )  # fmt: skip
    tally.add(rows, predictions, ["0", "1", "1"])
    tally.add(rows, predictions, ["0", "1", "1"])
    tally.replaced += 3

    found = tally.result(read=1, texts=3, columns={"score": "s"}, threshold=0.5, guarded=7)
    assert (found.rows, found.scored, found.unscored) == (8, 6, {"empty": 2})
    assert found.label_counts == {"0": 2, "1": 4}
    assert (found.histogram[0], found.histogram[25], found.histogram[-1]) == (2, 2, 2)
    assert sum(found.histogram) == 6
    assert (found.texts, found.guarded, found.replaced, found.drift) == (3, 7, 3, None)
    assert found.seconds >= 0
