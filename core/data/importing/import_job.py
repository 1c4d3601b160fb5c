"""Import a file as a task: its request as JSON holds it, and its progress for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.data.importing.import_report import OnProblem
from core.data.importing.importer import READING_SHARE, import_file
from core.data.importing.preview import Columns
from core.data.reading.bytestream import Progress
from core.data.reading.formats import FileFormat
from core.jobs.tasks import Report
from core.workspace import Workspace


def run_import(workspace: Workspace, asked: dict[str, Any], report: Report) -> dict[str, Any]:
    """Import a file as `TaskKind.IMPORT` says; gives the task's result.

    Raises:
        SincerelyError: as `import_file`; nothing of the data set stays, the file does.
    """
    report("Reading", 0, 100)
    path = Path(asked["path"])
    result = import_file(
        workspace,
        path,
        Columns(**asked["columns"]) if asked.get("columns") else None,
        format=FileFormat(**asked["format"]) if asked.get("format") else None,
        name=asked.get("name"),
        source=asked.get("source"),
        on_problem=OnProblem(asked.get("on_problem") or OnProblem.SKIP),
        progress=percentage(report),
    )
    if asked.get("upload"):
        path.unlink(missing_ok=True)
    return {
        "dataset_id": result.dataset.id,
        "is_new": result.is_new,
        "rows": result.dataset.rows,
        "skipped": result.skipped,
        "problems": result.problems,
    }


def percentage(report: Report) -> Progress:
    """What an import tells of itself as a stage and a percentage of the whole work.

    Bytes would mislead: working out the profile has none.
    """

    def progress(done: int, total: int) -> None:
        stage = "Reading" if done < READING_SHARE * total else "Profiling"
        report(stage, 100 * done // max(total, 1), 100)

    return progress
