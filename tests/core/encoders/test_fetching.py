import json
from pathlib import Path

import pytest

from core.encoders.encoder_folder import read_folder
from core.encoders.fetching import fetch_hugging_face
from core.encoders.vocabulary import read_vocabulary
from core.errors import EncoderError
from tests import toy
from tests.core.model import checkpoints
from tests.core.model.model_server import serve_models

NAME = "hf://someone/toy-bert"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """What the server holds: one BERT."""
    checkpoints.hugging_face(tmp_path / "models" / "someone" / "toy-bert")
    return tmp_path / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def fetch(models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str = NAME) -> list:
    """Everything that was told meanwhile."""
    told = []
    with serve_models(models) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        fetch_hugging_face(name, folder, models.parent / "parts", lambda *news: told.append(news))
    return told


def test_the_files_of_a_model_arrive_with_word_of_how_far_it_is(
    models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = fetch(models, folder, monkeypatch)

    original = models / "someone" / "toy-bert"
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        assert (folder / name).read_bytes() == (original / name).read_bytes()
    size = (original / "model.safetensors").stat().st_size
    assert told[0] == ("Looking at the model", 0, 0)
    assert told[-1] == ("Downloading the encoder", size, size)


def test_nothing_that_could_run_code_is_fetched(
    models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pytorch_model.bin", "modeling_bert.py", "tf_model.h5"):
        (models / "someone" / "toy-bert" / name).write_bytes(b"something else")

    fetch(models, folder, monkeypatch)

    assert {path.name for path in folder.iterdir()} <= {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
        "model.safetensors",
    }


def test_a_vocabulary_that_is_in_the_tokenizer_alone_is_fetched(
    models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = models / "someone" / "toy-bert"
    (original / "vocab.txt").unlink()
    numbers = {token: number for number, token in enumerate(toy.VOCABULARY)}
    tokenizer = {"model": {"type": "WordPiece", "vocab": dict(sorted(numbers.items()))}}
    (original / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")

    fetch(models, folder, monkeypatch)

    assert read_vocabulary(read_folder(folder).vocabulary) == toy.VOCABULARY


def test_another_kind_of_model_is_refused_before_its_weights_are_fetched(
    models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.hugging_face(models / "someone" / "roberta", model_type="roberta")

    with pytest.raises(EncoderError, match="of type 'roberta'"):
        fetch(models, folder, monkeypatch, "hf://someone/roberta")

    assert [path.name for path in folder.iterdir()] == ["config.json"]


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_model_without_a_file_that_it_needs_is_refused_by_its_name(
    models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (models / "someone" / "toy-bert" / name).unlink()

    with pytest.raises(EncoderError, match=f"a model without a file {name}"):
        fetch(models, folder, monkeypatch)
