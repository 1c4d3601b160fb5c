"""Write a new data set in one pass: lengths, class counts and fingerprint as the rows go by."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.class_order import order_classes
from core.data.dataset import (
    ID,
    LABEL,
    N_CHARS,
    N_WORDS,
    ROW,
    SCHEMA,
    TEXT,
    Dataset,
    changing_datasets,
    free_dataset_name,
    list_datasets,
)
from core.data.importing.identifiers import IdHashes
from core.data.importing.import_report import ImportReport, excerpt
from core.data.importing.kept_problems import note_conflicts, note_repeated_ids
from core.data.names import alike
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.text.lengths import count_chars, count_words, string_buffers
from core.data.text.profile import write_profile
from core.errors import BadInput, disk_errors
from core.workspace import DatasetPaths, Workspace, slug

MAX_CLASSES = 1_000
GROUP_ROWS = 65_536
GROUP_BYTES = 64 << 20
"""A row group of texts.parquet is written when its rows or bytes are as many."""
_UNPRINTABLE = r"[\x00-\x1f\x7f\ud800-\udfff]"  # Such as file names in an unknown encoding give.


class DatasetWriter:
    """Collects batches of (id, text, label) into a Parquet file; `dataset_writer` makes one."""

    def __init__(
        self, folder: Path, *, group_rows: int = GROUP_ROWS, group_bytes: int = GROUP_BYTES
    ) -> None:
        self._group_rows, self._group_bytes = group_rows, group_bytes
        self.rows = 0
        self.class_counts: Counter[str] = Counter()
        self.ids = IdHashes()
        self._file = pq.ParquetWriter(
            DatasetPaths(folder).texts,
            SCHEMA,
            compression="zstd",
            use_dictionary=[LABEL, N_WORDS, N_CHARS],
            column_encoding={ROW: "DELTA_BINARY_PACKED"},
            write_statistics=[ROW, LABEL, N_WORDS, N_CHARS],
        )
        self._hashes = {name: _ColumnHash() for name in (ID, TEXT, LABEL)}
        self._waiting: list[pa.Table] = []

    def write(
        self, ids: pa.Array, texts: pa.Array, labels: pa.Array, *, words: pa.Array | None = None
    ) -> None:
        """Add rows.

        Args:
            ids: Strings.
            texts: Strings, as many.
            labels: Strings, as many; a null means unlabelled.
            words: What `count_words` says of the texts, if that is known already.

        Raises:
            BadInput: the labels take more than MAX_CLASSES values.
        """
        self._count_classes(labels)
        self.ids.add(ids)
        for name, column in ((ID, ids), (TEXT, texts), (LABEL, labels)):
            self._hashes[name].update(column)
        row_numbers = pa.array(np.arange(self.rows, self.rows + len(texts)), pa.int64())
        words = count_words(texts) if words is None else words
        columns = [row_numbers, ids, texts, labels, words, count_chars(texts)]
        self._waiting.append(pa.Table.from_arrays(columns, schema=SCHEMA))
        self.rows += len(texts)
        self._write_groups()

    def _write_groups(self) -> None:
        """Write as many whole row groups as there are; long texts make them shorter."""
        while (
            sum(map(len, self._waiting)) >= self._group_rows
            or sum(table.nbytes for table in self._waiting) >= self._group_bytes
        ):
            table, rows = pa.concat_tables(self._waiting), self._group_rows
            self._file.write_table(table[:rows], row_group_size=rows)
            self._waiting = [table[rows:]] if len(table) > rows else []

    def _count_classes(self, labels: pa.Array) -> None:
        for entry in pc.value_counts(labels.drop_null()).to_pylist():
            self.class_counts[entry["values"]] += entry["counts"]
        if len(self.class_counts) > MAX_CLASSES:
            raise BadInput(
                f"a label column with at most {MAX_CLASSES:,} different values",
                f"more (such as {excerpt(labels.drop_null()[-1].as_py())[:40]!r})",
                "choose the column that holds the classes",
            )

    def fingerprint(self) -> str:
        """Hex digest of the ids, texts and labels in order; batch sizes do not matter."""
        digest = hashlib.sha256()
        for name in (ID, TEXT, LABEL):
            digest.update(self._hashes[name].digest())
        return digest.hexdigest()[:32]

    def finish(self) -> None:
        """Write what is still waiting; nothing can be added then."""
        if self._waiting:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=self._group_rows)
            self._waiting = []
        self.close()

    def close(self) -> None:
        """Close the file as it is, whole or not; `finish` writes what is waiting first."""
        self._file.close()


class _ColumnHash:
    """Hash of a string column that does not depend on how it is cut into batches."""

    def __init__(self) -> None:
        self._content = hashlib.sha256()
        self._lengths = hashlib.sha256()

    def update(self, column: pa.Array) -> None:
        # Lengths (with -1 for null) keep "ab","c" apart from "a","bc".
        lengths = pc.fill_null(pc.binary_length(column), -1)
        self._lengths.update(lengths.to_numpy(zero_copy_only=False).astype("<i4"))
        self._content.update(string_buffers(column.drop_null())[0].data)

    def digest(self) -> bytes:
        return self._content.digest() + self._lengths.digest()


@contextmanager
def dataset_writer(
    workspace: Workspace, *, group_rows: int = GROUP_ROWS, group_bytes: int = GROUP_BYTES
) -> Iterator[tuple[DatasetWriter, Path]]:
    """A writer in a staging folder, which goes away unless `publish` has moved it.

    Args:
        workspace: Where the folder is.
        group_rows: Rows of a row group.
        group_bytes: A row group ends before it, where its rows take as many.

    Raises:
        DiskError: the disk is full or closed to this user.
    """
    with disk_errors("the data set"), workspace.staging() as folder:
        writer = DatasetWriter(folder, group_rows=group_rows, group_bytes=group_bytes)
        try:
            yield writer, folder
        finally:
            writer.close()


def publish(
    workspace: Workspace,
    writer: DatasetWriter,
    folder: Path,
    *,
    name: str,
    source: str,
    notes: Iterable[str] = (),
    synthetic: bool = False,
    report: ImportReport | None = None,
    file_format: str = "",
    progress: Progress = ignore_progress,
) -> tuple[Dataset, bool]:
    """Turn the written rows into a data set, with its profile.

    Args:
        workspace: Where the data set goes.
        writer: What wrote the rows.
        folder: Its folder.
        name: The data set's name; a number comes behind one that another data set has, which a
            note says.
        source: Where it came from, as said to people.
        notes: Sentences about what was changed.
        synthetic: Whether a program made the texts.
        report: What was found wrong with rows of a file; the writer adds repeated ids and rows
            whose labels conflict. None where there is no file.
        file_format: How the file was read, as said to people.
        progress: Called with rows of the profile; raising from it cancels cleanly.

    Returns:
        The data set, and whether it is new: the same content is not stored twice.

    Raises:
        BadInput: no row was written.
        JobError: somebody else takes too long over a change of the list of data sets.
    """
    notes = tuple(notes)
    if not writer.rows:
        raise BadInput(
            "a file with at least one row of text",
            "; ".join(["none", *notes]),
            "choose another file or text column",
        )
    writer.finish()
    report = report or ImportReport(DatasetPaths(folder).problems)
    known = _known_or_profiled(workspace, writer, folder, report, progress)
    progress(1, 1)
    if known is not None:
        return known, False
    with changing_datasets(workspace):
        # Asked again: another process may have published the same content since we looked.
        if known := _of_content(workspace, writer.fingerprint()):
            return known, False
        dataset = _described(writer, report, name, source, notes, synthetic, file_format)
        dataset = _with_free_name(workspace, dataset)
        DatasetPaths(folder).description.write_text(dataset.to_json(), "utf-8")
        _move(workspace, folder, dataset)
    return dataset, True


def _of_content(workspace: Workspace, fingerprint: str) -> Dataset | None:
    """The data set that has this content already."""
    found = (each for each in list_datasets(workspace) if each.fingerprint == fingerprint)
    return next(found, None)


def _with_free_name(workspace: Workspace, dataset: Dataset) -> Dataset:
    """The data set by a name that no other has; its id follows from it."""
    name = free_dataset_name(workspace, dataset.name)
    notes = dataset.notes
    if name != dataset.name:
        notes += (f"Called {name!r}, as there was a data set called {dataset.name!r}",)
    identifier = f"{slug(name)}-{dataset.fingerprint[:8]}"
    return replace(dataset, id=identifier, name=name, notes=notes)


def _known_or_profiled(
    workspace: Workspace,
    writer: DatasetWriter,
    folder: Path,
    report: ImportReport,
    progress: Progress,
) -> Dataset | None:
    """The data set that has this content already; else None, once the folder has its profile."""
    fingerprint, paths = writer.fingerprint(), DatasetPaths(folder)
    with report:
        note_repeated_ids(report, paths, writer.ids.repeats())
        if known := _of_content(workspace, fingerprint):
            return known
        write_profile(folder, progress=progress)
        note_conflicts(report, paths)
    return None


def _described(
    writer: DatasetWriter,
    report: ImportReport,
    name: str,
    source: str,
    notes: tuple[str, ...],
    synthetic: bool,
    file_format: str,
) -> Dataset:
    """The description of the written rows, as of now."""
    name, source = (re.sub(_UNPRINTABLE, "\N{REPLACEMENT CHARACTER}", s) for s in (name, source))
    name = name if alike(name) else "untitled"
    fingerprint = writer.fingerprint()
    return Dataset(
        id=f"{slug(name)}-{fingerprint[:8]}",
        name=name,
        fingerprint=fingerprint,
        source=source,
        rows=writer.rows,
        class_counts=dict(writer.class_counts),
        classes=order_classes(writer.class_counts),
        created=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
        synthetic=synthetic,
        notes=notes,
        problems=report.problems,
        skipped=report.skipped,
        file_format=file_format,
    )


def _move(workspace: Workspace, folder: Path, dataset: Dataset) -> None:
    """Put the data set in its place."""
    target = workspace.dataset(dataset.id).folder
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(folder, target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        # A folder without a readable description is no data set, and in the way.
        with workspace.staging() as aside:
            os.rename(target, aside / target.name)
        os.rename(folder, target)
