from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from core.errors import EncoderError
from core.model.batches import model_inputs
from core.model.hub_module import LARGEST_DIFFERENCE, load_hub_bert
from core.model.tokenizer import Tokenizer
from tests import toy
from tests.core.model import hub_bert
from tests.messages import assert_one_sentence

SMALL_BERT = "tfhub/small_bert_L-2_H-128_random_weights"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hub_bert.save_module(tmp_path_factory.mktemp("hub") / "toy-hub")


@pytest.fixture(scope="module")
def small_bert(shared_data: Path) -> Path:
    """The real graph of TF Hub's smallest BERT."""
    folder = shared_data / SMALL_BERT
    if not folder.is_dir():
        pytest.skip(f"needs the TF Hub module {folder}")
    return folder


@pytest.mark.slow
def test_a_real_module_of_tf_hub_answers_as_its_own_layer_does(small_bert: Path) -> None:
    bert = load_hub_bert(str(small_bert))
    texts = ["How do I learn to swim?", "why", "Is this a sincere question about rivers? " * 9]
    tokenizer = Tokenizer(bert.vocabulary, lower_case=True, max_seq_length=128)
    inputs = model_inputs(tokenizer.encode(texts))

    layer = tf.saved_model.load(str(small_bert))
    expected = layer(
        {
            "input_word_ids": inputs["token_ids"],
            "input_mask": inputs["padding_mask"],
            "input_type_ids": inputs["segment_ids"],
        }
    )
    ours = bert.backbone(inputs, training=False)

    real = inputs["padding_mask"].numpy().astype(bool)
    for name in ("pooled_output", "sequence_output"):
        apart = np.abs(ours[name].numpy() - expected[name].numpy())
        assert (apart[real] if apart.ndim == 3 else apart).max() < 1e-5, name
    assert bert.difference < 1e-5
    assert (bert.backbone.num_layers, bert.backbone.num_heads) == (2, 2)
    assert (bert.backbone.vocabulary_size, bert.backbone.max_sequence_length) == (30_522, 512)
    assert sum(np.prod(v.shape) for v in bert.backbone.weights) == 4_385_920


def test_a_real_module_that_prepares_texts_is_no_encoder(shared_data: Path) -> None:
    folder = shared_data / "tfhub" / "bert_en_uncased_preprocess_3"
    if not folder.is_dir():
        pytest.skip(f"needs the TF Hub module {folder}")

    with pytest.raises(EncoderError, match="may do more when it is loaded"):
        load_hub_bert(str(folder))


@pytest.mark.parametrize("lower_case", [True, False])
def test_what_a_module_says_of_case_and_sizes_is_kept(tmp_path: Path, lower_case: bool) -> None:
    folder = hub_bert.save_module(tmp_path / "hub", lower_case=lower_case)

    bert = load_hub_bert(str(folder))

    assert bert.lower_case is lower_case
    assert bert.vocabulary.read_text("utf-8").split() == toy.VOCABULARY
    assert bert.backbone.max_sequence_length == hub_bert.POSITIONS
    assert bert.backbone.num_heads == hub_bert.HEADS
    assert bert.difference < 1e-5


def test_a_module_of_2019_with_other_names_and_lists_gives_the_same_model(
    module: Path, tmp_path: Path
) -> None:
    old = load_hub_bert(str(hub_bert.save_module(tmp_path / "old", old=True)))

    ours, theirs = old.backbone, load_hub_bert(str(module)).backbone
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_a_module_that_answers_otherwise_is_refused(tmp_path: Path) -> None:
    folder = hub_bert.save_module(tmp_path / "hub", exact_gelu=True)

    with pytest.raises(EncoderError, match=r"answers as the TF Hub module .* a difference of") as e:
        load_hub_bert(str(folder))

    assert_one_sentence(e.value)
    assert LARGEST_DIFFERENCE == 1e-4


def test_a_saved_model_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tf.Module()
    other.weight = tf.Variable([1.0])
    tf.saved_model.save(other, str(tmp_path / "other"))

    with pytest.raises(EncoderError, match="without the variable 'word_embeddings/embeddings'"):
        load_hub_bert(str(tmp_path / "other"))
