"""The scoring of one file as a background job: a folder with its input, output and status."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from core.datasets.preview import Columns, check_columns
from core.errors import Cancelled, NotFound, disk_errors
from core.runs.run import Run, find_run
from core.runs.status import JobState, JobStatus, StatusWriter, write_status
from core.scoring.table import TableProgress, TableResult, preview_csv_file, score_file
from core.workspace import ScoringPaths, Workspace, read_all, write_atomically


@dataclass(frozen=True)
class Scoring:
    """What is scored, and by which run."""

    id: str
    run_id: str
    run_name: str
    file_name: str
    text_column: str
    encoding: str | None
    created: str


def create_scoring(
    workspace: Workspace,
    run: Run,
    source: Path,
    *,
    file_name: str,
    text_column: str,
    encoding: str | None = None,
) -> Scoring:
    """Copy a file into a new scoring's folder, in state queued.

    Raises:
        BadInput: the file cannot be read or lacks the column.
        DiskError: the disk is full or closed to this user.
    """
    check_columns(Columns(text=text_column), preview_csv_file(source, encoding=encoding))
    now = datetime.now(timezone.utc)
    scoring = Scoring(
        id=f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
        run_id=run.id,
        run_name=run.name,
        file_name=file_name,
        text_column=text_column,
        encoding=encoding,
        created=now.isoformat(timespec="milliseconds"),
    )
    with disk_errors("the file to score"), workspace.staging() as folder:
        staged = ScoringPaths(folder)
        shutil.copyfile(source, staged.input)
        staged.description.write_text(json.dumps(asdict(scoring), ensure_ascii=False), "utf-8")
        write_status(staged, JobStatus(JobState.QUEUED))
        target = workspace.scoring(scoring.id).folder
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(folder, target)
    return scoring


def list_scorings(workspace: Workspace) -> list[Scoring]:
    """All scorings of the workspace, newest first."""
    found = read_all(
        workspace.scorings.glob("*/job.json"), lambda text: Scoring(**json.loads(text))
    )
    return sorted(found, key=lambda scoring: scoring.id, reverse=True)


def find_scoring(workspace: Workspace, scoring_id: str) -> Scoring:
    """The scoring with that id.

    Raises:
        NotFound: there is none.
    """
    for scoring in list_scorings(workspace):
        if scoring.id == scoring_id:
            return scoring
    raise NotFound("the id of a scoring", repr(scoring_id), "score the file again")


def read_scoring_result(workspace: Workspace, scoring: Scoring) -> TableResult | None:
    """What the scoring gave; None until it has finished."""
    path = workspace.scoring(scoring.id).result
    return TableResult(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def work_on_scoring(
    workspace: Workspace,
    scoring: Scoring,
    status: StatusWriter,
    should_stop: Callable[[], bool],
) -> str | None:
    """Score the job's file; the output appears whole or not at all.

    Returns:
        None at the end, or why it stopped early.
    """
    # Imported here: the dashboard reads scorings without TensorFlow.
    from core.scoring.scorer import load_scorer

    paths = workspace.scoring(scoring.id)
    status.change(JobState.STARTING, "Loading the model")
    scorer = load_scorer(workspace, find_run(workspace, scoring.run_id))
    status.change(JobState.RUNNING)

    def on_progress(progress: TableProgress) -> None:
        status.progress(
            done=progress.rows,
            total=progress.total,
            rows_per_s=progress.rows_per_s,
            seconds_left=(progress.total - progress.rows) / progress.rows_per_s,
        )

    try:
        result = score_file(
            scorer,
            paths.input,
            paths.output,
            text_column=scoring.text_column,
            encoding=scoring.encoding,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    except Cancelled:
        return "Stopped on request; nothing of it is kept."
    write_atomically(paths.result, result.to_json())
    paths.input.unlink()
    return None
