import shutil
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.labelled import LabelSource
from core.errors import BadInput, Cancelled
from core.jobs.launcher import wait_for_end
from core.jobs.registry import JobKind
from core.jobs.status import JobState
from core.jobs.tasks import list_tasks, task_result
from core.labels.guidelines import write_guideline
from core.labels.quick_model.quick_model import QuickModel, read_quick_model
from core.labels.quick_model.quick_model_job import (
    QuickModelFile,
    Scope,
    make_quick_model,
    open_rows,
    quick_model_path,
    start_quick_model,
)
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.model.text_vectors import encoder_key
from core.workspace import Workspace
from tests import toy
from tests.messages import assert_one_sentence

LABELLED = 60


def ignore(stage: str, done: int, total: int) -> None:
    """A report that nobody reads."""


@pytest.fixture
def truth() -> list[str]:
    return [label for _, label in toy.make_rows(160)]


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return half_labelled(workspace)


def half_labelled(workspace: Workspace) -> Dataset:
    """160 texts whose words give the label away; the file has that of the first 60."""
    rows = toy.make_rows(160)
    bare = [(text, "") for text, _ in rows[LABELLED:]]
    return toy.import_rows(workspace, [*rows[:LABELLED], *bare])


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, shallow_encoder: Path) -> Workspace:
    """Where all rows of the same data set have vectors."""
    other = Workspace(tmp_path_factory.mktemp("encoded") / "workspace")
    make_quick_model(
        other, half_labelled(other), Scope(True, encoder=str(shallow_encoder)), report=ignore
    )
    return other


@pytest.fixture
def encoded_before(workspace: Workspace, elsewhere: Workspace) -> None:
    """For tests of what is done with vectors: making them takes half a second of TensorFlow."""
    shutil.copytree(elsewhere.cache / "vectors", workspace.cache / "vectors")


@pytest.fixture
def scope(shallow_encoder: Path) -> Scope:
    return Scope(encoder=str(shallow_encoder))


def give(workspace: Workspace, dataset: Dataset, rows: list[int], truth: list[str]) -> int:
    store, last = open_labels(workspace), 0
    with store.writing() as batch:
        for row in rows:
            event = LabelEvent(
                fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=truth[row],
                annotator="ann", queue="random",
            )  # fmt: skip
            last = batch.add(event).id
    return last


def make(workspace: Workspace, dataset: Dataset, scope: Scope) -> tuple[QuickModel, list[str]]:
    """A model, and the stages that were reported."""
    stages: list[str] = []

    def report(stage: str, done: int, total: int) -> None:
        stages.append(stage)

    path, model = make_quick_model(workspace, dataset, scope, report=report)
    assert path == quick_model_path(workspace, dataset, scope)
    return model, stages


def vectors_path(workspace: Workspace, dataset: Dataset, scope: Scope) -> Path:
    return workspace.row_vectors(f"{dataset.fingerprint}-rows-{encoder_key(scope.encoder)}")


def encoded(workspace: Workspace, dataset: Dataset, scope: Scope) -> list[int]:
    with np.load(vectors_path(workspace, dataset, scope)) as kept:
        assert len(kept["rows"]) == len(kept["vectors"])
        return kept["rows"].tolist()


def test_a_model_ranks_the_open_rows_by_what_the_labels_teach(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    model, stages = make(workspace, dataset, scope)

    assert model.rows.tolist() == list(range(LABELLED, 160))
    assert (model.labels, model.last_event, model.classes) == (LABELLED, 0, ("0", "1"))
    best = model.rows[np.argsort(-model.probabilities[:, 1])[:20]]
    assert np.mean([truth[row] == "1" for row in best]) > 0.5  # By chance it would be a quarter.
    assert set(model.words) & set(toy.RUDE)
    assert not set(model.words) & set(toy.KIND)
    assert model.worth is not None
    assert model.worth.points[-1].labels == LABELLED
    assert 0 < model.threshold < 1
    assert stages.index("Encoding") < stages.index("Fitting")
    kept = read_quick_model(quick_model_path(workspace, dataset, scope))
    np.testing.assert_array_equal(kept.probabilities, model.probabilities)
    assert (kept.worth, kept.words, kept.threshold) == (model.worth, model.words, model.threshold)


def test_further_labels_are_learned_without_encoding_again(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    first, _ = make(workspace, dataset, scope)
    before = vectors_path(workspace, dataset, scope).stat().st_mtime_ns

    last = give(workspace, dataset, list(range(60, 80)), truth)
    second, stages = make(workspace, dataset, scope)

    assert (second.labels, second.last_event) == (80, last)
    assert second.rows.tolist() == first.rows.tolist()
    assert not np.array_equal(second.probabilities, first.probabilities)
    assert "Encoding" not in stages
    assert vectors_path(workspace, dataset, scope).stat().st_mtime_ns == before


def test_only_rows_that_are_missing_are_encoded(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    alone = Scope(source=LabelSource.HUMAN, encoder=scope.encoder)
    give(workspace, dataset, list(range(70, 100)), truth)
    make(workspace, dataset, alone)
    assert encoded(workspace, dataset, scope) == list(range(LABELLED, 160))
    with np.load(vectors_path(workspace, dataset, scope)) as kept:
        first = kept["vectors"]
    counted: list[int] = []

    def report(stage: str, done: int, total: int) -> None:
        if stage == "Encoding":
            counted.append(total)

    make_quick_model(workspace, dataset, scope, report=report)

    assert set(counted) == {LABELLED}
    assert encoded(workspace, dataset, scope) == list(range(160))
    with np.load(vectors_path(workspace, dataset, scope)) as kept:
        np.testing.assert_array_equal(kept["vectors"][LABELLED:], first)


@pytest.mark.usefixtures("encoded_before")
def test_vectors_that_are_damaged_are_made_again(
    workspace: Workspace, dataset: Dataset, scope: Scope
) -> None:
    first, stages = make(workspace, dataset, scope)
    assert "Encoding" not in stages
    path = vectors_path(workspace, dataset, scope)
    for damaged in (b"", path.read_bytes()[:3000], b"no archive"):
        path.write_bytes(damaged)

        again, stages = make(workspace, dataset, scope)

        assert "Encoding" in stages
        np.testing.assert_allclose(again.probabilities, first.probabilities, atol=1e-4)


@pytest.mark.usefixtures("encoded_before")
def test_every_choice_of_rows_and_labels_has_a_model_of_its_own(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    give(workspace, dataset, [0, 1, 2, 3, *range(70, 110)], truth)
    scopes = [
        Scope(all_rows, source, scope.encoder)
        for all_rows in (False, True)
        for source in (LabelSource.CORRECTED, LabelSource.HUMAN)
    ]

    models = [make(workspace, dataset, each)[0] for each in scopes]

    assert [len(model.rows) for model in models] == [100, 100, 160, 160]
    assert [model.labels for model in models] == [100, 44, 100, 44]
    paths = {quick_model_path(workspace, dataset, each) for each in scopes}
    assert len(paths) == 4
    assert all(path.is_file() for path in paths)


@pytest.mark.usefixtures("encoded_before")
def test_the_curve_follows_the_order_in_which_labels_were_given(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    alone = Scope(source=LabelSource.HUMAN, encoder=scope.encoder)
    kind = [row for row in range(159, 59, -1) if truth[row] == "0"][:45]
    mixed = [row for row in range(60, 160) if row not in kind]

    give(workspace, dataset, [*kind, *mixed], truth)
    poor = make(workspace, dataset, alone)[0].worth.points
    give(workspace, dataset, [*mixed, *kind], truth)  # The same labels, the other way around.
    rich = make(workspace, dataset, alone)[0].worth.points

    assert [point.labels for point in poor] == [40, 55, 70, 85, 100]
    # The first 40 were all kind: nothing could be learned of rude ones.
    assert poor[0].f1.value < rich[0].f1.value - 0.1
    assert poor[0].f1.value < poor[-1].f1.value - 0.1


def test_a_fit_that_is_stopped_leaves_nothing(
    workspace: Workspace, dataset: Dataset, scope: Scope
) -> None:
    for at in ("Encoding", "Fitting", "Measuring what labels are worth"):

        def stop(stage: str, done: int, total: int, at: str = at) -> None:
            if stage == at:
                raise Cancelled(stage)

        with pytest.raises(Cancelled):
            make_quick_model(workspace, dataset, scope, report=stop)

        assert not quick_model_path(workspace, dataset, scope).exists()
        assert vectors_path(workspace, dataset, scope).exists() == (at != "Encoding")
        assert list((workspace.root / "staging").iterdir()) == []


def test_too_few_labels_are_one_sentence(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    alone = Scope(source=LabelSource.HUMAN, encoder=scope.encoder)
    with pytest.raises(BadInput, match="found none yet: label some rows first") as none:
        make_quick_model(workspace, dataset, alone, report=ignore)
    rude = [row for row in range(60, 160) if truth[row] == "1"]
    give(workspace, dataset, rude[:3], truth)
    with pytest.raises(BadInput, match="labels of two classes, but found 1: label some") as one:
        make_quick_model(workspace, dataset, alone, report=ignore)

    for caught in (none, one):
        assert_one_sentence(caught.value)
    assert not vectors_path(workspace, dataset, scope).exists()
    assert not quick_model_path(workspace, dataset, alone).exists()


@pytest.mark.usefixtures("encoded_before")
def test_two_labels_are_a_model_whose_worth_is_not_known(
    workspace: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    alone = Scope(source=LabelSource.HUMAN, encoder=scope.encoder)
    give(workspace, dataset, [truth.index(name, 60) for name in ("0", "1")], truth)

    model, _ = make(workspace, dataset, alone)

    assert (model.labels, model.worth, model.threshold) == (2, None, 0.5)
    np.testing.assert_allclose(model.probabilities.sum(axis=1), 1, atol=1e-5)


def test_of_three_classes_each_is_ranked(workspace: Workspace, scope: Scope) -> None:
    rows = toy.make_rows(120, classes=3)
    bare = [(text, "") for text, _ in rows[60:]]
    dataset = toy.import_rows(workspace, [*rows[:60], *bare])
    write_guideline(
        open_labels(workspace), dataset, text="", author="ann",
        classes=("unsure", *dataset.classes),
    )  # fmt: skip

    model, _ = make(workspace, dataset, scope)

    assert model.classes == ("unsure", "blue", "green", "red")
    guess = [model.classes[class_id] for class_id in model.probabilities.argmax(axis=1)]
    right = [found == rows[row][1] for found, row in zip(guess, model.rows, strict=True)]
    assert np.mean(right) > 0.9
    assert (model.threshold, model.words) == (None, {})
    assert model.probabilities[:, 0].max() == 0
    assert np.isfinite(model.worth.gain.value)


@pytest.mark.parametrize(
    "texts",
    [
        [f"{'0123456789'[n % 10] * 3}word{n}" for n in range(40)],
        ["!?" * (n + 1) for n in range(40)],
        ["质问" * (n + 1) for n in range(40)],
    ],
    ids=["no word twice", "no words", "no spaces"],
)
def test_texts_that_share_no_words_are_ranked_by_their_vectors(
    workspace: Workspace, scope: Scope, texts: list[str]
) -> None:
    labels = [str(n % 2) if n < 30 else "" for n in range(40)]
    dataset = toy.import_rows(workspace, list(zip(texts, labels, strict=True)))

    model, _ = make(workspace, dataset, scope)

    assert model.rows.tolist() == list(range(30, 40))
    assert np.isfinite(model.probabilities).all()
    assert model.words == {}


def test_a_file_without_open_rows_has_nothing_to_rank(workspace: Workspace, scope: Scope) -> None:
    dataset = toy.import_rows(workspace, toy.make_rows(60))

    model, _ = make(workspace, dataset, scope)

    assert (len(model.rows), model.labels) == (0, 60)
    assert model.probabilities.shape == (0, 2)
    assert model.worth.points[-1].f1.value > 0.5


def test_open_rows_are_the_same_for_everybody(workspace: Workspace, dataset: Dataset) -> None:
    some, everything = (
        open_rows(workspace, dataset, Scope(all_rows=all_rows)) for all_rows in (False, True)
    )

    assert sorted(some.tolist()) == list(range(LABELLED, 160))
    assert sorted(everything.tolist()) == list(range(160))
    assert some.tolist() != sorted(some.tolist())
    assert some.tolist() == open_rows(workspace, dataset, Scope(source=LabelSource.HUMAN)).tolist()


@pytest.mark.slow
def test_a_worker_fits_and_a_new_task_takes_the_place_of_those_that_have_ended(
    jobs: Workspace, dataset: Dataset, scope: Scope, truth: list[str]
) -> None:
    make(jobs, dataset, scope)  # So that the workers need not encode.
    other = toy.import_rows(jobs, toy.make_rows(30, seed=5), name="other")
    elsewhere = start_quick_model(jobs, other, Scope(True, encoder=scope.encoder), 0)
    assert wait_for_end(jobs.task(elsewhere.id), timeout_s=120).state is JobState.FINISHED

    first = start_quick_model(jobs, dataset, scope, 0)
    assert start_quick_model(jobs, dataset, scope, 0).id == first.id
    assert wait_for_end(jobs.task(first.id), timeout_s=120).state is JobState.FINISHED
    path = quick_model_path(jobs, dataset, scope)
    assert task_result(jobs, first) == QuickModelFile(str(path), LABELLED)

    last = give(jobs, dataset, list(range(60, 70)), truth)
    second = start_quick_model(jobs, dataset, scope, last)

    assert wait_for_end(jobs.task(second.id), timeout_s=120).state is JobState.FINISHED
    assert read_quick_model(path).last_event == last
    assert {task.id for task in list_tasks(jobs, JobKind.QUICK_MODEL)} == {second.id, elsewhere.id}


def test_a_task_with_too_few_labels_says_so(jobs: Workspace, dataset: Dataset) -> None:
    task = start_quick_model(jobs, dataset, Scope(source=LabelSource.HUMAN), 0)

    status = wait_for_end(jobs.task(task.id), timeout_s=120)

    assert status.state is JobState.FAILED
    assert "label some rows first" in status.message
