import json
from typing import Any

from streamlit.testing.v1 import AppTest

from core.explain.explanation_types import Word


def drawn(text: str, words: list[Word], **options: Any) -> dict[str, Any]:
    """What the browser is sent."""

    def page(text, words, options):
        from dashboard.widgets.shaded_words.shaded_words import shaded_words

        shaded_words(text, words, lowers="against", raises="towards", key="words", **options)

    app = AppTest.from_function(page, default_timeout=30, args=(text, words, options)).run()
    assert not app.exception
    return json.loads(app.get("bidi_component")[0].proto.json)


def test_the_pieces_are_the_text_with_a_number_for_each_word() -> None:
    text = "<b>Why</b> *so* naïve 🙂?"

    sent = drawn(text, [Word(3, 6, 0.5), Word(16, 21, -2.0)], read=len(text))

    assert "".join(piece["text"] for piece in sent["pieces"]) == text
    assert {p["text"]: p["part"] for p in sent["pieces"] if p["part"] is not None} == {
        "Why": 0.5,
        "naïve": -2.0,
    }
    assert sent["largest"] == 2.0


def test_what_the_run_does_not_read_is_marked() -> None:
    sent = drawn("one two three", [Word(0, 3, 0.5), Word(4, 7, 0.1)], read=7)

    assert [p["text"] for p in sent["pieces"] if p["unread"]] == [" three"]


def test_words_that_share_a_place_are_written_once() -> None:
    sent = drawn("½ a", [Word(0, 1, 0.5), Word(0, 1, 0.1), Word(2, 3, 0.2)], read=3)

    assert [piece["text"] for piece in sent["pieces"]] == ["½", " ", "a"]


def test_two_texts_can_share_a_scale() -> None:
    assert drawn("a", [Word(0, 1, 0.5)], read=1, largest=3.0)["largest"] == 3.0


def test_a_text_without_words_is_shown_as_it_is() -> None:
    sent = drawn("\u200b", [], read=0)

    assert "".join(piece["text"] for piece in sent["pieces"]) == "\u200b"
    assert sent["largest"] == 0.0
