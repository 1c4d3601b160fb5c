import pytest

from dashboard.ui.plain_text import WORD_JOINER, plain


@pytest.mark.parametrize(
    "text",
    [
        "*a*",
        "_b_",
        "`c`",
        "[d](e)",
        ":red[f]",
        ":material/bolt:",
        "$g$",
        "<b>h</b>",
        "# i",
        "~~j~~",
    ],
)
def test_no_mark_is_left_unescaped(text: str) -> None:
    escaped = plain(text)
    assert escaped.replace("\\", "").replace(WORD_JOINER, "") == text
    for position, character in enumerate(escaped):
        if character in "*_`[]():$<>#~":
            assert escaped[position - 1] == "\\"


def test_plain_words_stay_as_they_are() -> None:
    assert plain("naïve 42 % questions, 日本") == "naïve 42 % questions, 日本"


@pytest.mark.parametrize("mark", [":material/", "->", "<-", "--", "<=", "http://", "www.a", "a@b"])
def test_marks_that_are_read_after_markdown_are_taken_apart(mark: str) -> None:
    shown = plain(f"x {mark}check: y").replace("\\", "")
    assert mark not in shown
    assert shown.replace(WORD_JOINER, "") == f"x {mark}check: y"
