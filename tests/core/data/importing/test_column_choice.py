import pytest

from core.data.column import ColumnKind
from core.data.importing.column_choice import (
    ColumnChoices,
    WantedColumn,
    further_names,
    likely_kind,
    wanted_columns,
)
from core.data.reading.batches import Positions
from core.errors import BadInput
from tests.messages import assert_one_sentence

HEADER = ["id", "text", "tag", "tag", "label", ""]
POSITIONS = Positions((1,), 4, 0)


def test_further_columns_are_those_that_have_no_other_use() -> None:
    assert further_names(HEADER, POSITIONS) == {"tag": 2, "tag (2)": 3, "column 6": 5}
    assert further_names(["text"], Positions((0,))) == {}
    assert further_names(["title", "id", "body"], Positions((2, 0), id=1)) == {
        "title": 0,
        "body": 2,
    }


def test_what_is_chosen_is_done() -> None:
    choices = ColumnChoices(("tag",), ("column 6",), {"tag (2)": ColumnKind.TEXT})

    assert wanted_columns(HEADER, POSITIONS, choices) == [
        WantedColumn(3, "tag (2)", ColumnKind.TEXT),
        WantedColumn(5, "column 6", None, True, named=False),
    ]


@pytest.mark.parametrize(
    "choices",
    [
        ColumnChoices(left_out=("country",)),
        ColumnChoices(sensitive=("text",)),
        ColumnChoices(kinds={"label": ColumnKind.TEXT}),
    ],
)
def test_a_choice_for_a_column_that_is_none_of_them_is_refused(choices: ColumnChoices) -> None:
    with pytest.raises(BadInput, match="tag, tag \\(2\\), column 6") as refused:
        wanted_columns(HEADER, POSITIONS, choices)

    assert_one_sentence(refused.value)


def test_a_choice_where_there_are_no_further_columns_is_refused() -> None:
    with pytest.raises(BadInput, match="there are none"):
        wanted_columns(["text"], Positions((0,)), ColumnChoices(left_out=("a",)))


def test_a_likely_kind_is_that_of_some_rows_short_ones_included() -> None:
    rows = [("a", "1.5"), ("b",), ("c", "-2"), ("d", " ")]

    assert likely_kind("votes", rows, 1) is ColumnKind.NUMBER
