import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.encoders.encoders import find_encoder
from core.errors import EncoderError
from core.model.backbone import load_backbone
from core.model.batches import model_inputs
from core.model.classifier import build_classifier
from core.model.tokenizer import Tokenizer
from tests.core.model import checkpoints
from tests.messages import assert_one_sentence

Backbone = keras_hub.models.BertBackbone


def test_the_embedded_encoder_has_the_parameters_of_minilm(minilm: Backbone) -> None:
    # 6 layers of 384 units, 1,536 inside; 30,522 tokens, 512 positions, 2 segments; a pooler.
    embeddings = (30_522 + 512 + 2) * 384 + 2 * 384
    attention = 4 * (384 * 384 + 384)
    feed_forward = 2 * 384 * 1536 + 1536 + 384
    layer = attention + feed_forward + 2 * 2 * 384

    assert minilm.count_params() == embeddings + 6 * layer + 384 * 384 + 384 == 22_713_216


def test_the_embedded_encoder_finds_what_its_makers_say_it_finds(minilm: Backbone) -> None:
    """The semantic search example of sbert.net, with the scores printed there."""
    texts = [
        "A man is eating pasta.",
        "A man is eating food.",
        "A man is eating a piece of bread.",
        "A man is riding a horse.",
        "A man is riding a white horse on an enclosed ground.",
        "A cheetah is running behind its prey.",
    ]
    vocabulary = find_encoder("minilm").vocabulary
    tokenizer = Tokenizer(vocabulary, lower_case=True, max_seq_length=128)
    inputs = model_inputs(tokenizer.encode(texts))
    network = build_classifier(minilm, n_classes=2, pooling="mean", dropout=0.0)
    features = keras.Model(network.input, network.get_layer("mean_of_tokens").output)

    vectors = features(inputs).numpy()

    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = [0.7035, 0.5272, 0.1889, 0.1047, 0.0980]
    assert (vectors[1:] @ vectors[0]).tolist() == pytest.approx(expected, abs=5e-4)


HUGGING_FACE = {
    "model_type": "bert", "vocab_size": 60, "num_hidden_layers": 1, "num_attention_heads": 2,
    "hidden_size": 32, "intermediate_size": 64, "hidden_dropout_prob": 0.1,
    "max_position_embeddings": 64, "type_vocab_size": 2,
}  # fmt: skip


def write_config(folder: Path, content: Any) -> None:
    (folder / "config.json").write_text(json.dumps(content), "utf-8")


def make_hugging_face(folder: Path, **changes: object) -> None:
    write_config(folder, {**HUGGING_FACE, **changes})
    (folder / "model.safetensors").write_bytes(b"no tensors")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "config is no JSON": lambda folder: (folder / "config.json").write_text("{"),
    "config is empty": lambda folder: write_config(folder, {}),
    "config of something else": lambda folder: write_config(folder, ["a", "list"]),
    "weights are missing": lambda folder: (folder / "model.weights.h5").unlink(),
    "weights were cut off": lambda folder: os.truncate(folder / "model.weights.h5", 5_000),
    "weights are empty": lambda folder: os.truncate(folder / "model.weights.h5", 0),
    "tensors are rubbish": make_hugging_face,
    "sizes are missing": lambda folder: write_config(folder, {"model_type": "bert"}),
    "another architecture": lambda folder: make_hugging_face(folder, model_type="mamba"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_encoder_that_cannot_be_read_is_refused_in_a_sentence(
    toy_encoder: Path, tmp_path: Path, damage: str
) -> None:
    folder = shutil.copytree(toy_encoder, tmp_path / "toy")
    DAMAGES[damage](folder)

    with pytest.raises(EncoderError, match="a BERT checkpoint for the encoder toy") as refusal:
        load_backbone(find_encoder(str(folder)))

    assert_one_sentence(refusal.value)
    assert "()" not in str(refusal.value)


def test_an_encoder_that_is_no_bert_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "distil"
    other = keras_hub.models.DistilBertBackbone(
        vocabulary_size=10, num_layers=1, num_heads=1, hidden_dim=4, intermediate_dim=4
    )
    other.save_to_preset(str(folder))
    (folder / "vocab.txt").write_text("[PAD]", "utf-8")

    with pytest.raises(EncoderError, match=r"a BERT checkpoint .* found a preset of DistilBert"):
        load_backbone(find_encoder(str(folder)))


def test_a_checkpoint_of_hugging_face_gives_its_own_answers(tmp_path: Path) -> None:
    """Against the arithmetic of BERT in NumPy, one layer, two heads of eight."""
    folder = checkpoints.hugging_face(tmp_path / "bert")
    w = load_file(folder / "model.safetensors")
    ids = np.array([[2, 7, 9, 3]])

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        apart = x - x.mean(-1, keepdims=True)
        scaled = apart / np.sqrt((apart**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    layer = "encoder.layer.0"
    x = w["embeddings.word_embeddings.weight"][ids[0]]
    x = x + w["embeddings.position_embeddings.weight"][:4]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    query, key, value = (
        dense(x, f"{layer}.attention.self.{part}").reshape(4, 2, 8).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    powers = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(8))
    seen = (powers / powers.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(4, 16)
    attention = f"{layer}.attention.output"
    x = norm(x + dense(seen, f"{attention}.dense"), f"{attention}.LayerNorm")
    inner = dense(x, f"{layer}.intermediate.dense")
    inner = 0.5 * inner * (1 + np.tanh(np.sqrt(2 / np.pi) * (inner + 0.044715 * inner**3)))
    x = norm(x + dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")

    answer = load_backbone(find_encoder(str(folder)))(
        {"token_ids": ids, "segment_ids": 0 * ids, "padding_mask": 0 * ids + 1}
    )

    np.testing.assert_allclose(answer["sequence_output"][0], x, atol=1e-5)
    pooled = np.tanh(dense(x[0], "pooler.dense"))
    np.testing.assert_allclose(answer["pooled_output"][0], pooled, atol=1e-5)


def test_a_missing_pooler_is_drawn_always_the_same(tmp_path: Path) -> None:
    folder = checkpoints.hugging_face(tmp_path / "bert")
    path = folder / "model.safetensors"
    save_file({n: v for n, v in load_file(path).items() if "pooler" not in n}, path)

    first, second = (load_backbone(find_encoder(str(folder))) for _ in range(2))

    kernel = first.pooled_dense.kernel.numpy()
    assert 0.01 < kernel.std() < 0.03
    np.testing.assert_array_equal(kernel, second.pooled_dense.kernel.numpy())
