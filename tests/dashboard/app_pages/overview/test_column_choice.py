from pathlib import Path

from core.data.column import ColumnKind
from core.data.importing.column_choice import KEEP_ALL, ColumnChoices
from core.data.importing.preview import Columns, preview_file
from dashboard.app_pages.overview.column_choice import column_choice
from dashboard.ui.file_source import FileSource
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said, table

HEADER = "text,label,votes,who,when"
LINES = [f"some words {n},{n % 2},{n},ann *{n % 3}*,2024-01-{n + 1:02d}" for n in range(30)]


def drawn(draw: Draw, folder: Path, content: str, columns: Columns | None = None):
    """The choice as drawn, and what it gave."""
    path = folder / "t.csv"
    path.write_text(content, "utf-8")
    preview = preview_file(path)
    found: list[ColumnChoices] = []

    def show() -> None:
        chosen = column_choice(FileSource(path, "t.csv"), preview, columns or preview.guess)
        found.append(chosen)

    return draw(show), found


def test_each_further_column_stands_with_what_it_seems_to_hold(draw: Draw, tmp_path: Path) -> None:
    app, found = drawn(draw, tmp_path, "\n".join([HEADER, *LINES, ""]))

    shown = table(app, "Seems to hold")
    assert dict(zip(shown["Column"], shown["Seems to hold"], strict=True)) == {
        "votes": "Number", "who": "Category", "when": "Date or time",
    }  # fmt: skip
    assert shown["Such as"][1] == "ann *0* | ann *1* | ann *2*"
    assert app.expander[0].label == "Further columns: all 3 kept"
    assert found == [ColumnChoices()]


def test_what_is_chosen_is_given_back(draw: Draw, tmp_path: Path) -> None:
    app, found = drawn(draw, tmp_path, "\n".join([HEADER, *LINES, ""]))

    field(app.multiselect, "Leave out").set_value(["votes"]).run()
    field(app.multiselect, "Sensitive").set_value(["who"]).run()
    field(app.multiselect, "Not what they seem").set_value(["when"]).run()
    field(app.selectbox, "What when holds").set_value(ColumnKind.TEXT).run()

    assert not app.exception
    assert app.expander[0].label == "Further columns: 2 of 3 kept"
    assert found[-1] == ColumnChoices(("votes",), ("who",), {"when": ColumnKind.TEXT})


def test_nothing_is_asked_without_further_columns_or_while_one_is_chosen_twice(
    draw: Draw, tmp_path: Path
) -> None:
    app, found = drawn(draw, tmp_path, "text,label\na b,0\nc d,1\n")
    assert not app.expander
    app, twice = drawn(draw, tmp_path, "text,label\na b,0\nc d,1\n", Columns("text", "text"))
    assert not app.expander
    assert [*found, *twice] == [KEEP_ALL, KEEP_ALL]
    assert not said(app, "Kinds as they seem")
