import pytest

from core.data.text_recipe import TextRecipe
from core.errors import BadInput
from dashboard.ui.text_columns import column_names, text_columns
from tests.dashboard.conftest import Draw
from tests.dashboard.shown import field, said

NAMES = ["id", "title", "body"]


def drawn(draw: Draw, likely: TextRecipe):
    found: list[TextRecipe | None] = []
    app = draw(lambda: found.append(text_columns(NAMES, likely, key="t")))
    assert not app.exception
    return app, found


def test_a_single_column_asks_for_no_separator(draw: Draw) -> None:
    app, found = drawn(draw, TextRecipe(("body",)))

    assert (found, len(app.selectbox)) == ([TextRecipe(("body",))], 0)


def test_columns_are_joined_in_the_order_of_choice_by_what_is_chosen(draw: Draw) -> None:
    app, found = drawn(draw, TextRecipe(("body",)))
    field(app.multiselect, "Text columns").set_value(["title", "body"]).run()
    assert found[-1] == TextRecipe(("title", "body"), "\n")

    field(app.selectbox, "Joined by").set_value(" ").run()
    assert found[-1] == TextRecipe(("title", "body"), " ")
    field(app.selectbox, "Joined by").set_value("another").run()
    field(app.text_input, "Separator").set_value(r" \n# ").run()
    assert found[-1] == TextRecipe(("title", "body"), " \n# ")
    field(app.multiselect, "Text columns").set_value(["body", "title"]).run()
    assert found[-1] == TextRecipe(("body", "title"), " \n# ")


def test_without_a_column_nothing_is_chosen_and_that_is_said(draw: Draw) -> None:
    app, found = drawn(draw, TextRecipe(("body",)))
    field(app.multiselect, "Text columns").set_value([]).run()

    assert found[-1] is None
    assert said(app, "Choose the column that holds the text.")


@pytest.mark.parametrize("separator", ["\n", " ", ": ", "", "\t-\n", " | "])
def test_a_recipe_is_preselected_with_its_separator(draw: Draw, separator: str) -> None:
    likely = TextRecipe(("title", "body"), separator)

    _, found = drawn(draw, likely)

    assert found == [likely]


def test_names_that_repeat_are_not_offered() -> None:
    assert column_names(("a", "n", "b", "n")) == ["a", "b"]
    with pytest.raises(BadInput, match="a column name that occurs once, but found none"):
        column_names(("n", "n"))
