from pathlib import Path

import pytest

from core.paths import (
    DatasetPaths,
    JobPaths,
    RunPaths,
    ScoringPaths,
    ServicePaths,
    TaskPaths,
)

FOLDER = Path("/a/folder")


@pytest.mark.parametrize(
    "kind", [DatasetPaths, JobPaths, RunPaths, ScoringPaths, ServicePaths, TaskPaths]
)
def test_every_file_stands_in_the_folder_under_a_name_of_its_own(kind: type) -> None:
    paths = kind(FOLDER)
    names = [name for name in dir(kind) if isinstance(getattr(kind, name), property)]

    places = [getattr(paths, name) for name in names]

    assert {place.parent for place in places} == {FOLDER}
    assert len(set(places)) == len(places)


def test_models_and_vectors_of_different_steps_do_not_mix() -> None:
    paths = RunPaths(FOLDER)

    assert paths.model(3) == FOLDER / "model-3"
    assert len({paths.model(3), paths.model(30), paths.train_vectors(3)}) == 3


def test_outputs_have_the_ending_of_their_kind() -> None:
    assert ScoringPaths(FOLDER).output(".parquet") == FOLDER / "output.parquet"


def test_only_jobs_that_can_be_taken_up_name_their_kind() -> None:
    kinds = {kind.__name__: kind.kind for kind in (JobPaths, RunPaths, ScoringPaths, TaskPaths)}

    assert kinds == {"JobPaths": "", "RunPaths": "train", "ScoringPaths": "score", "TaskPaths": ""}
