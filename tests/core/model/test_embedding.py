import numpy as np
import pytest

from core.encoders.encoders import Encoder, find_encoder
from core.errors import Cancelled
from core.model.embedding import project, sentence_vectors
from tests import toy

SENTENCES = [
    "How do I learn to play the guitar?",
    "What is the best way to start playing guitar?",
    "Why is the price of oil falling?",
]


def groups(n: int, seed: int = 0) -> np.ndarray:
    """Unit vectors of two groups that lie far apart, one after the other."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(0, 0.05, (n, 8)).astype(np.float32)
    vectors[: n // 2, 0] += 1
    vectors[n // 2 :, 1] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_vectors_are_those_that_the_published_encoder_gives() -> None:
    first, alike, other = sentence_vectors(find_encoder("minilm"), SENTENCES)

    assert first.shape == (384,)
    assert first @ first == pytest.approx(1, abs=1e-5)
    assert first @ alike > 0.8
    assert abs(first @ other) < 0.2


def test_a_vector_does_not_depend_on_the_texts_beside_it(shallow: Encoder) -> None:
    texts = [text for text, _ in toy.make_rows(70)]

    together = sentence_vectors(shallow, texts)

    for number in (0, 33, 69):
        (alone,) = sentence_vectors(shallow, [texts[number]])
        np.testing.assert_allclose(together[number], alone, atol=1e-5)


def test_a_text_longer_than_the_encoder_can_read_counts_up_to_there(shallow: Encoder) -> None:
    start = "cat " * 126
    whole, cut = sentence_vectors(shallow, [start + "dog " * 500, start])

    np.testing.assert_allclose(whole, cut, atol=1e-5)


def test_progress_counts_all_texts_and_can_stop(shallow: Encoder) -> None:
    texts = [text for text, _ in toy.make_rows(100)]
    told: list[tuple[int, int]] = []

    sentence_vectors(shallow, texts, progress=lambda *n: told.append(n))

    done = [count for count, _ in told]
    assert done == sorted(set(done))
    assert (done[-1], {total for _, total in told}) == (100, {100})

    def stop(done: int, total: int) -> None:
        raise Cancelled("encoding")

    with pytest.raises(Cancelled):
        sentence_vectors(shallow, texts, progress=stop)


def test_groups_stay_groups_on_the_plane() -> None:
    points = project(groups(60), seed=1)

    assert points.shape == (60, 2)
    assert points.dtype == np.float32
    left, right = points[:30].mean(axis=0), points[30:].mean(axis=0)
    spread = max(np.ptp(points[:30], axis=0).max(), np.ptp(points[30:], axis=0).max())
    assert np.linalg.norm(left - right) > spread / 2
    near_left = np.linalg.norm(points - left, axis=1) < np.linalg.norm(points - right, axis=1)
    assert near_left.tolist() == [True] * 30 + [False] * 30


def test_the_same_vectors_and_seed_give_the_same_picture() -> None:
    vectors = groups(40)

    np.testing.assert_allclose(project(vectors, seed=3), project(vectors, seed=3), atol=1e-3)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_few_vectors_come_in_a_line(n: int) -> None:
    assert project(groups(n), seed=0).tolist() == [[number, 0] for number in range(n)]


@pytest.mark.parametrize("n", [5, 6, 31])
def test_small_samples_get_a_place_each(n: int) -> None:
    points = project(groups(n), seed=0)

    assert points.shape == (n, 2)
    assert np.isfinite(points).all()


def test_vectors_that_are_all_the_same_come_in_a_line() -> None:
    same = np.repeat(groups(2)[:1], 20, axis=0)

    assert project(same, seed=0)[:, 0].tolist() == list(range(20))


def test_two_kinds_of_vectors_alone_have_finite_places() -> None:
    assert np.isfinite(project(groups(2).repeat(20, axis=0), seed=0)).all()
