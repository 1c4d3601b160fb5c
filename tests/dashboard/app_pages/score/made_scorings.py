"""Scored files that nobody has scored: all that the pages read of one, without TensorFlow."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.output.output_kind import OutputKind
from core.data.reading.formats import FileFormat, FileKind
from core.data.text_recipe import TextRecipe
from core.jobs.status import JobState, JobStatus, write_status
from core.scoring.scoring_job import Scoring, output_path
from core.scoring.summary import FileResult
from core.workspace import Workspace

ROWS = [
    (1, "a rotten dog", 0.95, "1"),
    (2, "a lovely cat", 0.05, "0"),
    (3, "*bold* $x$", 0.55, "1"),
    (4, "a lovely cat", 0.05, "0"),
    (5, "so so", 0.45, "0"),
    (6, None, None, None),
]
"""Row number, text, score and predicted label."""


def made_scoring(
    workspace: Workspace,
    *,
    rows: list[tuple] = ROWS,
    classes: tuple[str, ...] = ("0", "1"),
    state: JobState = JobState.FINISHED,
    message: str = "",
    target: str = "",
    number: int = 1,
    kind: OutputKind = OutputKind.CSV,
    **changes: object,
) -> Scoring:
    """A scoring in its folder; `changes` are of what it gave."""
    scoring = Scoring(
        id=f"20260101-00000{number}-abc", run_id="run", run_name="*The* run", run_created="x",
        classes=classes, file_name=f"file {number}.csv", text_recipe=TextRecipe(("text",)),
        created=f"2026-01-0{number}T10:20:30", format=FileFormat(FileKind.CSV), output=kind,
        target=target,
    )  # fmt: skip
    paths = workspace.scoring(scoring.id)
    paths.folder.mkdir(parents=True)
    paths.description.write_text(scoring.to_json(), "utf-8")
    write_status(paths, JobStatus(state, message))
    if state is not JobState.FINISHED:
        paths.input.write_text("text\na cat\n", "utf-8")
    else:
        write_rows(workspace, scoring, rows)
        paths.result.write_text(replace(result_of(rows), **changes).to_json(), "utf-8")
        if not target:
            output_path(workspace, scoring).write_text("row,score\n", "utf-8")
    return scoring


def write_rows(workspace: Workspace, scoring: Scoring, rows: list[tuple]) -> None:
    numbers, texts, scores, labels = zip(*rows, strict=True)
    table = pa.table(
        {
            "row": pa.array(numbers, pa.int64()),
            "text": pa.array(texts, pa.string()),
            "score": pa.array(scores, pa.float32()),
            "label": pa.array(labels, pa.string()),
            "error": pa.array([None if text else "no text" for text in texts], pa.string()),
        }
    )
    pq.write_table(table, workspace.scoring(scoring.id).scores)


def result_of(rows: list[tuple]) -> FileResult:
    """What the scoring of these rows gives."""
    labels = [row[3] for row in rows if row[3] is not None]
    histogram = [0] * 50
    for _, _, score, _ in rows:
        if score is not None:
            histogram[min(int(score * 50), 49)] += 1
    missing = sum(row[1] is None for row in rows)
    return FileResult(
        rows=len(rows), texts=len({row[1] for row in rows if row[1]}), read=4,
        unscored={"empty": missing} if missing else {},
        label_counts={name: labels.count(name) for name in sorted(set(labels))},
        histogram=histogram, columns={}, threshold=0.5, seconds=2.0,
    )  # fmt: skip
