import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.importing.importer import import_file
from core.data.reading.class_names import class_names, with_names
from core.workspace import Workspace
from tests.core.data.imported import rows_of


def described(**features: object) -> dict[bytes, bytes]:
    return {b"huggingface": json.dumps({"info": {"features": features}}).encode()}


LABEL = {"names": ["ham", "spam"], "_type": "ClassLabel"}


def test_numbers_of_classes_come_as_their_names(workspace: Workspace, tmp_path: Path) -> None:
    table = pa.table({"text": ["a", "b", "c", "d"], "label": [0, 1, -1, 7]})
    table = table.replace_schema_metadata(described(text={"_type": "Value"}, label=LABEL))
    pq.write_table(table, tmp_path / "a.parquet")

    dataset = import_file(workspace, tmp_path / "a.parquet").dataset
    assert [label for _, _, label in rows_of(workspace, dataset)] == ["ham", "spam", None, "7"]


def test_names_are_found_in_lists_too() -> None:
    features = {
        "a": LABEL, "b": {"feature": LABEL, "_type": "Sequence"}, "c": [LABEL],
        "d": {"_type": "Value"},
    }  # fmt: skip
    schema = pa.schema([], metadata=described(**features))

    assert class_names(schema) == {"a": ("ham", "spam"), "b": ("ham", "spam"), "c": ("ham", "spam")}
    assert with_names(pa.array([[0, 1], [7], None]), ("ham", "spam")).to_pylist() == [
        ["ham", "spam"], ["7"], None,
    ]  # fmt: skip


def test_what_is_no_such_description_names_nothing() -> None:
    for said in (b"", b"[1]", b"{", b'{"info": null}', b'{"info": {"features": {"a": 3}}}'):
        assert class_names(pa.schema([], metadata={b"huggingface": said})) == {}
    assert class_names(pa.schema([])) == {}
    texts = pa.array(["0"])
    assert with_names(texts, ("ham",)) is texts


def test_names_of_thousands_of_letters_are_none() -> None:
    label = {"names": ["ham", "s" * 1_001], "_type": "ClassLabel"}

    assert class_names(pa.schema([], metadata=described(a=label))) == {}
