"""A data set or a slice of it as a file, with labels, parts of a split and a run's scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from core.data.dataset import LABEL, Dataset
from core.data.filters.row_filter import RowFilter
from core.data.output.output_kind import OutputKind
from core.data.reading.bytestream import Progress, ignore_progress
from core.data.splits.saved_split import read_split
from core.data.splits.split import PART, PARTS
from core.errors import BadInput
from core.evaluation.row_scores import row_scores
from core.explore.beside import BesideColumn, coded
from core.explore.export import ExportedRows, ExportParts, export_rows
from core.labels.label_set import row_labels
from core.labels.store.answers import Answers
from core.labels.store.store import LabelStore
from core.runs.run import Run, find_run
from core.workspace import Workspace

SCORE, PREDICTED_LABEL = "score", "predicted_label"


class LabelLayer(str, Enum):
    """Which labels are written.

    PRESENT are those that rows have now, people's on top of the file's, with whose they are; FILE
    the imported file's; EVERYONE the file's and, in a column a person, what each one said last.
    """

    PRESENT = "present"
    FILE = "file"
    EVERYONE = "everyone"

    @property
    def label(self) -> str:
        """Its name for people."""
        return {
            "present": "As they are now",
            "file": "The file's",
            "everyone": "The file's and each person's",
        }[self.value]


@dataclass(frozen=True)
class ExportChoice:
    """What is written of each row, and how.

    Attributes:
        kind: Of the file.
        labels: Which labels.
        split: The saved split whose part stands beside each row; empty for none.
        run: The id or name of the run whose score and predicted label do; empty for none.
        columns: Whether the further columns are written.
        sensitive: Whether those marked as sensitive are, too.
        typed: Whether numbers, times and yes/no are written as such, and not as in the file.
        guards: CSV: whether cells that a spreadsheet would take for formulas are guarded.
        delimiter: CSV: stands between cells.
    """

    kind: OutputKind = OutputKind.CSV
    labels: LabelLayer = LabelLayer.PRESENT
    split: str = ""
    run: str = ""
    columns: bool = True
    sensitive: bool = False
    typed: bool = False
    guards: bool = True
    delimiter: str = ","


def export_dataset(
    workspace: Workspace,
    store: LabelStore,
    dataset: Dataset,
    row_filter: RowFilter,
    sink: BinaryIO,
    choice: ExportChoice,
    *,
    scores: Path | None = None,
    tokens: Path | None = None,
    progress: Progress = ignore_progress,
) -> ExportedRows:
    """Write the rows that meet a filter; imported again, texts, labels and columns are the same.

    Not so of a CSV with guarded formulas: an import takes the apostrophes for part of the cells.

    Id, text, label and further columns have the names that they have in the data set's file; then
    come, as far as they are asked for, `part`, `score`, `predicted_label`, and `label by Ann`.

    Args:
        workspace: Where the data set is.
        store: Where people's labels are.
        dataset: The data set.
        row_filter: Which rows.
        sink: Where they go.
        choice: What is written of them.
        scores: As `core.explore.search.find_rows`.
        tokens: As there.
        progress: Called with rows written and all rows; raising from it cancels.

    Raises:
        BadInput: Excel cannot hold the rows, the run is of other rows, or types are asked of CSV.
        NotFound: split or run are not there, or the run has not been measured.
        SincerelyError: as `core.explore.export.export_rows`.
    """
    present = row_labels(workspace, store, dataset)
    columns = [each for each in dataset.columns if choice.sensitive or not each.sensitive]
    parts = ExportParts(
        choice.kind,
        delimiter=choice.delimiter,
        guards=choice.guards,
        labels=present if choice.labels is LabelLayer.PRESENT else None,
        columns=columns if choice.columns else (),
        typed=choice.typed,
        beside=list(_beside(workspace, store, dataset, choice)),
    )
    return export_rows(
        workspace,
        dataset,
        row_filter,
        sink,
        parts,
        scores=scores,
        tokens=tokens,
        labels=present,
        progress=progress,
    )


def run_of_dataset(workspace: Workspace, dataset: Dataset, reference: str) -> Run:
    """The run of that id or name.

    Raises:
        NotFound: there is none.
        BadInput: it is of another data set.
    """
    run = find_run(workspace, reference)
    if run.fingerprint != dataset.fingerprint:
        raise BadInput(
            f"a run on {dataset.name!r}", f"one on {run.dataset_name!r}", "choose another run"
        )
    return run


def _beside(
    workspace: Workspace, store: LabelStore, dataset: Dataset, choice: ExportChoice
) -> Iterator[BesideColumn]:
    if choice.split:
        parts = read_split(workspace, dataset, choice.split).parts()
        rows = np.concatenate([parts[part] for part in PARTS])
        codes = np.repeat(np.arange(len(PARTS)), [len(parts[part]) for part in PARTS])
        yield coded(PART, rows, codes, list(PARTS))
    if choice.run:
        run = run_of_dataset(workspace, dataset, choice.run)
        found = row_scores(workspace, run)
        yield BesideColumn(SCORE, found.rows, pa.array(found.scores, pa.float32()))
        yield coded(PREDICTED_LABEL, found.rows, found.class_ids, list(run.classes))
    if choice.labels is LabelLayer.EVERYONE:
        named = dataset.label_column or LABEL
        for answers in store.answers(dataset.fingerprint):
            yield from _by_person(answers, named)


def _by_person(answers: Answers, named: str) -> Iterator[BesideColumn]:
    """What each person said last of each row; nothing where that was a skip."""
    for annotator, places in sorted(answers.by_annotator(), key=lambda person: person[0]):
        # Oldest first, so that turned round the first of each row is the last that was said.
        rows, firsts = np.unique(answers.rows[places][::-1], return_index=True)
        last = places[::-1][firsts]
        said = answers.labels[last]
        codes = answers.values.codes[last][said]
        if len(codes):
            yield coded(f"{named} by {annotator}", rows[said], codes, answers.values.names)
