from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.splits.split import TEST
from core.encoders.encoders import find_encoder
from core.errors import Cancelled, NotFound
from core.evaluation.operating_point import OperatingPoint, Rule, keep_operating_point
from core.model.backbone import load_backbone
from core.model.classifier import build_classifier
from core.runs.result import read_result
from core.runs.run import Run, create_run, read_examples
from core.scoring.scorer import Scorer, load_scorer
from core.workspace import Workspace
from tests import toy
from tests.trained_copies import copied_run


def test_scores_are_in_order_and_predicted_labels_follow_the_runs_threshold(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    scores = scorer.score(["a lovely cat", "a rotten dog", "a lovely cat"])
    assert scores.values[0] == pytest.approx(scores.values[2], abs=1e-6)
    assert scores.labels == ["0", "1", "0"]
    assert scorer.threshold == read_result(toy_workspace, toy_run).threshold


def test_the_kept_model_gives_the_test_metrics_that_the_run_reports(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    examples = read_examples(toy_workspace, toy_run, TEST)
    scores = load_scorer(toy_workspace, toy_run).score(examples.texts)
    right = np.mean([int(label) for label in scores.labels] == examples.class_ids)
    assert right == pytest.approx(read_result(toy_workspace, toy_run).test["accuracy"])


def test_calibrated_scores_are_the_scores_at_the_runs_temperature(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    temperature = read_result(toy_workspace, toy_run).temperature
    scores = scorer.score(["a lovely cat", "a rotten dog", "hello world"])

    odds = np.log(scores.values / (1 - scores.values)) / temperature
    assert scores.calibrated == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)


def test_cached_predictions_give_scores_labels_and_the_count_of_tokens_read(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    texts = ["a lovely cat", "a rotten dog 日本", "", "cat " * 1_000, "\0"]
    found, scores = scorer.read(texts), scorer.score(texts)

    assert found["score"].tolist() == scores.values.tolist()
    assert found["calibrated"].tolist() == scores.calibrated.tolist()
    assert scorer.labels(found) == scores.labels
    assert found["class_id"].tolist() == (found["score"] > 0.5).astype(int).tolist()
    assert found["tokens"].tolist() == [3, 5, 0, scorer.model.tokenizer.max_seq_length - 2, 0]
    assert found["unknown"].tolist() == [0, 2, 0, 0, 0]


def test_predicted_labels_of_cached_predictions_follow_the_threshold_exactly(
    toy_workspace: Workspace, toy_run: Run
) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    found = scorer.read(["a lovely cat", "a rotten dog"])
    for threshold, label in ((float(found["score"][1]), "1"), (1.0, "0"), (0.0, "1")):
        scorer.threshold = threshold
        assert scorer.labels(found)[1] == label
    scorer.threshold = np.nextafter(float(found["score"][1]), 1.0)
    assert scorer.labels(found)[1] == "0"


def test_a_stop_is_heard_between_two_batches(toy_workspace: Workspace, toy_run: Run) -> None:
    scorer = load_scorer(toy_workspace, toy_run)
    with pytest.raises(Cancelled):
        scorer.read(["a cat"] * 200, lambda: True)


def test_with_three_classes_a_reading_is_of_the_likeliest(
    toy_workspace: Workspace, toy_run: Run, toy_encoder: Path
) -> None:
    known = load_scorer(toy_workspace, toy_run)
    network = build_classifier(
        load_backbone(find_encoder(str(toy_encoder), toy_workspace)),
        n_classes=3, pooling="cls", dropout=0.0,
    )  # fmt: skip
    card = replace(known.model.card, classes=("a", "b", "c"))
    model = replace(known.model, network=network, card=card)
    scorer = Scorer(toy_workspace, toy_run, model, step=0, temperature=2.0)
    texts = [f"{word} cat" for word in toy.WORDS]

    found, probabilities = scorer.read(texts), model.probabilities(texts)
    assert found["score"] == pytest.approx(probabilities.max(axis=1), abs=1e-5)
    assert found["class_id"].tolist() == probabilities.argmax(axis=1).tolist()
    assert scorer.labels(found) == ["abc"[code] for code in found["class_id"]]
    assert (found["calibrated"] <= found["score"] + 1e-6).all()


def test_no_texts_give_no_scores(toy_workspace: Workspace, toy_run: Run) -> None:
    scores = load_scorer(toy_workspace, toy_run).score([])
    assert (len(scores.values), scores.labels) == (0, [])


def test_a_run_without_a_model_cannot_score(workspace: Workspace, toy_encoder) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))
    run = create_run(workspace, dataset, toy.recipe(toy_encoder))
    with pytest.raises(NotFound, match="a run with a trained model"):
        load_scorer(workspace, run)


def test_a_threshold_chosen_later_counts_from_the_next_refresh_on(
    workspace: Workspace, toy_workspace: Workspace, toy_run: Run
) -> None:
    run = copied_run(toy_workspace, toy_run, workspace)
    scorer = load_scorer(workspace, run)
    keep_operating_point(workspace, run, OperatingPoint(0.0, Rule.HAND, (0.0,)))

    assert scorer.score(["a lovely cat"]).labels == ["0"]
    scorer.refresh()

    assert (scorer.threshold, scorer.score(["a lovely cat"]).labels) == (0.0, ["1"])
    assert load_scorer(workspace, run).threshold == 0.0
