import json
import math
import shutil
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from core.data.splits.split import TEST, TRAIN, VALIDATION
from core.evaluation.predictions import prediction_table
from core.records import from_plain
from core.runs.run import Run, create_run, read_examples
from core.scoring import drift
from core.scoring.drift import Drift, DriftAccumulator, Shift, drift_accumulator
from core.scoring.prediction_cache import CACHED_PREDICTION, CachedPredictions
from core.scoring.scorer import Scorer
from core.workspace import Workspace
from tests import toy
from tests.trained_copies import copied_run

ROWS = 2_000


def shift(expected: list[int], found: list[int]) -> Shift:
    return Shift(tuple(map(float, range(len(expected) - 1))), tuple(expected), tuple(found))


def test_the_index_is_that_of_a_hand_computed_example() -> None:
    # (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5)
    assert shift([500, 500], [400, 600]).psi == pytest.approx(0.0405465, abs=1e-7)
    # (0.2 - 0.25) ln 0.8 + (0.4 - 0.25) ln 1.6 + (0.2 - 0.25) ln 0.8 + (0.2 - 0.25) ln 0.8
    wanted = 3 * 0.05 * math.log(1.25) + 0.15 * math.log(1.6)
    assert shift([250] * 4, [200, 400, 200, 200]).psi == pytest.approx(wanted, abs=1e-9)


@given(
    expected=st.lists(st.integers(1_000, 9_000), min_size=5, max_size=5),
    found=st.lists(st.integers(1_000, 9_000), min_size=5, max_size=5),
)
def test_the_index_is_the_sum_of_both_relative_entropies(
    expected: list[int], found: list[int]
) -> None:
    both = entropy(found, expected) + entropy(expected, found)
    assert shift(expected, found).psi == pytest.approx(both, rel=1e-9)
    assert shift(expected, expected).psi == 0.0
    assert shift(found, expected).psi == pytest.approx(shift(expected, found).psi)


def test_a_bin_that_is_empty_counts_as_nearly_so() -> None:
    wanted = (0.5 - 1e-4) * math.log(0.5 / 1e-4) + 0.5 * math.log(2)
    assert shift([1_000, 0], [500, 500]).psi == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("expected", "found"),
    [([500, 500], [0, 0]), ([0, 0], [500, 500]), ([500, 500], [10, 10]), ([900], [900])],
)
def test_where_it_would_say_nothing_there_is_no_index(
    expected: list[int], found: list[int]
) -> None:
    assert shift(expected, found).psi is None


def test_without_a_shift_chance_alone_rarely_reaches_a_moderate_one() -> None:
    rng = np.random.default_rng(0)
    own, indices = rng.beta(1, 9, 400), []
    for _ in range(200):
        made = drift._counted(drift._shift(own), rng.beta(1, 9, 600))
        assert made.psi is not None
        indices.append(made.psi)
    assert np.mean(np.array(indices) < drift.MODERATE) > 0.95


@given(
    own=st.lists(st.integers(0, 12) | st.floats(0, 1), min_size=1),
    other=st.lists(st.integers(-3, 20) | st.floats(0, 2)),
)
def test_every_value_is_in_one_bin_and_no_own_bin_is_empty(
    own: list[float], other: list[float]
) -> None:
    made = drift._counted(drift._shift(np.array(own)), np.array(other, float))
    assert sum(made.expected) == len(own)
    assert min(made.expected) > 0
    assert list(made.edges) == sorted(set(made.edges))
    bounds = [-np.inf, *made.edges, np.inf]
    assert list(made.found) == [
        sum(low < value <= high for value in other) for low, high in pairwise(bounds)
    ]


def test_bins_hold_equally_many_of_the_runs_own_values() -> None:
    values = np.random.default_rng(1).normal(size=10_000)
    made = drift._shift(values)
    assert made.edges == tuple(np.sort(values)[999:9_000:1_000])
    assert made.expected == (1_000,) * 10


@pytest.fixture
def own(workspace: Workspace, toy_workspace: Workspace, toy_run: Run, scorer: Scorer) -> Scorer:
    """The toy run with a larger test part, of which the model has said what it says."""
    copied_run(toy_workspace, toy_run, workspace)
    found = scorer.read(texts_of_test())
    measure(workspace, toy_run, TEST, np.column_stack([1 - found["score"], found["score"]]))
    return Scorer(workspace, toy_run, scorer.model, scorer.step, scorer.temperature)


def texts_of_test() -> list[str]:
    return [text for text, _ in toy.make_rows(ROWS, seed=11)]


def measure(workspace: Workspace, run: Run, part: str, probabilities: np.ndarray) -> None:
    rows = np.arange(len(probabilities))
    path = workspace.run(run.id).predictions
    pq.write_table(prediction_table(part, rows, np.zeros(len(rows), int), probabilities), path)


def tallied(scorer: Scorer, predictions: CachedPredictions) -> Drift:
    tally = DriftAccumulator(scorer)
    for part in np.array_split(predictions, 3):
        tally.add(part)
    labels = scorer.labels(predictions)
    return tally.result({label: labels.count(label) for label in set(labels)})


def test_a_file_that_is_the_test_part_has_no_shift(own: Scorer) -> None:
    found = tallied(own, own.read(texts_of_test()))
    assert found.part == TEST
    assert found.scores.psi == pytest.approx(0.0, abs=1e-3)
    assert sum(found.scores.expected) == sum(found.scores.found) == ROWS
    assert found.lengths.psi < drift.MODERATE
    assert found.labels.keys() == {"0", "1"}
    for expected, there in found.labels.values():
        assert there == pytest.approx(expected, abs=1e-3)
    assert found.unknown[0] == pytest.approx(found.unknown[1], abs=0.02)
    assert found.cut == (0.0, 0.0)


def test_other_texts_have_a_large_shift(own: Scorer) -> None:
    texts = [f"{'日本 ' * (number % 40)} rotten {number}" for number in range(ROWS)]
    found = tallied(own, own.read(texts))
    assert found.lengths.psi > drift.LARGE
    assert found.scores.psi > drift.LARGE
    assert found.unknown[1] > 0.5
    assert found.cut[1] > 0.2
    assert sum(there for _, there in found.labels.values()) == pytest.approx(1.0)


def test_lengths_are_held_against_the_rows_that_the_run_learned_from(own: Scorer) -> None:
    texts = read_examples(own.workspace, own.run, TRAIN).texts
    found = tallied(own, own.read(texts))
    assert found.lengths.expected == found.lengths.found
    assert sum(found.lengths.found) == len(texts)


def test_few_rows_say_nothing(own: Scorer) -> None:
    found = tallied(own, own.read(["a lovely cat", "a rotten dog"]))
    assert (found.lengths.psi, found.scores.psi) == (None, None)
    nothing = tallied(own, np.zeros(0, CACHED_PREDICTION))
    assert (nothing.scores.psi, nothing.unknown[1], nothing.cut[1]) == (None, 0.0, 0.0)
    assert [there for _, there in nothing.labels.values()] == [0.0, 0.0]


def test_the_runs_own_predicted_labels_are_those_at_the_threshold_of_the_file(own: Scorer) -> None:
    own.threshold = 0.0
    assert tallied(own, own.read(["a cat"])).labels == {"0": (0.0, 0.0), "1": (1.0, 1.0)}


def test_a_run_without_a_test_part_is_held_against_its_validation_rows(own: Scorer) -> None:
    measure(own.workspace, own.run, VALIDATION, np.tile([0.75, 0.25], (50, 1)))
    found = tallied(own, own.read(["a cat"]))
    assert found.part == VALIDATION
    assert found.scores.expected == (50,)


def test_a_run_that_was_not_measured_or_not_readably_has_no_drift(own: Scorer) -> None:
    path = own.workspace.run(own.run.id).predictions
    assert drift_accumulator(own) is not None
    path.write_bytes(b"no Parquet")
    assert drift_accumulator(own) is None
    path.unlink()
    assert drift_accumulator(own) is None


def test_with_more_classes_the_score_is_that_of_the_likeliest(
    own: Scorer, toy_encoder: Path
) -> None:
    dataset = toy.import_rows(own.workspace, toy.make_rows(120, classes=3), name="colours")
    run = create_run(own.workspace, dataset, toy.recipe(toy_encoder))
    shutil.copy(own.workspace.run(own.run.id).result, own.workspace.run(run.id).result)
    model = replace(own.model, card=replace(own.model.card, classes=run.classes))
    three = Scorer(own.workspace, run, model, own.step)
    shares = np.random.default_rng(2).dirichlet([1, 2, 3], ROWS).astype(np.float32)
    measure(own.workspace, run, TEST, shares)
    predictions = np.zeros(ROWS, CACHED_PREDICTION)
    predictions["class_id"], predictions["score"] = shares.argmax(axis=1), shares.max(axis=1)

    found = tallied(three, predictions)
    assert found.scores.psi == pytest.approx(0.0, abs=1e-12)
    wanted = np.bincount(shares.argmax(axis=1)) / ROWS
    assert [own for own, _ in found.labels.values()] == pytest.approx(wanted.tolist())
    assert list(found.labels) == list(run.classes) == ["blue", "green", "red"]
    assert all(own == pytest.approx(there) for own, there in found.labels.values())


def test_what_was_found_comes_back_from_json(own: Scorer) -> None:
    found = tallied(own, own.read(["a lovely cat"]))
    assert from_plain(Drift, json.loads(json.dumps(asdict(found)))) == found


def test_of_many_train_rows_some_are_looked_at_the_same_ones_every_time(own: Scorer) -> None:
    first, again = (DriftAccumulator(own, most_texts=50).result({}).lengths for _ in range(2))
    assert sum(first.expected) == 50
    assert first == again


def test_a_column_of_the_cached_predictions_is_not_changed_by_counting(own: Scorer) -> None:
    predictions = own.read(["a cat", "a dog"])
    before = predictions.tobytes()
    tallied(own, predictions)
    assert predictions.tobytes() == before
    assert pa.array(predictions["tokens"]).to_pylist() == [2, 2]
