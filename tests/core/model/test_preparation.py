import shutil
from pathlib import Path

import numpy as np
import pytest

from core.encoders.encoders import EncoderSource, find_encoder, is_ready, prepared_folder, source_of
from core.errors import Cancelled, EncoderError
from core.model.backbone import load_backbone
from core.model.hub_module import load_hub_bert
from core.model.preparation import prepare_encoder
from core.workspace import Workspace
from tests import toy
from tests.core.model import checkpoints, hub_bert
from tests.core.model.model_server import serve_models


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "toy" / "bert"
    folder.parent.mkdir()
    return hub_bert.save_module(folder, lower_case=False)


@pytest.fixture
def stages() -> list[str]:
    return []


@pytest.fixture
def tell(stages: list[str]):
    return lambda stage, done, total: stages.append(stage)


def nothing_left(workspace: Workspace) -> bool:
    """Whether neither unfinished work nor an encoder lies in the workspace."""
    left = [*(workspace.root / "staging").glob("*"), *(workspace.cache / "encoders").glob("*")]
    return left == []


def test_a_hub_folder_is_made_ready_once(
    module: Path, workspace: Workspace, tell, stages: list[str]
) -> None:
    assert source_of(str(module)) is EncoderSource.HUB_FOLDER
    assert not is_ready(str(module), workspace)
    with pytest.raises(EncoderError, match="run `python -m core encoders --get"):
        find_encoder(str(module), workspace)

    encoder = prepare_encoder(str(module), workspace, tell)

    assert stages == [
        "Comparing the native model's answers with the module's",
        "Checking the encoder",
    ]
    assert encoder == find_encoder(str(module), workspace)
    assert not encoder.lower_case
    assert encoder.vocabulary.read_text("utf-8").split() == toy.VOCABULARY
    ours, theirs = load_backbone(encoder), load_hub_bert(str(module)).backbone
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())

    stages.clear()
    assert prepare_encoder(str(module), workspace, tell) == encoder
    assert stages == []


def test_a_hub_folder_that_has_changed_since_is_made_ready_again(
    module: Path, workspace: Workspace, tell, tmp_path: Path
) -> None:
    copy = shutil.copytree(module, tmp_path / "copy")
    before = prepare_encoder(str(copy), workspace, tell)
    shutil.rmtree(copy)
    hub_bert.save_module(copy, lower_case=True)
    assert not is_ready(str(copy), workspace)

    after = prepare_encoder(str(copy), workspace, tell)

    assert (before.lower_case, after.lower_case) == (False, True)
    assert before.folder == after.folder == prepared_folder(str(copy), workspace)


def test_a_damaged_module_is_refused_and_leaves_nothing(
    module: Path, workspace: Workspace, tell, tmp_path: Path
) -> None:
    copy = shutil.copytree(module, tmp_path / "copy")
    data = next((copy / "variables").glob("variables.data*"))
    data.write_bytes(data.read_bytes()[:100])

    with pytest.raises(EncoderError, match="a TF Hub module that cannot be read"):
        prepare_encoder(str(copy), workspace, tell)

    assert nothing_left(workspace)


def test_an_address_of_tf_hub_is_downloaded_and_only_the_native_model_stays(
    module: Path, workspace: Workspace, tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TFHUB_CACHE_DIR", raising=False)
    with serve_models(module.parents[1]) as server:
        name = f"{server.address}/toy/bert"
        encoder = prepare_encoder(name, workspace, tell)

    assert encoder.name == name
    assert not encoder.lower_case
    assert is_ready(name, workspace)
    assert list((workspace.root / "staging").glob("*")) == []
    assert find_encoder(name, workspace) == encoder  # Without the server.


@pytest.mark.parametrize("cut_at", [None, 500])
def test_an_address_without_a_whole_module_is_refused_and_leaves_nothing(
    module: Path, workspace: Workspace, tell, monkeypatch: pytest.MonkeyPatch, cut_at: int | None
) -> None:
    monkeypatch.delenv("TFHUB_CACHE_DIR", raising=False)
    with (
        serve_models(module.parents[1], cut_at=cut_at) as server,
        pytest.raises(EncoderError, match="no TF Hub module there"),
    ):
        prepare_encoder(f"{server.address}/toy/{'bert' if cut_at else 'other'}", workspace, tell)

    assert nothing_left(workspace)


def test_a_model_of_hugging_face_is_kept_as_it_came(
    workspace: Workspace, tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = checkpoints.hugging_face(tmp_path / "models" / "someone" / "toy-bert")
    with serve_models(tmp_path / "models") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        encoder = prepare_encoder("hf://someone/toy-bert", workspace, tell)

    ours, theirs = load_backbone(encoder), load_backbone(find_encoder(str(local)))
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert (ours.dropout, ours.num_segments) == (0.25, 3)


def test_a_download_that_is_stopped_leaves_nothing_but_what_has_arrived(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.hugging_face(tmp_path / "models" / "someone" / "toy-bert")

    def stop(stage: str, done: int, total: int) -> None:
        if done:
            raise Cancelled("The encoder")

    with serve_models(tmp_path / "models") as server, pytest.raises(Cancelled):
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        prepare_encoder("hf://someone/toy-bert", workspace, stop)

    assert nothing_left(workspace)
    assert len(list(workspace.encoder_parts.glob("*.part"))) == 1


def test_a_preset_that_cannot_be_fetched_is_refused_and_leaves_nothing(
    workspace: Workspace, tell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "no-cache"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # Nothing gets out.

    with pytest.raises(EncoderError, match=r"a connection to kaggle\.com"):
        prepare_encoder("bert_tiny_en_uncased", workspace, tell)

    assert nothing_left(workspace)


def test_an_encoder_on_this_disk_needs_no_preparing(
    toy_encoder: Path, workspace: Workspace, tell, stages: list[str]
) -> None:
    assert prepare_encoder(str(toy_encoder), workspace, tell) == find_encoder(str(toy_encoder))
    assert stages == []
    assert nothing_left(workspace)
