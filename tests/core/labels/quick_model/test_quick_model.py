from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.sparse import csr_matrix

from core.errors import BadInput, DiskError
from core.evaluation.intervals import Estimate
from core.labels.quick_model.quick_model import (
    QuickModel,
    ask,
    mean_opinion,
    read_quick_model,
    telling_words,
    write_quick_model,
)
from core.labels.quick_model.stop_meter import Point, Worth
from core.workspace import Workspace
from tests.messages import assert_one_sentence

WORTH = Worth(
    (Point(40, Estimate(0.5, 0.4, 0.6)), Point(100, Estimate(0.7, 0.6, 0.8))),
    Estimate(0.01, -0.002, 0.022),
)


def model(rows: int = 5, classes: tuple[str, ...] = ("no", "yes 质"), **more: object) -> QuickModel:
    rng = np.random.default_rng(0)
    opinions = tuple(
        rng.dirichlet([1] * len(classes), rows).astype(np.float32) for _ in range(2)
    )  # fmt: skip
    numbers = np.sort(rng.choice(10_000_000_000, rows))
    return QuickModel(numbers, opinions, classes, labels=120, last_event=345, **more)


@pytest.fixture
def path(workspace: Workspace) -> Path:
    return workspace.quick_model("f-1-2")


def assert_same(found: QuickModel | None, given: QuickModel) -> None:
    assert found is not None
    assert found.rows.dtype == np.int64
    np.testing.assert_array_equal(found.rows, given.rows)
    assert len(found.opinions) == len(given.opinions)
    for left, right in zip(found.opinions, given.opinions, strict=True):
        assert left.dtype == np.float32
        np.testing.assert_array_equal(left, right)
    for name in ("classes", "labels", "last_event", "threshold", "worth", "words"):
        assert getattr(found, name) == getattr(given, name), name


@pytest.mark.parametrize(
    "given",
    [
        model(threshold=0.31, worth=WORTH, words={"stupid": 1.25, "blöd": 0.1}),
        model(),
        model(rows=0),
        model(classes=("a", "b", "c", "p0_1")),
    ],
    ids=["all", "little", "no rows", "four classes"],
)
def test_what_is_written_is_read(workspace: Workspace, path: Path, given: QuickModel) -> None:
    write_quick_model(workspace, path, given)

    assert_same(read_quick_model(path), given)
    assert list((workspace.root / "staging").iterdir()) == []


def test_a_newer_model_takes_the_place_of_the_older(workspace: Workspace, path: Path) -> None:
    write_quick_model(workspace, path, model(rows=9))
    write_quick_model(workspace, path, model(rows=3))

    assert_same(read_quick_model(path), model(rows=3))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_before_the_first_there_is_none(path: Path) -> None:
    assert read_quick_model(path) is None


def damaged(path: Path, how: str) -> None:
    if how == "empty":
        path.write_bytes(b"")
    elif how == "cut off":
        path.write_bytes(path.read_bytes()[:-20])
    elif how == "another table":
        pq.write_table(pa.table({"row": [1]}), path)
    else:
        pq.write_table(pq.read_table(path).drop_columns(["p1_0"]), path)


@pytest.mark.parametrize("how", ["empty", "cut off", "another table", "a column is missing"])
def test_a_damaged_file_is_one_sentence(workspace: Workspace, path: Path, how: str) -> None:
    write_quick_model(workspace, path, model())
    damaged(path, how)

    with pytest.raises(BadInput, match="a quick model, but found a damaged file") as caught:
        read_quick_model(path)

    assert_one_sentence(caught.value)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = Workspace(tmp_path / "file")
    blocked.root.write_text("")

    with pytest.raises(DiskError):
        write_quick_model(blocked, blocked.quick_model("f-1-2"), model())


def features(class_ids: np.ndarray, classes: int) -> tuple[np.ndarray, csr_matrix]:
    rng = np.random.default_rng(1)
    dense = np.eye(classes)[class_ids] + rng.normal(0, 0.2, (len(class_ids), classes))
    return dense.astype(np.float32), csr_matrix(np.eye(classes, dtype=np.float32)[class_ids])


@pytest.mark.parametrize("classes", [2, 3])
def test_each_classifier_answers_what_it_was_taught(classes: int) -> None:
    class_ids = np.arange(90) % classes
    train, asked = np.arange(60), np.arange(60, 90)

    opinions = ask(features(class_ids, classes), class_ids[train], train, asked, classes)

    assert len(opinions) == 2
    for opinion in opinions:
        assert opinion.shape == (30, classes)
        np.testing.assert_allclose(opinion.sum(axis=1), 1.0, atol=1e-5)
        assert (opinion.argmax(axis=1) == class_ids[asked]).all()
    np.testing.assert_allclose(mean_opinion(opinions), sum(opinions) / 2, atol=1e-6)


def test_labels_belong_to_their_rows_in_whatever_order_they_come() -> None:
    class_ids = np.arange(60) % 2
    train = np.random.default_rng(2).permutation(60)

    (opinion, _) = ask(features(class_ids, 2), class_ids[train], train, np.arange(60), 2)

    assert (opinion.argmax(axis=1) == class_ids).all()


def test_a_class_that_no_label_has_is_never_likely() -> None:
    class_ids = np.array([0, 2] * 20)
    train = np.arange(40)

    for opinion in ask(features(class_ids, 4), class_ids, train, train, 4):
        assert (opinion[:, [1, 3]] == 0).all()
        assert (opinion.argmax(axis=1) == class_ids).all()


def test_of_one_class_alone_all_is_that_class_and_of_none_nothing() -> None:
    class_ids, some = np.ones(10, np.int64), np.arange(10)
    nothing = np.zeros(0, np.int64)

    for opinion in ask(features(class_ids, 3), class_ids, some, some, 3):
        assert (opinion == [0, 1, 0]).all()
    for opinion in ask(features(class_ids, 3), nothing, nothing, some, 3):
        assert (opinion == 0).all()
    two = np.arange(10) % 2
    assert ask(features(two, 2), two, some, nothing, 2)[0].shape == (0, 2)


def test_words_that_tell_are_single_ones_of_the_positive_class_by_weight() -> None:
    names = ["rude", "kind", "so rude", "the", "often rude"]
    class_ids = np.array([1, 1, 1, 0, 0, 0, 1, 0])
    matrix = np.zeros((8, 5), np.float32)
    matrix[:3, 0] = matrix[3:6, 1] = matrix[:3, 2] = matrix[:, 3] = 1
    matrix[6, 4] = matrix[0, 4] = 1

    words = telling_words(csr_matrix(matrix), names, class_ids, np.arange(8))

    assert next(iter(words)) == "rude"
    assert set(words) <= {"rude", "the"}
    assert list(words.values()) == sorted(words.values(), reverse=True)
    assert telling_words(csr_matrix(matrix), names, np.ones(8, np.int64), np.arange(8)) == {}


def known_model(threshold: float | None, *answers: tuple[float, ...]) -> QuickModel:
    probabilities = np.array(answers, np.float32)
    rows = np.array([3, 5, 8])[: len(answers)]
    classes = tuple("abc"[: probabilities.shape[1]])
    return QuickModel(rows, (probabilities,), classes, 20, 1, threshold)


def test_it_suggests_the_label_at_its_own_threshold_with_the_labels_probability() -> None:
    model = known_model(0.3, (0.6, 0.4), (0.9, 0.1))

    found = model.suggestions([5, 3, 4])

    assert {row: label for row, (label, _) in found.items()} == {3: "b", 5: "a"}
    assert found[3][1] == pytest.approx(0.4)
    assert found[5][1] == pytest.approx(0.9)


def test_of_many_classes_it_suggests_the_most_probable() -> None:
    model = known_model(None, (0.2, 0.5, 0.3), (0.7, 0.1, 0.2))

    assert [label for label, _ in model.suggestions([3, 5]).values()] == ["b", "a"]


def test_it_suggests_nothing_of_rows_it_was_not_asked_about() -> None:
    model = known_model(0.5, (0.6, 0.4))

    assert model.suggestions([]) == {}
    assert model.suggestions([4, 9]) == {}


def test_words_that_speak_for_the_positive_class_are_found_in_any_case() -> None:
    model = known_model(0.5, (0.6, 0.4))
    assert model.word_spans("rude") == ()
    model.words["rude"] = 1.0

    assert model.word_spans("so Rude, prude rude") == ((3, 7), (15, 19))
