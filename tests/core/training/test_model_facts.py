import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import BadInput, EncoderError
from core.jobs.launcher import current_status
from core.jobs.status import JobState
from core.jobs.tasks import list_tasks
from core.runs.config import TrainConfig
from core.training.model_facts import (
    ModelFacts,
    ModelFactsRequest,
    build_model_facts,
    find_model_facts,
    start_model_facts,
)
from core.workspace import Workspace
from tests import toy
from tests.toy import wait_until


@pytest.fixture(scope="module")
def request_(toy_encoder: Path) -> ModelFactsRequest:
    return ModelFactsRequest.of(toy.recipe(toy_encoder), 2)


@pytest.fixture(scope="module")
def known(
    tmp_path_factory: pytest.TempPathFactory, request_: ModelFactsRequest
) -> tuple[Workspace, ModelFacts]:
    """A workspace where the facts of a two-class model were asked for and found, and they."""
    workspace = Workspace(tmp_path_factory.mktemp("known"))
    assert find_model_facts(workspace, request_) is None
    first, second = (start_model_facts(workspace, request_) for _ in range(2))
    assert first == second
    wait_until(lambda: not current_status(workspace.task(first.id)).state.active)
    assert current_status(workspace.task(first.id)).state is JobState.FINISHED
    facts = find_model_facts(workspace, request_)
    assert facts is not None
    return workspace, facts


def test_the_facts_are_those_of_the_model_that_would_be_trained(
    known: tuple[Workspace, ModelFacts],
) -> None:
    _, facts = known
    rows = {row.name: row for row in facts.layers}

    assert rows["logits"].parameters == 33
    assert rows["transformer_layer_1"].depth == 1
    assert facts.parameters == sum(row.parameters for row in facts.layers if not row.depth)
    assert facts.diagram.lstrip().startswith("digraph")
    assert facts.device.startswith(("CPU: ", "GPU: "))


def test_known_facts_start_no_process(
    known: tuple[Workspace, ModelFacts], request_: ModelFactsRequest
) -> None:
    workspace, _ = known

    start_model_facts(workspace, request_)

    assert len(list_tasks(workspace)) == 1


def test_settings_that_do_not_change_the_model_are_no_other_request(toy_encoder: Path) -> None:
    config = toy.recipe(toy_encoder)
    same = replace(config, epochs=7, learning_rate=1e-5, max_seq_length=20, dropout=0.3)

    assert ModelFactsRequest.of(same, 2) == ModelFactsRequest.of(config, 2)


@pytest.mark.parametrize(
    "changes",
    [{"pooling": "cls"}, {"n_classes": 3}, {"frozen_layers": 1}, {"freeze_embeddings": True}],
)
def test_another_model_has_facts_of_its_own(
    known: tuple[Workspace, ModelFacts], request_: ModelFactsRequest, changes: dict[str, object]
) -> None:
    workspace, _ = known

    assert find_model_facts(workspace, replace(request_, **changes)) is None


def test_facts_of_yesterday_are_not_taken(
    known: tuple[Workspace, ModelFacts], request_: ModelFactsRequest, workspace: Workspace
) -> None:
    path = workspace.model_facts(request_.key)
    path.parent.mkdir(parents=True)
    shutil.copy(known[0].model_facts(request_.key), path)
    assert find_model_facts(workspace, request_) == known[1]

    yesterday = time.time() - 24 * 3600 - 1
    os.utime(path, (yesterday, yesterday))

    assert find_model_facts(workspace, request_) is None


def test_frozen_layers_have_fewer_trainable_parameters(
    known: tuple[Workspace, ModelFacts], request_: ModelFactsRequest
) -> None:
    workspace, usual = known

    facts = build_model_facts(workspace, replace(request_, freeze_embeddings=True, frozen_layers=1))

    assert facts.parameters == usual.parameters
    assert facts.trainable < usual.trainable


def test_a_missing_encoder_is_said_at_once_and_starts_no_process(workspace: Workspace) -> None:
    missing = ModelFactsRequest.of(TrainConfig(encoder="/no/such/encoder"), 2)

    with pytest.raises(EncoderError, match="none of these at '/no/such/encoder'"):
        start_model_facts(workspace, missing)

    assert not workspace.tasks.exists()


def test_an_encoder_that_cannot_be_loaded_is_said_to_be_so_before_any_run(
    workspace: Workspace, toy_encoder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(toy_encoder, tmp_path / "damaged")
    os.truncate(folder / "model.weights.h5", 5_000)

    with pytest.raises(EncoderError, match="a BERT checkpoint for the encoder damaged"):
        build_model_facts(workspace, ModelFactsRequest.of(toy.recipe(folder), 2))


def test_no_model_tells_fewer_than_two_classes_apart(
    workspace: Workspace, request_: ModelFactsRequest
) -> None:
    with pytest.raises(BadInput, match="two classes or more, but found 0: label some rows first"):
        build_model_facts(workspace, replace(request_, n_classes=0))
