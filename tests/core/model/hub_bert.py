"""A tiny BERT as TF Hub has them, written out in plain TensorFlow: no Keras takes part."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from tests import toy

WIDTH, HEADS, INNER, LAYERS, POSITIONS = 32, 2, 64, 2, 48
OLD_NAMES = {
    "position_embedding/embeddings": "embedding_postprocessor/position_embeddings",
    "type_embeddings/embeddings": "embedding_postprocessor/type_embeddings",
    "embeddings/layer_norm/": "embedding_postprocessor/layer_norm/",
    "transformer/layer_": "encoder/layer_",
    "self_attention/attention_output/": "self_attention_output/",
}


def save_module(
    folder: Path,
    *,
    old: bool = False,
    lower_case: bool = True,
    exact_gelu: bool = False,
    marker: Path | None = None,
) -> Path:
    """Save a module with random weights.

    Args:
        folder: Where to.
        old: With the names and the lists of the modules of 2019.
        lower_case: What it says of its texts.
        exact_gelu: An activation that BERT does not have.
        marker: A file that is written whenever the graph runs.
    """
    vocabulary = folder.with_name(folder.name + "-vocabulary") / "vocab.txt"
    vocabulary.parent.mkdir(parents=True)
    vocabulary.write_text("\n".join(toy.VOCABULARY) + "\n", "utf-8")
    weights = _weights(old)
    module = tf.train.Checkpoint()
    module.listed = list(weights.values())
    module.variables = module.listed
    module.vocab_file = tf.saved_model.Asset(str(vocabulary))
    module.do_lower_case = tf.Variable(lower_case, trainable=False)
    call = _bert(weights, old, exact_gelu, marker)
    tokens = tf.TensorSpec([None, None], tf.int32)
    names = ("input_word_ids", "input_mask", "input_type_ids")
    asked = [tokens] * 3 if old else dict.fromkeys(names, tokens)
    function = tf.function(call)
    for training in (False, True):
        function.get_concrete_function(asked, training=training)
    module.__call__ = function
    tf.saved_model.save(module, str(folder))
    return folder


def _weights(old: bool) -> dict[str, tf.Variable]:
    rng = np.random.default_rng(11)
    shapes = {
        "word_embeddings/embeddings": (len(toy.VOCABULARY), WIDTH),
        "position_embedding/embeddings": (POSITIONS, WIDTH),
        "type_embeddings/embeddings": (2, WIDTH),
        **_norm("embeddings/layer_norm"),
        "pooler_transform/kernel": (WIDTH, WIDTH),
        "pooler_transform/bias": (WIDTH,),
    }
    split = (HEADS, WIDTH // HEADS)
    for number in range(LAYERS):
        layer = f"transformer/layer_{number}"
        for part in ("query", "key", "value"):
            shapes[f"{layer}/self_attention/{part}/kernel"] = (WIDTH, *split)
            shapes[f"{layer}/self_attention/{part}/bias"] = split
        shapes[f"{layer}/self_attention/attention_output/kernel"] = (*split, WIDTH)
        shapes[f"{layer}/self_attention/attention_output/bias"] = (WIDTH,)
        shapes |= _norm(f"{layer}/self_attention_layer_norm")
        shapes[f"{layer}/intermediate/kernel"] = (WIDTH, INNER)
        shapes[f"{layer}/intermediate/bias"] = (INNER,)
        shapes[f"{layer}/output/kernel"] = (INNER, WIDTH)
        shapes[f"{layer}/output/bias"] = (WIDTH,)
        shapes |= _norm(f"{layer}/output_layer_norm")
    made = {}
    for name, shape in shapes.items():
        value = rng.normal(1.0 if name.endswith("gamma") else 0.0, 0.3, shape)
        called = "bert_model/" + _old(name) if old else name
        made[name] = tf.Variable(value.astype(np.float32), name=called)
    return made


def _norm(name: str) -> dict[str, tuple[int]]:
    return {f"{name}/gamma": (WIDTH,), f"{name}/beta": (WIDTH,)}


def _old(name: str) -> str:
    for today, before in OLD_NAMES.items():
        name = name.replace(today, before)
    return name


def _bert(w: dict[str, tf.Variable], old: bool, exact_gelu: bool, marker: Path | None):
    """Devlin et al. (2019), with the activation of Google's own code."""

    def norm(x, name):
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-12) * w[f"{name}/gamma"] + w[f"{name}/beta"]

    def head(x, name):
        return tf.einsum("bnw,whd->bnhd", x, w[f"{name}/kernel"]) + w[f"{name}/bias"]

    def layer(x, mask, name):
        attention = f"{name}/self_attention"
        query, key, value = (head(x, f"{attention}/{p}") for p in ("query", "key", "value"))
        scores = tf.einsum("bnhd,bmhd->bhnm", query, key) / (WIDTH / HEADS) ** 0.5
        scores += (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * -1e9
        seen = tf.einsum("bhnm,bmhd->bnhd", tf.nn.softmax(scores), value)
        seen = tf.einsum("bnhd,hdw->bnw", seen, w[f"{attention}/attention_output/kernel"])
        seen += w[f"{attention}/attention_output/bias"]
        x = norm(x + seen, f"{attention}_layer_norm")
        inner = x @ w[f"{name}/intermediate/kernel"] + w[f"{name}/intermediate/bias"]
        inner = tf.nn.gelu(inner, approximate=not exact_gelu)
        return norm(
            x + inner @ w[f"{name}/output/kernel"] + w[f"{name}/output/bias"],
            f"{name}/output_layer_norm",
        )

    def call(inputs, training=False):
        if marker is not None:
            tf.io.write_file(str(marker), "ran")
        if old:
            ids, mask, segments = inputs
        else:
            ids, mask, segments = (
                inputs[f"input_{name}"] for name in ("word_ids", "mask", "type_ids")
            )
        x = tf.gather(w["word_embeddings/embeddings"], ids)
        x += w["position_embedding/embeddings"][: tf.shape(ids)[1]]
        x += tf.gather(w["type_embeddings/embeddings"], segments)
        x = norm(x, "embeddings/layer_norm")
        for number in range(LAYERS):
            x = layer(x, mask, f"transformer/layer_{number}")
        pooled = tf.tanh(x[:, 0] @ w["pooler_transform/kernel"] + w["pooler_transform/bias"])
        return [pooled, x] if old else {"pooled_output": pooled, "sequence_output": x}

    return call
