import hashlib
import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from core.encoders.hub_files import HubModel, hub_address
from core.errors import EncoderError
from tests.conftest import PROJECT
from tests.core.model.model_server import COMMIT, ModelServer, serve_models
from tests.messages import assert_one_sentence

WEIGHTS = "model.safetensors"
CONTENT = hashlib.sha512(b"weights").digest() * 20_000


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token of whoever runs the tests."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for owner in ("someone", "gated"):
        folder = tmp_path / "models" / owner / "toy"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}", "utf-8")
        (folder / WEIGHTS).write_bytes(CONTENT)
    return tmp_path / "models"


@pytest.fixture
def server(models: Path, monkeypatch: pytest.MonkeyPatch):
    with serve_models(models) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        yield server


@pytest.fixture
def model(tmp_path: Path) -> HubModel:
    return HubModel("hf://someone/toy", tmp_path / "parts")


def parts(model: HubModel) -> list[int]:
    """Sizes of what is kept for the next try."""
    return [path.stat().st_size for path in model.parts.glob("*.part")]


def refusal(model: HubModel, folder: Path, file: str = WEIGHTS) -> str:
    with pytest.raises(EncoderError) as caught:
        model.fetch(file, folder)
    assert_one_sentence(caught.value)
    assert not (folder / file).exists()
    return str(caught.value)


def test_a_file_arrives_whole_and_leaves_no_part(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    told = []

    assert model.fetch(WEIGHTS, tmp_path, lambda *news: told.append(news))

    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert told[-1] == ("Downloading the encoder", len(CONTENT), len(CONTENT))
    assert parts(model) == []
    assert not (tmp_path / WEIGHTS).is_symlink()


def test_files_of_one_model_come_from_one_commit(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    model.fetch("config.json", tmp_path)
    server.asked.clear()

    model.fetch(WEIGHTS, tmp_path)

    assert server.asked[0].path == f"/someone/toy/resolve/{COMMIT}/{WEIGHTS}"


def test_a_file_that_the_model_lacks_is_no_error(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    assert not model.fetch("vocab.txt", tmp_path)


def test_a_download_that_was_stopped_goes_on_where_it_was(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if done > len(CONTENT) / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fetch(WEIGHTS, tmp_path, stop)
    (kept,) = parts(model)

    again = HubModel(model.name, model.parts)
    assert again.fetch(WEIGHTS, tmp_path)

    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert kept > 0
    assert server.asked[-1].span == f"bytes={kept}-"


def test_a_part_that_does_not_fit_is_thrown_away(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    keep_part(model, tmp_path, b"\0" * 700_000)

    assert "damaged on the way" in refusal(model, tmp_path)
    assert parts(model) == []
    assert model.fetch(WEIGHTS, tmp_path)


def test_a_part_that_is_longer_than_the_file_is_thrown_away(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    keep_part(model, tmp_path, CONTENT + b"more")

    assert model.fetch(WEIGHTS, tmp_path)

    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT


def keep_part(model: HubModel, folder: Path, content: bytes) -> None:
    """What an earlier try would have left."""
    model.parts.mkdir()
    etag = hashlib.sha256(CONTENT).hexdigest()
    key = f"{hub_address()} someone/toy {WEIGHTS} {etag}"
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    (model.parts / f"{name}.part").write_bytes(content)


def test_a_connection_that_breaks_off_is_taken_up_again(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    server.cut_at = 800_000

    assert model.fetch(WEIGHTS, tmp_path)

    assert (tmp_path / WEIGHTS).read_bytes() == CONTENT
    assert "bytes=786432-" in {each.span for each in server.asked}


def test_a_server_that_can_only_begin_again_is_given_up(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    server.cut_at, server.ranges = 800_000, False

    assert "broke off" in refusal(model, tmp_path)


def test_a_gated_model_wants_the_token_of_somebody_who_was_let_in(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tokens = {"friend": True, "stranger": False}
    model = HubModel("hf://gated/toy", tmp_path / "parts")

    said = refusal(model, tmp_path)
    assert "found no token: ask for access at" in said
    assert "HF_TOKEN or run `hf auth login`" in said

    monkeypatch.setenv("HF_TOKEN", "stranger")
    assert "a token of somebody who was not let in" in refusal(model, tmp_path)

    monkeypatch.setenv("HF_TOKEN", "friend")
    assert model.fetch(WEIGHTS, tmp_path)
    elsewhere = [each for each in server.asked if each.path.startswith("/elsewhere/")]
    assert {each.token for each in elsewhere} == {""}


def test_the_hubs_own_login_counts_as_well(server: ModelServer, tmp_path: Path) -> None:
    server.tokens = {"friend": True}
    (tmp_path / "no-token").write_text("friend", "utf-8")

    assert HubModel("hf://gated/toy", tmp_path / "parts").fetch(WEIGHTS, tmp_path)


@pytest.mark.parametrize("token", ["unknown", "ünknown"])
def test_a_token_that_the_hub_does_not_know_is_said_to_be_so(
    server: ModelServer,
    model: HubModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    token: str,
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)

    said = refusal(model, tmp_path)

    assert said.startswith("Expected a token of 127.0.0.1")
    assert token not in said


@pytest.mark.parametrize("token", [None, "friend"])
def test_a_model_that_is_not_there_is_said_to_be_so(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    server.tokens = {"friend": True}
    if token:
        monkeypatch.setenv("HF_TOKEN", token)

    said = refusal(HubModel("hf://someone/else", tmp_path / "parts"), tmp_path)

    assert "the model someone/else at 127.0.0.1" in said
    assert ("this token" in said) == bool(token)


def test_a_name_that_no_model_can_have_is_said_to_be_so(
    server: ModelServer, tmp_path: Path
) -> None:
    said = refusal(HubModel("hf://someone/a--b", tmp_path / "parts"), tmp_path)

    assert "a name that no model can have" in said


def test_a_server_in_trouble_is_said_to_be_so(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    server.status = 503

    assert "the server's answer 503" in refusal(model, tmp_path)


def test_two_downloads_of_one_file_do_not_meet(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    keep_part(model, tmp_path, b"")
    (part,) = model.parts.glob("*.part")

    with filelock.FileLock(part.with_suffix(".lock")):
        assert "another under way" in refusal(model, tmp_path)


def test_offline_and_quiet_are_settings_of_the_environment(server: ModelServer) -> None:
    script = (
        "import core.__main__ as main, os\n"
        "from core.encoders.hub_files import HubModel\n"
        "from huggingface_hub import constants\n"
        "assert constants.HF_HUB_DISABLE_TELEMETRY\n"
        "from pathlib import Path\n"
        "HubModel('hf://someone/toy', Path('parts')).connect()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env={"HF_ENDPOINT": server.address, "HF_HUB_OFFLINE": "1", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "the offline mode of HF_HUB_OFFLINE" in done.stderr
    assert server.asked == []


def test_nothing_is_asked_but_the_files(
    server: ModelServer, model: HubModel, tmp_path: Path
) -> None:
    model.fetch("config.json", tmp_path)

    assert {each.path.split("/resolve/")[0] for each in server.asked} == {"/someone/toy"}


def test_naming_a_model_does_not_load_the_client() -> None:
    script = "import sys, core.encoders.fetching; print('huggingface_hub' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
