"""What an import learns of its texts: terms, duplicates and rows that a health check found."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data.dataset import ROW, Dataset
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.text.duplicates import (
    DUPLICATES_SCHEMA,
    NEAR,
    SAME,
    Groups,
    distinct_rows,
    equal_groups,
)
from core.data.text.length_counts import count_lengths
from core.data.text.near_rows import NearKeys, near_groups
from core.data.text.terms import TermBlock, TermCounts, count_terms
from core.data.text.text_blocks import LIMITS, Block, BlockLimits, TextSource, in_order
from core.data.text.text_checks import LanguageSample
from core.errors import NotFound
from core.files import read_text
from core.records import from_plain, parse_json
from core.workspace import DatasetPaths, Workspace

CHECK = "check"
FINDINGS_SCHEMA = pa.schema([(CHECK, pa.string()), (ROW, pa.int64())])
BOILERPLATE_ROWS = 10
REPEATS = 20
MAX_REPEAT_CHARS = 200
_SMALL = 5_000  # Rows below which a term in two rows says something.
_WORKERS = 4  # More would take more memory than the goal leaves.
_READ_SHARE = 0.8  # Of the time; the rest is spent on what all rows gave.
_ROWS_PER_WRITE = 1_000_000

Rows = NDArray[np.int64]
Item = TypeVar("Item")


class HealthCheck(str, Enum):
    """What may be wrong with a row."""

    SAME = SAME
    """The words of another row, ignoring case, punctuation and spacing."""
    NEAR = NEAR
    """The words of another row, in any order, but for one."""
    CONFLICT = "conflict"
    """The words of another row, and another label."""
    NO_WORDS = "no_words"
    BOILERPLATE = "boilerplate"
    """The same words as in BOILERPLATE_ROWS rows or more, itself included."""
    MOJIBAKE = "mojibake"
    """Decoded with a wrong encoding."""
    LANGUAGE = "language"
    """In another language than most; asked of a sample only."""


@dataclass(frozen=True)
class Profile:
    """Counts and totals of a data set's texts.

    `counts` maps a HealthCheck value to the rows it found, `groups` a kind of duplicates to the
    number of its groups. `repeats` are the commonest repeated texts (the first form, its first
    200 characters) and their rows. `term_rows` is on how many rows the terms were counted;
    for `term_totals` and `term_counts` see `TermCounts`. `language` is the commonest language of
    the sample, "" if none is sure, `languages_asked` the rows asked.
    """

    counts: dict[str, int]
    groups: dict[str, int]
    repeats: tuple[tuple[str, int], ...]
    term_rows: int
    term_totals: dict[str, dict[str, int]]
    term_counts: dict[str, int]
    language: str
    languages_asked: int

    def to_json(self) -> str:
        """The profile as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Profile:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, parse_json(text))


def read_profile(workspace: Workspace, dataset: Dataset) -> Profile:
    """The profile that the import of a data set wrote.

    Raises:
        NotFound: its file is gone.
    """
    try:
        text = read_text(workspace.dataset(dataset.id).profile)
    except FileNotFoundError as error:
        raise NotFound(
            f"the profile of data set {dataset.name!r}",
            "none",
            "delete the data set and import its file again",
        ) from error
    return Profile.from_json(text)


def write_profile(
    folder: Path, *, progress: Progress = ignore_progress, limits: BlockLimits = LIMITS
) -> Profile:
    """Read the texts of a data set's folder and write what they hold beside them.

    Writes the terms, lengths, duplicates, findings and the profile; nothing else stays. Takes
    memory for some blocks of rows and about 60 bytes a row.

    Args:
        folder: Where texts.parquet is.
        progress: Called with rows done and all rows; may raise to cancel.
        limits: How much is read at once.
    """
    paths = DatasetPaths(folder)
    source = TextSource(paths.texts, limits)
    with (
        ThreadPoolExecutor(min(_WORKERS, os.cpu_count() or 1)) as executor,
        NearKeys(folder, expected=source.words) as spilled,
    ):
        found = _Found(source.rows)
        read = source.read_blocks(spilled)
        for blocks in in_order(executor, read, range(source.groups), ahead=_WORKERS):
            for block in blocks:
                found.add(block, spilled)
            progress(int(found.done * _READ_SHARE), source.rows)
        steps = _Steps(progress, source.rows, count=spilled.parts + 3)
        terms = _write_terms(paths.terms, source, found, executor)
        steps.next()
        same, near = _group(source, found, spilled, executor, steps)
    _write_rows(paths.duplicates, DUPLICATES_SCHEMA, {NEAR: near.columns, SAME: same.columns})
    steps.next()
    counts = _write_findings(paths.findings, source, found, same, near)
    languages = found.languages
    profile = Profile(
        counts=counts,
        groups={SAME: same.count, NEAR: near.count},
        repeats=_repeats(same, source),
        term_rows=source.term_rows,
        term_totals=terms.totals,
        term_counts=terms.different,
        language=languages.commonest(),
        languages_asked=languages.asked,
    )
    pq.write_table(count_lengths(paths.texts), paths.lengths)
    paths.profile.write_text(profile.to_json(), "utf-8")
    progress(source.rows, source.rows)
    return profile


class _Found:
    """What all blocks gave, in the order of rows."""

    def __init__(self, rows: int) -> None:
        self.done = 0
        self.same_keys = np.empty(rows, np.uint64)
        self.terms: list[TermBlock] = []
        self._wordless: list[Rows] = [np.empty(0, np.int64)]
        self._mojibake: list[Rows] = [np.empty(0, np.int64)]
        self._languages: list[LanguageSample] = []

    def add(self, block: Block, spilled: NearKeys) -> None:
        self.done = block.start + len(block.same_keys)
        self.same_keys[block.start : self.done] = block.same_keys
        spilled.add(block.near_keys)
        if block.terms is not None:
            self.terms.append(block.terms)
        self._wordless.append(block.wordless)
        self._mojibake.append(block.mojibake)
        self._languages.append(block.languages)

    @property
    def wordless(self) -> Rows:
        return np.concatenate(self._wordless)

    @property
    def mojibake(self) -> Rows:
        return np.concatenate(self._mojibake)

    @property
    def languages(self) -> LanguageSample:
        return LanguageSample(
            sum(sample.asked for sample in self._languages),
            [row for sample in self._languages for row in sample.rows],
            [language for sample in self._languages for language in sample.languages],
        )


def _write_terms(path: Path, source: TextSource, found: _Found, executor: Executor) -> TermCounts:
    min_rows = 5 if source.rows >= _SMALL else 2
    terms = count_terms(found.terms, source.labels, min_rows=min_rows, executor=executor)
    found.terms.clear()
    pq.write_table(terms.table, path, compression="zstd")
    return terms


def _group(
    source: TextSource, found: _Found, spilled: NearKeys, executor: Executor, steps: _Steps
) -> tuple[Groups, Groups]:
    """The groups of same and of near rows; the keys of the former are used up."""
    same = equal_groups(found.same_keys)
    found.same_keys = found.same_keys[:0]
    steps.next()
    find_edges = partial(spilled.edges, wanted=distinct_rows(same, source.rows))
    edges = in_order(executor, find_edges, range(spilled.parts), ahead=1)
    return same, near_groups(steps.after_each(edges), same, source.rows)


def _write_findings(
    path: Path, source: TextSource, found: _Found, same: Groups, near: Groups
) -> dict[str, int]:
    """Write the rows that each check found, and count them."""
    find = {
        HealthCheck.SAME: lambda: (_ordered(same.rows, source.rows),),
        HealthCheck.NEAR: lambda: (_ordered(near.rows, source.rows),),
        HealthCheck.CONFLICT: lambda: (_conflicts(same, source.class_ids, len(source.labels)),),
        HealthCheck.NO_WORDS: lambda: (found.wordless,),
        HealthCheck.BOILERPLATE: lambda: (_boilerplate(same, found.wordless, source.rows),),
        HealthCheck.MOJIBAKE: lambda: (found.mojibake,),
        HealthCheck.LANGUAGE: lambda: (found.languages.others(),),
    }
    counts = _write_rows(path, FINDINGS_SCHEMA, {c.value: find[c] for c in HealthCheck})
    return {check.value: counts[check.value] for check in HealthCheck}


class _Steps:
    """The progress of what comes after reading."""

    def __init__(self, progress: Progress, rows: int, *, count: int) -> None:
        self._progress, self._rows, self._count = progress, rows, count
        self._done = 0

    def after_each(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            self.next()
            yield item

    def next(self) -> None:
        self._done += 1
        share = _READ_SHARE + (1 - _READ_SHARE) * self._done / (self._count + 1)
        self._progress(int(share * self._rows), self._rows)


def _ordered(rows: Rows, count: int) -> Rows:
    """Different row numbers below a count in order; faster than sorting many."""
    chosen = np.zeros(count, bool)
    chosen[rows] = True
    return np.flatnonzero(chosen)


def _conflicts(same: Groups, class_ids: NDArray[np.int32], labels: int) -> Rows:
    """The labelled rows of groups with more than one label, in order."""
    found = class_ids[same.rows]
    labelled = found < labels - 1
    starts = np.flatnonzero(same.firsts)
    if not len(starts):
        return np.empty(0, np.int64)
    # The number that stands for no label is the highest.
    lowest = np.minimum.reduceat(found, starts)
    highest = np.maximum.reduceat(np.where(labelled, found, -1), starts)
    differing = np.repeat(lowest < highest, same.sizes)
    return _ordered(same.rows[differing & labelled], len(class_ids))


def _boilerplate(same: Groups, wordless: Rows, count: int) -> Rows:
    """The rows of large groups, in order; texts without words are another check's."""
    chosen = np.zeros(count, bool)
    chosen[same.rows[same.sizes[same.numbers] >= BOILERPLATE_ROWS]] = True
    chosen[wordless] = False
    return np.flatnonzero(chosen)


def _repeats(same: Groups, source: TextSource) -> tuple[tuple[str, int], ...]:
    largest = np.argsort(-same.sizes, kind="stable")[:REPEATS]
    texts = source.first_chars(same.rows[same.firsts][largest], MAX_REPEAT_CHARS)
    return tuple(zip(texts, same.sizes[largest].tolist(), strict=True))


def _write_rows(
    path: Path, schema: pa.Schema, found: dict[str, Callable[[], tuple[Rows, ...]]]
) -> dict[str, int]:
    """Write columns of rows after a column with their name, in the order of names.

    Returns:
        Rows of each name.
    """
    counts = {}
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for name in sorted(found):
            columns = found[name]()
            counts[name] = len(columns[0])
            for start in range(0, counts[name], _ROWS_PER_WRITE):
                pieces = [column[start : start + _ROWS_PER_WRITE] for column in columns]
                names = pa.repeat(name, len(pieces[0]))
                file.write_table(pa.table([names, *pieces], schema=schema))
    return counts
