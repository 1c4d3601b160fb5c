"""What a model says of texts, and where it is kept so that no text is scored twice."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.errors import DiskError, JobError, disk_errors
from core.locks import held

CACHED_PREDICTION = np.dtype(
    [
        ("score", "<f4"),
        ("calibrated", "<f4"),
        ("class_id", "<i4"),
        ("tokens", "<i4"),
        ("unknown", "<i4"),
    ]
)
"""One text's answer.

`score` is the probability of the positive class of two, or of the most probable one of more, whose
number is `class_id`; `calibrated` the same at the run's temperature. `tokens` are
those that the model reads, [CLS] and [SEP] aside, and `unknown` how many of them are [UNK].
"""

CachedPredictions: TypeAlias = NDArray[Any]
"""An array of CACHED_PREDICTION, shape (n,)."""

_KEY_BYTES = 16
KEPT_AT_ONCE = 512
"""Texts whose predictions are kept together: after a crash so many are scored again at most."""
_ASKED_AT_ONCE = 500
_PATIENCE_S = 60.0
_LOCK_TIMEOUT_S = 3.0
_LAYOUT = 0x5C0E_0001
"""Marks a store, and its layout and that of CACHED_PREDICTION: files without it are no stores."""


def text_key(text: str) -> bytes:
    """What a text is known by: 128 bits of its hash."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=_KEY_BYTES).digest()


class PredictionCache:
    """Predictions on the disk by text, so that memory stays bounded and a crash loses little.

    While it is open nobody else can open it; the system ends that with the process.

    Args:
        path: An SQLite file, made where there is none; a damaged one begins anew.
        model: What the predictions are of; those of another model are dropped.
        patience_s: How long to wait for another that has it open.

    Raises:
        DiskError: the disk is full or closed to this user.
        JobError: another has it open.
    """

    def __init__(
        self, path: Path, model: Mapping[str, object], *, patience_s: float = _LOCK_TIMEOUT_S
    ) -> None:
        wanted = json.dumps(dict(model), sort_keys=True)
        with disk_errors("the scores so far"):
            path.parent.mkdir(parents=True, exist_ok=True)
            with ExitStack() as alone:
                alone.enter_context(_locked(path, patience_s))
                self._rows = _opened(path, wanted)
                self._alone = alone.pop_all()

    def find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The predictions that are kept for these texts, as bytes of CACHED_PREDICTION."""
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            asked = keys[start : start + _ASKED_AT_ONCE]
            places = ",".join("?" * len(asked))
            query = f"SELECT key, prediction FROM predictions WHERE key IN ({places})"
            with _sqlite_errors():
                found.update(self._rows.execute(query, asked))
        return found

    def add(self, keys: Sequence[bytes], predictions: CachedPredictions) -> None:
        """Keep predictions; when this returns they outlast the process.

        Raises:
            DiskError: the disk is full.
        """
        rows = zip(keys, (prediction.tobytes() for prediction in predictions), strict=True)
        with _sqlite_errors(), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO predictions VALUES (?, ?)", rows)

    def __len__(self) -> int:
        count: int = self._rows.execute("SELECT count(*) FROM predictions").fetchone()[0]
        return count

    def close(self) -> None:
        """Let others open it."""
        self._rows.close()
        self._alone.close()


def predict_once(
    read: Callable[[list[str], Callable[[], bool]], CachedPredictions],
    store: PredictionCache,
    texts: Sequence[str],
    on_read: Callable[[int], None],
    should_stop: Callable[[], bool],
    *,
    kept_at_once: int = KEPT_AT_ONCE,
) -> CachedPredictions:
    """Predictions of texts, of which only those that the store lacks are read, each once.

    Args:
        read: Reads texts; the second argument is `should_stop`.
        store: Gets the new predictions.
        texts: Any number, some perhaps alike.
        on_read: Called with how many of the texts have predictions: once before the first of them
            is made, and as they are; never where the store has all.
        should_stop: Asked between any two batches of the model.
        kept_at_once: Texts that are read, and whose predictions are kept, together.

    Returns:
        Shape (len(texts),).

    Raises:
        Cancelled: `should_stop` said so; what was kept until then stays in the store.
        DiskError: the disk is full.
    """
    keys = [text_key(text) for text in texts]
    by_key = dict(zip(keys, texts, strict=True))
    times = Counter(keys)
    found = store.find(list(by_key))
    done = sum(times[key] for key in found)
    if done < len(keys):
        on_read(done)
    missing = [key for key in by_key if key not in found]
    for part in _parts(missing, by_key, kept_at_once):
        predictions = read([by_key[key] for key in part], should_stop)
        store.add(part, predictions)
        found.update(zip(part, (prediction.tobytes() for prediction in predictions), strict=True))
        done += sum(times[key] for key in part)
        on_read(done)
    return np.frombuffer(b"".join(found[key] for key in keys), CACHED_PREDICTION)


def _parts(keys: list[bytes], texts: Mapping[bytes, str], size: int) -> list[list[bytes]]:
    """Parts of so many texts of like length, long ones and short ones by turns."""
    keys = sorted(keys, key=lambda key: len(texts[key]))
    parts = [keys[start : start + size] for start in range(0, len(keys), size)]
    # With the shortest first, the speed so far would promise more than the rest can keep.
    random.Random(0).shuffle(parts)
    return parts


def drop_cache(path: Path, *, patience_s: float = _LOCK_TIMEOUT_S) -> None:
    """Take a store's files away, if there are any; one that somebody has open stays.

    Args:
        path: The store.
        patience_s: How long to wait for who has it open.
    """
    if not path.parent.is_dir():
        return
    with suppress(JobError), _locked(path, patience_s):
        _unlink(path)
        # Still held: who waits for no lock cannot take up one that is about to go.
        _lock_path(path).unlink(missing_ok=True)


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _lock_path(path: Path) -> Path:
    return Path(f"{path}.lock")


def _locked(path: Path, patience_s: float) -> AbstractContextManager[None]:
    def busy(holder: str) -> JobError:
        return JobError(
            "a file that nobody else is scoring with this run",
            f"{holder} at it",
            "wait for its end, or end that process",
        )

    # The last thread of a process that was killed may hold it for a moment.
    return held(_lock_path(path), "the scores so far", patience_s=patience_s, busy=busy)


def _opened(path: Path, wanted: str) -> sqlite3.Connection:
    with _sqlite_errors():
        kept = _kept(path, wanted)
        if kept is not None:
            return kept
        _unlink(path)
        return _made(path, wanted)


def _kept(path: Path, wanted: str) -> sqlite3.Connection | None:
    """The store that is there, if it is one, undamaged, and of this model."""
    rows = sqlite3.connect(path, timeout=_PATIENCE_S)
    try:
        if (
            rows.execute("PRAGMA user_version").fetchone() == (_LAYOUT,)
            and rows.execute("PRAGMA quick_check").fetchone() == ("ok",)
            and rows.execute("SELECT model FROM model").fetchone() == (wanted,)
        ):
            rows.execute("PRAGMA synchronous = NORMAL")
            return rows
    except sqlite3.OperationalError:  # As on a full disk: it says nothing of what is kept.
        rows.close()
        raise
    except sqlite3.DatabaseError:
        pass
    rows.close()
    return None


def _made(path: Path, wanted: str) -> sqlite3.Connection:
    rows = sqlite3.connect(path, timeout=_PATIENCE_S)
    try:
        rows.execute("PRAGMA journal_mode = WAL")
        rows.execute("PRAGMA synchronous = NORMAL")
        rows.execute(
            "CREATE TABLE predictions (key BLOB PRIMARY KEY, prediction BLOB) WITHOUT ROWID"
        )
        rows.execute("CREATE TABLE model (model TEXT)")
        with rows:
            rows.execute("INSERT INTO model VALUES (?)", [wanted])
        # Last: what was not made to its end is no store.
        rows.execute(f"PRAGMA user_version = {_LAYOUT}")
    except sqlite3.Error:
        rows.close()
        raise
    return rows


@contextmanager
def _sqlite_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DiskError(
            "room to write the scores so far",
            f"the disk's refusal ({error})",
            "free some space, then try again",
        ) from error
