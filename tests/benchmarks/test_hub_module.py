from pathlib import Path

import keras_hub
import numpy as np
import pytest
import tensorflow_hub as hub

from tests.benchmarks.sides.hub_module import export_module


@pytest.mark.slow
def test_the_exported_module_is_the_same_encoder(toy_encoder: Path, tmp_path: Path) -> None:
    backbone = keras_hub.models.Backbone.from_preset(str(toy_encoder))
    export_module(backbone, toy_encoder / "vocab.txt", tmp_path / "module")
    layer = hub.KerasLayer(str(tmp_path / "module"), trainable=True)
    ids = np.array([[2, 90, 95, 3, 0, 0], [2, 88, 91, 92, 93, 3]], np.int32)
    mask, kinds = (ids > 0).astype(np.int32), np.zeros_like(ids)
    theirs = layer({"input_word_ids": ids, "input_mask": mask, "input_type_ids": kinds})
    ours = backbone({"token_ids": ids, "padding_mask": mask, "segment_ids": kinds})
    assert np.abs(ours["pooled_output"] - theirs["pooled_output"]).max() < 1e-5
    trained = sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)
    assert trained == backbone.count_params()
    assert layer.resolved_object.do_lower_case.numpy()
    vocabulary = Path(layer.resolved_object.vocab_file.asset_path.numpy().decode())
    assert vocabulary.read_bytes() == (toy_encoder / "vocab.txt").read_bytes()
