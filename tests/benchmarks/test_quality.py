import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from core.evaluation.metrics import f1_threshold
from tests import toy
from tests.benchmarks import quality


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("quality")
    toy.write_csv(made / "toy.csv", list(toy.make_rows(400)), ("text", "label"))
    return made


def measure(folder: Path, *sides: str) -> None:
    arguments = ["--seeds", "1", "--file", str(folder / "toy.csv"), "--out", str(folder / "kept")]
    quality.main([*arguments, "--only", *sides])


def test_words_that_give_a_text_away_are_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(folder, "majority", "words")
    rows = capsys.readouterr().out.splitlines()
    sides = [quality.TITLES["majority"], quality.TITLES["words"]]
    majority, words = (next(row for row in rows if title in row) for title in sides)
    assert "| 0.250 (" in majority and "| 0.750 (" in majority
    assert words.count("| 1.000 (") == 4


def test_what_is_there_is_not_measured_again(folder: Path) -> None:
    measure(folder, "words")
    kept = folder / "kept" / "words-0.json"
    before = kept.stat().st_mtime_ns
    measure(folder, "words")
    assert kept.stat().st_mtime_ns == before


def test_the_test_part_is_a_fifth_and_validation_a_tenth_of_the_rest(folder: Path) -> None:
    measure(folder, "majority")
    kept = json.loads((folder / "kept" / "majority-0.json").read_text("utf-8"))
    assert (len(kept["validation_class_ids"]), len(kept["test_class_ids"])) == (32, 80)
    assert sum(kept["test_class_ids"]) == 20


def test_figures_are_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    class_ids = rng.integers(0, 2, 300)
    scores = np.round(class_ids * 0.3 + rng.random(300), 1)  # Rounded, so that many are equal.
    result = quality.Result(
        "words",
        0,
        class_ids.tolist(),
        scores.tolist(),
        class_ids.tolist(),
        scores.tolist(),
        1.0,
        "",
    )
    found = quality.figures_of(result)
    threshold = f1_threshold(class_ids, scores)
    assert found["pr_auc"].value == pytest.approx(
        metrics.average_precision_score(class_ids, scores)
    )
    assert found["f1"].value == pytest.approx(metrics.f1_score(class_ids, scores >= threshold))


def test_intervals_hold_the_value_and_shrink_with_rows() -> None:
    widths = []
    for rows in (200, 3200):
        class_ids = [int(row % 4 == 0) for row in range(rows)]
        scores = [0.3 * code + (row * 37 % 101) / 101 for row, code in enumerate(class_ids)]
        result = quality.Result("words", 0, class_ids, scores, class_ids, scores, 1.0, "")
        found = quality.figures_of(result)["pr_auc"]
        assert found.low < found.value < found.high
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2
