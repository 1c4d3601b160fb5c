from dashboard.ui.option_names import moment, option_names


def test_names_that_differ_stay_as_they_are() -> None:
    assert option_names({"x": "a", "y": "b"}, lambda _: "more") == {"x": "a", "y": "b"}


def test_what_is_shown_alike_is_told_apart_by_the_first_detail_that_does() -> None:
    names = {"x": "a", "y": "a", "z": "a", "w": "b"}
    rows = {"x": "10 rows", "y": "20 rows", "z": "20 rows", "w": "5 rows"}

    assert option_names(names, rows.__getitem__) == {
        "x": "a · 10 rows",
        "y": "a · 20 rows · y",
        "z": "a · 20 rows · z",
        "w": "b",
    }


def test_a_name_that_is_like_anothers_with_its_detail_is_told_apart_too() -> None:
    shown = option_names({"x": "a", "y": "a", "z": "a · x"})

    assert len(set(shown.values())) == 3


def test_an_option_that_is_none_of_the_others_is_told_apart_from_one_called_so() -> None:
    shown = option_names({"": "(any)", "(any)": "(any)"}, lambda name: name and "a split")

    assert len(set(shown.values())) == 2


def test_a_moment_is_told_to_the_minute() -> None:
    assert moment("2026-01-02T10:20:30.678+00:00") == "2026-01-02 10:20"
