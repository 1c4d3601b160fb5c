"""Checkpoints of a run: everything its training needs to go on, checked before it is used."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from core.files import read_text, sync_folder
from core.records import parse_json
from core.workspace import RunPaths

_KEPT = 2
_ARRAYS = "state.safetensors"
_MANIFEST = "manifest.json"
_FOLDER = re.compile(r"step-(\d+)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """A training after `step` steps.

    `arrays` are weights and what belongs to them, by name; `facts` are plain values that JSON
    can hold.
    """

    step: int
    arrays: dict[str, NDArray[np.generic]] = field(repr=False)
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Manifest:
    """Written last, so that a folder without it is unfinished."""

    step: int
    sha256: str
    facts: dict[str, Any]


def write_checkpoint(paths: RunPaths, checkpoint: Checkpoint) -> None:
    """Write a checkpoint, which appears whole or not at all, and drop all but the newest two.

    Raises:
        OSError: the disk is full; the earlier checkpoints are untouched.
    """
    target = paths.checkpoints / f"step-{checkpoint.step}"
    staged = paths.checkpoints / f".{target.name}.new"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    try:
        _save(staged / _ARRAYS, checkpoint.arrays)
        manifest = _Manifest(checkpoint.step, _sha256(staged / _ARRAYS), checkpoint.facts)
        (staged / _MANIFEST).write_text(json.dumps(asdict(manifest)), "utf-8")
        sync_folder(staged)
        shutil.rmtree(target, ignore_errors=True)
        os.rename(staged, target)
        sync_folder(paths.checkpoints)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    for folder in _folders(paths)[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def newest_checkpoint(paths: RunPaths) -> Checkpoint | None:
    """The newest checkpoint that is whole; None if there is none.

    One that is damaged is removed and the one before taken, with a line in the log.
    """
    for folder in _folders(paths):
        try:
            return _read(folder)
        except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
            _log.warning("removed the damaged checkpoint %s: %s", folder.name, error)
            shutil.rmtree(folder, ignore_errors=True)
    return None


def newest_step(paths: RunPaths) -> int | None:
    """The step of the newest checkpoint, which is not looked into; None if there is none."""
    folders = _folders(paths)
    return _step(folders[0]) if folders else None


def drop_checkpoints(paths: RunPaths) -> None:
    """Remove all checkpoints, as when a training has ended and nothing is left to resume."""
    shutil.rmtree(paths.checkpoints, ignore_errors=True)


def _read(folder: Path) -> Checkpoint:
    manifest = _Manifest(**parse_json(read_text(folder / _MANIFEST)))
    if _sha256(folder / _ARRAYS) != manifest.sha256:
        raise ValueError("its contents are not what was written")
    return Checkpoint(manifest.step, load_file(folder / _ARRAYS), manifest.facts)


def _folders(paths: RunPaths) -> list[Path]:
    """Finished checkpoints, newest first."""
    found = [path for path in paths.checkpoints.glob("step-*") if _FOLDER.fullmatch(path.name)]
    return sorted(found, key=_step, reverse=True)


def _step(folder: Path) -> int:
    return int(folder.name.removeprefix("step-"))


def _save(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    try:
        # Not by np.ascontiguousarray, which makes single numbers arrays of one dimension.
        whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
        save_file(whole, path)
    except SafetensorError as error:
        # The library is not Python: it says the system's error only in its text.
        code = re.search(r"os error (\d+)", str(error))
        raise OSError(int(code[1]) if code else errno.EIO, str(error)) from error


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
