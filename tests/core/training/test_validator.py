from pathlib import Path

import numpy as np
import pytest

from core.data.splits.split import VALIDATION
from core.encoders.encoders import find_encoder
from core.errors import Cancelled, TrainingDiverged
from core.evaluation.metrics import classification_metrics, f1_threshold
from core.model.classifier import load_model
from core.runs.result import read_result
from core.runs.run import Examples, Run, read_examples
from core.training.validator import Validator, quality_of
from core.workspace import Workspace


@pytest.fixture(scope="module")
def examples(toy_workspace: Workspace, toy_run: Run) -> Examples:
    return read_examples(toy_workspace, toy_run, VALIDATION)


@pytest.fixture(scope="module")
def model(toy_workspace: Workspace, toy_run: Run):
    result = read_result(toy_workspace, toy_run)
    return load_model(toy_workspace.run(toy_run.id).model(result.best_step))


def validator(examples: Examples, model, **settings: object) -> Validator:
    return Validator(examples, model.tokenizer.encode(examples.texts), 2, **settings)


def test_a_validation_is_what_the_model_answers(examples: Examples, model) -> None:
    found = validator(examples, model).validate(model.network, 7, 1.5)

    expected = model.probabilities(examples.texts)
    threshold = f1_threshold(examples.class_ids, expected[:, 1])
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-6)
    assert (found.step, found.epoch) == (7, 1.5)
    assert found.threshold == pytest.approx(threshold)
    assert found.metrics == pytest.approx(
        classification_metrics(examples.class_ids, expected, threshold)
    )
    assert found.quality == found.metrics["pr_auc"]


def test_the_accuracy_at_half_is_that_of_the_default_threshold(examples: Examples, model) -> None:
    one = validator(examples, model)
    found = one.validate(model.network, 1, 0.1)

    right = (found.probabilities[:, 1] >= 0.5) == examples.class_ids

    assert one.accuracy_at_half(found) == pytest.approx(right.mean())


def test_a_validation_can_be_cancelled_and_counts_then_not(examples: Examples, model) -> None:
    one = validator(examples, model)

    with pytest.raises(Cancelled):
        one.validate(model.network, 1, 0.1, lambda: True)

    assert one.done == 0


def test_a_network_that_answers_no_numbers_has_diverged(
    examples: Examples, toy_encoder: Path, toy_workspace: Workspace, model
) -> None:
    from core.model.backbone import load_backbone
    from core.model.classifier import build_classifier

    network = build_classifier(
        load_backbone(find_encoder(str(toy_encoder), toy_workspace)),
        n_classes=2,
        pooling="cls",
        dropout=0.0,
    )
    bias = network.get_layer("logits").bias
    bias.assign(np.full(bias.shape, np.nan))

    with pytest.raises(TrainingDiverged, match="at step 1,200"):
        validator(examples, model).validate(network, 1_200, 0.1)


@pytest.mark.parametrize(
    ("patience", "qualities", "stalled"),
    [
        (0, [0.9, 0.1, 0.1], False),  # Patience 0 waits for ever.
        (2, [0.9, 0.8], False),  # Nothing lies before the last two.
        (2, [0.9, 0.8, 0.9], True),
        (2, [0.9, 0.8, 0.91], False),
        (2, [0.9, 0.95, 0.8], False),
        (1, [0.5, 0.5], True),  # As good is not better.
    ],
)
def test_training_has_stalled_when_the_last_validations_brought_nothing_better(
    examples: Examples, model, patience: int, qualities: list[float], stalled: bool
) -> None:
    one = validator(examples, model, patience=patience, qualities=qualities)

    assert one.has_stalled() is stalled
    assert one.done == len(qualities)


def test_quality_is_pr_auc_for_two_classes_and_macro_f1_for_more() -> None:
    assert quality_of({"pr_auc": 0.7, "f1": 0.6}) == 0.7
    assert quality_of({"f1": 0.6, "accuracy": 0.9}) == 0.6
