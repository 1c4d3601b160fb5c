import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

from core.model.attribution import integrated_gradients
from core.model.classifier import (
    ModelCard,
    TrainedModel,
    build_classifier,
    load_answering_model,
    load_model,
    save_model,
)
from core.model.kept_network import KeptNetwork, UnknownFormat, read_kept_network

TEXTS = ["the cat is rotten", "hello", "", "a lovely dog in my garden"]


@pytest.fixture(scope="module", params=[("mean", 2), ("cls", 2), ("cls", 3)], ids=str)
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, toy_encoder: Path
) -> Path:
    """A model of weights drawn at random, saved."""
    import keras_hub

    pooling, classes = request.param
    backbone = keras_hub.models.Backbone.from_preset(str(toy_encoder))
    network = build_classifier(backbone, n_classes=classes, pooling=pooling, dropout=0.2)
    for weight in network.weights:  # Also those that begin as zeros and ones.
        shape = weight.shape
        weight.assign(np.random.default_rng(len(shape)).normal(0.3, 0.2, shape))
    saved = tmp_path_factory.mktemp("kept") / "model"
    card = ModelCard(tuple("abc"[:classes]), 64, lower_case=True)
    save_model(saved, network, toy_encoder / "vocab.txt", card)
    return saved


@pytest.fixture(scope="module")
def pair(folder: Path) -> tuple[TrainedModel, TrainedModel]:
    return load_answering_model(folder), load_model(folder)


def test_it_answers_as_keras_own_model_does(pair: tuple[TrainedModel, TrainedModel]) -> None:
    kept, own = pair
    assert isinstance(kept.network, KeptNetwork)
    np.testing.assert_array_equal(kept.probabilities(TEXTS), own.probabilities(TEXTS))
    np.testing.assert_array_equal(kept.mean_vectors(TEXTS), own.mean_vectors(TEXTS))
    assert kept.width == own.width


def test_its_words_weigh_as_those_of_keras_own_model(
    pair: tuple[TrainedModel, TrainedModel],
) -> None:
    found, wanted = (integrated_gradients(model, TEXTS[:2], [1, 0]) for model in pair)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one.contributions, other.contributions, rtol=1e-4, atol=1e-6)


def test_a_file_that_is_damaged_or_of_another_format_is_left_to_keras(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "model.keras"
    content = (folder / "model.keras").read_bytes()
    for damaged in (b"", b"no archive", content[: len(content) // 2]):
        file.write_bytes(damaged)
        with pytest.raises(UnknownFormat):
            read_kept_network(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(UnknownFormat):
        read_kept_network(file)
    with pytest.raises(UnknownFormat):
        read_kept_network(tmp_path / "gone.keras")


def in_another_file(parts: h5py.Group, secret: Path) -> None:
    with h5py.File(secret, "w") as other:
        other["0"] = np.zeros(parts["0"].shape, np.float32)
    del parts["0"]
    parts["0"] = h5py.ExternalLink(str(secret), "/0")


def in_a_plain_file(parts: h5py.Group, secret: Path) -> None:
    shape = parts["0"].shape
    secret.write_bytes(bytes(4 * int(np.prod(shape))))
    del parts["0"]
    parts.create_dataset("0", shape, np.float32, external=[(str(secret), 0, secret.stat().st_size)])


def in_another_place(parts: h5py.Group, secret: Path) -> None:
    shape = parts["0"].shape
    with h5py.File(secret, "w") as other:
        other["0"] = np.zeros(shape, np.float32)
    layout = h5py.VirtualLayout(shape, np.float32)
    layout[...] = h5py.VirtualSource(str(secret), "0", shape)
    del parts["0"]
    parts.create_virtual_dataset("0", layout)


@pytest.mark.parametrize("put", [in_another_file, in_a_plain_file, in_another_place])
def test_weights_that_lie_in_another_file_are_not_read(
    folder: Path, tmp_path: Path, put: Callable[[h5py.Group, Path], None]
) -> None:
    with zipfile.ZipFile(folder / "model.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(content, "r+") as weights:
        put(next(p for n, p in _groups(weights) if n.endswith("vars") and "0" in p), tmp_path / "s")
    parts["model.weights.h5"] = content.getvalue()
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    with pytest.raises(UnknownFormat):
        read_kept_network(tmp_path / "model.keras")


def _groups(weights: h5py.File) -> list[tuple[str, h5py.Group]]:
    found: list[tuple[str, h5py.Group]] = []
    weights.visititems(lambda name, part: found.append((name, part)))
    return [(name, part) for name, part in found if isinstance(part, h5py.Group)]


@pytest.mark.parametrize("folder", [("mean", 2)], indirect=True)
def test_a_scorers_process_waits_for_neither_keras_nor_pandas(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "model")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "import core.serving.serving_job\n"
        "from core.model.keras_import import import_tensorflow_alone; import_tensorflow_alone()\n"
        "import core.scoring.scorer, core.serving.server\n"
        "from core.model.classifier import load_answering_model\n"
        "model = load_answering_model(Path(sys.argv[1]))\n"
        "print(model.probabilities(['hello']).shape[0], {'keras', 'pandas'} & sys.modules.keys())\n"
        "import keras; print(keras.backend.backend())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model")],
        cwd=Path(__file__).resolve().parents[3], capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["1", "set()", "tensorflow"], done.stderr
