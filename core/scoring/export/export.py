"""A run's model as a folder that works without this project.

FOLDER/
├── 1/                 TensorFlow SavedModel: texts in, answers out
├── model.keras        the network alone
├── vocab.txt          its vocabulary
├── model.json         classes, threshold, temperature, versions
├── README.md          what it is worth and how it is used
├── example.py         scores texts, needs what requirements.txt names
└── requirements.txt
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.data.splits.split import VALIDATION
from core.errors import AlreadyExists, BadInput, JobError, disk_errors
from core.evaluation.operating_point import operating_point
from core.files import read_text, sync_folder
from core.records import parse_json
from core.runs.result import read_result
from core.runs.run import Run, read_examples
from core.scoring.export.exported_readme import ExportFacts, readme
from core.workspace import Workspace

if TYPE_CHECKING:  # A folder that cannot be used is said without waiting for TensorFlow.
    from core.scoring.scorer import Scorer

_log = logging.getLogger(__name__)

FORMAT = "sincerely-export"
FORMAT_VERSION = 1
SAVED_MODEL = "1"  # TensorFlow Serving looks for versions, which are numbers.
_DESCRIPTION = "model.json"
_README = "README.md"
_EXAMPLE = "example.py"
_REQUIREMENTS = "requirements.txt"
_COPIED = ("model.keras", "vocab.txt")
_CONTENT = {SAVED_MODEL, _DESCRIPTION, _README, _EXAMPLE, _REQUIREMENTS, *_COPIED}
_NEEDED = ("tensorflow", "tensorflow-text")
_LIBRARIES = (*_NEEDED, "keras", "keras-hub")
_COMPARED_TEXTS = 64
_TOLERANCE = 1e-3  # Faults differ by more, and GPUs may round to ten bits.


@dataclass(frozen=True)
class Exported:
    """A finished export; `largest_difference` is that of its scores from the run's own."""

    folder: Path
    run_id: str
    size_bytes: int
    compared_texts: int
    largest_difference: float


def ignore_stage(stage: str) -> None:
    """The default listener: says nothing."""


def export_run(
    workspace: Workspace,
    run: Run,
    folder: Path,
    *,
    force: bool = False,
    tell: Callable[[str], None] = ignore_stage,
    now: datetime | None = None,
) -> Exported:
    """Write a run's kept model to a folder, which appears whole or not at all.

    What is written is loaded again and held against the run's own answers first.

    Args:
        workspace: Where the run is.
        run: What to export.
        folder: Where to; it must not exist or be empty.
        force: Whether an earlier export may be replaced there.
        tell: Called before every stage with what is done in it; what it raises ends the export.
        now: What to give as the date.

    Raises:
        AlreadyExists: there is something in the folder that may not go.
        BadInput: there can be no folder at that place.
        NotFound: the run has kept no model yet.
        JobError: the run has changed meanwhile.
        DiskError: the disk is full or closed to this user.
    """
    folder = folder.resolve()
    check_folder(folder, force=force)
    tell("Loading the model")
    from core.scoring.scorer import load_scorer

    scorer = load_scorer(workspace, run)
    when = now or datetime.now(timezone.utc)
    with disk_errors("the export"), _appearing(folder, force=force) as staged:
        tell("Writing the model")
        _write(staged, scorer, when)
        tell("Checking its answers")
        texts, difference = _compare(staged, scorer)
        size = sum(path.stat().st_size for path in staged.rglob("*") if path.is_file())
        for part in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
            sync_folder(part)
        tell("Putting it in place")
    return Exported(folder, run.id, size, texts, difference)


def check_folder(folder: Path, *, force: bool) -> None:
    """Make sure that an export can take this place, before anything slow begins.

    Raises:
        AlreadyExists: there is something in it that may not go.
        BadInput: there can be no folder at that place.
    """
    found = None
    if folder.exists() and not folder.is_dir():
        found = "a file of that name"
    elif not folder.parent.is_dir():
        found = "no folder that it could stand in"
    elif os.path.ismount(folder):
        found = "a disk of its own"
    elif _is_worked_in(folder):
        found = "a folder that this command runs in"
    elif not os.access(folder.parent, os.W_OK):
        found = "that this user may not write beside it"
    if found is not None:
        raise BadInput(f"a folder to make at {str(folder)!r}", found, "choose another place")
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if not names:
        return
    if not _is_export(folder):
        raise AlreadyExists(
            f"a new or empty folder at {str(folder)!r}", "something in it", "choose another place"
        )
    others = sorted(names - _CONTENT)
    if others:
        raise AlreadyExists(
            f"nothing but an earlier export in {str(folder)!r}",
            f"{others[0]!r} beside it",
            "move that away or choose another place",
        )
    if not force:
        raise AlreadyExists(
            f"a new or empty folder at {str(folder)!r}",
            "an earlier export",
            "choose another place or add --force to replace it",
        )


def _is_worked_in(folder: Path) -> bool:
    """Whether the current folder is this one or within it, and would go with it."""
    try:
        return Path.cwd().is_relative_to(folder.resolve())
    except FileNotFoundError:  # The current folder is gone already.
        return False


def _is_export(folder: Path) -> bool:
    try:
        return bool(parse_json(read_text(folder / _DESCRIPTION))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _appearing(folder: Path, *, force: bool) -> Iterator[Path]:
    """A new folder beside `folder` that takes its place at the end, or goes without a trace."""
    mark = uuid.uuid4().hex[:8]
    staged, old = (folder.with_name(f".{folder.name[:100]}-{mark}-{end}") for end in ("new", "old"))
    try:
        staged.mkdir()
        yield staged
        check_folder(folder, force=force)  # Others may have put something there meanwhile.
        if folder.exists():
            os.rename(folder, old)
        os.rename(staged, folder)
    except BaseException:
        if old.exists() and not folder.exists():
            os.rename(old, folder)
        raise
    finally:
        if not staged.exists():  # Only then has the new one taken its place.
            shutil.rmtree(old, ignore_errors=True)
        elif old.exists():
            _log.warning("the earlier export could not be put back and is now %s", old)
        shutil.rmtree(staged, ignore_errors=True)
    sync_folder(folder.parent)


def _write(staged: Path, scorer: Scorer, written: datetime) -> None:
    """Fill a new folder.

    Raises:
        JobError: the run has changed meanwhile.
    """
    from core.model.classifier import SCORING_BATCH
    from core.model.saved_model import write_saved_model

    workspace, run = scorer.workspace, scorer.run
    result, point = read_result(workspace, run), operating_point(workspace, run)
    scorer.threshold = point.threshold
    if result is None or result.best_step != scorer.step:
        raise _changed(run)
    facts = ExportFacts(
        point=point,
        temperature=scorer.temperature,
        lower_case=scorer.model.card.lower_case,
        batch_size=SCORING_BATCH,
        encoder=_name_for_others(run.config.encoder),
        versions={name: version(name) for name in _LIBRARIES},
        written=written,
    )
    try:
        for name in _COPIED:
            shutil.copyfile(workspace.run(run.id).model(scorer.step) / name, staged / name)
        (staged / _README).write_text(readme(workspace, run, result, facts), "utf-8")
    except FileNotFoundError as error:
        raise _changed(run) from error
    write_saved_model(
        staged / SAVED_MODEL,
        scorer.model,
        threshold=point.threshold,
        temperature=scorer.temperature,
    )
    description = json.dumps(_description(run, facts), ensure_ascii=False, indent=2)
    (staged / _DESCRIPTION).write_text(description + "\n", "utf-8")
    shutil.copyfile(Path(__file__).with_name("exported_example.py"), staged / _EXAMPLE)
    needed = "".join(f"{name}=={facts.versions[name]}\n" for name in _NEEDED)
    (staged / _REQUIREMENTS).write_text(needed, "utf-8")
    if (read_result(workspace, run), operating_point(workspace, run)) != (result, point):
        raise _changed(run)


def _description(run: Run, facts: ExportFacts) -> dict[str, object]:
    """What a program may want to know of the model."""
    binary = len(run.classes) == 2
    rule = {"name": facts.point.rule.value, "amounts": list(facts.point.amounts)}
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "exported": facts.written.isoformat(timespec="seconds"),
        "run": {"id": run.id, "name": run.name, "created": run.created},
        "dataset": {"name": run.dataset_name, "fingerprint": run.fingerprint},
        "text": None if run.text_recipe is None else asdict(run.text_recipe),
        "classes": list(run.classes),
        "threshold": facts.point.threshold if binary else None,
        "threshold_rule": rule if binary else None,
        "temperature": facts.temperature,
        "max_seq_length": run.config.max_seq_length,
        "lower_case": facts.lower_case,
        "encoder": facts.encoder,
        "pooling": run.config.pooling,
        "versions": dict(facts.versions),
    }


def _compare(staged: Path, scorer: Scorer) -> tuple[int, float]:
    """How many of the run's validation texts were compared, and the largest difference found."""
    from core.model.saved_model import CALIBRATED, LABEL, SCORE, read_saved_model

    texts = read_examples(scorer.workspace, scorer.run, VALIDATION).texts[:_COMPARED_TEXTS]
    expected, found = scorer.score(texts), read_saved_model(staged / SAVED_MODEL)(texts)
    differences = np.abs(found[SCORE] - expected.values)
    if expected.calibrated is not None:
        differences = np.maximum(differences, np.abs(found[CALIBRATED] - expected.calibrated))
    # Next to the threshold the last digit of a score may decide.
    clear = np.abs(expected.values - scorer.threshold) > _TOLERANCE
    right = np.array([label.decode() for label in found[LABEL]]) == np.array(expected.labels)
    alike = differences.max() <= _TOLERANCE  # Never so of NaN.
    if not alike or not right[clear].all():
        raise RuntimeError(f"the exported model differs from the run by {differences.max():g}")
    return len(texts), float(differences.max())


def _name_for_others(encoder: str) -> str:
    """An encoder's name without the folders of this machine."""
    return Path(encoder).name if Path(encoder).is_absolute() else encoder


def _changed(run: Run) -> JobError:
    return JobError(
        "a run that stays as it is while it is exported",
        f"that {run.name!r} has got another model or threshold, or is gone",
        "export it again",
    )
