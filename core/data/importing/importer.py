"""Import a file of texts: read it, leave out what cannot be used, write the data set."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from core.data.dataset import Dataset
from core.data.importing.cleaning import Cleaning
from core.data.importing.column_choice import (
    KEEP_ALL,
    MAX_COLUMNS,
    ColumnChoices,
    WantedColumn,
    wanted_columns,
)
from core.data.importing.import_report import ImportReport, OnProblem, Problem
from core.data.importing.label_rules import DEFAULT_RULES, LabelRules, Merging, class_cells
from core.data.importing.preview import Columns, column_positions, preview_table
from core.data.importing.writer import DatasetWriter, dataset_writer, publish
from core.data.reading.batches import Positions, Table
from core.data.reading.bytestream import CHUNK_BYTES, Progress, ignore_progress
from core.data.reading.formats import FileFormat, FileKind
from core.data.reading.json_table import MAX_KEYS, JsonTable
from core.data.reading.tables import OpenTable, open_table
from core.data.row_groups import GROUP_ROWS
from core.data.sample.sample import SAMPLE_NAME, SAMPLE_ROWS, sample_batches
from core.errors import BadInput
from core.workspace import DatasetPaths, Workspace

READING_SHARE = 0.6
"""Up to this share of its progress an import reads the file; then it works out the profile."""
_REWRITING_SHARE = 0.3
_AHEAD = 2
_NAMES_SAID = 5
T = TypeVar("T")


@dataclass(frozen=True)
class ImportResult:
    """What an import gave.

    `is_new` is False if the same content was there already; the figures are this import's:
    rows in the file (without the header) = rows of the data set + skipped. `problems` maps a
    Problem's value to the number of rows that have it.
    """

    dataset: Dataset
    is_new: bool
    rows_in_file: int
    skipped: int
    problems: dict[str, int]


class _Read(NamedTuple):
    """Sentences on what was changed, how the file was read, and which columns are what."""

    notes: list[str]
    format: FileFormat
    roles: Columns


def import_file(
    workspace: Workspace,
    path: Path,
    columns: Columns | None = None,
    *,
    format: FileFormat | None = None,
    name: str | None = None,
    source: str | None = None,
    on_problem: OnProblem = OnProblem.SKIP,
    labels: LabelRules = DEFAULT_RULES,
    choices: ColumnChoices = KEEP_ALL,
    progress: Progress = ignore_progress,
    group_rows: int = GROUP_ROWS,
    chunk_bytes: int = CHUNK_BYTES,
) -> ImportResult:
    """Write a file as a data set, with its profile and all its columns; memory stays bounded.

    Rows without text and rows that cannot be read are left out; missing labels mean unlabelled.
    Each problem stands in the data set's problems.csv.

    Example:
        >>> import_file(workspace, Path("questions.csv.gz")).dataset.rows

    Args:
        workspace: Where the data set goes.
        path: A CSV, JSONL, Parquet or Excel file, perhaps compressed.
        columns: Which column holds what; None takes the guess of `preview_file`.
        format: How to read the file; None detects.
        name: Name of the data set; None takes the file's name.
        source: Where the file came from, as said to people; None takes its name.
        on_problem: What to do at a row that cannot be imported.
        labels: What counts as a class and as no label.
        choices: Which further columns to leave out, and what they are.
        progress: Called with what is done and all there is, the last time with both the same;
            raising from it cancels cleanly.
        group_rows: Rows of a row group of the data set's file.
        chunk_bytes: How much of a text file is read at once.

    Raises:
        NotFound: there is no such file.
        BadInput: the file, a column or, with OnProblem.STOP, a row cannot be used.
        DiskError: the disk is full or closed to this user.
    """
    share = _shares(progress, path)
    with dataset_writer(workspace, group_rows=group_rows) as (writer, folder):
        report = ImportReport(DatasetPaths(folder).problems, on_problem=OnProblem(on_problem))
        opener = partial(open_table, path, format, chunk_bytes=chunk_bytes)
        with report:
            read = _read(opener, columns, labels, choices, writer, folder, report, share)
            dataset, is_new = publish(
                workspace,
                writer,
                folder,
                name=(name or "").strip() or path.name.split(".")[0] or path.name,
                source=source or path.name,
                notes=read.notes,
                report=report,
                file_format=read.format.describe(),
                roles=read.roles,
                progress=share(READING_SHARE, 1),
            )
    return _result(dataset, is_new, report)


def import_sample(
    workspace: Workspace,
    *,
    rows: int = SAMPLE_ROWS,
    progress: Progress = ignore_progress,
) -> Dataset:
    """Write the synthetic sample as a data set; the same size gives the same one.

    Args:
        workspace: Where the data set goes.
        rows: How many of its questions, from the first on.
        progress: As `import_file` tells it; raising from it leaves nothing.

    Raises:
        BadInput: the sample has no such number of rows.
        DiskError: the disk is full or closed to this user.
    """
    with dataset_writer(workspace) as (writer, folder):
        for batch in sample_batches(rows):
            writer.write(batch.column("id"), batch.column("text"), batch.column("label"))
            progress(int(READING_SHARE * writer.rows), rows)
        dataset, _ = publish(
            workspace,
            writer,
            folder,
            name=SAMPLE_NAME,
            source=f"made by Sincerely, {rows:,} questions",
            synthetic=True,
            progress=lambda done, of: progress(
                int((READING_SHARE + (1 - READING_SHARE) * done / of) * rows), rows
            ),
        )
    return dataset


def _read(
    opener: Callable[..., OpenTable],
    columns: Columns | None,
    rules: LabelRules,
    choices: ColumnChoices,
    writer: DatasetWriter,
    folder: Path,
    report: ImportReport,
    share: Callable[[float, float], Progress],
) -> _Read:
    """Write a file's rows."""
    scratch = folder / "scratch"
    scratch.mkdir()
    found = opener(scratch, progress=share(0, _REWRITING_SHARE))
    began = _REWRITING_SHARE if _is_rewritten(found.format) else 0.0
    unread = _keys_unread(found.table, share(0, _REWRITING_SHARE))
    roles = columns or preview_table(found).guess
    positions = column_positions(roles, found.table.header)
    wanted = wanted_columns(found.table.header, positions, choices)
    writer.keep_columns(wanted[:MAX_COLUMNS])
    positions = positions._replace(others=tuple(c.position for c in wanted[:MAX_COLUMNS]))
    cleaning = Cleaning(
        positions,
        report,
        first_row=found.table.first_row,
        separator=roles.text.separator,
        rules=rules,
        merging=_merging(found.table, positions, rules) if rules.merge_spellings else None,
    )
    _write_rows(found.table, cleaning, writer, share(began, READING_SHARE))
    shutil.rmtree(scratch)
    notes = [*cleaning.sentences(), *unread, *_left_out(wanted[MAX_COLUMNS:])]
    return _Read(notes, found.format, roles)


def _result(dataset: Dataset, is_new: bool, report: ImportReport) -> ImportResult:
    problems = dict(report.problems)
    if not is_new and Problem.CONFLICT.value in dataset.problems:  # The same rows, so the same.
        problems[Problem.CONFLICT.value] = dataset.problems[Problem.CONFLICT.value]
    return ImportResult(dataset, is_new, report.rows_in_file, report.skipped, problems)


def _keys_unread(table: Table, progress: Progress) -> list[str]:
    """Make all keys of JSON columns; what is said where these are too many."""
    if not isinstance(table, JsonTable) or table.sample().whole:
        return []
    try:
        table.find_all_keys(lambda: progress(0, 1))
    except BadInput:
        return [f"Objects have more than {MAX_KEYS:,} different keys; rare ones left out"]
    return []


def _left_out(columns: Sequence[WantedColumn]) -> list[str]:
    """What is said of further columns beyond those that are kept."""
    if not columns:
        return []
    names = ", ".join(repr(column.name) for column in columns[:_NAMES_SAID])
    plural = "" if len(columns) == 1 else "s"
    return [
        f"Only {MAX_COLUMNS} further columns are kept; {len(columns):,} column{plural} left out"
        f" ({names}{', …' if len(columns) > _NAMES_SAID else ''})"
    ]


def _merging(table: Table, positions: Positions, rules: LabelRules) -> Merging:
    """Knows which spelling of each class is the commonest, as far as a sample shows."""
    label, sample = positions.label, table.sample()
    if label is None:
        return Merging()
    cells = [row[label].strip() for row in sample.rows if label < len(row)]
    return Merging(filter(None, class_cells(cells, rules)))


def _write_rows(
    table: Table, cleaning: Cleaning, writer: DatasetWriter, progress: Progress
) -> None:
    with closing(_ahead(table.batches(cleaning.positions))) as batches:
        for batch in batches:
            rows = cleaning.clean(batch)
            if len(rows.texts):
                writer.write(
                    rows.ids,
                    rows.texts,
                    rows.labels,
                    words=rows.words,
                    cells=rows.cells,
                    numbers=rows.numbers,
                )
            # Told from here, not from the thread that reads, where no page can be drawn.
            progress(batch.done, table.size)
    if not cleaning.rows:
        raise BadInput(
            "a file with rows",
            "a header only" if table.first_row > 1 else "none",
            "choose another file",
        )


def _ahead(items: Generator[T, None, None]) -> Generator[T, None, None]:
    """The same items, the next few of which a second thread makes ready in the meantime."""
    pool = ThreadPoolExecutor(1)
    coming = [pool.submit(next, items, None) for _ in range(_AHEAD)]
    try:
        while (item := coming.pop(0).result()) is not None:
            coming.append(pool.submit(next, items, None))
            yield item
    finally:
        pool.shutdown(cancel_futures=True)
        items.close()


def _is_rewritten(format: FileFormat) -> bool:
    decompressed = bool(format.compression) and not format.kind.is_text
    return decompressed or format.kind is FileKind.EXCEL


def _shares(progress: Progress, path: Path) -> Callable[[float, float], Progress]:
    """Makes Progresses for parts of the whole, which is told in the file's bytes."""
    try:
        size = max(path.stat().st_size, 1)
    except (OSError, ValueError):
        size = 1  # What is wrong with the path is said when the file is opened.
    whole = round(size / READING_SHARE)

    def part(start: float, end: float) -> Progress:
        def report(done: int, total: int) -> None:
            share = start + (end - start) * min(done / max(total, 1), 1.0)
            progress(min(round(whole * share), whole), whole)

        return report

    return part
