"""A BERT of TF Hub as a native Keras model: its variables mapped, its answers compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.encoders.encoder_folder import refusal
from core.encoders.shapes import EncoderShape
from core.errors import EncoderError
from core.model.backbone import new_backbone, weight_places
from core.model.hub_graph import harmless_copy

LARGEST_DIFFERENCE = 1e-4
_PROBE_ROWS = 3
_SPELLINGS = (
    # Modules of 2019 and early 2020 have the same variables under other names.
    (r"^bert_model/", ""),
    (r"^embedding_postprocessor/position_embeddings$", "position_embedding/embeddings"),
    (r"^embedding_postprocessor/type_embeddings$", "type_embeddings/embeddings"),
    (r"^embedding_postprocessor/layer_norm/", "embeddings/layer_norm/"),
    (r"^encoder/layer_", "transformer/layer_"),
    (r"/self_attention_output/", "/self_attention/attention_output/"),
)
_LAYER = re.compile(r"^transformer/layer_(\d+)/")


@dataclass(frozen=True)
class HubBert:
    """A TF Hub module as a native model.

    `difference` is the largest between its answers and the module's on a batch of probes.
    """

    backbone: keras_hub.models.BertBackbone
    vocabulary: Path
    lower_case: bool
    difference: float


def load_hub_bert(handle: str) -> HubBert:
    """Read a TF Hub module's variables into a native model and make sure that both agree.

    Args:
        handle: A folder with a saved model.

    Raises:
        EncoderError: it cannot be read, is no BERT, its graph could do more than calculate, or the
            native model gives other answers.
    """
    folder = Path(handle)
    module = _load(handle, folder)
    variables = _variables(module)
    shape = _shape(handle, variables)
    vocabulary, lower_case = _texts(handle, folder, module)
    backbone = new_backbone(shape)
    _assign(handle, backbone, variables)
    difference = _difference(handle, module, backbone)
    if not difference < LARGEST_DIFFERENCE:
        raise EncoderError(
            f"a native model that answers as the TF Hub module {handle} does",
            f"a difference of {difference:.2g}",
            "choose another encoder",
        )
    return HubBert(backbone, vocabulary, lower_case, difference)


def _load(handle: str, folder: Path) -> Any:
    with harmless_copy(handle, folder) as copy:
        try:
            return tf.saved_model.load(str(copy))
        except Exception as error:  # A damaged file breaks TensorFlow's reader in any way.
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            found = f"a TF Hub module that cannot be read ({reason[:160]})"
            raise refusal(handle, found) from error


def _variables(module: Any) -> dict[str, NDArray[np.float32]]:
    """The module's weights by the names that BERTs of TF Hub have today."""
    found = {}
    for variable in getattr(module, "variables", ()):
        name = variable.name.partition(":")[0]
        for pattern, spelling in _SPELLINGS:
            name = re.sub(pattern, spelling, name)
        if variable.dtype == tf.float32:
            found[name] = variable.numpy()
    return found


def _shape(handle: str, variables: dict[str, NDArray[np.float32]]) -> EncoderShape:
    """Sizes, from the shapes of the weights."""
    layers = {int(match[1]) for name in variables if (match := _LAYER.match(name))}
    try:
        vocabulary, width = variables["word_embeddings/embeddings"].shape
        _, heads, _ = variables["transformer/layer_0/self_attention/query/kernel"].shape
        return EncoderShape(
            layers=len(layers),
            width=width,
            heads=heads,
            inner=variables["transformer/layer_0/intermediate/kernel"].shape[1],
            vocabulary=vocabulary,
            positions=variables["position_embedding/embeddings"].shape[0],
            segments=variables["type_embeddings/embeddings"].shape[0],
        )
    except KeyError as error:
        raise refusal(handle, f"a TF Hub module without the variable {error}") from error
    except (ValueError, IndexError) as error:
        raise refusal(handle, "a TF Hub module whose weights have other shapes") from error


def _texts(handle: str, folder: Path, module: Any) -> tuple[Path, bool]:
    """The module's vocabulary file and whether it wants lower-case text."""
    try:
        asset = Path(module.vocab_file.asset_path.numpy().decode())
        lower_case = bool(module.do_lower_case.numpy())
    except AttributeError as error:
        raise refusal(handle, "a TF Hub module without vocab_file and do_lower_case") from error
    vocabulary = folder / "assets" / asset.name
    if not vocabulary.is_file():
        raise refusal(handle, f"a TF Hub module without its file {vocabulary.name}")
    return vocabulary, lower_case


def _assign(
    handle: str,
    backbone: keras_hub.models.BertBackbone,
    variables: dict[str, NDArray[np.float32]],
) -> None:
    """Copy every weight of the module to its place."""
    left = dict(variables)
    for name, target in weight_places(backbone).items():
        weight = left.pop(name, None)
        if weight is None:
            raise refusal(handle, f"a TF Hub module without the variable {name!r}")
        if weight.size != np.prod(target.shape):
            raise refusal(handle, f"a TF Hub module whose {name} has the shape {weight.shape}")
        target.assign(weight.reshape(target.shape))
    others = [name for name in left if _LAYER.match(name) or name.startswith("embedding")]
    if others:
        raise refusal(handle, f"a TF Hub module with the variable {others[0]!r}, which BERT lacks")


def _difference(handle: str, module: Any, backbone: keras_hub.models.BertBackbone) -> float:
    """Largest difference of both outputs on texts of all lengths, both segments among them."""
    rng = np.random.default_rng(0)
    length = backbone.max_sequence_length
    size = (_PROBE_ROWS, length)
    ids = rng.integers(0, backbone.vocabulary_size, size).astype(np.int32)
    segments = rng.integers(0, backbone.num_segments, size).astype(np.int32)
    mask = (np.arange(length) < [[length], [length // 2], [2]]).astype(np.int32)
    pooled, sequence = _ask(handle, module, ids, mask, segments)
    ours = backbone(
        {"token_ids": ids, "segment_ids": segments, "padding_mask": mask}, training=False
    )
    # What stands where padding is has no meaning.
    apart = np.abs(sequence - ours["sequence_output"].numpy())[mask.astype(bool)].max()
    return float(max(apart, np.abs(pooled - ours["pooled_output"].numpy()).max()))


def _ask(
    handle: str,
    module: Any,
    ids: NDArray[np.int32],
    mask: NDArray[np.int32],
    segments: NDArray[np.int32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The module's pooled_output and sequence_output; older modules take and give lists."""
    names = ("input_word_ids", "input_mask", "input_type_ids")
    listed = [tf.constant(values) for values in (ids, mask, segments)]
    inputs = dict(zip(names, listed, strict=True))
    for asked in (inputs, listed):
        try:
            answer = module(asked, training=False)
        except (TypeError, ValueError, tf.errors.OpError):
            continue
        if isinstance(answer, dict) and {"pooled_output", "sequence_output"} <= set(answer):
            return answer["pooled_output"].numpy(), answer["sequence_output"].numpy()
        if isinstance(answer, list | tuple) and len(answer) == 2:
            return answer[0].numpy(), answer[1].numpy()
    raise refusal(handle, "a TF Hub module that does not take token ids, mask and segments")
