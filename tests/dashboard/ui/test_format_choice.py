from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.reading.formats import FileKind
from core.errors import NotFound
from dashboard.ui.file_source import FileSource
from dashboard.ui.format_choice import format_choice
from tests.core.data.workbooks import xlsx_bytes
from tests.dashboard.conftest import Draw
from tests.dashboard.importing import box
from tests.dashboard.shown import field


def source(tmp_path: Path, name: str, content: bytes) -> FileSource:
    path = tmp_path / name
    path.write_bytes(content)
    return FileSource(path, name)


CSV_BOXES = {
    *("Format", "Encoding", "Between columns", "Quotation marks", "Escape character"),
    *("Spaces around cells", "Column names"),
}


def boxes(app) -> dict[str, object]:
    return {box.label: box.value for box in app.selectbox}


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        (
            "a.csv", b"text;label\nhello there;0\nbad, words;1\n",
            {"Format": "csv", "Encoding": "utf-8", "Between columns": ";",
             "Quotation marks": '"', "Escape character": "", "Spaces around cells": False,
             "Column names": True},
        ),
        (
            "a.tsv", "text\tlabel\nnaïve\t0\nschön\t1\n".encode("cp1252"),
            {"Format": "csv", "Encoding": "cp1252", "Between columns": "\t",
             "Quotation marks": '"', "Escape character": "", "Spaces around cells": False,
             "Column names": True},
        ),
        (
            "a.jsonl", b'{"text":"hello","label":"a"}\n{"text":"there","label":"b"}\n',
            {"Format": "jsonl", "Encoding": "utf-8"},
        ),
    ],
)  # fmt: skip
def test_the_boxes_hold_what_was_detected(
    draw: Draw, tmp_path: Path, name: str, content: bytes, found: dict[str, object]
) -> None:
    app = draw(format_choice, source(tmp_path, name, content))

    assert boxes(app) == found
    assert app.session_state["drawn"].kind is FileKind(found["Format"])


def test_each_part_can_be_corrected(draw: Draw, tmp_path: Path) -> None:
    app = draw(format_choice, source(tmp_path, "a.csv", b"text,label\nhello there,0\n"))

    field(app.selectbox, "Encoding").set_value("cp1252")
    field(app.selectbox, "Between columns").set_value("|")
    field(app.selectbox, "Quotation marks").set_value("'")
    field(app.selectbox, "Escape character").set_value("\\")
    field(app.selectbox, "Spaces around cells").set_value(True)
    field(app.selectbox, "Column names").set_value(False)
    field(app.number_input, "First line").set_value(2)
    app.run()

    found = app.session_state["drawn"]
    assert (found.encoding, found.delimiter, found.quote, found.has_header) == (
        "cp1252", "|", "'", False,
    )  # fmt: skip
    assert (found.escape, found.skip_space, found.first_line) == ("\\", True, 2)


def test_where_the_table_begins_is_shown_for_each_sheet(draw: Draw, tmp_path: Path) -> None:
    rows = [["text", "label"], *([f"words {n}", n % 2] for n in range(9))]
    content = xlsx_bytes({"a": [["A title"], *rows], "b": rows})
    app = draw(format_choice, source(tmp_path, "a.xlsx", content))
    assert field(app.number_input, "First row").value == 2

    field(app.selectbox, "Sheet").set_value("b").run()
    assert field(app.number_input, "First row").value == 1
    assert app.session_state["drawn"].sheet == "b"


def test_another_kind_has_boxes_of_its_own(draw: Draw, tmp_path: Path) -> None:
    app = draw(format_choice, source(tmp_path, "a.csv", b'{"text":"hello"}\n'))

    for kind, labels in (
        ("jsonl", {"Format", "Encoding"}),
        ("csv", CSV_BOXES),
        ("parquet", {"Format"}),
    ):
        field(app.selectbox, "Format").set_value(kind).run()
        assert not app.exception
        assert set(boxes(app)) == labels
        assert app.session_state["drawn"].kind is FileKind(kind)


def test_what_cannot_be_read_can_be_corrected_all_the_same(draw: Draw, tmp_path: Path) -> None:
    app = draw(format_choice, source(tmp_path, "a.csv", b"\x89PNG\r\n\x1a\n\0\0"))

    assert boxes(app)["Format"] == "csv"
    assert app.session_state["drawn"].kind is FileKind.CSV


def test_another_file_starts_with_its_own(draw: Draw, tmp_path: Path) -> None:
    chosen = [source(tmp_path, "a.csv", b"text,label\nhello there,0\n")]
    app = draw(lambda: format_choice(chosen[0]))
    field(app.selectbox, "Between columns").set_value("|").run()

    chosen[0] = source(tmp_path, "b.csv", b"text;label\nhello there;0\n")
    app.run()

    assert boxes(app)["Between columns"] == ";"


def test_a_file_that_is_gone_is_refused(draw: Draw, tmp_path: Path) -> None:
    def view() -> str:
        with pytest.raises(NotFound) as caught:
            format_choice(FileSource(tmp_path / "gone.csv", "gone.csv"))
        return str(caught.value)

    assert "nothing at" in draw(view).session_state["drawn"]


def form(path: str) -> None:
    from pathlib import Path

    import streamlit as st

    from dashboard.ui.failure import errors_shown
    from dashboard.ui.file_source import FileSource
    from dashboard.ui.format_choice import format_choice

    with errors_shown():
        found = format_choice(FileSource(Path(path), "file"))
        st.text(f"{found.describe()} / {found.encoding}")


def opened(path: Path, content: bytes) -> AppTest:
    path.write_bytes(content)
    return AppTest.from_function(form, kwargs={"path": str(path)}).run()


def typed(path: Path, content: bytes, encoding: str) -> AppTest:
    """As if a name was typed that the list has not, which AppTest's box cannot do."""
    key = box(opened(path, content), "Encoding").key
    app = AppTest.from_function(form, kwargs={"path": str(path)})
    app.session_state[key] = encoding
    return app.run()


RUSSIAN = ("id,text\n" + "1,Привет и пока!\n" * 20).encode("cp1251")


def test_what_was_detected_is_chosen(tmp_path: Path) -> None:
    app = opened(tmp_path / "file", RUSSIAN)

    assert box(app, "Encoding").value == "cp1251"
    assert app.text[0].value == "CSV, Windows-1251 (Cyrillic), comma / cp1251"


def test_one_of_the_list_can_be_chosen(tmp_path: Path) -> None:
    app = opened(tmp_path / "file", RUSSIAN)
    box(app, "Encoding").set_value("koi8-r").run()

    assert app.text[0].value == "CSV, KOI8-R (Cyrillic), comma / koi8-r"


def test_the_name_of_any_other_can_be_typed(tmp_path: Path) -> None:
    app = typed(tmp_path / "file", RUSSIAN, "KOI8_U")

    assert not app.exception
    assert app.text[0].value == "CSV, koi8-u, comma / koi8-u"


def test_what_is_no_encoding_is_said_in_one_sentence(tmp_path: Path) -> None:
    app = typed(tmp_path / "file", RUSSIAN, "klingon")

    assert not app.exception
    assert len(app.error) == 1
    assert "klingon" in app.error[0].value


def test_what_is_detected_but_not_offered_stands_in_the_list(tmp_path: Path) -> None:
    app = opened(tmp_path / "file", RUSSIAN.decode("cp1251").encode("cp866"))

    assert box(app, "Encoding").value == "cp866"
    assert not app.exception
