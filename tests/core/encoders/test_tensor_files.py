import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from core.encoders.encoder_folder import read_folder
from core.encoders.encoders import find_encoder
from core.encoders.shapes import EncoderShape
from core.encoders.tensor_files import POOLER, find_tensors
from core.errors import EncoderError
from tests import toy
from tests.core.model import checkpoints

SHAPE = EncoderShape(
    layers=1, width=16, heads=2, inner=32, vocabulary=len(toy.VOCABULARY), positions=40, segments=3
)
NAME = "encoder.layer.0.attention.output.LayerNorm.bias"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return checkpoints.hugging_face(tmp_path / "bert")


def tensors(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "model.safetensors")


def rewrite(folder: Path, changed: dict[str, np.ndarray]) -> None:
    save_file(changed, folder / "model.safetensors")


def values(folder: Path) -> dict[str, np.ndarray]:
    return {name: tensor.read() for name, tensor in find_tensors(folder, SHAPE).items()}


@pytest.mark.parametrize("prefix", ["", "bert.", "model.bert."])
@pytest.mark.parametrize("old", [False, True])
def test_weights_are_found_under_the_names_that_libraries_give_them(
    folder: Path, prefix: str, old: bool
) -> None:
    before = tensors(folder)
    renamed = {}
    for name, value in before.items():
        called = name
        if old:
            called = called.replace("LayerNorm.weight", "LayerNorm.gamma")
            called = called.replace("LayerNorm.bias", "LayerNorm.beta")
        renamed[prefix + called] = value
    rewrite(folder, renamed)

    found = values(folder)

    assert found.keys() == before.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(found[name], value)


@pytest.mark.parametrize("kind", [np.float16, np.float64])
def test_weights_of_other_precision_become_float32(folder: Path, kind: type) -> None:
    before = tensors(folder)
    rewrite(folder, {name: value.astype(kind) for name, value in before.items()})

    found = values(folder)

    assert found[NAME].dtype == np.float32
    np.testing.assert_array_equal(found[NAME], before[NAME].astype(kind).astype(np.float32))


def test_weights_in_bfloat16_become_float32(folder: Path) -> None:
    before = tensors(folder)
    rewrite(folder, {n: (v.view(np.uint32) >> 16).astype(np.uint16) for n, v in before.items()})
    path = folder / "model.safetensors"
    content = path.read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end].replace(b'"U16"', b'"BF16"')
    path.write_bytes(len(header).to_bytes(8, "little") + header + content[end:])

    found = values(folder)

    cut = (before[NAME].view(np.uint32) >> 16 << 16).view(np.float32)
    np.testing.assert_array_equal(found[NAME], cut)


def test_weights_may_lie_in_several_files(folder: Path) -> None:
    before = tensors(folder)
    (folder / "model.safetensors").unlink()
    files = {name: f"model-{number % 2}.safetensors" for number, name in enumerate(before)}
    for file in set(files.values()):
        save_file({n: before[n] for n, f in files.items() if f == file}, folder / file)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": files}), "utf-8")

    assert values(folder).keys() == before.keys()

    index.write_text(json.dumps({"weight_map": {"a": "../bert/model-0.safetensors"}}), "utf-8")
    with pytest.raises(EncoderError, match=r"no file \.\./bert"):
        find_tensors(folder, SHAPE)


def test_a_head_is_passed_over_and_a_pooler_may_be_missing(folder: Path) -> None:
    before = tensors(folder)
    body = {f"bert.{n}": v for n, v in before.items() if not n.startswith("pooler")}
    rewrite(folder, {**body, "cls.predictions.bias": np.zeros(3, np.float32)})

    assert POOLER not in find_tensors(folder, SHAPE)
    assert read_folder(folder).shape == SHAPE
    assert find_encoder(str(folder)).shape == SHAPE


def test_two_encoders_in_one_file_are_refused(folder: Path) -> None:
    before = tensors(folder)
    twice = {f"{side}.{n}": v for side in ("left", "right") for n, v in before.items()}
    rewrite(folder, twice)

    with pytest.raises(EncoderError, match=r"weights of 2 encoders \(left\., right\.\)"):
        find_tensors(folder, SHAPE)
