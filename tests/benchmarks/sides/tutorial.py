"""The tutorial's training and scoring, step by step as written there, on the encoder given.

A hub layer in a legacy Keras model, `tf.py_function` around a Python tokenizer for each text, all
padded to 128 tokens, Adam at 2e-5, `Model.fit`.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import keras_hub
import numpy as np
import tensorflow as tf
import tensorflow_hub as hub
import tf_keras

from core.model.tokenizer import Tokenizer
from tests.benchmarks.side_process import Answer, Stopwatch, answer_questions
from tests.benchmarks.sides.hub_module import export_module
from tests.benchmarks.sides.wordpiece import FullTokenizer

BATCH = 32
MAX_SEQ_LENGTH = 128
_COMPARED_TEXTS = 8
_SAME_ENOUGH = 1e-4
_NAMES = ("input_word_ids", "input_mask", "input_type_ids")


class TutorialSide:
    """What the process keeps from round to round."""

    def prepare(
        self, *, encoder: str, vocabulary: str, texts: list[str], class_ids: list[int]
    ) -> Answer:
        """Make the hub module, load it, and check that it is the same encoder."""
        self._texts, self._class_ids = texts, class_ids
        backbone = keras_hub.models.Backbone.from_preset(encoder)
        with tempfile.TemporaryDirectory() as folder:
            export_module(backbone, Path(vocabulary), Path(folder))
            layer = hub.KerasLayer(folder, trainable=True)
            module = layer.resolved_object
            self._tokenizer = FullTokenizer(
                Path(module.vocab_file.asset_path.numpy().decode()),
                lower_case=bool(module.do_lower_case.numpy()),
            )
        trained = sum(int(tf.size(weight)) for weight in layer.trainable_weights)
        assert trained == backbone.count_params(), "the hub layer trains every weight"
        self._model = _model(layer)
        self._start = self._model.get_weights()
        return {
            "difference": self._largest_difference(backbone, layer),
            "different_ids": self._different_ids(Path(vocabulary)),
            "parameters": trained,
        }

    def round(self, *, rows: int) -> Answer:
        """Train one epoch from the pretrained weights."""
        self._model.set_weights(self._start)
        _compile(self._model)
        watch = Stopwatch()
        on_step = tf_keras.callbacks.LambdaCallback(on_batch_begin=lambda batch, logs: watch.step())
        data = self._dataset(rows)
        history = self._model.fit(data, epochs=1, callbacks=[on_step], verbose=0)
        trained = rows // BATCH * BATCH
        times = watch.read(rows=trained, first_rows=BATCH)
        return {**times, "loss": float(history.history["loss"][-1])}

    def score(self, *, rows: int, head: list[float]) -> Answer:
        """Answer by `Model.predict`, texts padded to 128 tokens.

        Args:
            rows: How many texts.
            head: The last layer's kernel, and its bias at the end.
        """
        kernel, bias = np.array(head[:-1], np.float32)[:, None], np.array(head[-1:], np.float32)
        self._model.get_layer("output").set_weights([kernel, bias])
        data = (
            tf.data.Dataset.from_tensor_slices((self._texts[:rows], self._class_ids[:rows]))
            .map(self._in_graph, num_parallel_calls=tf.data.AUTOTUNE)
            .batch(BATCH)
            .prefetch(tf.data.AUTOTUNE)
        )
        start = time.perf_counter(), time.process_time()
        scores = self._model.predict(data, verbose=0)[:, 0]
        seconds, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
        return {"rows": rows, "seconds": seconds, "cpu_seconds": cpu, "scores": scores.tolist()}

    def _dataset(self, rows: int) -> tf.data.Dataset:
        """The tutorial's pipeline."""
        slices = (self._texts[:rows], self._class_ids[:rows])
        return (
            tf.data.Dataset.from_tensor_slices(slices)
            .map(self._in_graph, num_parallel_calls=tf.data.AUTOTUNE)
            .shuffle(1000)
            .batch(BATCH, drop_remainder=True)
            .prefetch(tf.data.AUTOTUNE)
        )

    def _in_graph(
        self, text: tf.Tensor, label: tf.Tensor
    ) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        kinds = [tf.int32] * 4
        *features, code = tf.py_function(self._features, inp=[text, label], Tout=kinds)
        for feature in features:
            feature.set_shape([MAX_SEQ_LENGTH])
        code.set_shape([])
        return dict(zip(_NAMES, features, strict=True)), code

    def _features(self, text: tf.Tensor, label: tf.Tensor) -> tuple[object, ...]:
        ids = self._ids(text.numpy().decode())
        filled = len(ids)
        padding = [0] * (MAX_SEQ_LENGTH - filled)
        return ids + padding, [1] * filled + padding, [0] * MAX_SEQ_LENGTH, label

    def _ids(self, text: str) -> list[int]:
        tokens = self._tokenizer.tokenize(text)[: MAX_SEQ_LENGTH - 2]
        return self._tokenizer.to_ids(["[CLS]", *tokens, "[SEP]"])

    def _largest_difference(self, backbone: keras_hub.models.BertBackbone, layer: object) -> float:
        """Between the hub layer's pooled output and the native encoder's."""
        texts = tf.data.Dataset.from_tensor_slices((self._texts, self._class_ids))
        batch = next(iter(texts.map(self._in_graph).batch(_COMPARED_TEXTS)))[0]
        native = backbone(
            {
                "token_ids": batch["input_word_ids"],
                "padding_mask": batch["input_mask"],
                "segment_ids": batch["input_type_ids"],
            },
            training=False,
        )
        theirs = layer(batch, training=False)["pooled_output"]
        difference = float(np.abs(native["pooled_output"] - theirs).max())
        assert difference < _SAME_ENOUGH, f"another encoder: pooled outputs {difference} apart"
        return difference

    def _different_ids(self, vocabulary: Path) -> int:
        """How many texts the Python tokenizer cuts otherwise than the project's."""
        ours = Tokenizer(vocabulary, lower_case=True, max_seq_length=MAX_SEQ_LENGTH)
        pairs = zip(self._texts, ours.encode(self._texts).to_list(), strict=True)
        return sum(self._ids(text) != ids for text, ids in pairs)


def _model(layer: hub.KerasLayer) -> tf_keras.Model:
    inputs = {name: tf_keras.Input((MAX_SEQ_LENGTH,), dtype=tf.int32, name=name) for name in _NAMES}
    pooled = layer(inputs)["pooled_output"]
    dropped = tf_keras.layers.Dropout(0.5)(pooled)
    output = tf_keras.layers.Dense(1, activation="sigmoid", name="output")(dropped)
    return tf_keras.Model(inputs, output)


def _compile(model: tf_keras.Model) -> None:
    model.compile(
        # TensorFlow 2.5's Adam, whose update is one fused operation; today's is slower.
        optimizer=tf_keras.optimizers.legacy.Adam(2e-5),
        loss=tf_keras.losses.BinaryCrossentropy(),
        metrics=[tf_keras.metrics.BinaryAccuracy()],
    )


if __name__ == "__main__":
    side = TutorialSide()
    answer_questions(prepare=side.prepare, round=side.round, score=side.score)
