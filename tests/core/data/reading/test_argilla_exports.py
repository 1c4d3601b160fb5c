import json
from pathlib import Path
from typing import Any

from core.data.importing.importer import import_file
from core.workspace import Workspace
from tests.core.data.imported import rows_of

LABELS = ["ham", "spam", "ham", "spam", None] * 4


def labels_of(workspace: Workspace, file: Path, records: list[dict[str, Any]]) -> list[str | None]:
    file.write_text("\n".join(map(json.dumps, records)), "utf-8")
    rows = rows_of(workspace, import_file(workspace, file).dataset)
    assert [text for _, text, _ in rows] == [f"number {n}" for n in range(20)]
    return [label for _, _, label in rows]


def test_records_of_the_first_version_have_their_annotation(
    workspace: Workspace, tmp_path: Path
) -> None:
    records = [
        {"text": None, "inputs": {"text": f"number {n}"}, "prediction": [{"label": "ham"}],
         "annotation": label or "ham", "annotation_agent": "x", "id": str(n),
         "status": "Validated" if label else "Discarded"}
        for n, label in enumerate(LABELS)
    ]  # fmt: skip

    assert labels_of(workspace, tmp_path / "a.jsonl", records) == LABELS


def test_fields_and_responses_are_columns(workspace: Workspace, tmp_path: Path) -> None:
    records = [
        {"id": f"r{n}", "fields": {"text": f"number {n}"}, "suggestions": {}, "status": "pending",
         "responses": {"topic": [{"value": label, "user_id": "u", "status": "submitted"}]}
         if label else {}}
        for n, label in enumerate(LABELS)
    ]  # fmt: skip

    assert labels_of(workspace, tmp_path / "a.jsonl", records) == LABELS


def test_of_columns_of_responses_those_that_were_submitted_count(
    workspace: Workspace, tmp_path: Path
) -> None:
    records = [
        {"status": "completed" if label else "pending", "text": f"number {n}",
         "topic.responses": [label or "ham"], "topic.responses.users": ["u"],
         "topic.responses.status": ["submitted" if label else "discarded"]}
        for n, label in enumerate(LABELS)
    ]  # fmt: skip

    assert labels_of(workspace, tmp_path / "a.jsonl", records) == LABELS


def test_tables_that_only_look_alike_stay_as_they_are(workspace: Workspace, tmp_path: Path) -> None:
    records = [
        {"text": f"number {n}", "status": label, "inputs": "none"} for n, label in enumerate(LABELS)
    ]

    assert labels_of(workspace, tmp_path / "a.jsonl", records) == LABELS
