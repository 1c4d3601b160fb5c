import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.cli.parser import main
from core.errors import EncoderError, JobError
from core.runs.config import TrainConfig
from core.training.model_facts import ModelFacts, model_facts
from core.workspace import Workspace
from tests import toy
from tests.toy import wait_until

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def config(toy_encoder: Path) -> TrainConfig:
    return toy.recipe(toy_encoder)


@pytest.fixture(scope="module")
def probed(tmp_path_factory: pytest.TempPathFactory, config: TrainConfig) -> Workspace:
    """A workspace where the facts of a two-class model were asked for and found."""
    workspace = Workspace(tmp_path_factory.mktemp("probed"))
    assert model_facts(workspace, config, 2) is None
    assert model_facts(workspace, config, 2) is None
    wait_until(lambda: model_facts(workspace, config, 2) is not None)
    return workspace


def make_older(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_the_facts_are_those_of_the_model_that_would_be_trained(
    probed: Workspace, config: TrainConfig
) -> None:
    facts = model_facts(probed, config, 2)

    assert isinstance(facts, ModelFacts)
    rows = {row["name"]: row for row in facts.layers}
    assert rows["logits"]["parameters"] == 33
    assert rows["transformer_layer_1"]["depth"] == 1
    assert facts.parameters == sum(row["parameters"] for row in facts.layers if not row["depth"])
    assert facts.diagram.lstrip().startswith("digraph")
    assert facts.device.startswith(("CPU: ", "GPU: "))


def test_only_one_process_is_asked(probed: Workspace) -> None:
    assert len(list(probed.cache.glob("*.log"))) == 1


def test_settings_that_do_not_change_the_model_need_no_new_answer(
    probed: Workspace, config: TrainConfig
) -> None:
    same = replace(config, epochs=7, learning_rate=1e-5, max_seq_length=20, dropout=0.3)

    assert model_facts(probed, same, 2) == model_facts(probed, config, 2)


@pytest.mark.parametrize(
    ("changes", "n_classes"),
    [({"pooling": "cls"}, 2), ({}, 3)],
)
def test_another_model_is_another_question(
    workspace: Workspace,
    probed: Workspace,
    config: TrainConfig,
    changes: dict[str, object],
    n_classes: int,
) -> None:
    other = replace(config, **changes)
    (known,) = probed.cache.glob("*.json")
    workspace.cache.mkdir(parents=True)
    (workspace.cache / known.name).write_bytes(known.read_bytes())
    assert model_facts(workspace, config, 2) is not None
    # Asked for already, so that no process starts here.
    for path in waiting_marks(workspace, other, n_classes):
        path.touch()

    assert model_facts(workspace, other, n_classes) is None


def waiting_marks(workspace: Workspace, config: TrainConfig, n_classes: int) -> list[Path]:
    from core.training.model_facts import _facts_path

    return [_facts_path(workspace, config, n_classes).with_suffix(".asked")]


@pytest.mark.slow
def test_old_facts_are_asked_for_again_without_an_error(
    probed: Workspace, config: TrainConfig
) -> None:
    (path,) = probed.cache.glob("*.json")
    before = model_facts(probed, config, 2)
    make_older(path, DAY_S + 60)
    make_older(path.with_suffix(".asked"), DAY_S + 90)

    assert model_facts(probed, config, 2) is None
    wait_until(lambda: model_facts(probed, config, 2) is not None)

    assert model_facts(probed, config, 2).layers == before.layers
    assert path.stat().st_mtime > time.time() - 60


def test_a_question_that_is_never_answered_is_given_up_and_can_be_asked_again(
    workspace: Workspace, config: TrainConfig
) -> None:
    (mark,) = waiting_marks(workspace, config, 2)
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert model_facts(workspace, config, 2) is None
    make_older(mark, 91)

    with pytest.raises(JobError, match=rf"no answer from TensorFlow: see {mark.stem}\.log"):
        model_facts(workspace, config, 2)

    assert not mark.exists()


def test_a_missing_encoder_is_said_at_once_and_starts_no_process(workspace: Workspace) -> None:
    config = TrainConfig(encoder="/no/such/encoder")

    for _ in range(2):
        with pytest.raises(EncoderError, match="none of these at '/no/such/encoder'"):
            model_facts(workspace, config, 2)

    assert not workspace.cache.exists()


def test_facts_survive_in_json(probed: Workspace) -> None:
    (path,) = probed.cache.glob("*.json")

    assert set(json.loads(path.read_text("utf-8"))) == {
        "layers", "parameters", "trainable", "diagram", "device",
    }  # fmt: skip


def test_an_encoder_that_cannot_be_loaded_is_said_to_be_so_before_any_run(
    workspace: Workspace, toy_encoder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(toy_encoder, tmp_path / "damaged")
    os.truncate(folder / "model.weights.h5", 5_000)
    config = toy.recipe(folder)
    path = waiting_marks(workspace, config, 2)[0].with_suffix(".json")
    # What the process that is asked does, without the wait for another TensorFlow.
    assert main(["describe", "--set", f"encoder={folder}", "--save", str(path)]) == 1

    with pytest.raises(EncoderError, match="a BERT checkpoint for the encoder damaged"):
        model_facts(workspace, config, 2)


def test_frozen_layers_are_another_question(
    workspace: Workspace, probed: Workspace, config: TrainConfig
) -> None:
    frozen = replace(config, freeze_embeddings=True, frozen_layers=1)
    path = waiting_marks(workspace, frozen, 2)[0].with_suffix(".json")
    settings = ["--set", f"encoder={config.encoder}", "--set", "freeze_embeddings=True"]
    assert main(["describe", *settings, "--set", "frozen_layers=1", "--save", str(path)]) == 0

    facts, usual = model_facts(workspace, frozen, 2), model_facts(probed, config, 2)
    assert facts is not None
    assert usual is not None
    assert facts.parameters == usual.parameters
    assert facts.trainable < usual.trainable
