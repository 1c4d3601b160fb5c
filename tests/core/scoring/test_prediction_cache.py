import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Cancelled, DiskError, JobError, never_stop
from core.scoring.prediction_cache import (
    CACHED_PREDICTION,
    KEPT_AT_ONCE,
    CachedPredictions,
    PredictionCache,
    drop_cache,
    predict_once,
    text_key,
)
from tests.messages import assert_one_sentence

MODEL = {"run": "a", "step": 7, "temperature": 1.5}


class Reader:
    """Reads a text's length as its score, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.parts: list[list[str]] = []

    @property
    def texts(self) -> list[str]:
        return [text for part in self.parts for text in part]

    def __call__(self, texts: list[str], should_stop: Callable[[], bool]) -> CachedPredictions:
        if should_stop():
            raise Cancelled("prediction")
        self.parts.append(texts)
        return made(texts)


def made(texts: list[str]) -> CachedPredictions:
    found = np.zeros(len(texts), CACHED_PREDICTION)
    found["score"] = [len(text) for text in texts]
    found["class_id"] = [len(text) % 3 for text in texts]
    found["calibrated"] = np.nan
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "predictions.sqlite"


def fill(path: Path, texts: list[str]) -> None:
    with closing(PredictionCache(path, MODEL)) as store:
        store.add([text_key(text) for text in texts], made(texts))


def kept(path: Path, model: dict[str, object] = MODEL) -> int:
    with closing(PredictionCache(path, model)) as store:
        return len(store)


def read(
    path: Path, reader: Reader, texts: list[str], *, kept_at_once: int = KEPT_AT_ONCE
) -> list[float]:
    with closing(PredictionCache(path, MODEL)) as store:
        found = predict_once(
            reader, store, texts, lambda done: None, never_stop, kept_at_once=kept_at_once
        )
    return found["score"].tolist()


@given(texts=st.lists(st.text(max_size=3), max_size=40), again=st.lists(st.text(max_size=3)))
def test_each_text_has_its_own_prediction_and_is_predicted_once(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], again: list[str]
) -> None:
    path, reader = tmp_path_factory.mktemp("store") / "predictions.sqlite", Reader()

    for asked in (texts, again):
        assert read(path, reader, asked) == [len(text) for text in asked]

    assert sorted(reader.texts) == sorted({*texts, *again})
    assert kept(path) == len({*texts, *again})


def test_cached_predictions_come_back_to_the_bit(path: Path) -> None:
    values = np.array([(0.1, np.nan, -1, 2**31 - 1, 0)], CACHED_PREDICTION)
    store = PredictionCache(path, MODEL)
    store.add([text_key("a")], values)
    store.close()

    store = PredictionCache(path, MODEL)
    assert store.find([text_key("b"), text_key("a")]) == {text_key("a"): values[0].tobytes()}
    store.close()


def test_what_was_read_before_a_stop_is_kept(path: Path) -> None:
    texts = ["a" * length for length in range(20)]
    reader = Reader()
    store = PredictionCache(path, MODEL)

    with pytest.raises(Cancelled):
        predict_once(
            reader, store, texts, lambda done: None, lambda: len(reader.parts) == 3, kept_at_once=4
        )
    store.close()
    assert kept(path) == 12

    assert read(path, reader, texts) == list(range(20))
    assert sorted(reader.texts, key=len) == texts


def test_texts_that_are_read_together_are_of_like_length(path: Path) -> None:
    reader = Reader()
    read(path, reader, ["a" * (length * 7 % 40) for length in range(40)], kept_at_once=5)

    spans = sorted((min(map(len, part)), max(map(len, part))) for part in reader.parts)
    assert spans == [(start, start + 4) for start in range(0, 40, 5)]


def test_the_count_rises_from_what_is_kept_to_all_repeated_texts_among_them(path: Path) -> None:
    fill(path, ["a"])
    store = PredictionCache(path, MODEL)
    texts = ["a", "bb", "a", "ccc", "bb", "bb"]
    seen: list[int] = []

    predict_once(Reader(), store, texts, seen.append, never_stop, kept_at_once=1)
    assert (seen[0], seen[-1], len(seen)) == (2, 6, 3)
    predict_once(Reader(), store, texts, seen.append, never_stop, kept_at_once=1)
    assert len(seen) == 3
    store.close()


@pytest.mark.parametrize(
    "other", [{**MODEL, "step": 8}, {**MODEL, "run": "b"}, {**MODEL, "temperature": 1.0}]
)
def test_what_another_model_said_is_dropped(path: Path, other: dict[str, object]) -> None:
    fill(path, ["a"])
    assert kept(path) == 1
    assert kept(path, other) == 0
    assert kept(path) == 0


def overwrite(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all" * 100),
        lambda path: overwrite(path, 0, b"\xff" * 50),
        lambda path: overwrite(path, 4096, b"\xff" * (path.stat().st_size - 4096)),
        lambda path: overwrite(path, path.stat().st_size // 2, b"\0\xff" * 4096),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    ],
    ids=["empty", "text", "head", "all but the head", "middle", "cut off"],
)
def test_a_damaged_store_begins_anew(path: Path, damage: Callable[[Path], object]) -> None:
    texts = [f"text {number}" for number in range(2000)]
    fill(path, texts)
    damage(path)

    reader = Reader()
    assert read(path, reader, texts) == [len(text) for text in texts]
    assert len(reader.texts) == 2000
    assert kept(path) == 2000


@pytest.mark.parametrize(
    "table", ["model (other TEXT)", "predictions (row INTEGER)", "something (at_all TEXT)"]
)
def test_a_database_of_something_else_begins_anew(path: Path, table: str) -> None:
    path.parent.mkdir()
    foreign = sqlite3.connect(path)
    foreign.execute(f"CREATE TABLE {table}")
    foreign.commit()
    foreign.close()

    assert read(path, Reader(), ["a"]) == [1.0]
    assert kept(path) == 1


def test_a_store_that_was_not_made_to_its_end_begins_anew(path: Path) -> None:
    fill(path, ["a"])
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA user_version = 0")
    rows.close()

    assert kept(path) == 0


def test_a_full_disk_is_one_sentence_and_what_is_kept_stays(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_disk / "predictions.sqlite"
    fill(path, ["a"])
    with (small_disk / "ballast").open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(bytes(1024))

    with pytest.raises(DiskError, match="room to write the scores so far") as caught:
        fill(path, ["b"])
    assert_one_sentence(caught.value)

    (small_disk / "ballast").unlink()
    assert kept(path) == 1


def test_a_disk_that_fills_up_is_one_sentence(small_disk: Path) -> None:
    texts = [f"text {number}" for number in range(8000)]
    with pytest.raises(DiskError, match="room to write the scores so far") as caught:
        fill(small_disk / "predictions.sqlite", texts)
    assert_one_sentence(caught.value)


def test_a_store_is_open_once_and_stays_while_it_is(path: Path) -> None:
    fill(path, ["a"])
    with closing(PredictionCache(path, MODEL)) as store:
        with pytest.raises(JobError, match="nobody else is scoring") as refusal:
            PredictionCache(path, MODEL, patience_s=0.1)
        drop_cache(path, patience_s=0.1)
        store.add([text_key("b")], made(["b"]))
    assert_one_sentence(refusal.value)
    assert kept(path) == 2


def test_a_store_whose_process_was_killed_opens_again(path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from core.scoring.prediction_cache import PredictionCache, CACHED_PREDICTION;"
        "import numpy as np;"
        f"store = PredictionCache(Path(sys.argv[1]), {MODEL!r});"
        "store.add([b'a'], np.zeros(1, CACHED_PREDICTION)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", script, path], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert kept(path) == 1


def test_a_store_that_cannot_be_opened_is_not_held(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(DiskError):
        PredictionCache(path, MODEL)
    path.rmdir()
    assert kept(path) == 0


def test_a_dropped_store_leaves_nothing(path: Path) -> None:
    fill(path, ["a"])
    drop_cache(path)
    assert list(path.parent.iterdir()) == []
    drop_cache(path)
