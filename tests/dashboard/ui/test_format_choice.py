from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.dashboard.importing import box


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
