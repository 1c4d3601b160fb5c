from pathlib import Path

import numpy as np
import pytest

from core.data.columns import labelled_rows
from core.data.dataset import Dataset
from core.errors import Cancelled, EncoderError
from core.model.text_vectors import encoder_key, labelled_vectors
from core.workspace import Workspace
from tests import toy


def ignore(stage: str, done: int, total: int) -> None:
    """A report that nobody reads."""


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return toy.import_rows(workspace, toy.make_rows(40))


def cached(workspace: Workspace, dataset: Dataset, encoder: Path) -> Path:
    return workspace.sentence_vectors(f"{dataset.fingerprint}-{encoder_key(str(encoder))}")


def test_rows_are_encoded_once_and_a_damaged_cache_is_made_anew(
    workspace: Workspace, dataset: Dataset, shallow_encoder: Path
) -> None:
    rows, _ = labelled_rows(workspace, dataset)
    stages: list[str] = []

    def report(stage: str, done: int, total: int) -> None:
        stages.append(stage)

    first = labelled_vectors(workspace, dataset, rows, encoder=str(shallow_encoder), report=report)
    assert first.shape == (40, 32)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, atol=1e-5)
    assert "Encoding" in stages

    stages.clear()
    again = labelled_vectors(workspace, dataset, rows, encoder=str(shallow_encoder), report=report)
    np.testing.assert_array_equal(again, first)
    assert stages == []

    cached(workspace, dataset, shallow_encoder).write_bytes(b"\x93NUMPY no more")
    anew = labelled_vectors(workspace, dataset, rows, encoder=str(shallow_encoder), report=report)
    np.testing.assert_allclose(anew, first, atol=1e-6)


def test_an_encoding_that_is_stopped_leaves_nothing(
    workspace: Workspace, dataset: Dataset, shallow_encoder: Path
) -> None:
    rows, _ = labelled_rows(workspace, dataset)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Encoding":
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        labelled_vectors(workspace, dataset, rows, encoder=str(shallow_encoder), report=stop)

    assert not cached(workspace, dataset, shallow_encoder).exists()
    assert list((workspace.root / "staging").iterdir()) == []


def test_an_encoder_that_is_not_there_is_one_sentence(
    workspace: Workspace, dataset: Dataset
) -> None:
    rows, _ = labelled_rows(workspace, dataset)

    with pytest.raises(EncoderError):
        labelled_vectors(workspace, dataset, rows, encoder="/no/such/folder", report=ignore)


@pytest.mark.parametrize("left", [b"", b"\x93NUMPY", b"PK\x03\x04 cut off"])
def test_a_cache_that_was_cut_off_is_made_anew(
    workspace: Workspace, dataset: Dataset, shallow_encoder: Path, left: bytes
) -> None:
    rows, _ = labelled_rows(workspace, dataset)
    path = cached(workspace, dataset, shallow_encoder)
    path.parent.mkdir(parents=True)
    path.write_bytes(left)

    anew = labelled_vectors(workspace, dataset, rows, encoder=str(shallow_encoder), report=ignore)

    assert anew.shape == (40, 32)
    np.testing.assert_array_equal(np.load(path), anew)
