"""Write a new data set in one pass: lengths, class counts and fingerprint as the rows go by."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.data.class_order import order_classes
from core.data.column import Column
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
from core.data.importing.column_choice import WantedColumn
from core.data.importing.column_hash import ColumnHash
from core.data.importing.columns_writer import ColumnsWriter
from core.data.importing.identifiers import IdHashes
from core.data.importing.import_report import ImportReport, excerpt
from core.data.importing.kept_problems import note_conflicts, note_repeated_ids
from core.data.importing.preview import Columns
from core.data.names import alike
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.row_groups import GROUP_BYTES, GROUP_ROWS, RowGroupWriter
from core.data.text.lengths import count_chars, count_words
from core.data.text.profile import write_profile
from core.errors import BadInput, disk_errors
from core.workspace import DatasetPaths, Workspace, slug

MAX_CLASSES = 1_000
_COLUMNS_SHARE = 0.2  # Of the time after reading, where there are further columns.
_UNPRINTABLE = r"[\x00-\x1f\x7f\ud800-\udfff]"  # Such as file names in an unknown encoding give.


class DatasetWriter:
    """Collects batches of (id, text, label) into a Parquet file; `dataset_writer` makes one."""

    def __init__(
        self, folder: Path, *, group_rows: int = GROUP_ROWS, group_bytes: int = GROUP_BYTES
    ) -> None:
        self.rows = 0
        self.class_counts: Counter[str] = Counter()
        self.ids = IdHashes()
        self.columns: tuple[Column, ...] = ()
        self._folder = folder
        self._groups = {"rows": group_rows, "most_bytes": group_bytes}
        self._further: ColumnsWriter | None = None
        self._file = RowGroupWriter(
            DatasetPaths(folder).texts,
            SCHEMA,
            **self._groups,
            use_dictionary=[LABEL, N_WORDS, N_CHARS],
            column_encoding={ROW: "DELTA_BINARY_PACKED"},
            write_statistics=[ROW, LABEL, N_WORDS, N_CHARS],
        )
        self._hashes = {name: ColumnHash() for name in (ID, TEXT, LABEL)}

    @property
    def has_columns(self) -> bool:
        """Whether there are further columns."""
        return self._further is not None

    def keep_columns(self, wanted: Sequence[WantedColumn]) -> None:
        """Keep further columns, too; to be said before the first row."""
        if wanted:
            self._further = ColumnsWriter(self._folder, wanted, **self._groups)

    def write(
        self,
        ids: pa.Array,
        texts: pa.Array,
        labels: pa.Array,
        *,
        words: pa.Array | None = None,
        cells: Sequence[pa.Array] = (),
        numbers: NDArray[np.int64] | None = None,
    ) -> None:
        """Add rows.

        Args:
            ids: Strings.
            texts: Strings, as many.
            labels: Strings, as many; a null means unlabelled.
            words: What `count_words` says of the texts, if that is known already.
            cells: Strings of each of the further columns, as many; a null means missing.
            numbers: The numbers of these rows in their file, with further columns.

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
        self._file.write(pa.Table.from_arrays(columns, schema=SCHEMA))
        if self._further is not None:
            rows = np.arange(self.rows, self.rows + len(texts)) if numbers is None else numbers
            self._further.write(cells, rows)
        self.rows += len(texts)

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
        """Hex digest of ids, texts, labels and further columns; batch sizes do not matter."""
        digest = hashlib.sha256()
        for name in (ID, TEXT, LABEL):
            digest.update(self._hashes[name].digest())
        if self._further is not None:
            digest.update(self._further.digest())
        return digest.hexdigest()[:32]

    def finish(self, progress: Progress = ignore_progress) -> None:
        """Write what is still waiting, and the further columns; nothing can be added then.

        Args:
            progress: Called with rows of the further columns; raising from it cancels.
        """
        self._file.finish()
        if self._further is not None:
            self.columns = self._further.finish(progress)

    def close(self) -> None:
        """Close the files as they are, whole or not; `finish` writes what is waiting first."""
        self._file.close()
        if self._further is not None:
            self._further.close()


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
    roles: Columns | None = None,
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
        roles: The file's columns of text, label and id; None where there is no file.
        progress: Called with what is done and all there is; raising from it cancels cleanly.

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
    share = _COLUMNS_SHARE if writer.has_columns else 0.0
    writer.finish(_part(progress, 0, share))
    report = report or ImportReport(DatasetPaths(folder).problems)
    known = _known_or_profiled(workspace, writer, folder, report, _part(progress, share, 1))
    progress(1, 1)
    if known is not None:
        return known, False
    with changing_datasets(workspace):
        # Asked again: another process may have published the same content since we looked.
        if known := _of_content(workspace, writer.fingerprint()):
            return known, False
        dataset = _described(writer, report, name, source, notes, synthetic, file_format)
        dataset = _with_free_name(workspace, _with_roles(dataset, roles))
        DatasetPaths(folder).description.write_text(dataset.to_json(), "utf-8")
        _move(workspace, folder, dataset)
    return dataset, True


def _part(progress: Progress, start: float, end: float) -> Progress:
    """A Progress for a part of the whole, which is told in thousandths."""

    def report(done: int, total: int) -> None:
        progress(round(1_000 * (start + (end - start) * done / max(total, 1))), 1_000)

    return report


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
        columns=writer.columns,
    )


def _with_roles(dataset: Dataset, roles: Columns | None) -> Dataset:
    """The data set with the names of the columns that its texts, labels and ids come from."""
    if roles is None:
        return dataset
    return replace(
        dataset,
        text_recipe=roles.text,
        label_column=roles.label or "",
        id_column=roles.id or "",
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
