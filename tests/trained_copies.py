"""Copies of a trained run, for tests that write to it."""

import json
import shutil

from core.runs.run import Run, find_run
from core.workspace import Workspace


def copied_run(source: Workspace, run: Run, target: Workspace, *, name: str = "") -> Run:
    """Copy a run's folder to a test's own workspace, as it was when training ended.

    With `name`, the copy has that name, and as its id too, so that a workspace can have several.
    """
    made_since = shutil.ignore_patterns("train-vectors-*")
    place = target.run(name or run.id)
    shutil.copytree(source.run(run.id).folder, place.folder, ignore=made_since)
    if not name:
        return run
    described = {**json.loads(place.description.read_text("utf-8")), "id": name, "name": name}
    place.description.write_text(json.dumps(described), "utf-8")
    return find_run(target, name)
