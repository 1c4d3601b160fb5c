import json

import pytest

from core.errors import BadInput, NotFound
from core.training.joining import join_training
from core.workspace import Workspace


def task(index: int, kind: str = "worker") -> str:
    cluster = {kind: ["127.0.0.1:1", "127.0.0.1:2"]}
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})


@pytest.mark.parametrize("value", ["", "{}", "no JSON", '{"task": {}}'])
def test_joining_needs_to_know_the_other_machines(
    workspace: Workspace, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", value)

    with pytest.raises(BadInput, match="Expected TF_CONFIG with the cluster"):
        join_training(workspace, "run")


@pytest.mark.parametrize("value", [task(0), task(0, "chief")])
def test_the_leader_does_not_join(
    workspace: Workspace, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", value)

    with pytest.raises(BadInput, match="a task other than the first one's, but found the leader's"):
        join_training(workspace, "run")


def test_a_run_that_is_not_there_cannot_be_joined(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", task(1))

    with pytest.raises(NotFound, match="the id or name of a run, but found 'nothing'"):
        join_training(workspace, "nothing")
