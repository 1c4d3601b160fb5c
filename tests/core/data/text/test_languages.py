import pytest

from core.data.text.languages import language_detector


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Why is the sky blue and the grass green?", "en"),
        ("WHY IS THE SKY BLUE AND THE GRASS GREEN?", "en"),
        ("Warum ist der Himmel blau und das Gras grün?", "de"),
        ("Почему небо голубое, а трава зелёная?", "ru"),
    ],
)
def test_a_sentence_has_a_language(text: str, language: str) -> None:
    found, sureness = language_detector()(text)

    assert found == language
    assert 0.3 < sureness <= 1


def test_nothing_has_no_sure_language() -> None:
    assert 0 <= language_detector()("")[1] < 0.7
