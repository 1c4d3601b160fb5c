import pytest

from dashboard.widgets.rows_table.excerpt import LIMIT, excerpt, pieces

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("no hit", [], ["no hit"]),
        ("", [], [""]),
        ("a hit", [(2, 5)], ["a ", "hit", ""]),
        ("hit", [(0, 3)], ["", "hit", ""]),
        ("😀😀 hit", [(3, 6)], ["😀😀 ", "hit", ""]),
        ("one two", [(4, 7), (0, 3)], ["", "one", " ", "two", ""]),
        ("overlap", [(0, 4), (2, 7)], ["", "overlap", ""]),
        ("touching", [(0, 5), (5, 8)], ["", "touching", ""]),
        ("empty hits", [(0, 0), (3, 3)], ["empty hits"]),
    ],
)
def test_a_text_is_split_into_plain_and_hit_by_turns(
    text: str, spans: list[tuple[int, int]], expected: list[str]
) -> None:
    assert pieces(text, spans) == expected
    assert "".join(expected) == text


@pytest.mark.parametrize("text", ["", "short", "word " * (LIMIT // 5), "x" * LIMIT])
def test_a_short_text_is_not_cut(text: str) -> None:
    assert excerpt(text, []) is None


def test_a_long_text_is_cut_at_a_word() -> None:
    short = excerpt("word " * 1000, [(0, 4)])
    assert short is not None
    assert short[:2] == ["", "word"]
    shown = "".join(short)
    assert shown.endswith("word …")
    assert LIMIT - 30 < len(shown) <= LIMIT + 2


def test_a_text_of_one_long_word_is_cut_too() -> None:
    assert excerpt("x" * 5000, []) == ["x" * LIMIT + " …"]


@pytest.mark.parametrize("place", [395, 400, 1000, 4990])
def test_late_hits_stay_in_sight(place: int) -> None:
    text = "ab " * 1666 + "ab"
    short = excerpt(text, [(place, place + 5)])
    assert short is not None
    assert text[place : place + 5] in short[1::2]
    assert "".join(short).startswith("ab ab")
    assert len("".join(short)) < LIMIT + 100


def test_only_the_first_of_very_many_late_hits_stay() -> None:
    text = "hit and some words " * 500
    short = excerpt(text, [(at, at + 3) for at in range(0, len(text), 19)])
    assert short is not None
    assert set(short[1::2]) == {"hit"}
    assert len("".join(short)) < LIMIT + 100


def test_a_hit_longer_than_the_limit_is_cut() -> None:
    short = excerpt("x" * 5000, [(0, 5000)])
    assert short is not None
    assert "".join(short[1::2]) in "x" * (LIMIT + 100)


@pytest.mark.parametrize("letter", ["e\u0301", FAMILY, "👍🏽", "🇩🇪", "❤️"])
@pytest.mark.parametrize("before", range(8))
def test_a_cut_parts_no_letter(letter: str, before: int) -> None:
    short = excerpt("." * before + letter * 1000, [])
    assert short is not None
    kept = "".join(short).removesuffix(" …").removeprefix("." * before)
    assert kept
    assert kept == letter * (len(kept) // len(letter))


def test_many_lines_are_cut() -> None:
    short = excerpt("line\n" * 50, [])
    assert short is not None
    assert "".join(short).count("\n") < 10
