"""Import a file as a task: its request as JSON holds it, and its progress for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.data.importing.column_choice import KEEP_ALL, ColumnChoices
from core.data.importing.import_report import OnProblem
from core.data.importing.importer import READING_SHARE, import_file
from core.data.importing.label_rules import DEFAULT_RULES, LabelRules
from core.data.importing.preview import Columns
from core.data.reading.bytestream import Progress
from core.data.reading.formats import FileFormat
from core.jobs.registry import JobKind
from core.jobs.tasks import Report, TaskJob
from core.workspace import Workspace


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how.

    Attributes:
        path: The file.
        columns: Which column is what; None takes the likeliest.
        format: How to read the file; None detects.
        name: Of the data set; None makes one.
        source: Where it came from, for people.
        on_problem: What to do with rows that cannot be kept.
        labels: What counts as a class and as no label.
        choices: Which further columns to leave out, and what they are.
        upload: Whether to delete the file after success.
    """

    path: str
    columns: Columns | None = None
    format: FileFormat | None = None
    name: str | None = None
    source: str | None = None
    on_problem: OnProblem = OnProblem.SKIP
    labels: LabelRules = DEFAULT_RULES
    choices: ColumnChoices = KEEP_ALL
    upload: bool = False


@dataclass(frozen=True)
class ImportResult:
    """The data set, whether it is new, how many rows were kept and skipped, and
    how many have which problem."""

    dataset_id: str
    is_new: bool
    rows: int
    skipped: int
    problems: dict[str, int]


def run_import(workspace: Workspace, request: ImportRequest, report: Report) -> ImportResult:
    """Import a file.

    Raises:
        SincerelyError: as `import_file`; nothing of the data set stays, the file does.
    """
    report("Reading", 0, 100)
    path = Path(request.path)
    result = import_file(
        workspace,
        path,
        request.columns,
        format=request.format,
        name=request.name,
        source=request.source,
        on_problem=request.on_problem,
        labels=request.labels,
        choices=request.choices,
        progress=percentage(report),
    )
    if request.upload:
        path.unlink(missing_ok=True)
    return ImportResult(
        result.dataset.id, result.is_new, result.dataset.rows, result.skipped, result.problems
    )


def percentage(report: Report) -> Progress:
    """What an import tells of itself as a stage and a percentage of the whole work.

    Bytes would mislead: working out the profile has none.
    """

    def progress(done: int, total: int) -> None:
        stage = "Reading" if done < READING_SHARE * total else "Profiling"
        report(stage, 100 * done // max(total, 1), 100)

    return progress


IMPORT = TaskJob(JobKind.IMPORT, ImportRequest, ImportResult, run_import, unit="%")
