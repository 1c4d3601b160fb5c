import json
import zipfile
from pathlib import Path

import keras
import keras_hub
import pytest

from core.errors import DamagedFile
from core.model.classifier import build_classifier
from core.model.keras_file import read_network
from tests.messages import assert_one_sentence


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_classifier_comes_back(
    backbone: keras_hub.models.BertBackbone, tmp_path: Path, pooling: str, classes: int
) -> None:
    network = build_classifier(backbone, n_classes=classes, pooling=pooling, dropout=0.1)
    network.save(tmp_path / "model.keras")

    found = read_network(tmp_path / "model.keras")

    assert [w.shape for w in found.weights] == [w.shape for w in network.weights]


def test_a_function_in_it_never_runs(tmp_path: Path) -> None:
    marker = tmp_path / "marker"

    def act(x: object) -> object:
        marker.write_text("ran")
        return x

    inputs = keras.Input([2])
    keras.Model(inputs, keras.layers.Lambda(act)(inputs)).save(tmp_path / "model.keras")
    marker.unlink()

    with pytest.raises(DamagedFile, match="one with Lambda, which may run code") as refusal:
        read_network(tmp_path / "model.keras")

    assert_one_sentence(refusal.value)
    assert not marker.exists()


def rewrite(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = parts["config.json"].replace(old.encode(), new.encode())
    assert new.encode() in parts["config.json"]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"module": "keras.layers", "class_name": "Dense"',
         '"module": "os", "class_name": "Dense"', "os.Dense"),
        ('"class_name": "Dropout"', '"class_name": "TFSMLayer"', "TFSMLayer"),
        ('"class_name": "Zeros"', '"class_name": "function"', "function"),
    ],
)  # fmt: skip
def test_another_class_than_a_classifiers_is_refused_before_it_is_made(
    backbone: keras_hub.models.BertBackbone, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "model.keras"
    build_classifier(backbone, n_classes=2, pooling="cls", dropout=0.1).save(path)
    rewrite(path, old, new)

    with pytest.raises(DamagedFile, match=f"one with {said}"):
        read_network(path)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.mkdir()
    (path / "config.json").write_text(json.dumps({"class_name": "Lambda"}))

    with pytest.raises(DamagedFile, match="a file that is none"):
        read_network(path)


@pytest.mark.parametrize("settings", ["[" * 100_000, " " * (65 << 20), "{"])
def test_settings_without_end_are_damage(tmp_path: Path, settings: str) -> None:
    with zipfile.ZipFile(tmp_path / "model.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", settings)

    with pytest.raises(DamagedFile, match="a file that is none"):
        read_network(tmp_path / "model.keras")
