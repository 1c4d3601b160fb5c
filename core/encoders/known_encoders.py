"""Facts about BERTs that people know by name, written down: no TensorFlow, no network here.

Sizes of the small ones are from Turc et al. (2019), "Well-read students learn better"; names
and parameters of the presets are keras-hub's own, held against it by a test.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.encoders.shapes import EncoderShape

_UNCASED = 30_522
_CASED = 28_996
_CHINESE = 21_128
_MULTILINGUAL = 119_547
_POSITIONS = 512
_HEAD_WIDTH = 64


@dataclass(frozen=True)
class KnownEncoder:
    """An encoder that can be downloaded: what a user types for it, what it is called, its sizes."""

    name: str
    title: str
    shape: EncoderShape


def _shape(layers: int, width: int, *, vocabulary: int = _UNCASED) -> EncoderShape:
    """The sizes of a BERT of Google's: heads 64 wide, 4 times the width inside."""
    return EncoderShape(
        layers=layers,
        width=width,
        heads=width // _HEAD_WIDTH,
        inner=4 * width,
        vocabulary=vocabulary,
        positions=_POSITIONS,
    )


def _sentence_shape(layers: int, *, vocabulary: int = _UNCASED) -> EncoderShape:
    """The sizes of MiniLM and BGE small: 384 units, heads of 32."""
    return EncoderShape(
        layers=layers, width=384, heads=12, inner=1536, vocabulary=vocabulary, positions=_POSITIONS
    )


def _small_bert(layers: int, width: int) -> KnownEncoder:
    sizes = f"L-{layers}_H-{width}_A-{width // _HEAD_WIDTH}"
    return KnownEncoder(
        f"https://tfhub.dev/tensorflow/small_bert/bert_en_uncased_{sizes}/2",
        f"Small BERT, {layers} layers of {width}",
        _shape(layers, width),
    )


_TF_HUB = "https://tfhub.dev/tensorflow/bert"
_SMALL = tuple(
    _small_bert(layers, width) for layers in (2, 4, 6, 8, 10, 12) for width in (128, 256, 512, 768)
)
_BASE = (
    KnownEncoder(
        f"{_TF_HUB}_en_uncased_L-12_H-768_A-12/4", "BERT base, English uncased", _shape(12, 768)
    ),
    KnownEncoder(
        f"{_TF_HUB}_en_cased_L-12_H-768_A-12/4",
        "BERT base, English cased",
        _shape(12, 768, vocabulary=_CASED),
    ),
    KnownEncoder(
        f"{_TF_HUB}_multi_cased_L-12_H-768_A-12/4",
        "BERT base, 104 languages, cased",
        _shape(12, 768, vocabulary=_MULTILINGUAL),
    ),
)
PRESETS = {
    "bert_tiny_en_uncased": _shape(2, 128),
    "bert_small_en_uncased": _shape(4, 512),
    "bert_medium_en_uncased": _shape(8, 512),
    "bert_base_en_uncased": _shape(12, 768),
    "bert_base_en": _shape(12, 768, vocabulary=_CASED),
    "bert_base_zh": _shape(12, 768, vocabulary=_CHINESE),
    "bert_base_multi": _shape(12, 768, vocabulary=_MULTILINGUAL),
    "bert_large_en_uncased": _shape(24, 1024),
    "bert_large_en": _shape(24, 1024, vocabulary=_CASED),
    "bert_tiny_en_uncased_sst2": _shape(2, 128),
    "all_minilm_l6_v2_en": _sentence_shape(6),
    "all_minilm_l12_v2_en": _sentence_shape(12),
    "bge_small_en": _sentence_shape(12),
    "bge_base_en": _shape(12, 768),
    "bge_large_en": _shape(24, 1024),
}
"""keras-hub's presets of BERTs that have a WordPiece vocabulary, by name."""
_PRESET_TITLES = {
    "bert_tiny_en_uncased": "BERT tiny, English uncased",
    "bert_small_en_uncased": "BERT small, English uncased",
    "bert_medium_en_uncased": "BERT medium, English uncased",
    "bert_base_en_uncased": "BERT base, English uncased, keras-hub's",
    "bert_base_en": "BERT base, English cased, keras-hub's",
    "bert_base_multi": "BERT base, 104 languages, keras-hub's",
}
KNOWN = (
    *(KnownEncoder(name, title, PRESETS[name]) for name, title in _PRESET_TITLES.items()),
    *_SMALL,
    *_BASE,
)
"""What is offered to choose from; all other names can be typed."""
