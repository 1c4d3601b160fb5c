"""Exports of labelling tools: their objects as a row with a text and labels.

Known by their shape: Prodigy's tasks with an answer, Label Studio's tasks with annotations; the
records of Argilla are in `core.data.reading.argilla_exports`.
doccano's are plain rows, whose lists of labels `core.data.importing.label_lists` reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.data.reading.argilla_exports import ARGILLA
from core.data.reading.column_names import ACCEPTED
from core.data.reading.json_records import JsonObject

Shape = Callable[[JsonObject], JsonObject]
"""Makes a tool's object a row: its keys are the columns."""

NOT_LABELS = frozenset(
    (
        *("answer", "annotator", "annotator_id", "annotation_id", "created_at", "updated_at"),
        *("lead_time", "agreement", "completed_by", "was_cancelled", "user", "_annotator_id"),
        *("_server_id", "annotation_agent", "prediction_agent", "multi_label"),
        *("_session_id", "_view_id", "_input_hash", "_task_hash", "_timestamp", "_is_binary"),
    )
)
"""Columns that tell of the work at a label, not which it is."""
_ANSWERS = ("accept", "reject", "ignore")


def find_shape(objects: Sequence[JsonObject]) -> Shape | None:
    """How the objects of a tool become rows; None for those that are rows as they are."""
    tasks = [found for found in objects if _is_prodigy(found)]
    if tasks and 2 * len(tasks) >= len(objects):
        return _Prodigy(tasks)
    for is_of_tool, row in _ROWS.items():
        if objects and 2 * sum(map(is_of_tool, objects)) >= len(objects):
            return row
    return None


def _is_prodigy(found: JsonObject) -> bool:
    told = "accept" in found or "label" in found or "_task_hash" in found or "spans" in found
    return told and found.get("answer") in _ANSWERS


class _Prodigy:
    """What people accepted as one more column, before the others.

    Where all tasks ask for one label, to reject it is the other class.
    """

    def __init__(self, tasks: Sequence[JsonObject]) -> None:
        asked = {task["label"] for task in tasks if isinstance(task.get("label"), str)}
        self._only = asked.pop() if len(asked) == 1 else None

    def __call__(self, task: JsonObject) -> JsonObject:
        return {ACCEPTED: self._accepted(task), **task}

    def _accepted(self, task: JsonObject) -> Any:
        answer = task.get("answer")
        if "accept" in task:
            return task["accept"] if answer == "accept" else None
        label = task.get("label")
        if answer == "reject" and self._only is not None and label == self._only:
            return f"not {label}"
        if answer != "accept":
            return None
        return label if label is not None else task.get("spans")


def _is_label_studio(found: JsonObject) -> bool:
    return isinstance(found.get("data"), dict) and any(
        isinstance(found.get(key), list) for key in ("annotations", "completions")
    )


def _label_studio_row(task: JsonObject) -> JsonObject:
    """The task's data and, of each question, what all who answered it chose."""
    row = {"id": task.get("id"), **task["data"]} if isinstance(task.get("data"), dict) else {}
    for name, values in _answers(task).items():
        row[name if name not in row else f"{name} (annotated)"] = values
    return row or task


def _answers(task: JsonObject) -> dict[str, list[Any]]:
    """By question, the values of all annotations; those that were skipped gave none."""
    found: dict[str, list[Any]] = {}
    for annotation in task.get("annotations") or task.get("completions") or []:
        if not isinstance(annotation, dict) or annotation.get("was_cancelled"):
            continue
        for result in annotation.get("result") or []:
            if isinstance(result, dict) and isinstance(result.get("value"), dict):
                name = str(result.get("from_name") or "label")
                found.setdefault(name, []).append(_value(result["value"]))
    return found


def _value(value: JsonObject) -> Any:
    """What one answer says; parts of a text that are marked stay as they are."""
    if "start" in value or "end" in value:
        return value
    if isinstance(value.get("taxonomy"), list):
        return [_path(chosen) for chosen in value["taxonomy"]]
    chosen = [value[key] for key in ("choices", "rating", "number") if key in value]
    return chosen[0] if chosen else value


def _path(chosen: Any) -> Any:
    """What was chosen in a tree, with what it belongs to, as Label Studio shows it."""
    return " / ".join(map(str, chosen)) if isinstance(chosen, list) else chosen


_ROWS: dict[Callable[[JsonObject], bool], Shape] = {
    _is_label_studio: _label_studio_row,
    **ARGILLA,
}
"""How the objects of each tool that is known by a single one of them become rows."""
