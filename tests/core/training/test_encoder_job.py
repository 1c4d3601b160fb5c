from pathlib import Path

import pytest

from core.encoders.encoders import find_encoder, is_ready, prepared_folder
from core.errors import EncoderError
from core.jobs.launcher import current_status, log_tail, wait_for_end
from core.jobs.registry import JobKind
from core.jobs.status import JobState
from core.jobs.tasks import task_result
from core.runs.result import read_result
from core.training.encoder_job import EncoderRequest, ReadyEncoder, get_encoder, start_encoder
from core.training.launch import start_training
from core.workspace import Workspace
from tests import toy
from tests.core.model import checkpoints
from tests.core.model.model_server import serve_models

SMALL_BERT = "tfhub/small_bert_L-2_H-128_random_weights"


@pytest.mark.slow
def test_a_real_module_of_tf_hub_is_got_ready_and_trained_end_to_end(
    jobs: Workspace, shared_data: Path
) -> None:
    name = str(shared_data / SMALL_BERT)
    if not Path(name).is_dir():
        pytest.skip(f"needs the TF Hub module {name}")
    dataset = toy.import_rows(jobs, toy.make_rows(200))
    config = toy.recipe(name, epochs=1, batch_size=32, learning_rate=1e-3)
    with pytest.raises(EncoderError, match="encoders --get"):
        start_training(jobs, dataset, config)

    task = start_encoder(jobs, name)
    assert task.kind is JobKind.ENCODER
    assert start_encoder(jobs, name) == task
    status = wait_for_end(jobs.task(task.id), timeout_s=180)

    assert status.state is JobState.FINISHED, log_tail(jobs.task(task.id))
    record = prepared_folder(name, jobs) / "encoder.json"
    assert task_result(jobs, task) == ReadyEncoder(name, str(record))
    run = start_training(jobs, dataset, config)
    status = wait_for_end(jobs.run(run.id), timeout_s=180)
    assert status.state is JobState.FINISHED, log_tail(jobs.run(run.id))
    result = read_result(jobs, run)
    assert result is not None
    assert result.rows_per_s > 0
    # Scoring needs neither the module nor the cache.
    model = jobs.run(run.id).model(result.best_step)
    assert (model / "vocab.txt").read_bytes() == find_encoder(name, jobs).vocabulary.read_bytes()


@pytest.mark.slow
def test_a_handle_that_cannot_be_reached_fails_soon_with_one_sentence(
    jobs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    task = start_encoder(jobs, "hf://google-bert/bert-base-uncased")

    status = wait_for_end(jobs.task(task.id), timeout_s=60)

    assert status.state is JobState.FAILED
    assert status.message.startswith("Expected a connection to 127.0.0.1:9, but found none")
    assert not is_ready("hf://google-bert/bert-base-uncased", jobs)
    assert current_status(jobs.task(task.id)) == status


@pytest.mark.slow
def test_a_model_of_hugging_face_is_got_ready_and_nothing_else_is_asked(
    jobs: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints.hugging_face(tmp_path / "models" / "someone" / "toy-bert")
    with serve_models(tmp_path / "models") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
        task = start_encoder(jobs, "hf://someone/toy-bert")
        status = wait_for_end(jobs.task(task.id), timeout_s=120)

    assert status.state is JobState.FINISHED, log_tail(jobs.task(task.id))
    assert is_ready("hf://someone/toy-bert", jobs)
    others = {each.path for each in server.asked if "/someone/toy-bert/" not in each.path}
    assert others == {"/"}  # Whether it can be reached.
    assert list(jobs.downloads.rglob("*.part")) == []
    assert not (tmp_path / "home").exists()


def test_what_is_no_encoder_starts_no_task(jobs: Workspace, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"something else")

    for name in ("no-such-name", str(tmp_path)):
        with pytest.raises(EncoderError):
            start_encoder(jobs, name)

    assert not jobs.tasks.exists()


def test_an_encoder_that_is_ready_is_not_got_again(jobs: Workspace, toy_encoder: Path) -> None:
    told = []

    get_encoder(jobs, EncoderRequest(str(toy_encoder)), lambda *news: told.append(news))

    assert told == []
