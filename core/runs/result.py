"""What a run has reached, and whether it can be read."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DamagedFile, NotFound
from core.files import damage_said, read_text, shown_path
from core.jobs.status import JobState, JobStatus
from core.kept_reads import kept_read
from core.records import from_plain, parse_json
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.runs.run import Run

_log = logging.getLogger(__name__)
TRAIN_AGAIN = "delete the run and train it again"


@dataclass(frozen=True)
class RunResult:
    """What a run reached, all measured with the weights it kept.

    `threshold` is the score from which the predicted label is positive, tuned for F1 on validation
    rows; 0.5 where there are more than two classes and it means nothing. `validation` and
    `test` map metric names to values; `test` is empty without a test part. `temperature` divides
    log-odds to calibrate them, fitted on validation rows; 1 changes nothing.
    """

    best_step: int
    best_epoch: float
    threshold: float
    validation: dict[str, float]
    test: dict[str, float]
    rows_per_s: float
    seconds: float
    device: str
    temperature: float = 1.0

    def to_json(self) -> str:
        """The result as JSON; not by `records`, which writes null for a metric that is NaN."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> RunResult:
        """What `to_json` gave.

        Raises:
            ValueError: it is no such text.
        """
        result = from_plain(cls, parse_json(text))
        if not result.temperature > 0:
            raise ValueError(f"a temperature of {result.temperature}")
        return result


def kept_result(workspace: Workspace, run: Run) -> RunResult:
    """What a run reached, for those who need its model.

    Raises:
        NotFound: the run has kept no model yet.
        DamagedFile: its result is damaged.
    """
    path = workspace.run(run.id).result
    with damage_said(f"the result of run {run.name!r}", path, TRAIN_AGAIN):
        result = kept_read(path, _read) if path.exists() else None
    if result is None:
        raise NotFound(
            "a run with a trained model",
            f"none in {run.name!r} yet",
            "wait for its first validation or choose another run",
        )
    return result


def read_result(workspace: Workspace, run: Run) -> RunResult | None:
    """What the run reached; None while it has kept no model, and where that cannot be read.

    `visible_damage` says which of the two.
    """
    path = workspace.run(run.id).result
    try:
        return kept_read(path, _read)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        _log.warning("left out %s: %r", path, error)
        return None


def visible_damage(
    workspace: Workspace, run: Run, status: JobStatus, result: RunResult | None
) -> str:
    """In one sentence what of a run's own files is missing or damaged; empty if it is sound.

    Only what is quickly seen: texts and predictions are read where they are needed.

    Args:
        workspace: Where the run is.
        run: The run.
        status: Its present state.
        result: What `read_result` gave.
    """
    paths = workspace.run(run.id)
    needed = [paths.result, paths.predictions] if status.state is JobState.FINISHED else []
    for path in (paths.examples, *needed):
        if not path.is_file() and paths.description.exists():
            return str(DamagedFile(f"the run's {shown_path(path)}", "no file", TRAIN_AGAIN))
    try:
        if result is None and paths.result.exists():
            with damage_said("the run's result", paths.result, TRAIN_AGAIN):
                kept_read(paths.result, _read)
    except DamagedFile as error:
        return str(error)
    return ""


def _read(path: Path) -> RunResult:
    return RunResult.from_json(read_text(path))
