import pytest

from dashboard.components.plain_text import plain


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
    assert escaped.replace("\\", "") == text
    for position, character in enumerate(escaped):
        if character in "*_`[]():$<>#~":
            assert escaped[position - 1] == "\\"


def test_plain_words_stay_as_they_are() -> None:
    assert plain("naïve 42 % questions, 日本") == "naïve 42 % questions, 日本"
