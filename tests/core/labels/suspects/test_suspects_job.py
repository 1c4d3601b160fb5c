import numpy as np
import pytest

from core.data.columns import labelled_rows
from core.data.dataset import Dataset
from core.errors import BadInput, Cancelled
from core.evaluation.baselines.word_features import Basis
from core.jobs.launcher import wait_for_end
from core.jobs.status import JobState
from core.jobs.tasks import task_result
from core.labels.store.events import Action, LabelEvent
from core.labels.store.store import open_labels
from core.labels.suspects.suspects_file import Features, read_suspects, suspects_path
from core.labels.suspects.suspects_job import (
    QUEUE,
    SuspectsFile,
    last_decision,
    make_suspects,
    start_suspects,
)
from core.workspace import Workspace
from tests import toy

WRONG = 12


def ignore(stage: str, done: int, total: int) -> None:
    """A report that nobody reads."""


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    """300 texts whose words give the label away, of which the first 12 have a wrong one."""
    rows = toy.make_rows(300)
    wrong = [(text, str(1 - int(label))) for text, label in rows[:WRONG]]
    return toy.import_rows(workspace, [*wrong, *rows[WRONG:]])


def label(dataset: Dataset, row: int, value: str) -> LabelEvent:
    return LabelEvent(
        fingerprint=dataset.fingerprint, row=row, action=Action.LABEL, value=value,
        annotator="ann", queue=QUEUE,
    )  # fmt: skip


def test_wrong_labels_are_found_by_words(workspace: Workspace, dataset: Dataset) -> None:
    path = make_suspects(workspace, dataset, Features.WORDS, report=ignore)

    found = read_suspects(path)
    # By chance it would be one in 25.
    assert (found.table["row"].head(WRONG) < WRONG).mean() > 0.6
    assert (found.judged, found.not_judged, found.decided) == (300, 0, 0)
    assert path == suspects_path(workspace, dataset, Features.WORDS)
    _, class_ids = labelled_rows(workspace, dataset)
    assert found.table["label"].tolist() == class_ids[found.table["row"]].tolist()
    assert 0 < found.retraining.left_out < 0.2


def test_what_was_found_is_kept_until_somebody_decides(
    workspace: Workspace, dataset: Dataset
) -> None:
    path = make_suspects(workspace, dataset, Features.WORDS, report=ignore)
    before = path.stat().st_mtime_ns

    make_suspects(workspace, dataset, Features.WORDS, report=ignore)
    assert path.stat().st_mtime_ns == before

    first = int(read_suspects(path).table["row"].iloc[0])
    given = dataset.classes[int(read_suspects(path).table["suggestion"].iloc[0])]
    open_labels(workspace).add(label(dataset, first, given))
    make_suspects(workspace, dataset, Features.WORDS, report=ignore)

    found = read_suspects(path)
    assert found.decided == last_decision(workspace, dataset) > 0
    assert found.retraining.corrected == 1


def test_a_worker_finds_them(workspace: Workspace, dataset: Dataset) -> None:
    task = start_suspects(workspace, dataset, Features.WORDS)

    assert wait_for_end(workspace.task(task.id), timeout_s=120).state is JobState.FINISHED
    result = task_result(workspace, task)
    path = suspects_path(workspace, dataset, Features.WORDS)
    assert result == SuspectsFile(str(path), len(read_suspects(path).table))
    assert start_suspects(workspace, dataset, Features.WORDS).id == task.id


def test_a_search_that_is_stopped_leaves_nothing(workspace: Workspace, dataset: Dataset) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        make_suspects(workspace, dataset, Features.WORDS, report=stop)

    assert not suspects_path(workspace, dataset, Features.WORDS).exists()


def test_classes_with_too_few_texts_are_not_judged(workspace: Workspace) -> None:
    rows = [*toy.make_rows(80), *[(f"something else {n}", "rare") for n in range(3)]]
    dataset = toy.import_rows(workspace, rows)

    found = read_suspects(make_suspects(workspace, dataset, Features.WORDS, report=ignore))

    assert (found.judged, found.not_judged) == (80, 3)


def test_texts_that_share_no_words_are_judged_by_what_they_share(workspace: Workspace) -> None:
    stems = {"kind": "a", "rude": "b"}
    rows = [(f"{stem}{chr(97 + n) * 3}", label) for stem, label in stems.items() for n in range(10)]
    dataset = toy.import_rows(workspace, rows)

    found = read_suspects(make_suspects(workspace, dataset, Features.WORDS, report=ignore))

    assert found.basis is Basis.PIECES
    assert (found.judged, len(found.table)) == (20, 0)


def test_texts_that_share_nothing_are_one_sentence(workspace: Workspace) -> None:
    rows = [(chr(0x4E00 + n), "ab"[n % 2]) for n in range(20)]
    dataset = toy.import_rows(workspace, rows)

    with pytest.raises(BadInput, match="share words or parts of words, but found none: choose"):
        make_suspects(workspace, dataset, Features.WORDS, report=ignore)


@pytest.mark.parametrize(
    ("short", "long"),
    [("दिन", "दीन"), ("ma", "má"), ("schon", "schön"), ("กา", "ก่า"), ("كَ", "كِ")],
    ids=["Hindi", "Vietnamese", "German", "Thai", "Arabic"],
)
def test_signs_that_tell_words_apart_tell_labels_apart(
    workspace: Workspace, short: str, long: str
) -> None:
    rows = [(f"{word} {n}", word) for n in range(30) for word in (short, long)]
    dataset = toy.import_rows(workspace, rows)

    found = read_suspects(make_suspects(workspace, dataset, Features.WORDS, report=ignore))

    assert (len(found.table), found.basis) == (0, Basis.WORDS)


def test_labels_of_one_class_are_one_sentence(workspace: Workspace) -> None:
    dataset = toy.import_rows(workspace, [(f"text {n}", "same") for n in range(20)])

    with pytest.raises(BadInput, match="two classes or more with 5 different texts each, but fou"):
        start_suspects(workspace, dataset, Features.WORDS)


def test_a_damaged_file_is_one_sentence(workspace: Workspace, dataset: Dataset) -> None:
    path = suspects_path(workspace, dataset, Features.WORDS)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1")

    with pytest.raises(BadInput, match=r"but found a damaged file .*: look for them again"):
        read_suspects(path)

    assert make_suspects(workspace, dataset, Features.WORDS, report=ignore) == path
    assert read_suspects(path).judged == 300


@pytest.mark.slow
def test_a_task_whose_file_was_damaged_can_be_started_again(
    workspace: Workspace, dataset: Dataset
) -> None:
    task = start_suspects(workspace, dataset, Features.WORDS)
    wait_for_end(workspace.task(task.id), timeout_s=120)
    path = suspects_path(workspace, dataset, Features.WORDS)
    path.write_bytes(b"PAR1")

    again = start_suspects(workspace, dataset, Features.WORDS)

    assert wait_for_end(workspace.task(again.id), timeout_s=120).state is JobState.FINISHED
    assert read_suspects(path).judged == 300


def test_vectors_and_words_together_find_what_is_wrong(workspace: Workspace) -> None:
    kind = [f"thank you so much, the {noun} was lovely" for noun in toy.NOUNS * 4]
    rude = [f"this {noun} is rubbish and so are you" for noun in toy.NOUNS * 4]
    texts = [f"{text} {n}" for n, text in enumerate([*kind, *rude])]
    labels = ["0"] * 40 + ["1"] * 40
    for place in (0, 45):
        labels[place] = str(1 - int(labels[place]))
    dataset = toy.import_rows(workspace, list(zip(texts, labels, strict=True)))

    found = read_suspects(make_suspects(workspace, dataset, Features.BOTH, report=ignore))

    assert set(found.table["row"].head(2)) == {0, 45}
    assert np.isfinite(found.table["quality"]).all()
