from dataclasses import replace

import pytest

from core.encoders.known_encoders import PRESETS
from core.runs.config import TrainConfig
from core.training.forecast.work import PartSizes, run_work

TINY = PRESETS["bert_tiny_en_uncased"]
SIZES = PartSizes(train=1000, validation=100, test=50)


def work(sizes: PartSizes = SIZES, lengths=(10, 20, 30), **settings: object):
    return run_work(TINY, TrainConfig(**settings), lengths, sizes)


def test_every_epoch_and_validation_counts() -> None:
    found = work(epochs=3, batch_size=32, validations_per_epoch=2)

    assert (found.steps, found.rows) == (32 * 3, 32)
    assert found.measured == 100 * 3 * 2 + 50
    weights = TINY.parameters
    assert found.updated == weights
    assert found.saved_bytes == 6 * (4 + 12) * weights


def test_training_a_row_is_three_forward_passes() -> None:
    found = work(lengths=[20], batch_size=8)

    forward = TINY.multiply_adds(20)
    assert found.measured_multiply_adds == forward
    assert found.multiply_adds == pytest.approx(8 * 3 * forward)
    assert found.elements == pytest.approx(8 * 3 * TINY.elements(20))


def test_what_is_frozen_is_not_updated_and_passed_only_above_frozen_embeddings() -> None:
    whole = work()

    lower = work(frozen_layers=1)
    assert lower.multiply_adds == pytest.approx(whole.multiply_adds * 2.5 / 3)
    assert whole.updated - lower.updated == TINY.layer_parameters

    both = work(frozen_layers=1, freeze_embeddings=True)
    assert both.multiply_adds == pytest.approx(whole.multiply_adds * 2 / 3)
    assert lower.updated - both.updated == TINY.embedding_parameters


def test_gradients_of_several_batches_make_one_update() -> None:
    assert work(accumulation=4).updated == work().updated / 4


def test_texts_are_cut_and_very_many_are_sampled() -> None:
    assert work(lengths=[500], max_seq_length=50) == work(lengths=[50])
    many = work(lengths=list(range(2, 100)) * 1000, max_seq_length=128)
    few = work(lengths=list(range(2, 100)))
    assert many.multiply_adds == pytest.approx(few.multiply_adds, rel=0.02)


def test_a_part_of_the_work_has_so_many_steps_as_heavy_as_before() -> None:
    whole = work()

    half = whole.share(0.5)

    assert half.steps == whole.steps / 2
    assert half.saved_bytes == whole.saved_bytes / 2
    assert replace(half, steps=whole.steps, measured=whole.measured).multiply_adds == (
        whole.multiply_adds
    )


def test_no_rows_and_no_texts_are_no_error() -> None:
    found = work(PartSizes(0, 0, 0), lengths=())

    assert (found.steps, found.measured) == (0, 0)
    assert found.multiply_adds > 0
