import json
import socket
import time
from pathlib import Path

import pytest

from core.encoders.fetching import check_reachable, fetch_hugging_face
from core.errors import EncoderError
from tests import toy
from tests.core.model import checkpoints
from tests.core.model.model_server import serve_models
from tests.messages import assert_one_sentence

NAME = "hf://someone/toy-bert"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """What the server holds: one BERT."""
    checkpoints.hugging_face(tmp_path / "models" / "someone" / "toy-bert")
    return tmp_path / "models"


def ignore(stage: str, done: int, total: int) -> None:
    pass


def test_the_files_of_a_model_arrive_with_word_of_how_far_it_is(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    with serve_models(models) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetch_hugging_face(NAME, tmp_path, lambda *news: told.append(news))

    original = models / "someone" / "toy-bert"
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        assert (tmp_path / name).read_bytes() == (original / name).read_bytes()
    size = (original / "model.safetensors").stat().st_size
    assert told[-1] == ("Downloading the encoder", size, size)


def test_a_vocabulary_that_is_in_the_tokenizer_alone_is_written_out(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = models / "someone" / "toy-bert"
    (folder / "vocab.txt").unlink()
    numbers = {token: number for number, token in enumerate(toy.VOCABULARY)}
    tokenizer = {"model": {"type": "WordPiece", "vocab": dict(sorted(numbers.items()))}}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")

    with serve_models(models) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetch_hugging_face(NAME, tmp_path, ignore)

    assert (tmp_path / "vocab.txt").read_text("utf-8").split() == toy.VOCABULARY


def test_another_kind_of_model_is_refused_before_its_weights_are_fetched(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.hugging_face(models / "someone" / "roberta", model_type="roberta")

    with serve_models(models) as address, pytest.raises(EncoderError, match="of type 'roberta'"):
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetch_hugging_face("hf://someone/roberta", tmp_path, ignore)

    assert not (tmp_path / "model.safetensors").exists()


def test_a_model_that_is_not_there_is_said_to_be_so(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_models(models) as address, pytest.raises(EncoderError, match="no model there"):
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetch_hugging_face("hf://someone/else", tmp_path, ignore)


def test_a_connection_that_breaks_off_is_said_to_have(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serve_models(models, cut_at=2_000) as address,
        pytest.raises(EncoderError, match="it broke off") as refusal,
    ):
        monkeypatch.setenv("HF_ENDPOINT", address)
        fetch_hugging_face(NAME, tmp_path, ignore)

    assert_one_sentence(refusal.value)


def test_a_server_that_cannot_be_reached_is_named_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Nobody listens there.
        start = time.monotonic()
        with pytest.raises(EncoderError, match=r"a connection to 127\.0\.0\.1") as refusal:
            check_reachable(f"http://127.0.0.1:{taken.getsockname()[1]}/a/b")

    assert time.monotonic() - start < 12
    assert_one_sentence(refusal.value)


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(EncoderError, match=r"it took too long|no answer"):
            check_reachable(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=1)

    assert time.monotonic() - start < 6


def test_any_answer_shows_that_a_server_can_be_reached(tmp_path: Path) -> None:
    with serve_models(tmp_path) as address:
        check_reachable(f"{address}/no/such/thing")
