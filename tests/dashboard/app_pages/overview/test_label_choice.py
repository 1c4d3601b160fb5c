from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.data.importing.label_rules import DEFAULT_RULES, LabelRules
from core.data.importing.preview import Columns
from dashboard.app_pages.overview.label_choice import label_choice
from dashboard.ui.file_source import FileSource
from tests.core.data.importing.previews import preview_of_rows
from tests.dashboard.conftest import Draw, unescaped
from tests.dashboard.shown import field

SOURCE = FileSource(Path("some.csv"), "some.csv")
CLASSES = "Labels that are a class, not a missing label"


def drawn(draw: Draw, labels: list[str], label: str | None = "label") -> AppTest:
    rows = [(f"some text, {number}", name) for number, name in enumerate(labels * 4)]
    return draw(label_choice, SOURCE, preview_of_rows(("text", "label"), rows),
                Columns("text", label))  # fmt: skip


def chosen(app: AppTest) -> LabelRules:
    return app.session_state["drawn"]


def test_labels_that_leave_nothing_open_are_not_asked_about(draw: Draw) -> None:
    plain, without = drawn(draw, ["ham", "spam", ""]), drawn(draw, ["NA", "na"], label=None)

    for app in (plain, without):
        assert chosen(app) == DEFAULT_RULES
        assert not [*app.multiselect, *app.checkbox]


def test_na_is_no_label_until_it_is_said_to_be_a_class(draw: Draw) -> None:
    app = drawn(draw, ["NA", "EU", "null"])
    box = field(app.multiselect, CLASSES)
    assert (box.options, box.value, chosen(app)) == (["NA", "null"], [], DEFAULT_RULES)

    box.set_value(["NA"]).run()

    assert chosen(app) == LabelRules(classes=("NA",))


def test_spellings_are_merged_only_where_somebody_says_so(draw: Draw) -> None:
    app = drawn(draw, ["Spam", "spam", "ham"])
    assert chosen(app) == DEFAULT_RULES

    app.checkbox[0].check().run()

    assert chosen(app) == LabelRules(merge_spellings=True)


def test_a_class_that_na_is_said_to_be_may_have_spellings_too(draw: Draw) -> None:
    app = drawn(draw, ["NA", "na", "EU"])
    assert not app.checkbox

    field(app.multiselect, CLASSES).set_value(["NA"]).run()

    assert unescaped(app.checkbox[0].label) == "Count as one class: NA = na"


def test_many_and_long_spellings_are_cut_and_markup_is_shown_as_it_is(draw: Draw) -> None:
    pairs = ["*a*", "*A*", "Long " * 9 + "b", "long " * 9 + "b", "c", "C", "d", "D", "e", "E"]

    (merge,) = drawn(draw, pairs).checkbox

    assert unescaped(merge.label) == (
        f"Count as one class: *a* = *A*, {'Long ' * 6} = {'long ' * 6}, c = C and 2 more"
    )


def test_another_column_starts_without_the_choices_of_the_first(draw: Draw) -> None:
    rows = [("some text", "Spam", "Ham"), ("more text", "spam", "ham")] * 9
    preview = preview_of_rows(("text", "one", "two"), rows)

    def of_column() -> LabelRules:
        return label_choice(SOURCE, preview, Columns("text", st.session_state["column"]))

    app = draw(of_column, session={"column": "one"})
    app.checkbox[0].check().run()

    app.session_state["column"] = "two"
    assert chosen(app.run()) == DEFAULT_RULES
    assert unescaped(app.checkbox[0].label) == "Count as one class: Ham = ham"
