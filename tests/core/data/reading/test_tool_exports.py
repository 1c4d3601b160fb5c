import json
from pathlib import Path
from typing import Any

from core.data.importing.importer import import_file
from core.data.importing.preview import preview_file
from core.data.reading.column_names import ACCEPTED
from core.data.reading.tool_exports import find_shape
from core.workspace import Workspace
from tests.core.data.imported import rows_of


def labels_of(workspace: Workspace, file: Path, content: str) -> list[tuple[str, str | None]]:
    file.write_text(content, "utf-8")
    result = import_file(workspace, file)
    return [(text, label) for _, text, label in rows_of(workspace, result.dataset)]


def lines(objects: list[dict[str, Any]]) -> str:
    return "\n".join(map(json.dumps, objects))


def choices(*names: str, name: str = "sentiment") -> dict[str, Any]:
    return {"type": "choices", "from_name": name, "to_name": "text", "value": {"choices": names}}


def test_doccano_rows_have_their_one_label(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        {"id": n, "text": f"number {n}", "label": label, "Comments": []}
        for n, label in enumerate([["ham"], ["spam"], [], ["ham", "spam"], [[0, 3, "PER"]]])
    ]

    found = labels_of(workspace, tmp_path / "a.jsonl", lines(rows))
    assert [label for _, label in found] == ["ham", "spam", None, None, None]


def test_accepted_choices_of_prodigy_are_labels(workspace: Workspace, tmp_path: Path) -> None:
    options = [{"id": "HAM", "text": "fine"}, {"id": "SPAM", "text": "an ad"}]
    answers = [
        (["HAM"], "accept"), (["SPAM"], "accept"), ([], "accept"), (["HAM"], "reject"),
        (["HAM"], "ignore"), (["HAM", "SPAM"], "accept"),
    ]  # fmt: skip
    tasks = [
        {"text": f"number {n}", "options": options, "accept": accept, "answer": answer,
         "_task_hash": n}
        for n, (accept, answer) in enumerate(answers)
    ]  # fmt: skip

    found = labels_of(workspace, tmp_path / "a.jsonl", lines(tasks))
    assert [label for _, label in found] == ["HAM", "SPAM", None, None, None, None]


def test_a_rejected_label_is_the_other_class_where_only_one_was_asked_for() -> None:
    def accepted(*tasks: tuple[str, str]) -> list[object]:
        rows = [{"text": "t", "label": label, "answer": answer} for label, answer in tasks]
        shape = find_shape(rows)
        assert shape is not None
        return [shape(row)[ACCEPTED] for row in rows]

    assert accepted(("AD", "accept"), ("AD", "reject"), ("AD", "ignore")) == ["AD", "not AD", None]
    assert accepted(("A", "accept"), ("A", "reject"), ("B", "accept")) == ["A", None, "B"]


def test_label_studio_tasks_give_their_data_and_what_people_chose(
    workspace: Workspace, tmp_path: Path
) -> None:
    annotations: list[list[dict[str, Any]]] = [
        [{"result": [choices("ham")]}],
        [{"result": [choices("spam")]}, {"result": [choices("spam")]}],
        [{"result": [choices("spam")]}, {"result": [choices("ham")], "was_cancelled": True}],
        [{"result": [choices("spam")]}, {"result": [choices("ham")]}],
        [{"result": []}],
        [],
    ]
    tasks = [
        {"id": n, "data": {"text": f"number {n}"}, "annotations": a, "predictions": []}
        for n, a in enumerate(annotations * 4)
    ]
    file = tmp_path / "a.json"

    found = labels_of(workspace, file, json.dumps(tasks, indent=1))
    assert [label for _, label in found[:6]] == ["ham", "spam", "spam", None, None, None]
    assert found[0][0] == "number 0"
    assert preview_file(file).header == ("id", "text", "sentiment")


def test_what_was_chosen_in_a_tree_is_a_class_with_all_above_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    chosen = [[["Animals", "Cat"]], [["Animals", "Dog"]], [["Animals"], ["Plants"]], []]
    tasks = [
        {"id": n, "data": {"text": f"number {n}"}, "annotations": [{"result": [
            {"from_name": "kind", "type": "taxonomy", "value": {"taxonomy": paths}}]}]}
        for n, paths in enumerate(chosen * 6)
    ]  # fmt: skip

    found = labels_of(workspace, tmp_path / "a.json", json.dumps(tasks))
    assert [label for _, label in found[:4]] == ["Animals / Cat", "Animals / Dog", None, None]


def test_label_studios_smaller_json_and_its_csv(workspace: Workspace, tmp_path: Path) -> None:
    rows = [
        {"id": n, "text": f"number {n}", "annotator": 1 + n % 2, "annotation_id": n,
         "lead_time": n % 3, "tone": ({"choices": ["bad", "sad"]}, "good", "bad")[n % 3]}
        for n in range(24)
    ]  # fmt: skip
    assert labels_of(workspace, tmp_path / "a.json", json.dumps(rows))[:2] == [
        ("number 0", None), ("number 1", "good"),
    ]  # fmt: skip
    table = "".join(f'number {n},{1 + n % 2},"{"ab"[n % 2]}"\n' for n in range(24))
    assert labels_of(workspace, tmp_path / "b.csv", f"text,annotator,tone\n{table}")[:2] == [
        ("number 0", "a"), ("number 1", "b"),
    ]  # fmt: skip


def test_two_questions_of_label_studio_are_two_columns() -> None:
    task = {
        "data": {"text": "a", "tone": "x"},
        "annotations": [{"result": [choices("good", name="tone"), choices("news", name="topic")]}],
    }
    shape = find_shape([task])

    assert shape is not None
    assert shape(task) == {
        "id": None, "text": "a", "tone": "x",
        "tone (annotated)": [("good",)], "topic": [("news",)],
    }  # fmt: skip


def test_other_objects_stay_as_they_are() -> None:
    assert find_shape([{"text": "a", "label": "b", "answer": "42"}]) is None
    assert find_shape([{"data": "x", "annotations": 1}]) is None
    assert find_shape([]) is None
