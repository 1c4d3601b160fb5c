"""A data set's folder with texts and nothing else, and what its profile should say."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.dataset import SCHEMA
from core.data.text.duplicates import Groups, equal_groups, same_keys
from core.data.text.words import index_words, split_words
from core.workspace import DatasetPaths


def write_texts(
    folder: Path,
    texts: Sequence[str],
    labels: Sequence[str | None] | None = None,
    *,
    rows_per_group: int = 65_536,
) -> DatasetPaths:
    """Write texts.parquet as an import does, without any further file."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = labels or [None] * len(texts)
    table = pa.table(
        [
            np.arange(len(texts)),
            pa.array(map(str, range(len(texts))), pa.string()),
            pa.array(texts, pa.string()),
            pa.array(labels, pa.string()),
            pa.array((len(text.split()) for text in texts), pa.int32()),
            pa.array(map(len, texts), pa.int32()),
        ],
        schema=SCHEMA,
    )
    paths = DatasetPaths(folder)
    pq.write_table(table, paths.texts, row_group_size=rows_per_group)
    return paths


def groups_of(keys: Iterable[object]) -> list[list[int]]:
    """Positions of equal keys, in groups of two or more, by their first positions."""
    places: dict[object, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return [group for group in places.values() if len(group) > 1]


def as_lists(groups: Groups) -> list[list[int]]:
    """The rows of each group."""
    assert groups.numbers.tolist() == sorted(groups.numbers.tolist())
    found: list[list[int]] = [[] for _ in range(groups.count)]
    for number, row in zip(groups.numbers.tolist(), groups.rows.tolist(), strict=True):
        found[number].append(row)
    return found


def words_of(texts: list[str]) -> list[tuple[str, ...]]:
    """The words of each text."""
    return [tuple(words) for words in split_words(pa.array(texts, pa.string())).to_pylist()]


def same_of(texts: list[str]) -> Groups:
    """The groups of texts with the same words."""
    array = pa.array(texts, pa.string())
    return equal_groups(same_keys(index_words(array), array))
