import signal
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.data.dataset import Dataset, take_rows
from core.errors import BadInput, Cancelled, NotFound
from core.explore.map import MapChoice, MapFile, find_map, make_map, map_id, sample_rows, start_map
from core.jobs.launcher import stop_job, wait_for_end
from core.jobs.process import recorded_process
from core.jobs.status import JobState, read_status
from core.jobs.tasks import task_result
from core.runs.config import TrainConfig
from core.runs.result import read_result
from core.runs.run import Run, create_run
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence
from tests.toy import wait_until

Told = list[tuple[str, int, int]]


def labels_of(workspace: Workspace, dataset: Dataset, rows: np.ndarray) -> Counter[str | None]:
    return Counter(take_rows(workspace, dataset, rows)["label"].to_pylist())


@pytest.fixture
def uneven(workspace: Workspace) -> Dataset:
    """4,000 rows: one class in a hundred of another, one of three rows, half without a label."""
    names = ["common"] * 1977 + ["rare"] * 20 + ["three"] * 3 + [""] * 2000
    rng = np.random.default_rng(0)
    rows = [(f"text {n}", names[at]) for n, at in enumerate(rng.permutation(4000))]
    return toy.import_rows(workspace, rows)


def test_a_sample_shows_every_class_and_rows_without_a_label(
    workspace: Workspace, uneven: Dataset
) -> None:
    rows = sample_rows(workspace, uneven, sample=200, seed=1)

    assert len(set(rows.tolist())) == 200
    assert sorted(rows.tolist()) == rows.tolist()
    drawn = labels_of(workspace, uneven, rows)
    # A quarter of an even share is 12 rows; who has fewer gives all.
    assert drawn == {"common": 92, "rare": 12, "three": 3, None: 93}


def test_a_sample_is_fixed_by_its_seed(workspace: Workspace, uneven: Dataset) -> None:
    first, again, other = (
        sample_rows(workspace, uneven, sample=300, seed=seed).tolist() for seed in (1, 1, 2)
    )

    assert first == again != other


@pytest.mark.parametrize("sample", [1, 2, 3, 5, 7, 4000, 5000])
def test_a_sample_has_the_size_asked_for_or_all_rows(
    workspace: Workspace, uneven: Dataset, sample: int
) -> None:
    rows = sample_rows(workspace, uneven, sample=sample, seed=0)

    assert len(set(rows.tolist())) == len(rows) == min(sample, 4000)


def test_a_data_set_without_labels_is_sampled_evenly(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [(f"text {n}", "") for n in range(1000)])

    rows = sample_rows(workspace, dataset, sample=500, seed=0)

    assert len(rows) == 500
    assert abs(rows.mean() - 500) < 50


def test_the_id_names_what_the_map_depends_on(
    toy_workspace: Workspace, toy_dataset: Dataset, toy_run: Run
) -> None:
    def name(**changes: object) -> str:
        return map_id(toy_workspace, toy_dataset, MapChoice(**{"sample": 50, **changes}))

    names = {
        name(), name(sample=51), name(seed=1), name(run=toy_run), name(encoder="other"),
        map_id(toy_workspace, replace(toy_dataset, fingerprint="0"), MapChoice(sample=50)),
    }  # fmt: skip

    assert len(names) == 6
    assert name() == name(seed=0)
    assert name(sample=400) == name(sample=5000)  # The data set has 400 rows.


def test_a_map_has_a_place_for_every_row_and_the_runs_scores(
    toy_workspace: Workspace, toy_dataset: Dataset, toy_run: Run, shallow_encoder: Path
) -> None:
    from core.scoring.scorer import load_scorer

    told: Told = []
    choice = MapChoice(sample=150, seed=4, run=toy_run, encoder=str(shallow_encoder))
    path = make_map(toy_workspace, toy_dataset, choice, lambda *stage: told.append(stage))

    table = pq.read_table(path)
    assert table.column_names == ["row", "x", "y", "score"]
    rows = sample_rows(toy_workspace, toy_dataset, sample=150, seed=4)
    assert table["row"].to_pylist() == rows.tolist()
    assert np.isfinite(np.column_stack([table["x"], table["y"]])).all()
    texts = take_rows(toy_workspace, toy_dataset, rows)["text"].to_pylist()
    expected = load_scorer(toy_workspace, toy_run).score(texts).values
    np.testing.assert_allclose(table["score"], expected, atol=1e-5)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "Choosing the rows", "Loading the encoder", "Encoding", "Loading the model", "Scoring",
        "Projecting",
    ]  # fmt: skip
    assert ("Encoding", 150, 150) in told
    assert find_map(toy_workspace, toy_dataset, choice) == path


@pytest.mark.slow
def test_scores_of_many_classes_are_those_of_the_predicted_labels(
    jobs: Workspace, shallow_encoder: Path
) -> None:
    from core.jobs.registry import JobKind
    from core.jobs.worker import work
    from core.scoring.scorer import load_scorer

    dataset = toy.import_rows(jobs, toy.make_rows(60, classes=3))
    run = create_run(jobs, dataset, toy.recipe(shallow_encoder, epochs=1))
    assert work(jobs, JobKind.TRAIN, run.id) == 0, read_status(jobs.run(run.id))

    choice = MapChoice(sample=60, run=run, encoder=str(shallow_encoder))
    path = make_map(jobs, dataset, choice, report=lambda *_: None)

    texts = take_rows(jobs, dataset, np.arange(60))["text"].to_pylist()
    expected = load_scorer(jobs, run).score(texts).values
    np.testing.assert_allclose(pq.read_table(path)["score"], expected, atol=1e-5)


@pytest.mark.slow
def test_a_map_is_made_in_the_background_once(jobs: Workspace, shallow_encoder: Path) -> None:
    dataset = toy.import_rows(jobs, toy.make_rows(4))
    choice = MapChoice(sample=100, encoder=str(shallow_encoder))
    task = start_map(jobs, dataset, choice)

    assert start_map(jobs, dataset, choice) == task
    assert wait_for_end(jobs.task(task.id), timeout_s=60).state is JobState.FINISHED
    path = find_map(jobs, dataset, choice)
    assert task_result(jobs, task) == MapFile(path.stem, str(path), 4)
    assert pq.read_table(path).to_pydict() == {
        "row": [0, 1, 2, 3], "x": [0.0, 1.0, 2.0, 3.0], "y": [0.0] * 4,
    }  # fmt: skip


@pytest.mark.slow
def test_a_map_is_stopped_while_it_is_projected(jobs: Workspace, shallow_encoder: Path) -> None:
    dataset = toy.import_rows(jobs, toy.make_rows(2000))
    task = start_map(jobs, dataset, MapChoice(sample=2000, encoder=str(shallow_encoder)))
    paths = jobs.task(task.id)
    wait_until(lambda: read_status(paths).message == "Projecting")
    # Held still, so that it has not finished when it is asked.
    recorded_process(paths).signal_group(signal.SIGSTOP)
    assert read_status(paths).total == 0
    assert stop_job(paths).state is JobState.STOPPING
    recorded_process(paths).signal_group(signal.SIGCONT)

    status = wait_for_end(paths, timeout_s=30)

    assert (status.state, status.message) == (
        JobState.STOPPED, "Stopped on request; nothing was kept.",
    )  # fmt: skip
    assert not (jobs.cache / "maps").exists()
    wait_until(lambda: not recorded_process(paths).alive())
    assert list((jobs.root / "staging").iterdir()) == []


def test_raising_from_the_report_leaves_no_map(
    toy_workspace: Workspace, toy_dataset: Dataset, shallow_encoder: Path
) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Encoding":
            raise Cancelled(stage)

    choice = MapChoice(sample=40, seed=9, encoder=str(shallow_encoder))
    with pytest.raises(Cancelled):
        make_map(toy_workspace, toy_dataset, choice, report=stop)

    assert find_map(toy_workspace, toy_dataset, choice) is None


@pytest.mark.parametrize("sample", [0, -1, 5001])
def test_a_sample_of_another_size_is_refused_at_once(jobs: Workspace, sample: int) -> None:
    dataset = toy.import_rows(jobs, toy.make_rows(10))

    with pytest.raises(BadInput, match="a sample of 1 to 5,000 rows") as caught:
        start_map(jobs, dataset, MapChoice(sample=sample))

    assert_one_sentence(caught.value)
    assert not jobs.tasks.exists()


def test_a_run_without_a_model_cannot_score_a_map(jobs: Workspace, shallow_encoder: Path) -> None:
    dataset = toy.import_rows(jobs, toy.make_rows(40))
    run = create_run(jobs, dataset, TrainConfig())
    assert read_result(jobs, run) is None

    choice = MapChoice(sample=10, run=run, encoder=str(shallow_encoder))
    with pytest.raises(NotFound, match="a run with a trained model") as caught:
        make_map(jobs, dataset, choice, report=lambda *_: None)

    assert_one_sentence(caught.value)
