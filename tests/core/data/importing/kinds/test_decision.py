import pytest

from core.data.column import ColumnKind
from core.data.importing.kinds.survey import ColumnFinding
from tests.core.data.importing.kinds.surveys import survey, values

CATEGORY, NUMBER, TIME = ColumnKind.CATEGORY, ColumnKind.NUMBER, ColumnKind.TIME
YES_NO, TEXT, ID = ColumnKind.YES_NO, ColumnKind.TEXT, ColumnKind.ID


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["US", "GB", "US", "GB"], CATEGORY),
        (["same", "same"], CATEGORY),
        (["a", "a", "b", "c"], TEXT),
        (["a", None, ""], TEXT),
        ([f"{'long' * 20}{i % 2}" for i in range(20)], TEXT),
        ([f"u{i}" for i in range(20)], ID),
        ([f"u{i}" for i in range(19)], TEXT),
        ([f"a b{i}" for i in range(20)], TEXT),
        ([f"日本{i}" for i in range(20)], TEXT),
        ([f"{i:065}" for i in range(20)], TEXT),
        ([f"u{i // 2}" for i in range(20)], CATEGORY),
        ([f"u{i % 13}" for i in range(20)], TEXT),
        (["1", "2"], NUMBER),
        (["0", "1"], YES_NO),
        (["1.0", "0.0", ""], YES_NO),
        (["1", "1"], NUMBER),
        (["0"], NUMBER),
        (["0", "1", "2"], NUMBER),
        (["Yes", "NO", "yes"], YES_NO),
        (["true"], YES_NO),
        (["T", "f"], YES_NO),
        (["y", "N", "n/a"], YES_NO),
        (["y", "no", "y", "no"], CATEGORY),
        (["2020-01-01"], TIME),
        (["2019", "2020"], NUMBER),
        (["NA", "NA"], CATEGORY),
        (["NA", "NA", "x", "x"], CATEGORY),
        (["02139", "10001"], TEXT),
        (["02139", "10001"] * 2, CATEGORY),
        ([f"+4917012345{i}" for i in range(10, 40)], ID),
        ([str(2**53 + i) for i in range(30)], ID),
        (["10.0.0.1", "10.0.0.2"], TEXT),
        (["50%", "60%", "$5"], TEXT),
        ([], TEXT),
        ([None, "", " \u3000"], TEXT),
    ],
)
def test_the_kind_follows_from_all_cells(cells: list[str | None], kind: ColumnKind) -> None:
    assert survey(cells).kind is kind


@pytest.mark.parametrize("name", ["id", "QID", "tweet_id", "userId", "Row ID", " uid "])
def test_whole_numbers_that_differ_are_ids_where_the_name_says_so(name: str) -> None:
    assert survey(["3", "1", "2"], name).kind is ID
    assert survey(["3", "1", "1"], name).kind is NUMBER
    assert survey(["3.5", "1", "2"], name).kind is NUMBER
    assert survey(["3", "1", "2"], "paid").kind is NUMBER


def test_a_category_has_a_thousand_values_at_most() -> None:
    assert survey([f"v {i % 1000}" for i in range(4000)]).kind is CATEGORY
    assert survey([f"v {i % 1001}" for i in range(4004)]).kind is TEXT


def test_a_chosen_kind_is_kept_where_all_cells_fit() -> None:
    assert values(["00123", "5"], wanted=NUMBER) == [123.0, 5.0]
    assert values(["yes", "TRUE", "0"], wanted=YES_NO) == [True, True, False]
    assert survey(["1"], wanted=YES_NO).kind is YES_NO
    assert survey(["9007199254740993"], wanted=NUMBER).note == (
        "'9007199254740993' (row 1) is rounded"
    )
    for kind in ColumnKind:
        assert survey([], wanted=kind).kind is kind
        assert survey(["NA"], wanted=kind).kind is kind
    for kind in (TEXT, CATEGORY, ID):
        assert survey(["1", "2", "x"], wanted=kind) == ColumnFinding(kind, 0, 3)


def test_a_chosen_category_has_ten_thousand_values_at_most() -> None:
    cells = [str(i) for i in range(10_001)]

    assert survey(cells[:-1], wanted=CATEGORY).kind is CATEGORY
    assert survey(cells, wanted=CATEGORY) == ColumnFinding(
        TEXT,
        0,
        10_001,
        "Has 10,001 different values, more than the 10,000 of a category, so kept as text",
    )
