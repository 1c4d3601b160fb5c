import numpy as np
import pytest

from core.data.splits.split import TRAIN
from core.errors import DiskError
from core.explain.explanation_types import Preparation
from core.explain.neighbours import TrainVectors
from core.runs.run import Run, read_examples
from core.scoring.scorer import Scorer, load_scorer
from core.workspace import Workspace
from tests.trained_copies import copied_run


@pytest.fixture
def scorer(workspace: Workspace, toy_workspace: Workspace, toy_run: Run) -> Scorer:
    """Of a copy of the toy run, so that what is kept is this test's own."""
    return load_scorer(workspace, copied_run(toy_workspace, toy_run, workspace))


def prepared(scorer: Scorer, **options: int) -> TrainVectors:
    vectors = TrainVectors(scorer, **options)
    while vectors.advance(60.0) is not None:
        pass
    return vectors


def test_a_train_row_is_nearest_to_itself_and_its_kind_comes_next(scorer: Scorer) -> None:
    examples = read_examples(scorer.workspace, scorer.run, TRAIN)
    place = examples.class_ids.tolist().index(1)

    found = prepared(scorer).nearest(examples.texts[place], 6)

    first = found.found[0]
    assert (first.row, first.text) == (examples.rows[place], examples.texts[place])
    assert first.similarity == pytest.approx(1.0, abs=1e-3)
    assert [one.label for one in found.found] == ["1"] * 6
    similarities = [one.similarity for one in found.found]
    assert similarities == sorted(similarities, reverse=True)
    assert found.searched == found.train_rows == len(examples.rows)


def test_vectors_are_made_bit_by_bit_and_say_how_far_they_are(scorer: Scorer) -> None:
    vectors = TrainVectors(scorer)

    seen = list(iter(lambda: vectors.advance(0.0), None))

    total = len(read_examples(scorer.workspace, scorer.run, TRAIN).rows)
    assert total > 128
    done = [preparation.done for preparation in seen]
    assert seen == [Preparation(count, total) for count in done]
    assert len(done) > 2
    assert done == sorted({count for count in done if 0 < count < total})


def test_kept_vectors_are_read_and_give_the_same_rows(scorer: Scorer) -> None:
    path = scorer.workspace.run(scorer.run.id).train_vectors(scorer.step)
    made = prepared(scorer).nearest("a rotten cat", 5)
    assert path.is_file()

    again = TrainVectors(scorer)

    assert again.advance(0.0) is None
    found = again.nearest("a rotten cat", 5)
    assert [one.similarity for one in found.found] == pytest.approx(
        [one.similarity for one in made.found], abs=1e-3
    )


@pytest.mark.parametrize("damage", ["cut", "other rows", "empty"])
def test_damaged_vectors_are_made_again(scorer: Scorer, damage: str) -> None:
    path = scorer.workspace.run(scorer.run.id).train_vectors(scorer.step)
    prepared(scorer)
    if damage == "other rows":
        np.save(path, np.zeros((3, scorer.model.width), np.float16))
    else:
        path.write_bytes(path.read_bytes()[:100] if damage == "cut" else b"")

    assert TrainVectors(scorer).advance(0.0) is not None


def test_vectors_of_an_earlier_model_go(scorer: Scorer) -> None:
    old = scorer.workspace.run(scorer.run.id).train_vectors(scorer.step + 1)
    old.write_bytes(b"old")

    prepared(scorer)

    assert not old.exists()


def test_of_a_large_train_part_a_sample_is_searched_the_same_each_time(scorer: Scorer) -> None:
    found = prepared(scorer, sample_rows=50).nearest("a rotten cat", 50)

    assert (found.searched, found.train_rows > 50) == (50, True)
    again = prepared(scorer, sample_rows=50).nearest("a rotten cat", 50)
    assert {one.row for one in again.found} == {one.row for one in found.found}


def test_a_disk_that_takes_nothing_is_said_and_the_search_works_all_the_same(
    scorer: Scorer,
) -> None:
    vectors = TrainVectors(scorer)
    (scorer.workspace.root / "staging").write_text("a file where a folder should be")

    with pytest.raises(DiskError, match="the vectors of the run's rows"):
        while vectors.advance(60.0) is not None:
            pass

    assert vectors.advance(0.0) is None
    assert len(vectors.nearest("a cat", 3).found) == 3
