"""The scoring of one file as a background job: a folder with its input, output and status."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from core.data.importing.preview import Columns, check_columns, preview_file
from core.data.output.output_kind import OutputKind
from core.data.output.target_file import check_target
from core.data.reading.formats import FileFormat
from core.data.text_recipe import TextRecipe
from core.errors import BadInput, Cancelled, NotFound, disk_errors
from core.files import read_all, write_atomically
from core.jobs.cancellation import StopFlag
from core.jobs.status import JobState, JobStatus, StatusWriter, write_status
from core.jobs.worker import run_job
from core.model.keras_import import import_tensorflow_alone
from core.records import from_plain, parse_json, read_records
from core.runs.run import Run, list_runs
from core.scoring.prediction_cache import drop_cache
from core.scoring.summary import FileProgress, FileResult
from core.scoring.text_columns import likely_recipe
from core.workspace import JobPaths, ScoringPaths, Workspace


@dataclass(frozen=True)
class Scoring:
    """What is scored, by which run, and where the rows go.

    Another run may have the id when this one is deleted; `run_created` tells them apart, and
    `classes` are this one's. `format` says how to read the file, `output` how the rows are
    written; `target` is the path of a file outside the workspace, empty to keep them in the
    scoring's folder.
    """

    id: str
    run_id: str
    run_name: str
    run_created: str
    classes: tuple[str, ...]
    file_name: str
    text_recipe: TextRecipe
    created: str
    format: FileFormat
    output: OutputKind = OutputKind.CSV
    target: str = ""

    def to_json(self) -> str:
        """The description as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def binary(self) -> bool:
        """Whether scores are of the second of two classes."""
        return len(self.classes) == 2

    @classmethod
    def from_json(cls, text: str) -> Scoring:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        return from_plain(cls, parse_json(text))


def create_scoring(
    workspace: Workspace,
    run: Run,
    source: Path,
    *,
    file_name: str,
    text_recipe: TextRecipe | None = None,
    format: FileFormat | None = None,
    output: OutputKind = OutputKind.CSV,
    target: str = "",
) -> Scoring:
    """Copy a file into a new scoring's folder, in state queued.

    Args:
        workspace: Where the scoring goes.
        run: What answers.
        source: A file of any format that can be imported.
        file_name: Its name as people know it.
        text_recipe: Which columns make a text; None takes the run's or the likeliest.
        format: How to read it; None detects.
        output: How the scored rows are written.
        target: Where they are written; empty keeps them in the scoring's folder.

    Raises:
        NotFound: there is no such file.
        BadInput: the file cannot be read, lacks the column, or no file can be written there.
        DiskError: the disk is full or closed to this user.
    """
    preview = preview_file(source, format)
    recipe = text_recipe or likely_recipe(run, preview).recipe
    check_columns(Columns(recipe), preview)
    if target:
        _check_elsewhere(workspace, Path(target))
    now = datetime.now(timezone.utc)
    scoring = Scoring(
        id=f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}",
        run_id=run.id,
        run_name=run.name,
        run_created=run.created,
        classes=run.classes,
        file_name=file_name,
        text_recipe=recipe,
        created=now.isoformat(timespec="milliseconds"),
        format=preview.format,
        output=output,
        target=target,
    )
    _put(workspace, scoring, source)
    return scoring


def _put(workspace: Workspace, scoring: Scoring, source: Path) -> None:
    """Make the scoring's folder, which appears whole or not at all."""
    with disk_errors("the file to score"), workspace.staging() as folder:
        staged = ScoringPaths(folder)
        shutil.copyfile(source, staged.input)
        staged.description.write_text(scoring.to_json(), "utf-8")
        write_status(staged, JobStatus(JobState.QUEUED))
        place = workspace.scoring(scoring.id).folder
        place.parent.mkdir(parents=True, exist_ok=True)
        os.rename(folder, place)


def output_path(workspace: Workspace, scoring: Scoring) -> Path:
    """Where the scored rows are when it has finished."""
    if scoring.target:
        return Path(scoring.target)
    return workspace.scoring(scoring.id).output(scoring.output.suffix)


def run_of(workspace: Workspace, scoring: Scoring) -> Run:
    """The run that scores it.

    Raises:
        NotFound: it was deleted, even if another has its id now.
    """
    for run in list_runs(workspace):
        if (run.id, run.created) == (scoring.run_id, scoring.run_created):
            return run
    raise NotFound(
        f"the run {scoring.run_name!r}, which was to score {scoring.file_name!r}",
        "that it was deleted",
        "score the file by another run",
    )


def list_scorings(workspace: Workspace) -> list[Scoring]:
    """All scorings of the workspace, newest first."""
    found = read_records(workspace.scorings, "job.json", Scoring.from_json)
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


def read_scoring_result(workspace: Workspace, scoring: Scoring) -> FileResult | None:
    """What the scoring gave; None until it has finished, and where that cannot be read."""
    paths = [workspace.scoring(scoring.id).result]
    found = read_all((path for path in paths if path.exists()), FileResult.from_json)
    return found[0] if found else None


def work_on_scoring(
    workspace: Workspace,
    scoring: Scoring,
    status: StatusWriter,
    should_stop: Callable[[], bool],
) -> str | None:
    """Score the job's file; the output appears whole or not at all.

    What the model has said of texts stays until the end, so that a scoring which was stopped or
    died goes on from there.

    Returns:
        None at the end, or why it stopped early.
    """
    # Imported here: the dashboard reads scorings without TensorFlow.
    import_tensorflow_alone()
    from core.scoring.scored_file import score_file
    from core.scoring.scorer import load_scorer

    paths = workspace.scoring(scoring.id)
    if paths.result.exists():  # It ended just before it could say so.
        _clear(paths)
        status.change(JobState.RUNNING)
        return None
    status.change(JobState.STARTING, "Loading the model")
    scorer = load_scorer(workspace, run_of(workspace, scoring))
    status.change(JobState.RUNNING)
    try:
        result = score_file(
            scorer,
            paths.input,
            output_path(workspace, scoring),
            store=paths.prediction_cache,
            kind=scoring.output,
            text_recipe=scoring.text_recipe,
            format=scoring.format,
            scores=paths.scores,
            on_progress=partial(_tell, status),
            should_stop=should_stop,
        )
    except Cancelled:
        return "Stopped on request."
    with disk_errors("the scoring"):
        write_atomically(paths.result, result.to_json())
    _clear(paths)
    return None


def _tell(status: StatusWriter, progress: FileProgress) -> None:
    status.progress(
        done=progress.rows,
        total=progress.total,
        rows_per_s=progress.rows_per_s,
        seconds_left=progress.seconds_left,
    )


def _clear(paths: ScoringPaths) -> None:
    """Take away what a finished scoring needs no longer."""
    drop_cache(paths.prediction_cache)
    paths.input.unlink(missing_ok=True)


def _check_elsewhere(workspace: Workspace, target: Path) -> None:
    """Make sure that a file outside the workspace can be written there and replaces none."""
    if not target.is_absolute():
        raise BadInput(
            "the whole path of a file to write, from / on", repr(str(target)), "add its folders"
        )
    check_target(target)
    if target.resolve().is_relative_to(workspace.root):
        raise BadInput(
            "a path outside the workspace", repr(str(target)), "choose another folder or Download"
        )
    if target.exists():
        raise BadInput(
            "a name that is free for the scored rows",
            f"a file at {str(target)!r}",
            "choose another name or remove that file",
        )


@dataclass(frozen=True)
class ScoringJob:
    """Scores the file of the scoring that has the job's id."""

    def paths(self, workspace: Workspace, job_id: str) -> ScoringPaths:
        """Where the scoring of this id keeps its files."""
        return workspace.scoring(job_id)

    def run(self, workspace: Workspace, job_id: str, stop: StopFlag) -> int:
        """Work on the scoring of this id in this process; returns its exit code."""
        scoring = find_scoring(workspace, job_id)
        return run_job(
            workspace.scoring(job_id),
            lambda status: work_on_scoring(workspace, scoring, status, lambda: stop.is_set),
        )

    def resume_hint(self, paths: JobPaths) -> str:
        """What a resumed scoring does, for people; empty where it cannot be resumed."""
        own = ScoringPaths(paths.folder)
        if own.prediction_cache.exists():
            return "Resume goes on from what was scored."
        return "Resume starts it from the first row." if own.input.exists() else ""


SCORING = ScoringJob()
