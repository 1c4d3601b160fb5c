import pytest

from core.data.reading.headers import ROW_NAMES, fitted_names, has_header, table_start


@pytest.mark.parametrize(
    "rows",
    [
        [["a"]],
        [["text"], ["Hello"], ["World"]],
        [["评论内容"], ["今天天气很好我们去公园玩"], ["这个产品的质量太差了"]],
        [["\u200btext\ufeff"], ["What is the meaning of life?"], ["Why is the sky so blue?"]],
        [["What do you think of it all?", "Age"], ["I like it a lot", "30"], ["No", "4"]],
        [["", "0", "1"], ["0", "a text", "1"], ["1", "b", "0"]],
        [["text", "2"], ["a", "1"], ["b", "2"]],
        [["a", "b"], ["a", "c"], ["d", "e"]],
        [["name", "x"], ["1"], ["2", "3", "4"]],
    ],
)
def test_these_have_a_header(rows: list[list[str]]) -> None:
    assert has_header(list(rows))


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "a question"], ["2", "another"], ["3", "and more"]],
        [["0.5", "x"], ["1,5", "y"], ["-2e3", "z"]],
        [["今天天气很好我们去公园玩"], ["这个产品的质量太差了"], ["客服态度非常好啊"]],
        [["สินค้าดีมาก"], ["ส่งของช้ามาก"], ["ไม่ชอบเลยครับ"]],
        [["ham", "a"], ["ham", "b"], ["spam", "c"], ["spam", "d"], ["ham", "e"]],
        [["What is the meaning of life?"], ["Why is the sky so blue?"], ["And who are you?"]],
    ],
)
def test_these_have_none(rows: list[list[str]]) -> None:
    assert not has_header(list(rows))


@pytest.mark.parametrize(
    ("names", "rows", "expected"),
    [
        (["text", "label"], [["1", "a", "x"], ["2", "b", "y"]], [ROW_NAMES, "text", "label"]),
        (["text", "label"], [["anna", "a", "x"], ["bob", "b", "y"]], [ROW_NAMES, "text", "label"]),
        (["text", "label"], [["a", "x", ""], ["b", "y", ""]], ["text", "label", ""]),
        (["text", "label", ""], [["a", "x"], ["b", "y"]], ["text", "label"]),
        (["text", "label"], [["a", " and b", "x"], ["c", " and d", "y"]], ["text", "label"]),
        (["text", "label"], [["a", "x"], ["b", "y"], ["c", "d", "z"]], ["text", "label"]),
        (["text", "label"], [], ["text", "label"]),
    ],
)
def test_a_header_gets_as_many_names_as_rows_have_cells(
    names: list[str], rows: list[list[str]], expected: list[str]
) -> None:
    assert fitted_names(names, rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (0, 0)),
        (["broken"], (0, 0)),
        ([["Report", ""], ["", ""], ["text", "label"], ["a", "0"], ["b", "1"]], (2, 2)),
        ([["", "Report", ""], ["", "text", "y"], ["", "a", "0"], ["", "b", "1"]], (1, 3)),
        ([["", "Satz"], ["0", "a"], ["1", "b"]], (0, 2)),
        ([["Report"], ["a", "b"]], (0, 1)),
        ([["T", ""], ["text", "y"], ["a", "0"], ["b", "1"], ["text", "y"], ["c", "0"]], (1, 2)),
        ([["text", "y"], ["a", "0"], ["b", "1"], ["text", "y"], ["c", "0"]], (0, 2)),
        ([["T", ""], ["Nr", "Satz"], ["1", "a"], ["2", "b"]], (1, 2)),
        ([["T", ""], ["1", "a"], ["2", "b"], ["3", "c"]], (1, 2)),
        ([["# von mir", "so"], ["Satz", "y"], ["a", "1"], ["b", "2"], ["c", "3"]], (1, 2)),
        ([["von mir", "so"], ["text", "y"], ["1", "u"], ["2", "v"], ["3", "u"]], (0, 2)),
        ([["von mir", "so", "da"], ["text", "id", "y"], ["a", "1", ""], ["b", "2", ""]], (1, 3)),
    ],
)
def test_a_table_begins_behind_titles(rows: list[list[str]], expected: tuple[int, int]) -> None:
    assert table_start(rows) == expected


@pytest.mark.parametrize(
    "rows",
    [
        [["#good day", "1"], ["#bad day", "0"], ["so so", "1"], ["never", "0"]],
        [["// a text", "1"], ["so so", "1"], ["never", "0"]],
        [["#number", "mood"], ["a", "0"], ["b", "1"], ["c", "0"]],
        [["#one"], ["#two"], ["three"], ["four"]],
        [["no label yet", ""], ["a", "ham"], ["b", "spam"], *[["c", "ham"], ["d", "spam"]] * 2],
        [["Satz", ""], ["a", "0"], ["b", "1"], ["c", "0"]],
        [["word", "other"], ["happy", "glad"], ["class", "category"], ["sad", "low"]],
        [["one"], ["two"], ["a", "title", "b"], ["three"], ["four"]],
    ],
)
def test_rows_that_could_stand_in_the_table_are_not_above_it(rows: list[list[str]]) -> None:
    assert table_start(rows).row == 0
