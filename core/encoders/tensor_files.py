"""A BERT's weights in safetensors files, whatever they are called there. No TensorFlow here.

Such files hold numbers only. Pickles (pytorch_model.bin) may hold code, and are never read.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.encoders.shapes import EncoderShape
from core.encoders.tokenizer_files import read_json
from core.errors import EncoderError

SAFETENSORS = "model.safetensors"
SHARDS = "model.safetensors.index.json"
_PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.pkl")
_LARGEST_HEADER = 16 << 20
_KINDS = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16}
_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError, struct.error),
    *(OverflowError, RecursionError),  # A size of 1e999, and a million brackets.
)
_WORDS = "embeddings.word_embeddings.weight"
POOLER = "pooler.dense.weight"
_OLD_NAMES = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}


@dataclass(frozen=True)
class Tensor:
    """Where one tensor's numbers are."""

    path: Path
    kind: str
    shape: tuple[int, ...]
    start: int

    def read(self) -> NDArray[np.float32]:
        """Its numbers as float32.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file has been cut short.
        """
        count = math.prod(self.shape)
        found = np.fromfile(self.path, _KINDS[self.kind], count, offset=self.start)
        if self.kind == "BF16":  # The upper half of a float32.
            found = (found.astype(np.uint32) << 16).view(np.float32)
        return found.astype(np.float32, copy=False).reshape(self.shape)


def find_tensors(folder: Path, shape: EncoderShape) -> dict[str, Tensor]:
    """A BERT's tensors by their names in Hugging Face's BertModel; the pooler may be missing.

    Raises:
        EncoderError: files or weights are missing, damaged, of other sizes or other numbers.
    """
    tensors = _all_tensors(folder)
    prefix = _prefix(folder, tensors)
    found = {}
    for name, size in _sizes(shape):
        tensor = tensors.get(prefix + name) or tensors.get(prefix + _old_name(name))
        if tensor is None and name.startswith("pooler."):
            continue
        if tensor is None or tensor.shape != size:
            raise _refused(folder, f"weights that do not match its config.json ({name})")
        if tensor.kind not in _KINDS:
            raise _refused(folder, f"weights of the kind {tensor.kind} ({name})")
        found[name] = tensor
    if POOLER not in found or POOLER.replace("weight", "bias") not in found:
        found = {name: t for name, t in found.items() if not name.startswith("pooler.")}
    return found


def _prefix(folder: Path, tensors: dict[str, Tensor]) -> str:
    """What stands before the names: "bert." in models with a head, nothing in bare ones."""
    prefixes = sorted(name.removesuffix(_WORDS) for name in tensors if name.endswith(_WORDS))
    if len(prefixes) > 1:
        raise _refused(folder, f"weights of {len(prefixes)} encoders ({', '.join(prefixes)})")
    if not prefixes:
        raise _refused(folder, f"weights without BERT's {_WORDS}")
    return prefixes[0]


def _sizes(shape: EncoderShape) -> Iterator[tuple[str, tuple[int, ...]]]:
    width, inner = shape.width, shape.inner
    yield _WORDS, (shape.vocabulary, width)
    yield "embeddings.position_embeddings.weight", (shape.positions, width)
    yield "embeddings.token_type_embeddings.weight", (shape.segments, width)
    dense = {
        "attention.self.query": (width, width),
        "attention.self.key": (width, width),
        "attention.self.value": (width, width),
        "attention.output.dense": (width, width),
        "intermediate.dense": (inner, width),
        "output.dense": (width, inner),
    }
    yield from _norm("embeddings.", width)
    for number in range(shape.layers):  # One by one: a config.json may tell of billions.
        layer = f"encoder.layer.{number}."
        for name, size in dense.items():
            yield f"{layer}{name}.weight", size
            yield f"{layer}{name}.bias", size[:1]
        yield from _norm(f"{layer}attention.output.", width)
        yield from _norm(f"{layer}output.", width)
    yield POOLER, (width, width)
    yield "pooler.dense.bias", (width,)


def _norm(part: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{part}LayerNorm.weight", (width,)
    yield f"{part}LayerNorm.bias", (width,)


def _old_name(name: str) -> str:
    for today, before in _OLD_NAMES.items():
        name = name.replace(today, before)
    return name


def _all_tensors(folder: Path) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for file in _files(folder):
        found = _header(folder / file)
        if found is None:
            raise _refused(folder, f"a damaged {file}")
        tensors |= found
    return tensors


def _files(folder: Path) -> list[str]:
    """One file of weights, or several that an index names."""
    if (folder / SAFETENSORS).is_file():
        return [SAFETENSORS]
    if (folder / SHARDS).is_file():
        places = read_json(folder / SHARDS).get("weight_map")
        files = sorted({str(f) for f in places.values()}) if isinstance(places, dict) else []
        missing = [f for f in files or [SAFETENSORS] if not (folder / f).is_file()]
        strange = [f for f in files if Path(f).name != f]
        if missing or strange:
            raise _refused(folder, f"no file {(strange or missing)[0]}")
        return files
    for pickle in _PICKLES:
        if (folder / pickle).is_file():
            found = f"{pickle} alone, which could run its makers' code"
            raise _refused(folder, found, "save it as safetensors, or choose another encoder")
    raise _refused(folder, f"no file {SAFETENSORS}")


def _header(path: Path) -> dict[str, Tensor] | None:
    """The tensors of a safetensors file; None if it is not a whole one."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, _LARGEST_HEADER)))
        size = path.stat().st_size
        tensors = {n: _tensor(path, 8 + length, t) for n, t in header.items() if n[:2] != "__"}
        end = max(t["data_offsets"][1] for n, t in header.items() if n[:2] != "__")
    except _DAMAGED:
        return None
    return tensors if size == 8 + length + end else None


def _tensor(path: Path, begin: int, said: dict[str, Any]) -> Tensor:
    start, end = said["data_offsets"]
    shape = tuple(int(size) for size in said["shape"])
    kind = str(said["dtype"])
    itemsize = np.dtype(_KINDS[kind]).itemsize if kind in _KINDS else None
    if start < 0 or (itemsize is not None and end - start != itemsize * math.prod(shape)):
        raise ValueError("a tensor of another size")
    return Tensor(path, kind, shape, begin + start)


def _refused(folder: Path, found: str, action: str = "choose another encoder") -> EncoderError:
    return EncoderError(f"a BERT checkpoint for the encoder {folder.name}", found, action)
